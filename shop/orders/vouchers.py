"""Whether a voucher is good for an order."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from shop.catalog.money import price
from shop.orders.errors import VoucherRefused
from shop.orders.models import Order, Voucher


def accepted(code: str, *, goods_cents: int, email: str = "") -> Voucher | None:
    """The voucher with this code, good for goods worth so much; None for an empty code.

    Uses by one shopper are counted where the e-mail address is known. Raises VoucherRefused.
    """
    if not code.strip():
        return None
    voucher = Voucher.objects.by_code(code)
    if voucher is None:
        raise VoucherRefused(_("We know no voucher with this code."))
    refuse_if_unfit(voucher, goods_cents=goods_cents, email=email)
    return voucher


def locked(voucher: Voucher) -> Voucher:
    """The voucher as it is now, for a transaction to use.

    Whoever counts its uses holds this lock, so nobody counts between another's count and order.
    Orders that merely refer to the voucher do not wait for it (`no_key`), or they would while they
    hold what its holder waits for.
    """
    return Voucher.objects.select_for_update(no_key=True).get(pk=voucher.pk)


def refuse_if_unfit(voucher: Voucher, *, goods_cents: int, email: str) -> None:
    """Raises VoucherRefused with the reason."""
    now = timezone.now()
    if not voucher.active or (voucher.ends and voucher.ends <= now):
        raise VoucherRefused(_("This voucher is no longer valid."))
    if voucher.starts > now:
        raise VoucherRefused(_("This voucher is not valid yet."))
    if goods_cents < voucher.minimum_cents:
        least = price(voucher.minimum_cents)
        raise VoucherRefused(_("This voucher is for goods worth %s or more.") % least)
    _refuse_if_used_up(voucher, email)


def _refuse_if_used_up(voucher: Voucher, email: str) -> None:
    uses = Order.objects.standing().filter(voucher=voucher)
    if voucher.most_uses is not None and uses.count() >= voucher.most_uses:
        raise VoucherRefused(_("This voucher has been used up."))
    if voucher.most_uses_each is not None and email:
        own = uses.filter(email__iexact=email).count()
        if own >= voucher.most_uses_each:
            raise VoucherRefused(_("You have used this voucher already."))
