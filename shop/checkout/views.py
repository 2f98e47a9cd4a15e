"""The steps of the checkout. Each shows what changed in the bag since the shopper last looked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from shop.addresses.forms import filling
from shop.addresses.printing import lines
from shop.basket.basket import basket_of
from shop.basket.checking import Checked, checked
from shop.checkout import choices, ordering
from shop.checkout.choices import Choices, Step
from shop.checkout.forms import AddressForm, DeliveryForm, OrderForm, PaymentForm, VoucherForm
from shop.events.models import Kind
from shop.events.recording import record
from shop.orders.errors import BasketChanged, NotDelivered, OrderError, VoucherRefused
from shop.orders.models import DeliveryMethod, Order
from shop.orders.models.terms import normal_code
from shop.payments import paying, providers
from shop.shoppers.addresses import default_of
from shop.web.content_security import allow_forms_to

LABELS = {
    Step.ADDRESS: gettext_lazy("Address"),
    Step.DELIVERY: gettext_lazy("Delivery"),
    Step.PAYMENT: gettext_lazy("Payment"),
    Step.REVIEW: gettext_lazy("Review"),
}

StepView = Callable[[HttpRequest, Choices, Checked], HttpResponse]


def step(which: Step) -> Callable[[StepView], Callable[[HttpRequest], HttpResponse]]:
    """A page of the checkout: for a bag that holds something, once the steps before are done."""

    def decorate(view: StepView) -> Callable[[HttpRequest], HttpResponse]:
        @require_http_methods(["GET", "HEAD", "POST"])
        @never_cache
        @wraps(view)
        def page(request: HttpRequest) -> HttpResponse:
            goods = checked(basket_of(request))
            for change in goods.changes:
                messages.error(request, change)
            if not goods.lines:
                return redirect("basket")
            chosen = Choices.of(request.session)
            if not chosen.may_see(which):
                return redirect(chosen.next_step)
            return view(request, chosen, goods)

        return page

    return decorate


@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """Where the shopper left off."""
    return redirect(Choices.of(request.session).next_step)


@step(Step.ADDRESS)
def address(request: HttpRequest, chosen: Choices, goods: Checked) -> HttpResponse:
    form = AddressForm(
        **filling(request.POST, _known_address(request, chosen)),
        codes=DeliveryMethod.objects.countries(),
    )
    if form.is_valid():
        return _go_on(request, chosen.but(email=form.cleaned_data["email"], address=form.address))
    least = _least(DeliveryMethod.objects.filter(active=True), goods)
    return _page(request, Step.ADDRESS, chosen, goods, form=form, **least)


@step(Step.DELIVERY)
def delivery(request: HttpRequest, chosen: Choices, goods: Checked) -> HttpResponse:
    """The ways that reach the address, and what all comes to by the one that is marked."""
    methods = list(DeliveryMethod.objects.reaching(chosen.destination.country))
    marked = _marked(methods, request.GET.get("delivery") or chosen.delivery)
    form = DeliveryForm(
        request.POST or None, methods=methods, initial={"delivery": marked.pk if marked else None}
    )
    if form.is_valid():
        return _go_on(request, chosen.but(delivery=form.cleaned_data["delivery"]))
    try:
        sums = ordering.quote(chosen, goods, marked) if marked else None
    except OrderError as error:
        return _without_what_is_refused(request, chosen, error)
    offers = [(method, method.price_for(goods.total_cents)) for method in methods]
    options = list(zip(form["delivery"], offers, strict=True))
    facts = {"form": form, "options": options, "sums": sums, "delivery": marked}
    return _page(request, Step.DELIVERY, chosen, goods, **facts)


def _marked(methods: list[DeliveryMethod], wanted: object) -> DeliveryMethod | None:
    """The way that is asked for, else the first."""
    found = (method for method in methods if str(method.pk) == str(wanted))
    return next(found, methods[0] if methods else None)


def _least(methods: Iterable[DeliveryMethod], goods: Checked) -> dict[str, Any]:
    """What the delivery, and all together, cost at least before one is chosen; in cents."""
    prices = [method.price_for(goods.total_cents) for method in methods]
    if not prices:
        return {}
    return {
        "delivery_cents": min(prices),
        "delivery_is_free": not any(prices),
        "total_cents": goods.total_cents + min(prices),
    }


@step(Step.PAYMENT)
def payment(request: HttpRequest, chosen: Choices, goods: Checked) -> HttpResponse:
    try:
        method = ordering.delivery_of(chosen)
        sums = ordering.quote(chosen, goods, method)
    except OrderError as error:
        return _without_what_is_refused(request, chosen, error)
    methods = providers.offered()
    first = next(iter(methods), "")
    form = PaymentForm(
        request.POST or None, methods=methods, initial={"method": chosen.method or first}
    )
    if form.is_valid():
        return _go_on(request, chosen.but(method=form.cleaned_data["method"]))
    options = list(zip(form["method"], methods.values(), strict=True))
    facts = {"form": form, "options": options, "sums": sums, "delivery": method}
    return _page(request, Step.PAYMENT, chosen, goods, **facts)


@step(Step.REVIEW)
def review(request: HttpRequest, chosen: Choices, goods: Checked) -> HttpResponse:
    try:
        method = ordering.delivery_of(chosen)
        sums = ordering.quote(chosen, goods, method)
    except OrderError as error:
        return _without_what_is_refused(request, chosen, error)
    facts = {
        "sums": sums,
        "delivery": method,
        "payment": providers.offered().get(chosen.method),
        "address_lines": lines(chosen.destination),
    }
    page = _page(request, Step.REVIEW, chosen, goods, **facts)
    return allow_forms_to(page, providers.origins())


@step(Step.REVIEW)
def voucher(request: HttpRequest, chosen: Choices, goods: Checked) -> HttpResponse:
    """Use a voucher, or none any more. Who merely comes here is shown the one in use."""
    form = VoucherForm(request.POST or None)
    if form.is_valid():
        chosen = chosen.but(voucher=normal_code(form.cleaned_data["code"]))
        try:
            ordering.voucher_of(chosen, goods)
        except VoucherRefused as refused:
            messages.error(request, str(refused))
        else:
            chosen.keep(request.session)
    return redirect(Step.REVIEW)


@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Place the order that was shown, once however often its button is pressed."""
    form = OrderForm(request.POST)
    if not form.is_valid():
        return redirect("checkout")
    key, agreed_cents = form.cleaned_data["key"], form.cleaned_data["agreed_cents"]
    # Read before the order is looked for: another press that placed it may forget them meanwhile.
    chosen = Choices.of(request.session)
    placed = ordering.placed(key)
    if placed:
        return _to_payment(request, placed)
    if key != chosen.key or not chosen.may_see(Step.REVIEW):
        messages.error(request, _("This was changed in another window. Look it over once more."))
        return redirect("checkout")
    try:
        placed = _ordered(request, chosen, agreed_cents)
    except OrderError as error:
        return _without_what_is_refused(request, chosen, error)
    choices.forget(request.session)
    for product in {line.product for line in placed.lines.all()}:
        record(request, Kind.BUY, product)
    return _to_payment(request, placed)


def _ordered(request: HttpRequest, chosen: Choices, agreed_cents: int) -> Order:
    return ordering.order(
        basket_of(request),
        chosen,
        user=request.user if request.user.is_authenticated else None,
        origin=f"{request.scheme}://{request.get_host()}",
        agreed_cents=agreed_cents,
    )


def _to_payment(request: HttpRequest, placed: Order) -> HttpResponse:
    """On to the payment, or to the confirmation of what is paid or costs nothing."""
    try:
        there = paying.first_page(placed)
    except OrderError as error:
        # The order stands; its page offers to pay once more.
        messages.error(request, str(error))
        there = placed.get_absolute_url()
    return allow_forms_to(redirect(there), providers.origins())


def _without_what_is_refused(
    request: HttpRequest, chosen: Choices, error: OrderError
) -> HttpResponse:
    """Say what cannot be, and have it chosen anew."""
    sentences = error.changes if isinstance(error, BasketChanged) else [str(error)]
    for sentence in sentences:
        messages.error(request, sentence)
    if isinstance(error, VoucherRefused):
        chosen = chosen.but(voucher="")
    elif isinstance(error, NotDelivered):
        chosen = chosen.but(delivery=None)
    return _go_on(request, chosen)


def _go_on(request: HttpRequest, chosen: Choices) -> HttpResponse:
    """Keep what was chosen and go to what comes next, which is the review once all is there."""
    chosen = _deliverable(chosen)
    chosen.keep(request.session)
    return redirect(chosen.next_step)


def _deliverable(chosen: Choices) -> Choices:
    """Without a delivery that does not reach the address."""
    reaching = {method.pk for method in DeliveryMethod.objects.reaching(chosen.destination.country)}
    return chosen if chosen.delivery in reaching else chosen.but(delivery=None)


def _known_address(request: HttpRequest, chosen: Choices) -> dict[str, Any]:
    """What was filled in before, or where the parcels of who is signed in usually go."""
    if chosen.address is not None:
        return {"email": chosen.email, **vars(chosen.address)}
    if not request.user.is_authenticated:
        return {}
    saved = default_of(request.user)
    if saved is not None:
        return {"email": request.user.email, **vars(saved.address)}
    last = Order.objects.filter(user=request.user).first()
    if last is None:
        return {"email": request.user.email}
    return {"email": last.email, **vars(last.address)}


def _page(
    request: HttpRequest, which: Step, chosen: Choices, goods: Checked, **facts: Any
) -> HttpResponse:
    context = {
        "step": which,
        "steps": [(one, LABELS[one], chosen.may_see(one)) for one in Step],
        "heading": LABELS[which],
        "chosen": chosen,
        "goods": goods,
        # The header need not count again.
        "bag_count": goods.pieces,
        **facts,
    }
    return render(request, f"checkout/{which.removeprefix('checkout_')}.html", context)
