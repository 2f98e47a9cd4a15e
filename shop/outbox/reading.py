"""What a kept mail says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from shop.outbox import keeping


@dataclass(frozen=True)
class Mail:
    """A mail that was sent. `key` names it; `text` is its text without its HTML."""

    key: str
    at: datetime
    sender: str
    to: str
    subject: str
    text: str


def read(key: str) -> Mail | None:
    """The mail of a key; None where there is none any more."""
    return _read(keeping.folder() / f"{key}{keeping.SUFFIX}")


def read_all(paths: list[Path]) -> list[Mail]:
    """The mails in these files; one that has gone meanwhile is left out."""
    return [mail for path in paths if (mail := _read(path))]


def _read(path: Path) -> Mail | None:
    try:
        found = BytesParser(EmailMessage, policy=policy.default).parsebytes(path.read_bytes())
    except FileNotFoundError:
        return None
    body = found.get_body(("plain",))
    return Mail(
        key=path.stem,
        at=datetime.fromtimestamp(int(path.stem.partition("-")[0]) / 10**9, UTC),
        sender=str(found["From"]),
        to=str(found["To"]),
        subject=str(found["Subject"]),
        text=body.get_content() if body else "",
    )
