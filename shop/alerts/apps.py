from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AlertsConfig(AppConfig):
    name = "shop.alerts"
    label = "alerts"
    verbose_name = _("Alerts")

    def ready(self) -> None:
        from shop.alerts import listening  # noqa: F401
