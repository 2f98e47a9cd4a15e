from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"
    verbose_name = "Vitrine"

    def ready(self) -> None:
        # The Celery application must exist before a task is sent from any process.
        import celery_app  # noqa: F401
        from shop import checks  # noqa: F401
