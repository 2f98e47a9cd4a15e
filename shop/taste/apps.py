from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TasteConfig(AppConfig):
    name = "shop.taste"
    label = "taste"
    verbose_name = _("Taste")
