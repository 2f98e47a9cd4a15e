from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShoppersConfig(AppConfig):
    name = "shop.shoppers"
    label = "shoppers"
    verbose_name = _("Shoppers")

    def ready(self) -> None:
        from shop.shoppers import merging, ratings  # noqa: F401
        from shop.shoppers.adapter import count_for_all_processes

        count_for_all_processes()
