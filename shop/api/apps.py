from django.apps import AppConfig


class APIConfig(AppConfig):
    name = "shop.api"
    label = "api"
    verbose_name = "API"
