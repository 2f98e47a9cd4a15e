"""`manage.py api_token USERNAME NAME`: make a token for the API, or revoke one."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.api.models import Token


class Command(BaseCommand):
    help = "Make a token for the API and print it, which is the only time that it is shown."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="for whom it acts")
        parser.add_argument("name", help="who or what uses it")
        parser.add_argument("--revoke", action="store_true", help="revoke the tokens of that name")

    def handle(self, *, username: str, name: str, revoke: bool, **options: Any) -> None:
        users = get_user_model()
        user = users.objects.filter(**{users.USERNAME_FIELD: username}).first()
        if user is None:
            raise CommandError(f"There is no user {username}.")
        if revoke:
            self._revoke(user, name)
        else:
            _, secret = Token.objects.make(user=user, name=name)
            self.stdout.write(secret)

    def _revoke(self, user: User, name: str) -> None:
        revoked, _ = Token.objects.filter(user=user, name=name).delete()
        if not revoked:
            raise CommandError(f"{user} has no token {name!r}.")
        self.stdout.write(f"Revoked: {revoked}.")
