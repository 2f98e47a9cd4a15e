"""Who takes the money: django-payments' providers as this shop uses them.

None of these functions is called while a row is locked, for they may take as long as the provider
does; only what a provider says by itself (`process_data`) runs in a transaction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import stripe
from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from payments import PaymentError, PaymentStatus, RedirectNeeded
from payments.core import provider_factory
from payments.dummy import DummyProvider
from payments.forms import PaymentForm
from payments.stripe.providers import StripeProviderV3

from shop.catalog.money import units
from shop.orders import transitions
from shop.orders.models import Order
from shop.orders.transitions import PAYMENT
from shop.payments.models import RECEIVED, Payment, PaymentRefund

PATIENCE_SECONDS = 10
RETRIES = 2
# Stripe's own limits for how long one may take to pay.
LEAST_MINUTES = 31
MOST_MINUTES = 24 * 60 - 1
# A session that is begun late ends at a round time, the same for two windows that begin it.
STEP_SECONDS = 300
# After these nobody knows whether Stripe did what it was asked for. PaymentError's code says so.
UNANSWERED = (
    stripe.APIConnectionError,
    stripe.APIError,
    stripe.RateLimitError,
    stripe.IdempotencyError,
)
SILENT = 503


@dataclass(frozen=True)
class Method:
    """A way to pay as the checkout offers it. `origin` is where its provider has its page."""

    label: str | Promise
    description: str | Promise
    origin: str = ""


METHODS: Mapping[str, Method] = {
    "stripe": Method(
        _("Card or wallet"),
        _("On the page of Stripe, where you go next."),
        "https://checkout.stripe.com",
    ),
    "trial": Method(_("Trial payment"), _("This shop is for trying out: nobody is charged.")),
}


def offered() -> dict[str, Method]:
    """The ways to pay that this shop is set up for, by name."""
    return {name: METHODS[name] for name in settings.PAYMENT_VARIANTS}


def origins() -> list[str]:
    """Where shoppers may be sent to pay."""
    return [method.origin for method in offered().values() if method.origin]


def provider_of(payment: Payment) -> Any:
    """The provider of a payment. Raises ValueError when the shop uses it no more."""
    return provider_factory(payment.variant, payment)


class TrialForm(PaymentForm):
    """Lets whoever tries out the shop say how the payment goes."""

    outcome = forms.ChoiceField(
        choices=[(PaymentStatus.CONFIRMED, ""), (PaymentStatus.REJECTED, "")]
    )


class TrialProvider(DummyProvider):
    """django-payments' dummy provider with a form for shoppers instead of for developers."""

    def get_form(self, payment: Payment, data: Any = None) -> TrialForm:
        form = TrialForm(data=data, hidden_inputs=False, provider=self, payment=payment)
        if not form.is_valid():
            return form
        payment = _settled(payment, form.cleaned_data["outcome"])
        is_paid = payment.status in RECEIVED
        raise RedirectNeeded(payment.get_success_url() if is_paid else payment.get_failure_url())

    def status(self, payment: Payment) -> Payment:
        """It never knows more than the shop does."""
        return payment

    def give_back(self, part: PaymentRefund) -> None:
        """Nobody was charged."""


class StripeProvider(StripeProviderV3):
    """django-payments' Stripe provider, made safe to repeat.

    What is asked of Stripe twice carries the same idempotency key, so it happens once; what Stripe
    says twice, or late, changes nothing. Its objects are kept as plain dictionaries, which stripe's
    library stopped giving in its 15th version.
    """

    def __init__(self, **config: Any) -> None:
        addresses = config.pop("base_addresses", None)
        super().__init__(**config)
        self._stripe = stripe.StripeClient(
            self.api_key,
            base_addresses=addresses,
            max_network_retries=RETRIES,
            http_client=stripe.RequestsClient(timeout=PATIENCE_SECONDS),
        )

    def create_session(self, payment: Payment) -> dict[str, Any]:
        order = payment.order
        expires = _expiry(payment)
        line = {
            "quantity": 1,
            "price_data": {
                "currency": payment.currency.lower(),
                "unit_amount": payment.total_cents,
                "product_data": {"name": str(_("Order %s")) % order.number},
            },
        }
        session = {
            "mode": "payment",
            "line_items": [line],
            "client_reference_id": payment.token,
            "customer_email": order.email,
            "expires_at": expires,
            "success_url": payment.get_success_url(),
            "cancel_url": payment.get_failure_url(),
        }
        return self._asked(
            self._stripe.v1.checkout.sessions.create,
            session,
            key=f"session {payment.token} {expires}",
        )

    def cancel(self, payment: Payment) -> None:
        if payment.transaction_id:
            self._asked(self._stripe.v1.checkout.sessions.expire, payment.transaction_id)

    def status(self, payment: Payment) -> Payment:
        """Ask what became of an open payment and take it down."""
        if not payment.transaction_id:
            return payment
        sessions = self._stripe.v1.checkout.sessions
        return _take_down(payment, self._asked(sessions.retrieve, payment.transaction_id))

    def give_back(self, part: PaymentRefund) -> None:
        """Give a part of a payment back. However often it is asked for, it goes once."""
        refund = {
            "payment_intent": part.payment.attrs.session["payment_intent"],
            "amount": part.cents,
            "reason": "requested_by_customer",
        }
        self._asked(self._stripe.v1.refunds.create, refund, key=part.key)

    def return_event_payload(self, request: HttpRequest) -> Any:
        """What Stripe says, if it is Stripe who says it. Raises PaymentError."""
        signature = request.headers.get("Stripe-Signature")
        try:
            stripe.WebhookSignature.verify_header(
                request.body, signature, self.endpoint_secret, stripe.Webhook.DEFAULT_TOLERANCE
            )
            return json.loads(request.body)
        except (ValueError, stripe.SignatureVerificationError) as error:
            raise PaymentError(str(error), code=400) from error

    def get_token_from_request(self, payment: Payment | None, request: HttpRequest) -> str:
        """Which payment an event is about. Raises PaymentError."""
        about = self.return_event_payload(request)["data"]["object"]
        if about.get("object") == "charge":
            intent = {"payment_intent": about["payment_intent"]}
            found = self._asked(self._stripe.v1.checkout.sessions.list, intent)["data"]
            about = found[0] if found else {}
        token: str | None = about.get("client_reference_id")
        if not token:
            raise PaymentError("This is not about a payment of the shop.", code=400)
        return token

    def process_data(self, payment: Payment, request: HttpRequest) -> HttpResponse:
        """Follow an event about a payment's session, or about money that went back."""
        event = self.return_event_payload(request)
        about = event["data"]["object"]
        if event["type"].startswith("checkout.session."):
            _take_down(payment, about, event["type"])
        elif event["type"] == "charge.refunded":
            _take_down_refund(payment, about["amount_refunded"])
        return JsonResponse({"status": "OK"})

    def _asked(self, call: Any, *arguments: Any, key: str = "") -> dict[str, Any]:
        options = {"idempotency_key": key} if key else {}
        try:
            answer: dict[str, Any] = call(*arguments, options=options).to_dict()
        except (*UNANSWERED, stripe.StripeError) as error:
            code = SILENT if isinstance(error, UNANSWERED) else None
            raise PaymentError(error.user_message or str(error), code=code) from error
        return answer


def _expiry(payment: Payment) -> int:
    """When a session ends, in seconds: the same for whoever asks at once, and far enough away.

    Stripe wants it at least half an hour from the moment that it hears of it.
    """
    minutes = min(max(settings.UNPAID_ORDER_MINUTES, LEAST_MINUTES), MOST_MINUTES)
    wanted = payment.created + timedelta(minutes=minutes)
    soonest = timezone.now() + timedelta(minutes=LEAST_MINUTES)
    if wanted >= soonest - timedelta(minutes=1):
        return int(wanted.timestamp())
    return int(soonest.timestamp()) // STEP_SECONDS * STEP_SECONDS + STEP_SECONDS


def _take_down(payment: Payment, session: dict[str, Any], event: str = "") -> Payment:
    """Make a payment what its session says."""
    return _settled(payment, _status_of(session, event), session=session)


@transaction.atomic
def _settled(payment: Payment, status: str, **facts: Any) -> Payment:
    """The payment with this status and these facts; one that has brought money stays as it is."""
    payment = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    if payment.status in RECEIVED:
        return payment
    for name, fact in facts.items():
        setattr(payment.attrs, name, fact)
    if status == PaymentStatus.CONFIRMED:
        payment.captured_amount = payment.total
    payment.save()
    if status != payment.status:
        payment.change_status(status)
    return payment


@transaction.atomic
def _take_down_refund(payment: Payment, refunded_cents: int) -> None:
    """Take down that so much of a payment went back in all; what the shop gave itself it knows."""
    payment = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    given = refunded_cents - (payment.total_cents - payment.held_cents)
    if payment.status not in RECEIVED or given <= 0:
        return
    order = Order.objects.select_for_update(no_key=True).get(pk=payment.order_id)
    refund = transitions.refunded_elsewhere(order, cents=given, by=PAYMENT)
    if refund is None:
        return
    payment.refunds.create(refund=refund, cents=given, done_at=timezone.now())
    payment.captured_amount -= units(given)
    payment.status = PaymentStatus.CONFIRMED if payment.captured_amount else PaymentStatus.REFUNDED
    payment.save()


def _status_of(session: dict[str, Any], event: str) -> str:
    if session["payment_status"] == "paid":
        return PaymentStatus.CONFIRMED
    if session["status"] == "expired" or event.endswith("async_payment_failed"):
        return PaymentStatus.REJECTED
    return PaymentStatus.WAITING
