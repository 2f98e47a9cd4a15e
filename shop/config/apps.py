from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop.config"
    verbose_name = "Vitrine"

    def ready(self) -> None:
        # The Celery application must exist before a task is sent from any process.
        import celery_app  # noqa: F401
        from shop.config import checks  # noqa: F401
