"""Addresses of the shop's pages."""

from django.urls import path, re_path

from shop.catalog import views

urlpatterns = [
    path("", views.home, name="home"),
    path("c/<slug:slug>/", views.category, name="category"),
    path("p/<slug:slug>/", views.product, name="product"),
    path("p/<slug:slug>/similar/", views.similar, name="similar"),
    path("photo/", views.photo_search, name="photo_search"),
    re_path(r"^photo/(?P<key>[0-9a-f]{32})/$", views.photo_results, name="photo_results"),
    path("search/", views.search, name="search"),
    path("pictures/<int:width>/<path:stem>.<str:extension>", views.picture, name="picture"),
    path("offline/", views.offline, name="offline"),
    path("sw.js", views.service_worker, name="service_worker"),
]
