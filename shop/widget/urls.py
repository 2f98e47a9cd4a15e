"""Addresses of the widget. The number is that of what pages rely on, in both."""

from django.urls import path

from shop.widget import views
from shop.widget.answers import answers

script = [path("v1.js", views.script, name="widget_script")]
asked = [path("v1/", answers.urls)]
