"""Sending things back: asked for by the shopper, decided and received by the merchant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from shop.orders import history
from shop.orders.errors import ReturnRefused
from shop.orders.models import Order, OrderLine, ReturnLine, ReturnRequest
from shop.orders.states import ReturnState
from shop.orders.transitions import SHOPPER
from shop.stock.models import Movement
from shop.stock.reserving import restock


def returnable(order: Order) -> dict[OrderLine, int]:
    """How many pieces of each line may still be asked back, those lines only that have any."""
    if not order.can_be_returned:
        return {}
    taken: Counter[int] = Counter()
    for request in order.returns.all():
        if request.state != ReturnState.REFUSED:
            taken.update({line.line_id: line.quantity for line in request.lines.all()})
    left = {line: line.quantity - taken[line.pk] for line in order.lines.all()}
    return {line: pieces for line, pieces in left.items() if pieces > 0}


@transaction.atomic
def ask(order: Order, *, pieces: Mapping[int, int], reason: str = "") -> ReturnRequest:
    """Ask to send pieces of an order back: how many of each line, by the line's id.

    Raises ReturnRefused when the order cannot be returned (any more) or has not so many pieces.
    """
    order = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    left = {line.pk: (line, most) for line, most in returnable(order).items()}
    wanted = {key: quantity for key, quantity in pieces.items() if quantity > 0}
    if not left:
        raise ReturnRefused(_("Nothing of this order can be sent back."))
    if not wanted:
        raise ReturnRefused(_("Choose what you want to send back."))
    if any(key not in left or quantity > left[key][1] for key, quantity in wanted.items()):
        raise ReturnRefused(_("You cannot send back more than you have."))
    request = ReturnRequest.objects.create(order=order, reason=reason)
    ReturnLine.objects.bulk_create(
        ReturnLine(request=request, line=left[key][0], quantity=quantity)
        for key, quantity in wanted.items()
    )
    history.write(order, by=SHOPPER, note=_("A return was asked for."), mail="return_asked")
    return request


@transaction.atomic
def decide(request: ReturnRequest, to: ReturnState, *, by: str) -> ReturnRequest:
    """Take a return on to its next state. Pieces that were received can be sold again.

    What they were worth (`ReturnRequest.worth_cents`) is given back through `transitions.refund`.
    Asked again for the state that it has, nothing changes. Raises ReturnRefused.
    """
    request = ReturnRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
    if request.state == to:
        return request
    if to not in request.following_states:
        names = {"origin": ReturnState(request.state).label, "to": ReturnState(to).label}
        raise ReturnRefused(_("A return that is %(origin)s cannot be %(to)s.") % names)
    if to == ReturnState.RECEIVED:
        _take_in(request)
    request.state = to
    request.save(update_fields=["state"])
    note = _("The return is now %s.") % ReturnState(to).label
    history.write(request.order, by=by, note=note, mail=f"return_{to}")
    return request


def _take_in(request: ReturnRequest) -> None:
    for line in request.lines.select_related("line").order_by("line__sku"):
        key = request.order.stock_key
        restock(line.line.sku, line.quantity, Movement.Reason.RETURNED, key=key)
