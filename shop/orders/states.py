"""The states of an order and of a return, and which may follow which."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where an order stands."""

    PLACED = "placed", _("placed")
    PAID = "paid", _("paid")
    PACKED = "packed", _("packed")
    SENT = "sent", _("sent")
    DELIVERED = "delivered", _("delivered")
    CANCELLED = "cancelled", _("cancelled")
    REFUNDED = "refunded", _("refunded")


FOLLOWING: Mapping[State, tuple[State, ...]] = {
    State.PLACED: (State.PAID, State.CANCELLED),
    State.PAID: (State.PACKED, State.CANCELLED),
    State.PACKED: (State.SENT, State.CANCELLED),
    State.SENT: (State.DELIVERED, State.REFUNDED),
    State.DELIVERED: (State.REFUNDED,),
    State.CANCELLED: (State.REFUNDED,),
    State.REFUNDED: (),
}

# How it goes where nothing goes wrong.
USUAL_WAY = (State.PLACED, State.PAID, State.PACKED, State.SENT, State.DELIVERED)
# Nothing more is delivered.
CALLED_OFF = (State.CANCELLED, State.REFUNDED)
# A parcel that is being packed cannot be stopped by a click.
SHOPPER_MAY_CANCEL = (State.PLACED, State.PAID)
# The pieces have left the shop's stock and are still in the house.
IN_THE_HOUSE = (State.PAID, State.PACKED)
# The shopper has the pieces, or will have them tomorrow.
OUT_OF_THE_HOUSE = (State.SENT, State.DELIVERED)
# States that the shopper hears of by mail.
TOLD_BY_MAIL = (
    *(State.PLACED, State.PAID, State.SENT, State.DELIVERED),
    *(State.CANCELLED, State.REFUNDED),
)


class ReturnState(TextChoices):
    """Where a return stands: asked for, agreed to or not, back in the house."""

    ASKED = "asked", _("asked for")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
    RECEIVED = "received", _("received")


RETURN_FOLLOWING: Mapping[ReturnState, tuple[ReturnState, ...]] = {
    ReturnState.ASKED: (ReturnState.ACCEPTED, ReturnState.REFUSED),
    ReturnState.ACCEPTED: (ReturnState.RECEIVED, ReturnState.REFUSED),
    ReturnState.REFUSED: (),
    ReturnState.RECEIVED: (),
}
