"""How an order goes from state to state. Nothing else changes an order once it is placed.

Each step is one transaction: the order is locked, the step is checked against `states.FOLLOWING`,
the stock follows, the history is written; the mail goes out once all of it is through. To ask for a
step that has been made already changes nothing, so messages may come twice.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.orders import history
from shop.orders.errors import TransitionRefused
from shop.orders.models import Invoice, Order
from shop.orders.states import CALLED_OFF, IN_THE_HOUSE, TOLD_BY_MAIL, State
from shop.stock.models import Movement
from shop.stock.reserving import SoldOut, commit, give_way, release, reserve, restock

PAYMENT = "payment"
TIME = "time"
SHOPPER = "shopper"


@transaction.atomic
def move(order: Order, to: State, *, by: str, note: str = "", parcel: str = "") -> Order:
    """Take an order on to a state; the order as it is then.

    `by` says who did it, for the history. `parcel` is the number by which a parcel is followed. To
    make it paid means that all of it was paid, to make it refunded that all of that was given back.
    Raises TransitionRefused where the state cannot follow.
    """
    order = _locked(order)
    if order.state == to:
        return order
    _refuse_unless_following(order, to)
    if to == State.PAID:
        return _pay_by_hand(order, by, note)
    if to == State.REFUNDED:
        return refund(order, cents=order.paid_cents, by=by, note=note)
    if parcel:
        order.parcel = parcel
        order.save(update_fields=["parcel"])
    _go(order, to, by=by, note=note)
    return order


@transaction.atomic
def pay(order: Order, *, cents: int, by: str = PAYMENT, note: str = "") -> Order:
    """Take down that providers have brought so much for an order so far, in all; what follows.

    Once the total is there, the pieces are sold and the order is paid. Where somebody else has
    bought them meanwhile, the order was called off, or it was paid already, it owes a refund
    (`Order.refund_due_cents`): nobody is charged without an order, nor twice.
    """
    order = _locked(order)
    paid = cents + order.by_hand_cents
    if paid <= order.paid_cents and not _is_free(order):
        return order
    order.paid_cents = paid
    order.save(update_fields=["paid_cents"])
    if order.state == State.PLACED and paid >= order.total_cents:
        _sell(order, by, note)
    elif order.state in CALLED_OFF:
        late = _("Paid after it was called off: to be given back.")
        history.write(order, by=by, note=late, mail="paid_late")
    elif order.state == State.PLACED:
        history.write(order, by=by, note=_("A payment that does not make up the total."))
    else:
        twice = _("Paid a second time: to be given back.")
        history.write(order, by=by, note=twice, mail="paid_twice")
    return order


def _pay_by_hand(order: Order, by: str, note: str) -> Order:
    """The merchant has the rest of the money, by a way that the shop knows nothing of."""
    order.by_hand_cents += order.due_cents
    order.paid_cents += order.due_cents
    order.save(update_fields=["by_hand_cents", "paid_cents"])
    _sell(order, by, note)
    return order


@transaction.atomic
def cancel_for_shopper(order: Order) -> Order:
    """Call an order off while it is not packed. Raises TransitionRefused when it is too late."""
    order = _locked(order)
    if order.state == State.CANCELLED:
        return order
    if not order.can_be_cancelled:
        raise TransitionRefused(_("It is too late to cancel this order: it is on its way."))
    _go(order, State.CANCELLED, by=SHOPPER)
    return order


@transaction.atomic
def refund(order: Order, *, cents: int, by: str, note: str = "") -> Order:
    """Take down that so much has been given back for an order so far, in all.

    Once it is all that was paid, the order is refunded. Raises TransitionRefused for more than was
    paid, and for all of it, where that is not owed, while the pieces are in the house: cancel such
    an order first.
    """
    order = _locked(order)
    if cents <= order.refunded_cents:
        return order
    if cents > order.paid_cents:
        raise TransitionRefused(_("More cannot be given back than was paid."))
    if cents == order.paid_cents and cents - order.refunded_cents > order.refund_due_cents:
        _refuse_unless_following(order, State.REFUNDED)
    _take_down_refund(order, cents, by, note)
    return order


@transaction.atomic
def refunded_elsewhere(order: Order, *, cents: int, by: str) -> Order:
    """Take down that so much has been given back so far, in all, by somebody past the shop.

    It has happened, so nothing is refused: where all of it is back while the pieces are in the
    house, the order stays as it is and its history says what to do.
    """
    order = _locked(order)
    cents = min(cents, order.paid_cents)
    if cents <= order.refunded_cents:
        return order
    note = _("Given back at the provider.")
    if cents == order.paid_cents and order.state in IN_THE_HOUSE:
        note = _(
            "All of it was given back at the provider: cancel the order, or ask for the money."
        )
    _take_down_refund(order, cents, by, note)
    return order


def _take_down_refund(order: Order, cents: int, by: str, note: str) -> None:
    """What was owed is given back first; the rest is what goods were worth."""
    given = cents - order.refunded_cents
    order.credited_cents += max(0, given - order.refund_due_cents)
    order.refunded_cents = cents
    order.save(update_fields=["credited_cents", "refunded_cents"])
    if cents == order.paid_cents and State.REFUNDED in order.following_states:
        _go(order, State.REFUNDED, by=by, note=note)
    else:
        history.write(order, by=by, note=note, mail="refunded_in_part")


@transaction.atomic
def hold(order: Order) -> Order:
    """Reserve the pieces of an unpaid order anew, before its shopper goes off to pay.

    Raises TransitionRefused when the order is not to be paid any more, or its pieces are gone.
    """
    order = _locked(order)
    if order.state != State.PLACED:
        raise TransitionRefused(_("This order is not waiting for a payment."))
    try:
        reserve(order.stock_key, order.wants(), seconds=settings.RESERVATION_MINUTES * 60)
    except SoldOut as gone:
        raise TransitionRefused(_("Somebody else has bought these pieces meanwhile.")) from gone
    return order


@transaction.atomic
def let_go(order: Order) -> None:
    """Leave the pieces of an order whose payment failed to others; it may still be paid."""
    order = _locked(order)
    if order.state == State.PLACED:
        give_way(order.stock_key)


def cancel_overdue() -> None:
    """Cancel the orders that nobody has paid in time, each by itself."""
    for order in Order.objects.overdue():
        _cancel_if_unpaid(order)


@transaction.atomic
def _cancel_if_unpaid(order: Order) -> None:
    order = _locked(order)
    if order.state == State.PLACED:
        _go(order, State.CANCELLED, by=TIME, note=_("It was not paid in time."))


def _locked(order: Order) -> Order:
    return Order.objects.select_for_update(no_key=True).get(pk=order.pk)


def _is_free(order: Order) -> bool:
    return order.total_cents == 0 and order.state == State.PLACED


def _sell(order: Order, by: str, note: str) -> None:
    try:
        commit(order.stock_key)
    except SoldOut:
        gone = _("Paid when somebody else had bought the pieces: to be given back.")
        _go(order, State.CANCELLED, by=by, note=gone)
    else:
        _go(order, State.PAID, by=by, note=note)


def _go(order: Order, to: State, *, by: str, note: str = "") -> None:
    """Make the step of a locked order. Raises TransitionRefused."""
    _refuse_unless_following(order, to)
    if to == State.CANCELLED:
        _let_pieces_go(order)
        order.cancelled_at = timezone.now()
    elif to == State.PAID:
        Invoice.objects.create(order=order)
        order.paid_at = timezone.now()
    order.state = to
    order.save(update_fields=["state", "paid_at", "cancelled_at"])
    history.write(order, by=by, note=note, mail=to if to in TOLD_BY_MAIL else "")


def _refuse_unless_following(order: Order, to: State) -> None:
    if to not in order.following_states:
        names = {"origin": State(order.state).label, "to": State(to).label}
        raise TransitionRefused(_("An order that is %(origin)s cannot become %(to)s.") % names)


def _let_pieces_go(order: Order) -> None:
    if order.state not in IN_THE_HOUSE:
        release(order.stock_key)
        return
    for sku, quantity in order.wants().items():
        restock(sku, quantity, Movement.Reason.CANCELLED, key=order.stock_key)
