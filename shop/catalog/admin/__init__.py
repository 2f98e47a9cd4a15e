"""The merchant's pages: Django's admin in django-unfold's dress.

`dashboard.py` fills the first page; shop/admin_theme.py has its colours and navigation.
"""

from shop.catalog.admin import categories, imports, people, products

__all__ = ["categories", "imports", "people", "products"]
