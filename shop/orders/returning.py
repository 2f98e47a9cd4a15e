"""Sending things back: begun by the shopper, decided and received by the merchant.

Whoever asks waits for an answer; whoever withdraws from the contract needs none, unless it is late.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.orders import history
from shop.orders.errors import ReturnRefused
from shop.orders.models import Order, OrderLine, ReturnLine, ReturnRequest
from shop.orders.restocking import bring_return_back
from shop.orders.states import ReturnState
from shop.orders.transitions import SHOPPER, locked


def returnable(order: Order) -> dict[OrderLine, int]:
    """How many pieces of each line may still be asked back, those lines only that have any."""
    return left(order) if order.can_be_returned else {}


def left(order: Order) -> dict[OrderLine, int]:
    """How many pieces of each line the shopper keeps so far, those lines only that have any.

    Neither is a return of theirs begun, nor has their money gone back without one; of an order that
    was cancelled none leaves the house.
    """
    if order.cancelled_at:
        return {}
    taken: Counter[int] = Counter()
    for request in order.returns.all():
        if request.state != ReturnState.REFUSED:
            taken.update({line.line_id: line.quantity for line in request.lines.all()})
    for refund in order.refunds.all():
        if refund.request_id is None:
            taken.update({line.line_id: line.quantity for line in refund.lines.all()})
    rest = {line: line.quantity - taken[line.pk] for line in order.lines.all()}
    return {line: pieces for line, pieces in rest.items() if pieces > 0}


@transaction.atomic
def ask(
    order: Order, *, pieces: Mapping[int, int], reason: str = "", size_reason: str = ""
) -> ReturnRequest:
    """Ask to send pieces of an order back: how many of each line, by the line's id.

    `size_reason` is a SizeReason, or "" where it is not the size. Raises ReturnRefused when the
    order cannot be returned (any more) or has not so many pieces.
    """
    order = locked(order)
    may = {line.pk: most for line, most in returnable(order).items()}
    wanted = {key: quantity for key, quantity in pieces.items() if quantity > 0}
    if not may:
        raise ReturnRefused(_("Nothing of this order can be sent back."))
    if not wanted:
        raise ReturnRefused(_("Choose what you want to send back."))
    if any(quantity > may.get(key, 0) for key, quantity in wanted.items()):
        raise ReturnRefused(_("You cannot send back more than you have."))
    request = _begin(order, wanted, reason=reason, size_reason=size_reason)
    history.write(
        order, by=SHOPPER, note=gettext_lazy("A return was asked for."), mail="return_asked"
    )
    return request


@transaction.atomic
def withdraw(order: Order, *, pieces: Mapping[int, int], is_late: bool) -> ReturnRequest | None:
    """The shopper has withdrawn from the contract, for these pieces or, without any, for all.

    Those that were taken back before are left out; None where that leaves none, as of an order that
    was cancelled. Nothing is refused: what came late the merchant decides on.
    """
    order = locked(order)
    may = {line.pk: most for line, most in left(order).items()}
    chosen = {key: min(pieces.get(key, 0), most) for key, most in may.items()} if pieces else may
    history.write(order, by=SHOPPER, note=gettext_lazy("The shopper withdrew from the contract."))
    chosen = {key: quantity for key, quantity in chosen.items() if quantity > 0}
    if not chosen:
        return None
    state = ReturnState.ASKED if is_late else ReturnState.ACCEPTED
    return _begin(order, chosen, state=state, is_withdrawal=True)


def _begin(order: Order, pieces: Mapping[int, int], **facts: Any) -> ReturnRequest:
    request = ReturnRequest.objects.create(order=order, **facts)
    ReturnLine.objects.bulk_create(
        ReturnLine(request=request, line_id=key, quantity=quantity)
        for key, quantity in pieces.items()
    )
    return request


@transaction.atomic
def decide(
    request: ReturnRequest, to: ReturnState, *, by: str, restocks: bool = True
) -> ReturnRequest:
    """Take a return on to its next state. Pieces that were received can be sold again if they
    may (`restocks`).

    Their money goes back by a refund of its own (`refunds`). Asked again for the state that it has,
    nothing changes. Raises ReturnRefused.
    """
    order = locked(request.order)
    request = order.returns.get(pk=request.pk)
    if request.state == to:
        return request
    if to not in request.following_states:
        names = {"origin": ReturnState(request.state).label, "to": ReturnState(to).label}
        raise ReturnRefused(_("A return that is %(origin)s cannot be %(to)s.") % names)
    if to == ReturnState.RECEIVED and restocks:
        bring_return_back(order, request)
    request.state = to
    request.save(update_fields=["state"])
    note = _("The return is now %s.") % ReturnState(to).label
    if to == ReturnState.RECEIVED and not restocks:
        note += " " + _("Its pieces do not go back into stock.")
    history.write(order, by=by, note=note, mail=f"return_{to}")
    return request
