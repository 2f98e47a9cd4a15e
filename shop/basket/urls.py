"""Addresses of the basket."""

from django.urls import path

from shop.basket import views

urlpatterns = [
    path("", views.show, name="basket"),
    path("add/", views.add, name="basket_add"),
    path("back/", views.put_back, name="basket_put_back"),
    path("lines/<int:line_id>/", views.set_quantity, name="basket_quantity"),
    path("lines/<int:line_id>/remove/", views.remove, name="basket_remove"),
]
