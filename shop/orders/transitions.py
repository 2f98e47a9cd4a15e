"""How an order goes from state to state. Nothing else changes an order once it is placed.

Each step is one transaction: the order is locked, the step is checked against `states.FOLLOWING`,
the stock follows, the history is written; the mail goes out once all of it is through. To ask for a
step that has been made already changes nothing, so messages may come twice.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.orders import history
from shop.orders.errors import TransitionRefused
from shop.orders.models import Invoice, Order, Refund
from shop.orders.restocking import bring_refund_back, bring_rest_back
from shop.orders.states import CALLED_OFF, IN_THE_HOUSE, TOLD_BY_MAIL, State
from shop.stock.models import Movement
from shop.stock.reserving import SoldOut, commit, give_way, release, reserve

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
    order = locked(order)
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
    order = locked(order)
    paid = cents + order.by_hand_cents
    if paid <= order.paid_cents and not _is_free(order):
        return order
    order.paid_cents = paid
    order.save(update_fields=["paid_cents"])
    if order.state == State.PLACED and paid >= order.total_cents:
        _sell(order, by, note)
    elif order.state in CALLED_OFF:
        late = gettext_lazy("Paid after it was called off: to be given back.")
        history.write(order, by=by, note=late, mail="paid_late")
    elif order.state == State.PLACED:
        history.write(order, by=by, note=gettext_lazy("A payment that does not make up the total."))
    else:
        twice = gettext_lazy("Paid a second time: to be given back.")
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
    order = locked(order)
    if order.state == State.CANCELLED:
        return order
    if not order.can_be_cancelled:
        raise TransitionRefused(_("It is too late to cancel this order: it is on its way."))
    _go(order, State.CANCELLED, by=SHOPPER)
    return order


@transaction.atomic
def refund(order: Order, *, cents: int, by: str, note: str = "") -> Order:
    """Take down that so much has been given back for an order so far, in all, by hand.

    Once it is all that was paid, the order is refunded. Raises TransitionRefused for more than
    `Order.refundable_cents`.
    """
    order = locked(order)
    given = cents - order.refunded_cents
    if given <= 0:
        return order
    refuse_refund(order, given)
    return _given_back(order, given, by, note)


@transaction.atomic
def refunded_elsewhere(order: Order, *, cents: int, by: str) -> Refund | None:
    """Take down that so much more has been given back by somebody past the shop.

    It has happened, so nothing is refused: where all of it is back while the pieces are in the
    house, the order stays as it is and its history says what to do. None where the order has it.
    """
    order = locked(order)
    given = min(cents, order.paid_cents - order.refunded_cents)
    if given <= 0:
        return None
    note = _("Given back at the provider.")
    if order.refunded_cents + given == order.paid_cents and order.state in IN_THE_HOUSE:
        note = _(
            "All of it was given back at the provider: cancel the order, or ask for the money."
        )
    _given_back(order, given, by, note)
    return order.refunds.last()


def refuse_refund(order: Order, cents: int) -> None:
    """Raises TransitionRefused with the reason why so much more may not be given back now."""
    if cents <= order.refundable_cents:
        return
    if cents <= order.paid_cents - order.refunded_cents:
        raise TransitionRefused(_("Cancel the order first: all of it is still to be delivered."))
    raise TransitionRefused(_("More cannot be given back than was paid."))


def count_in(order: Order, refund: Refund) -> None:
    """Count a new refund of a locked order as given back from now on.

    What was owed is given back first; the rest is what goods were worth.
    """
    refund.credited_cents = max(0, refund.cents - order.refund_due_cents)
    refund.save()
    order.credited_cents += refund.credited_cents
    order.refunded_cents += refund.cents
    order.save(update_fields=["credited_cents", "refunded_cents"])


@transaction.atomic
def fall_short(refund: Refund, *, cents: int, note: str) -> None:
    """So much of an open refund does not go back after all; a refund of nothing is none.

    What is tried again and again without anybody's asking leaves no note.
    """
    order = locked(refund.order)
    refund = order.refunds.get(pk=refund.pk)
    credited = min(cents, refund.credited_cents)
    order.credited_cents -= credited
    order.refunded_cents -= cents
    order.save(update_fields=["credited_cents", "refunded_cents"])
    refund.credited_cents -= credited
    refund.cents -= cents
    if refund.by != PAYMENT:
        history.write(order, by=refund.by, note=note)
    if refund.cents:
        refund.save(update_fields=["credited_cents", "cents"])
    else:
        refund.delete()


@transaction.atomic
def conclude(refund: Refund, *, note: str = "") -> Order:
    """All of a refund is on its way: its pieces go where they should, and the shopper is told.

    A refund that is done stays so.
    """
    order = locked(refund.order)
    refund = order.refunds.get(pk=refund.pk)
    if refund.done_at:
        return order
    refund.done_at = timezone.now()
    refund.save(update_fields=["done_at"])
    _bring_pieces_back(order, refund)
    note = note or refund.reason
    is_all = order.refunded_cents == order.paid_cents and not order.refunds.open().exists()
    if is_all and State.REFUNDED in order.following_states:
        _go(order, State.REFUNDED, by=refund.by, note=note, refund=refund)
    else:
        history.write(order, by=refund.by, note=note, mail="refunded_in_part", refund=refund)
    return order


def _given_back(order: Order, cents: int, by: str, note: str) -> Order:
    refund = Refund(order=order, cents=cents, by=by)
    count_in(order, refund)
    return conclude(refund, note=note)


def _bring_pieces_back(order: Order, refund: Refund) -> None:
    reason = Movement.Reason.CANCELLED if order.state in IN_THE_HOUSE else Movement.Reason.RETURNED
    bring_refund_back(order, refund, reason)


@transaction.atomic
def hold(order: Order) -> Order:
    """Reserve the pieces of an unpaid order anew, before its shopper goes off to pay.

    Raises TransitionRefused when the order is not to be paid any more, or its pieces are gone.
    """
    order = locked(order)
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
    order = locked(order)
    if order.state == State.PLACED:
        give_way(order.stock_key)


def cancel_overdue() -> None:
    """Cancel the orders that nobody has paid in time, each by itself."""
    for order in Order.objects.overdue():
        _cancel_if_unpaid(order)


@transaction.atomic
def _cancel_if_unpaid(order: Order) -> None:
    order = locked(order)
    if order.state == State.PLACED:
        _go(order, State.CANCELLED, by=TIME, note=gettext_lazy("It was not paid in time."))


def locked(order: Order) -> Order:
    """The order as it is now, for a transaction to change."""
    return Order.objects.select_for_update(no_key=True).get(pk=order.pk)


def _is_free(order: Order) -> bool:
    return order.total_cents == 0 and order.state == State.PLACED


def _sell(order: Order, by: str, note: str) -> None:
    try:
        commit(order.stock_key)
    except SoldOut:
        gone = gettext_lazy("Paid when somebody else had bought the pieces: to be given back.")
        _go(order, State.CANCELLED, by=by, note=gone)
    else:
        _go(order, State.PAID, by=by, note=note)


def _go(
    order: Order, to: State, *, by: str, note: str | Promise = "", refund: Refund | None = None
) -> None:
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
    mail = to if to in TOLD_BY_MAIL else ""
    history.write(order, by=by, note=note, mail=mail, refund=refund)


def _refuse_unless_following(order: Order, to: State) -> None:
    if to not in order.following_states:
        names = {"origin": State(order.state).label, "to": State(to).label}
        raise TransitionRefused(_("An order that is %(origin)s cannot become %(to)s.") % names)


def _let_pieces_go(order: Order) -> None:
    if order.state not in IN_THE_HOUSE:
        release(order.stock_key)
        return
    bring_rest_back(order)
