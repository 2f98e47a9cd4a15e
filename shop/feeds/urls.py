from django.urls import path

from shop.feeds import views

urlpatterns = [path("<str:key>/<str:name>", views.feed, name="feed")]
