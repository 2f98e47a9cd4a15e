"""The recommender as a Django app: commands and settings, no models."""

from django.apps import AppConfig


class RecommenderConfig(AppConfig):
    name = "recommender"
    verbose_name = "Recommender"

    def ready(self) -> None:
        from recommender import checks  # noqa: F401
