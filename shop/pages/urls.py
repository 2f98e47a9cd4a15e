from django.urls import path

from shop.pages import views

urlpatterns = [path("<slug:page>/", views.show, name="page")]
