"""Addresses of the API."""

from django.urls import path

from shop.api.api import api

urlpatterns = [path("v1/", api.urls)]
