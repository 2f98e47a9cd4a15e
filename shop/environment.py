"""Strict reading of environment variables: a typo is an error that says what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = ("1", "on", "true", "yes")
FALSE_WORDS = ("0", "off", "false", "no")


class EnvironmentFault(ImproperlyConfigured):
    """A variable with a value that cannot be meant, or a name that nothing reads."""


class Environment:
    """Reads variables one by one and remembers their names.

    An empty value counts as unset. Every reader raises EnvironmentFault, naming the variable, its
    value and what is accepted.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._known: set[str] = set()

    @property
    def known(self) -> frozenset[str]:
        """The names that were read so far."""
        return frozenset(self._known)

    def text(self, name: str, default: str = "") -> str:
        self._known.add(name)
        return self._values.get(name, "").strip() or default

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.text(name).lower()
        if not value:
            return default
        if value not in TRUE_WORDS + FALSE_WORDS:
            raise self._fault(name, f"one of {', '.join(TRUE_WORDS + FALSE_WORDS)}")
        return value in TRUE_WORDS

    def choice(self, name: str, choices: Sequence[str], default: str) -> str:
        value = self.text(name, default)
        if value not in (*choices, default):
            raise self._fault(name, f"one of {', '.join(choices)}")
        return value

    def whole(self, name: str, default: int, *, minimum: int, maximum: int) -> int:
        value = self.text(name, str(default))
        if not value.isascii() or not value.isdigit() or not minimum <= int(value) <= maximum:
            raise self._fault(name, f"a whole number from {minimum} to {maximum}")
        return int(value)

    def words(self, name: str, default: Sequence[str] = ()) -> list[str]:
        """A list whose parts are separated by commas."""
        parts = [part.strip() for part in self.text(name).split(",")]
        return [part for part in parts if part] or list(default)

    def path(self, name: str, default: Path) -> Path:
        return Path(self.text(name, str(default))).expanduser().absolute()

    def existing_path(self, name: str) -> Path | None:
        if not self.text(name):
            return None
        path = self.path(name, Path())
        if not path.exists():
            raise self._fault(name, "the path of a file or folder that exists")
        return path

    def address(self, name: str, schemes: Sequence[str]) -> str:
        """A URL with one of the schemes, or the empty string when the variable is unset."""
        value = self.text(name)
        if value and urlsplit(value).scheme not in schemes:
            accepted = " or ".join(f"{scheme}://" for scheme in schemes)
            raise self._fault(name, f"an address that starts with {accepted}", secret=True)
        return value

    def origins(self, name: str) -> list[str]:
        """Web origins such as https://shop.example, separated by commas."""
        values = self.words(name)
        if not all(value.startswith(("https://", "http://")) for value in values):
            raise self._fault(name, "origins with their scheme, such as https://shop.example")
        return values

    def sql_database(self, name: str, default: Path) -> dict[str, Any]:
        """Django's settings of the SQL database from sqlite:///PATH or postgresql://..."""
        address = self.address(name, ("sqlite", "postgres", "postgresql"))
        if not address:
            return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(default)}
        parts = urlsplit(address)
        if parts.scheme == "sqlite":
            # Three slashes start a relative path, four an absolute one, as everywhere else.
            return {"ENGINE": "django.db.backends.sqlite3", "NAME": unquote(parts.path[1:])}
        try:
            port = parts.port
        except ValueError:
            raise self._fault(name, "an address with a port number", secret=True) from None
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(port or ""),
            "OPTIONS": dict(parse_qsl(parts.query)),
        }

    def mail_server(self, name: str) -> dict[str, Any]:
        """Host, port, user, password, starttls and tls of a mail server; empty when unset.

        smtp:// sends in the clear, smtp+tls:// after STARTTLS, smtps:// through TLS from the start.
        """
        ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
        address = self.address(name, tuple(ports))
        if not address:
            return {}
        parts = urlsplit(address)
        try:
            port = parts.port or ports[parts.scheme]
        except ValueError:
            raise self._fault(name, "an address with a port number", secret=True) from None
        return {
            "host": parts.hostname or "",
            "port": port,
            "user": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "starttls": parts.scheme == "smtp+tls",
            "tls": parts.scheme == "smtps",
        }

    def refuse_unknown(self, prefix: str) -> None:
        """Raises EnvironmentFault when a variable with the prefix was never read."""
        for name in sorted(self._values):
            if name.startswith(prefix) and name not in self._known:
                near = difflib.get_close_matches(name, sorted(self._known), n=1, cutoff=0.6)
                hint = f" Did you mean {near[0]}?" if near else ""
                known = ", ".join(sorted(n for n in self._known if n.startswith(prefix)))
                raise EnvironmentFault(f"{name} is not a setting.{hint} There are: {known}.")

    def _fault(self, name: str, accepted: str, *, secret: bool = False) -> EnvironmentFault:
        # Addresses may hold a password, which does not belong in a log.
        value = "" if secret else f"={self._values[name]}"
        return EnvironmentFault(f"{name}{value} is not understood: it must be {accepted}.")
