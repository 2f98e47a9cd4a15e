from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsightsConfig(AppConfig):
    name = "shop.insights"
    label = "insights"
    verbose_name = _("Insights")

    def ready(self) -> None:
        from shop.insights import listening  # noqa: F401
