"""Read the journal whole: as lines to verify or export, and as the head to keep outside."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

from ruche.journal.chain import Fault, HeadKept, Line, added_line, instant, verify
from ruche.journal.models import Entry, Head

CHUNK = 2_000
"""Lines held in memory at once."""

UNREADABLE_NUMBER = -1


# ------------------------------------------------------------------------------ lines


def lines(*, up_to: int | None = None) -> Iterator[Line]:
    """Every line, from the first, read in chunks.

    Instants and details are read as text: a line that was tampered with until it cannot be decoded
    is a line like any other, whose digest does not match.
    """
    entries = Entry.objects.annotate(when=Cast("at", TextField()), what=Cast("detail", TextField()))
    if up_to is not None:
        entries = entries.filter(number__lte=up_to)
    columns = ("actor", "verb", "object_kind", "object_id", "previous", "digest")
    rows = entries.order_by("number").values_list("number", "when", "what", *columns)
    for number, at, detail, actor, verb, kind, id, previous, digest in rows.iterator(CHUNK):
        yield Line(
            number=_whole(number),
            at=_instant(str(at)),
            actor=str(actor),
            verb=str(verb),
            object_kind=str(kind),
            object_id=str(id),
            detail=_detail(str(detail)),
            previous=str(previous),
            digest=str(digest),
        )


def _whole(number: Any) -> int:
    """SQLite accepts a text where a number is expected."""
    return number if isinstance(number, int) else UNREADABLE_NUMBER


def _instant(text: str) -> str:
    """SQLite writes UTC without saying it, PostgreSQL says it; what cannot be read stays as is."""
    try:
        at = datetime.fromisoformat(text)
        return instant(at if at.tzinfo else at.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return text


def _detail(text: str) -> Any:
    """The dictionary; or the text as it is, when it is not one that a line may hold."""
    try:
        detail = json.loads(text)
    except (ValueError, RecursionError):
        return text
    flat = isinstance(detail, dict) and not any(isinstance(v, dict | list) for v in detail.values())
    return detail if flat else text


# ----------------------------------------------------------------------- verification


def verify_all(heads: Iterable[HeadKept] = ()) -> list[Fault]:
    """Faults of the whole journal, against the heads kept outside and the one of the database.

    People may go on writing meanwhile: a line and the head that knows it appear together.
    """
    last = 0

    def counted() -> Iterator[Line]:
        nonlocal last
        for line in lines():
            last = max(last, line.number)
            yield line

    faults = verify(counted(), [*heads, current_head()])
    known = current_head().number
    return [*faults, added_line(known + 1)] if last > known else faults


# ------------------------------------------------------------------------------- head


def current_head() -> HeadKept:
    """Number and digest of the last line; zero and `GENESIS` before the first."""
    head = Head.objects.filter(pk=Head.THE_ONLY_ONE).first() or Head()
    return HeadKept(_whole(head.number), str(head.digest))


@dataclass(frozen=True, slots=True)
class PrintableHead:
    """A head to print, or to read aloud on the telephone: four signs at a time."""

    number: int
    at: datetime | None
    """When the last line was written; nothing before the first."""

    digest: str

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(self.digest[place : place + 4] for place in range(0, len(self.digest), 4))

    @property
    def spaced(self) -> str:
        return " ".join(self.groups)

    def __str__(self) -> str:
        """The form that `read_head` reads."""
        return f"{self.number}:{self.digest}"


def printable_head() -> PrintableHead:
    head = current_head()
    at = Entry.objects.filter(pk=head.number).values_list("at", flat=True).first()
    return PrintableHead(head.number, at, head.digest)
