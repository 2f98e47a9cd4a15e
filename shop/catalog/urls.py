"""Addresses of the shop's pages, and of the files that go with them."""

from django.contrib.sitemaps import views as sitemaps
from django.urls import path, re_path
from django.views.decorators.cache import cache_control

from shop.catalog import views
from shop.catalog.sitemaps import SITEMAPS

HOUR_SECONDS = 3600
for_an_hour = cache_control(public=True, max_age=HOUR_SECONDS)

urlpatterns = [
    path("", views.home, name="home"),
    path("c/<slug:slug>/", views.category, name="category"),
    path("p/<slug:slug>/", views.product, name="product"),
    path("p/<slug:slug>/similar/", views.similar, name="similar"),
    path("p/<slug:slug>/why/<slug:other>/", views.why_similar, name="why_similar"),
    path("photo/", views.photo_search, name="photo_search"),
    re_path(
        r"^photo/(?P<key>[0-9a-f]{32}(?:-whole)?)/$", views.photo_results, name="photo_results"
    ),
    re_path(r"^photo/(?P<key>[0-9a-f]{32}(?:-whole)?)/part/$", views.photo_part, name="photo_part"),
    re_path(
        r"^photo/(?P<key>[0-9a-f]{32}(?:-whole)?)/why/(?P<slug>[-a-zA-Z0-9_]+)/$",
        views.why_like,
        name="why_like",
    ),
    path("search/", views.search, name="search"),
    path("search/suggestions/", views.suggestions, name="suggestions"),
    path("offline/", views.offline, name="offline"),
]

# The same in every language.
files = [
    path("pictures/<int:width>/<path:stem>.<str:extension>", views.picture, name="picture"),
    path("robots.txt", views.robots, name="robots"),
    path(
        "sitemap.xml",
        for_an_hour(sitemaps.index),
        {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap"},
        name="sitemaps",
    ),
    path(
        "sitemap-<slug:section>.xml",
        for_an_hour(sitemaps.sitemap),
        {"sitemaps": SITEMAPS},
        name="sitemap",
    ),
    path("sw.js", views.service_worker, name="service_worker"),
]
