from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "shop.catalog"
    label = "catalog"
    verbose_name = "Catalogue"
    default_auto_field = "django_mongodb_backend.fields.ObjectIdAutoField"
