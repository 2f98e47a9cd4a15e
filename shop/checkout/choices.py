"""What a shopper has chosen so far on the way to an order, kept in their session."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Self

from django.contrib.sessions.backends.base import SessionBase

from shop.addresses.address import Address

SESSION_KEY = "checkout"


class Step(StrEnum):
    """The steps in their order; each is the name of its page."""

    ADDRESS = "checkout_address"
    DELIVERY = "checkout_delivery"
    PAYMENT = "checkout_payment"
    REVIEW = "checkout_review"


@dataclass(frozen=True)
class Choices:
    """`key` names this checkout, whatever is changed in it: one order at most comes of it."""

    key: str = field(default_factory=secrets.token_urlsafe)
    email: str = ""
    address: Address | None = None
    delivery: int | None = None
    method: str = ""
    voucher: str = ""

    @classmethod
    def of(cls, session: SessionBase) -> Self:
        """What the session holds, or a fresh start.

        It may come from another version of the shop: what that one had and this one has not is
        left out, and where something is missing, it is asked again.
        """
        kept = _known(cls, session.get(SESSION_KEY) or {})
        if kept.get("address"):
            kept["address"] = _address(kept["address"])
        return cls(**kept)

    def keep(self, session: SessionBase) -> None:
        session[SESSION_KEY] = asdict(self)

    def but(self, **changes: Any) -> Self:
        """The same checkout with other choices."""
        return replace(self, **changes)

    @property
    def destination(self) -> Address:
        """The address. Raises LookupError before there is one."""
        if self.address is None:
            raise LookupError("no address has been chosen yet")
        return self.address

    @property
    def next_step(self) -> Step:
        """The first step that still has something to choose."""
        if self.address is None:
            return Step.ADDRESS
        if self.delivery is None:
            return Step.DELIVERY
        return Step.REVIEW if self.method else Step.PAYMENT

    def may_see(self, step: Step) -> bool:
        """Whether everything before the step is chosen."""
        order = list(Step)
        return order.index(step) <= order.index(self.next_step)


def _address(kept: dict[str, Any]) -> Address | None:
    try:
        return Address(**_known(Address, kept))
    except TypeError:
        return None


def _known(kind: type, kept: dict[str, Any]) -> dict[str, Any]:
    names = {each.name for each in fields(kind)}
    return {name: value for name, value in kept.items() if name in names}


def forget(session: SessionBase) -> None:
    """The order is placed: the next one starts afresh."""
    session.pop(SESSION_KEY, None)
