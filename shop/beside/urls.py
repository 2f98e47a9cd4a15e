"""Addresses of what is shown beside a product."""

from django.urls import path

from shop.beside import views

urlpatterns = [
    path("p/<slug:slug>/with/", views.beside, name="beside"),
    path("basket/with/", views.beside_bag, name="beside_bag"),
]
