from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "shop.events"
    label = "events"
    verbose_name = _("Events")

    def ready(self) -> None:
        from shop.events import listening  # noqa: F401
