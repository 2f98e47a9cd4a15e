"""Keeps mails in files, one each, whole or absent; the oldest go where they are many."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

MOST = 500
SUFFIX = ".eml"


class EmailBackend(BaseEmailBackend):
    """Django's EMAIL_BACKEND where no mail server is named. Raises OSError where no room is."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder().mkdir(mode=0o700, exist_ok=True)
        for message in email_messages:
            _keep(message.message().as_bytes())
        for old in files()[MOST:]:
            old.unlink(missing_ok=True)
        return len(email_messages)


def folder() -> Path:
    return Path(settings.EMAIL_FILE_PATH)


def files() -> list[Path]:
    """The files of all mails, the newest first: their names begin with when they were sent."""
    return sorted(folder().glob(f"*{SUFFIX}"), reverse=True)


def _keep(content: bytes) -> None:
    path = folder() / f"{time.time_ns():020}-{secrets.token_hex(4)}{SUFFIX}"
    # Nobody reads half a mail; what a killed process leaves is swept away.
    draft = path.with_suffix(".partial")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
