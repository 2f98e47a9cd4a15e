from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PricesConfig(AppConfig):
    name = "shop.prices"
    label = "prices"
    verbose_name = _("Prices")

    def ready(self) -> None:
        from shop.prices import listening  # noqa: F401
