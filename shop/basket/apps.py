from django.apps import AppConfig


class BasketConfig(AppConfig):
    name = "shop.basket"
    label = "basket"
    verbose_name = "Basket"

    def ready(self) -> None:
        from shop.basket import merging  # noqa: F401
