"""The merchant's pages: Django's admin in django-unfold's dress.

`dashboard.py` fills the first page; shop/admin_theme.py has its colours and navigation.
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from shop.catalog.admin import categories, imports, people, products

admin.site.index_title = _("Overview")

__all__ = ["categories", "imports", "people", "products"]
