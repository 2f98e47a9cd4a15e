"""Where contracts are withdrawn from: by anybody, and on the page of an order."""

from django.urls import path

from shop.withdrawals import views

urlpatterns = [
    path("withdraw/", views.withdraw, name="withdraw"),
    path("withdraw/<str:key>/", views.withdrawn, name="withdrawn"),
    path("orders/<str:token>/withdraw/", views.withdraw, name="order_withdraw"),
]
