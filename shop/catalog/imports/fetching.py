"""Photographs are fetched from their addresses and given to the products that want them.

One worker is at it at a time, so that no host is asked twice at once and none waits for a busy one.
What was fetched is noted by its address before any product has it: whoever goes on after a kill
asks for the rest.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _
from pymongo.errors import PyMongoError
from redis.exceptions import LockError, RedisError

from claims.leases import ATTEMPTS
from recommender.images import BadImage
from shop.catalog import pictures
from shop.catalog.imports import wanted
from shop.catalog.imports.wanted import FRESH_S, LEASES
from shop.catalog.models import SOLD, FetchedPicture, Product, Status, WantedPhotographs
from shop.catalog.pictures import Incoming
from shop.catalog.stored import stored_before
from shop.fetching import Fetched, Later, Refused, Validators, fetch, resting
from shop.limits.shared_redis import redis
from shop.web.trouble import trouble_of

# Whoever was killed holds up the others for so long.
LOCK, LOCK_S = "fetching:photographs", 60.0
LEASE_S = 60.0
# What a picture may take.
LONGEST_S = 30.0
# A host that is left alone for no longer is waited for.
PATIENCE_S = 1.0
# When a host that failed is asked again; if it fails once more, it is given up.
AGAIN_AFTER_S = (10.0, 60.0, 600.0, 3600.0)
# The storage's folder of what was fetched and is no product's yet, and how long it is kept there.
FOLDER = "fetched"
KEPT = timedelta(days=7)


class _Resting(Exception):
    """A host is to be left alone for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"for {seconds:.1f} s")
        self.seconds = seconds


def drain(seconds: float) -> bool:
    """Fetch photographs that are wanted, for so long; whether nothing is left that can be now.

    Raises RedisError.
    """
    lock = redis().lock(LOCK, timeout=LOCK_S)
    if not settings.FETCH or not lock.acquire(blocking=False):
        # Whoever has it goes on.
        return True
    until = time.monotonic() + seconds
    try:
        for key in _free():
            _take(key, lock.reacquire)
            if time.monotonic() >= until:
                return False
    except LockError:
        # It took so long that somebody else is at it.
        return True
    finally:
        if lock.owned():
            lock.release()
    return True


def discard_unused() -> None:
    """Delete what was fetched long ago and no product took."""
    for name in stored_before(FOLDER, timezone.now() - KEPT):
        default_storage.delete(name)


def _free() -> Iterator[str]:
    """The products whose photographs can be fetched now, one after the other."""
    while found := wanted.next_free():
        yield found


def _take(key: str, step: Callable[[], object]) -> None:
    """Give a product the photographs that it wants; `step` is called before each of them."""
    claim = LEASES.claim([key], LEASE_S)
    if not claim.documents:
        _give_up(key)
        return
    one = WantedPhotographs.objects.get(pk=key)
    with LEASES.kept(claim.owner, key, LEASE_S), _given_back(one):
        product = _product(one)
        if product is None:
            one.delete()
            return
        found = _found(one, product, step)
        _give(one, found)
        wanted.report(one)
        _let_go(one, found)
        _settle(one)


def _give_up(key: str) -> None:
    """End what stops its workers again and again, if it does, and say so in the report."""
    LEASES.give_up([key], _("The worker stopped %(times)d times at it.") % {"times": ATTEMPTS})
    one = WantedPhotographs.objects.filter(pk=key, state=WantedPhotographs.State.FAILED).first()
    if one:
        one.faults = [(one.addresses[0], one.error)]
        wanted.report(one)


@contextmanager
def _given_back(one: WantedPhotographs) -> Iterator[None]:
    """Let a product wait for its photographs where what is the matter is no fault of theirs."""
    try:
        yield
    except _Resting as rest:
        LEASES.give_back(one.owner or "", [one.pk], seconds=rest.seconds)
        wanted.delay(one.host, rest.seconds)
    except Exception as error:
        if isinstance(error, RedisError) or trouble_of(error):
            # If MongoDB is away, the lease runs out.
            with suppress(PyMongoError):
                LEASES.give_back(one.owner or "", [one.pk], seconds=AGAIN_AFTER_S[0])
        raise


def _product(one: WantedPhotographs) -> Product | None:
    return next(iter(Product.objects.with_ids([one.product])), None)


def _found(
    one: WantedPhotographs, product: Product, step: Callable[[], object]
) -> list[FetchedPicture]:
    """What lies at the addresses that a product wants, in their order; notes the faults.

    What it has of an address that fails stays. Raises _Resting.
    """
    faults = dict(one.faults)
    found = []
    for address in one.addresses:
        step()
        known = FetchedPicture.objects.filter(pk=address).first()
        try:
            if address not in faults:
                known = _picture(address, known, product)
        except (Refused, BadImage) as refused:
            faults[address] = str(refused)
        except Later as later:
            if one.rounds < len(AGAIN_AFTER_S):
                _note(one, faults=list(faults.items()), rounds=one.rounds + 1)
                raise _Resting(resting.left(address)) from later
            faults[address] = str(later)
        if known and (known.is_shown_by(product) or address not in faults):
            found.append(known)
    one.faults = list(faults.items())
    return found


def _picture(address: str, known: FetchedPicture | None, product: Product) -> FetchedPicture:
    """What lies at an address, asked for only where that is not known.

    Raises Refused, Later, BadImage and _Resting.
    """
    is_there = known is not None and (known.is_shown_by(product) or _is_stored(known))
    if known and is_there and known.asked > time.time() - FRESH_S:
        return known
    came = _asked(address, Validators(known.etag, known.modified) if known and is_there else None)
    return _kept(address, came) if came else _unchanged(address)


def _is_stored(known: FetchedPicture) -> bool:
    return bool(known.file) and default_storage.exists(known.file)


def _asked(address: str, known: Validators | None) -> Fetched | None:
    """What its host says, who is asked no more often than it likes.

    None where nothing has changed since `known`. Raises Refused, Later and _Resting.
    """
    if resting.is_silent(address, after=len(AGAIN_AFTER_S)):
        raise Refused(_("Its server did not answer several times."))
    if (seconds := resting.left(address)) > PATIENCE_S:
        raise _Resting(seconds)
    time.sleep(seconds)
    try:
        came = fetch(address, most_bytes=settings.MAX_UPLOAD_BYTES, seconds=LONGEST_S, known=known)
    except Later as later:
        times = min(resting.failed(address), len(AGAIN_AFTER_S))
        resting.rest(address, later.seconds or AGAIN_AFTER_S[times - 1])
        raise
    except Refused:
        resting.rest(address)
        raise
    resting.rest(address)
    resting.answered(address)
    return came


def _kept(address: str, came: Fetched) -> FetchedPicture:
    """Keep what came until a product takes it. Raises BadImage."""
    picture = pictures.read_in_turn(came.content)
    name = pictures.save(f"{FOLDER}/{uuid.uuid4().hex}.jpg", ContentFile(picture.content))
    known = FetchedPicture(
        address=address,
        etag=came.validators.etag,
        modified=came.validators.modified,
        asked=time.time(),
        digest=picture.digest,
        width=picture.width,
        height=picture.height,
        tint=picture.tint,
        file=name,
    )
    known.save()
    return known


def _unchanged(address: str) -> FetchedPicture:
    known = FetchedPicture.objects.get(pk=address)
    known.asked = time.time()
    known.save()
    return known


def _give(one: WantedPhotographs, found: Sequence[FetchedPicture]) -> None:
    """Have the product show what was found, unless it was given just that before."""
    by_digest = {each.digest: each for each in found}
    product = _product(one)
    if product is None or not found or list(by_digest) == one.given:
        return
    known = {photograph.digest: photograph for photograph in product.photographs}
    # Somebody may have taken away just now what was there when it was asked for.
    there = {digest: each for digest, each in by_digest.items() if digest in known or each.file}
    shown = [known.get(digest) or _incoming(each) for digest, each in there.items()]
    if not product.photographs and product.status == Status.DRAFT and one.status in SOLD:
        product.status = one.status
    product.save_with_photographs(pictures.stored(shown))
    one.given = list(by_digest)


def _incoming(known: FetchedPicture) -> Incoming:
    with default_storage.open(known.file) as file:
        content = file.read()
    return Incoming(content, known.width, known.height, known.tint, known.digest)


def _settle(one: WantedPhotographs) -> None:
    _note(
        one,
        state=WantedPhotographs.State.DONE,
        owner=None,
        faults=one.faults,
        given=one.given,
        settled=time.time(),
    )


def _note(one: WantedPhotographs, **facts: Any) -> None:
    """Write something down, unless an import has said something else meanwhile."""
    WantedPhotographs.objects.filter(pk=one.pk, owner=one.owner).update(**facts)


def _let_go(one: WantedPhotographs, found: Sequence[FetchedPicture]) -> None:
    """Delete the files for which no other product waits."""
    for known in found:
        if known.file and not wanted.is_wanted(known.address, but=one.pk):
            default_storage.delete(known.file)
            FetchedPicture.objects.filter(pk=known.address).update(file="")
