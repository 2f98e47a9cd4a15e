from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from shop.back_office import encoders, indexes, login
from shop.catalog.urls import files
from shop.insights import admin as insights
from shop.insights.views import seen
from shop.operations.health import healthz
from shop.operations.metrics import metrics
from shop.outbox import admin as outbox
from shop.web import error_pages
from shop.widget import urls as widget

# allauth asks for it.
handler429 = "shop.limits.answers.too_often"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("admin/language/", set_language, name="set_language"),
    path("admin/login/", login.login),
    path("admin/", include(encoders.urls())),
    path("admin/", include(indexes.urls())),
    path("admin/", include(insights.urls())),
    path("admin/", include(outbox.urls())),
    path("admin/", admin.site.urls),
    path("api/", include("shop.api.urls")),
    path("api/widget/", include(widget.asked)),
    path("widget/", include(widget.script)),
    path("", include(files)),
    path("feeds/", include("shop.feeds.urls")),
    path("panels/seen/", seen, name="panels_seen"),
    # The pages of the shop, in its own language or under /de/.
    *i18n_patterns(
        path("", include("shop.shoppers.urls")),
        path("", include("shop.taste.urls")),
        path("", include("shop.beside.urls")),
        path("checkout/", include("shop.checkout.urls")),
        path("", include("shop.payments.urls")),
        path("", include("shop.withdrawals.urls")),
        path("orders/", include("shop.orders.urls")),
        path("basket/", include("shop.basket.urls")),
        path("info/", include("shop.pages.urls")),
        path("alerts/", include("shop.alerts.urls")),
        path("", include("shop.catalog.urls")),
        prefix_default_language=False,
    ),
]

handler400 = error_pages.bad_request
handler403 = error_pages.permission_denied
handler500 = error_pages.server_error
