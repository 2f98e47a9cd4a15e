from django.contrib import admin
from django.urls import include, path

from shop.catalog.admin import encoders, indexes
from shop.health import healthz
from shop.insights import admin as insights
from shop.metrics import metrics

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("admin/", include(encoders.urls())),
    path("admin/", include(indexes.urls())),
    path("admin/", include(insights.urls())),
    path("admin/", admin.site.urls),
    path("api/", include("shop.api.urls")),
    path("", include("shop.shoppers.urls")),
    path("checkout/", include("shop.checkout.urls")),
    path("", include("shop.payments.urls")),
    path("orders/", include("shop.orders.urls")),
    path("basket/", include("shop.basket.urls")),
    path("", include("shop.catalog.urls")),
]
