"""The merchant's pages of the catalogue: Django's admin in django-unfold's dress.

shop/back_office/ has the first page, the colours and the navigation.
"""

from shop.catalog.admin import categories, imports, products, sources

__all__ = ["categories", "imports", "products", "sources"]
