"""Addresses of the checkout's steps."""

from django.urls import path

from shop.checkout import views
from shop.checkout.choices import Step

urlpatterns = [
    path("", views.start, name="checkout"),
    path("address/", views.address, name=Step.ADDRESS),
    path("delivery/", views.delivery, name=Step.DELIVERY),
    path("payment/", views.payment, name=Step.PAYMENT),
    path("review/", views.review, name=Step.REVIEW),
    path("voucher/", views.voucher, name="checkout_voucher"),
    path("order/", views.order, name="checkout_order"),
]
