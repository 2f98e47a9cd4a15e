"""Addresses of the orders. Whoever knows an order's token may see it and call it off."""

from django.urls import path

from shop.orders import views

urlpatterns = [
    path("", views.order_list, name="orders"),
    path("<str:token>/", views.order, name="order"),
    path("<str:token>/invoice/", views.invoice, name="order_invoice"),
    path("<str:token>/cancel/", views.cancel, name="order_cancel"),
    path("<str:token>/return/", views.send_back, name="order_return"),
]
