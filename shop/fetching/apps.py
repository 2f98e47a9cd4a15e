from django.apps import AppConfig


class FetchingConfig(AppConfig):
    name = "shop.fetching"

    def ready(self) -> None:
        from shop.fetching import checks  # noqa: F401
