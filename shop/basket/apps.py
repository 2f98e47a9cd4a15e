from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BasketConfig(AppConfig):
    name = "shop.basket"
    label = "basket"
    verbose_name = _("Basket")

    def ready(self) -> None:
        from shop.basket import merging  # noqa: F401
