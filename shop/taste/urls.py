"""Addresses of what is shown because of somebody's taste."""

from django.urls import path

from shop.taste import views

urlpatterns = [
    path("taste/", views.show, name="taste"),
    path("taste/reasons/", views.reasons, name="taste_reasons"),
    path("taste/for-you/", views.for_you, name="for_you"),
    path("taste/out/", views.take_out, name="taste_out"),
    path("taste/switch/", views.switch, name="taste_switch"),
    path("p/<slug:slug>/alike/", views.panel, name="taste_panel"),
]
