from django.contrib import admin
from django.urls import include, path

from shop.catalog.admin import encoders
from shop.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", include(encoders.urls())),
    path("admin/", admin.site.urls),
    path("orders/", include("shop.orders.urls")),
    path("basket/", include("shop.basket.urls")),
    path("", include("shop.catalog.urls")),
]
