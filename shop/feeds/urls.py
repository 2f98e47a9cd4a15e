from django.urls import path

from shop.feeds import views

urlpatterns = [path("<str:key>/<str:file>", views.feed, name="feed")]
