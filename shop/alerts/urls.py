from django.urls import path

from shop.alerts import views

urlpatterns = [
    path("", views.ask, name="alert_ask"),
    path("<str:token>/", views.show, name="alert"),
    path("<str:token>/confirm/", views.confirm, name="alert_confirm"),
    path("<str:token>/leave/", views.leave, name="alert_leave"),
]
