"""Strict reading of environment variables: a typo is an error that says what would be right."""

from __future__ import annotations

import difflib
import errno
import os
import re
from collections.abc import Mapping, Sequence
from email.utils import formataddr
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = ("1", "on", "true", "yes")
FALSE_WORDS = ("0", "off", "false", "no")
# What follows the name of a secret in the name of the variable that says which file holds it.
FILE = "_FILE"
NOWHERE = "vitrine.example"


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
        self._secrets: set[str] = set()

    @property
    def known(self) -> frozenset[str]:
        """The names that were read so far, without those that name files of secrets."""
        return frozenset(self._known)

    @property
    def secrets(self) -> frozenset[str]:
        """Those among them whose value may lie in a file, which NAME_FILE names."""
        return frozenset(self._secrets)

    def text(self, name: str, default: str = "") -> str:
        self._known.add(name)
        return self._values.get(name, "").strip() or default

    def secret(self, name: str) -> str:
        """A text that no message shows, from the variable or from the file that NAME_FILE names."""
        self._secrets.add(name)
        value, file = self.text(name), self._values.get(name + FILE, "").strip()
        if not file:
            return value
        if value:
            raise EnvironmentFault(f"{name} and {name + FILE} are both set: unset one of them.")
        return self._content(name + FILE, Path(file))

    def _content(self, name: str, file: Path) -> str:
        try:
            content = file.expanduser().read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as fault:
            reason = fault.strerror if isinstance(fault, OSError) else "it is not text"
            raise EnvironmentFault(f"{name}={file} cannot be read: {reason}.") from None
        if not content:
            raise EnvironmentFault(f"{name}={file} is empty: it must hold the secret.")
        return content

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

    def time_zone(self, name: str, default: str) -> str:
        """The name of a time zone of the IANA database."""
        value = self.text(name, default)
        try:
            return ZoneInfo(value).key
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            places = [zone for zone in available_timezones() if "/" in zone]
            near = difflib.get_close_matches(value, places, n=1)
            example = near[0] if near else "Europe/Berlin"
            raise self._fault(name, f"a time zone such as {example}") from error

    def words(self, name: str, default: Sequence[str] = ()) -> list[str]:
        """A list whose parts are separated by commas."""
        parts = [part.strip() for part in self.text(name).split(",")]
        return [part for part in parts if part] or list(default)

    def path(self, name: str, default: Path) -> Path:
        return Path(self.text(name, str(default))).expanduser().absolute()

    def folder(self, name: str, default: Path) -> Path:
        """The path of a folder that can be written, made when missing."""
        path = self.path(name, default)
        try:
            path.mkdir(parents=True, exist_ok=True)
            reason = _why_not_writable(path)
        except OSError as fault:
            reason = fault.strerror or str(fault)
        if reason:
            raise EnvironmentFault(
                f"{name}={path} is no folder that can be written ({reason}). Make it one, or set "
                f"{name} to another."
            )
        return path

    def existing_path(self, name: str) -> Path | None:
        if not self.text(name):
            return None
        path = self.path(name, Path())
        if not path.exists():
            raise self._fault(name, "the path of a file or folder that exists")
        return path

    def address(self, name: str, schemes: Sequence[str], *, beside: str = "") -> str:
        """A URL with one of the schemes, or the empty string when the variable is unset.

        Where it names a user without a password, that of the variable `beside` is put in, which
        may hold any characters.
        """
        value = self.secret(name)
        separate = self.secret(beside) if beside else ""
        if not value:
            return ""
        parts = self._split(name, value, schemes)
        user, at, hosts = parts.netloc.rpartition("@")
        if separate and user and ":" not in user:
            parts = parts._replace(netloc=f"{user}:{quote(separate, safe='')}{at}{hosts}")
            return parts.geturl()
        return value

    def _split(self, name: str, value: str, schemes: Sequence[str]) -> SplitResult:
        """The parts of an address; refuses what a password's own characters tore apart."""
        try:
            parts = urlsplit(value)
        except ValueError:
            raise self._torn(name) from None
        if parts.scheme not in schemes:
            accepted = " or ".join(f"{scheme}://" for scheme in schemes)
            raise self._fault(name, f"an address that starts with {accepted}", secret=True)
        if parts.netloc and "@" in parts.path + parts.query + parts.fragment:
            raise self._torn(name)
        for host in parts.netloc.rpartition("@")[2].split(","):
            port = host.rpartition("]")[2].partition(":")[2]
            if port and not (port.isascii() and port.isdigit() and int(port) < 2**16):
                raise self._fault(name, "an address with a port number", secret=True)
        return parts

    def _torn(self, name: str) -> EnvironmentFault:
        return self._fault(
            name,
            "an address whose user and password have / as %2F, # as %23, ? as %3F, [ as %5B and "
            "@ as %40",
            secret=True,
        )

    def mongodb(self, name: str, *, beside: str) -> str:
        """An address of MongoDB, or the empty string when the variable is unset.

        Its client refuses what others take as it is: a second : or @, and a % that encodes nothing.
        """
        address = self.address(name, ("mongodb", "mongodb+srv"), beside=beside)
        user = urlsplit(address).netloc.rpartition("@")[0]
        if "@" in user or user.count(":") > 1 or re.search("%(?![0-9A-Fa-f]{2})", user):
            accepted = "an address whose user and password have : as %3A, @ as %40 and % as %25"
            raise self._fault(name, accepted, secret=True)
        return address

    def origins(self, name: str) -> list[str]:
        """Web origins such as https://shop.example, separated by commas."""
        values = self.words(name)
        if not all(value.startswith(("https://", "http://")) for value in values):
            raise self._fault(name, "origins with their scheme, such as https://shop.example")
        return values

    def origin(self, name: str) -> str:
        """One web origin such as https://shop.example, or the empty string when unset."""
        value = self.text(name).rstrip("/")
        if value and not re.fullmatch(r"https?://[\w.-]+(:\d+)?", value):
            raise self._fault(name, "an origin with its scheme, such as https://shop.example")
        return value

    def sql_database(self, name: str, default: Path, *, beside: str = "") -> dict[str, Any]:
        """Django's settings of the SQL database from sqlite:///PATH or postgresql://..."""
        address = self.address(name, ("sqlite", "postgres", "postgresql"), beside=beside)
        if not address:
            return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(default)}
        parts = urlsplit(address)
        if parts.scheme == "sqlite":
            # Three slashes start a relative path, four an absolute one, as everywhere else.
            return {"ENGINE": "django.db.backends.sqlite3", "NAME": unquote(parts.path[1:])}
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
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
        return {
            "host": parts.hostname or "",
            "port": parts.port or ports[parts.scheme],
            "user": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "starttls": parts.scheme == "smtp+tls",
            "tls": parts.scheme == "smtps",
        }

    def refuse_unknown(self, prefix: str) -> None:
        """Raises EnvironmentFault when a variable with the prefix was never read."""
        files = {name + FILE for name in self._secrets}
        for name in sorted(self._values):
            if name.startswith(prefix) and name not in self._known | files:
                near = difflib.get_close_matches(name, sorted(self._known), n=1, cutoff=0.6)
                hint = f" Did you mean {near[0]}?" if near else ""
                known = ", ".join(sorted(n for n in self._known if n.startswith(prefix)))
                raise EnvironmentFault(f"{name} is not a setting.{hint} There are: {known}.")

    def _fault(self, name: str, accepted: str, *, secret: bool = False) -> EnvironmentFault:
        # Addresses may hold a password, which does not belong in a log.
        value = "" if secret else f"={self._values[name]}"
        return EnvironmentFault(f"{name}{value} is not understood: it must be {accepted}.")


def sender(name: str, origin: str) -> str:
    """Who mails come from where nobody said it: a name at the host of an origin.

    Without one at a host that there is nowhere, to which no answer goes astray.
    """
    return formataddr((name, f"shop@{urlsplit(origin).hostname or NOWHERE}"))


def _why_not_writable(folder: Path) -> str:
    """What the system says; empty where it says nothing, as it does of a full disk."""
    if os.access(folder, os.W_OK | os.X_OK):
        return ""
    is_read_only = os.statvfs(folder).f_flag & os.ST_RDONLY
    return os.strerror(errno.EROFS if is_read_only else errno.EACCES)
