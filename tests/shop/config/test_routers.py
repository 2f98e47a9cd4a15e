import pytest
from django.contrib.auth.models import User
from django.db import connections

from shop.config.routers import CatalogRouter


@pytest.mark.django_db
def test_users_live_in_sql() -> None:
    User.objects.create(username="ada")
    assert User.objects.using("default").count() == 1


@pytest.mark.django_db
def test_mongodb_holds_no_table_of_users() -> None:
    names = connections["catalog"].introspection.table_names()
    assert not [name for name in names if name.startswith(("auth_", "django_session"))]


def test_no_relation_crosses_the_databases() -> None:
    from shop.catalog.models import Product

    assert CatalogRouter().allow_relation(Product, User) is False
    assert CatalogRouter().allow_relation(User, User) is None
