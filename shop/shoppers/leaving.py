"""What happens when a shopper goes for good."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils.translation import gettext as _


class MayNotLeave(Exception):
    """The account cannot be deleted here. The text is a sentence for whoever tried."""


def delete_account(user: User) -> None:
    """Delete an account and all that belongs to it.

    Orders stay, belonging to nobody: the law wants their invoices kept. Raises MayNotLeave.
    """
    if user.is_staff:
        raise MayNotLeave(_("This account runs the shop, so it is deleted in the admin."))
    user.delete()
