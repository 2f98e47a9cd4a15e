from django.apps import AppConfig


class ShoppersConfig(AppConfig):
    name = "shop.shoppers"
    label = "shoppers"
    verbose_name = "Shoppers"

    def ready(self) -> None:
        from shop.shoppers import merging  # noqa: F401
