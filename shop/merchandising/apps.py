from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MerchandisingConfig(AppConfig):
    name = "shop.merchandising"
    label = "merchandising"
    verbose_name = _("Merchandising")

    def ready(self) -> None:
        from shop.catalog.steering import steer_by
        from shop.merchandising import listening, running  # noqa: F401

        steer_by(running.of_panel, running.of_search)
