from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SkusConfig(AppConfig):
    name = "shop.skus"
    label = "skus"
    verbose_name = _("SKUs")
