"""The e-mails of an instance without a mail server: kept in a folder, read in the demo."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

MOST = 100
SEPARATOR = b"-" * 79 + b"\n"
"""What Django writes between two messages of one connection."""


@dataclass(frozen=True)
class Letter:
    """One e-mail, as a person reads it."""

    at: datetime
    to: str
    subject: str
    body: str


def keeps_letters() -> bool:
    """Whether this instance keeps its e-mails instead of sending them."""
    return settings.EMAIL_BACKEND.endswith("filebased.EmailBackend")


def letters() -> list[Letter]:
    """The latest e-mails, newest first."""
    if not keeps_letters():
        return []
    folder = Path(settings.EMAIL_FILE_PATH)
    files = sorted(folder.glob("*.log"), reverse=True)[:MOST]
    found = [letter for path in files for letter in _read(path)]
    return sorted(found, key=lambda letter: letter.at, reverse=True)[:MOST]


def _read(path: Path) -> list[Letter]:
    parts = path.read_bytes().split(SEPARATOR)
    read = [_letter(part) for part in parts if part.strip()]
    return [letter for letter in read if letter is not None]


def _letter(content: bytes) -> Letter | None:
    """One message; None for one that is still being written, and has no date yet."""
    message = message_from_bytes(content, policy=policy.default)
    try:
        at = parsedate_to_datetime(str(message["Date"]))
    except ValueError:
        return None
    body = message.get_body(("plain",))
    return Letter(
        at=at if at.tzinfo else at.replace(tzinfo=UTC),  # « -0000 » is universal time
        to=str(message["To"]),
        subject=str(message["Subject"]),
        body=body.get_content() if body else "",
    )
