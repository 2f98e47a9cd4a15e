"""Addresses of the shoppers' accounts."""

from django.urls import include, path

from shop.shoppers import views

urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/", include("allauth.account.urls")),
]
