"""Where shoppers pay, and where providers say how it went."""

from django.urls import path
from payments.urls import static_callback

from shop.payments import views

urlpatterns = [
    path("orders/<str:token>/pay/", views.pay, name="order_pay"),
    path("orders/<str:token>/thanks/", views.thanks, name="order_thanks"),
    path("orders/<str:token>/unpaid/", views.unpaid, name="order_unpaid"),
    path("payments/stripe/", static_callback, {"variant": "stripe"}, name="stripe_webhook"),
]
