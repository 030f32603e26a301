"""The journal as a file: a line per act, with what is needed to verify the chain elsewhere."""

import csv
from collections.abc import Iterable, Iterator

from ruche.core.cells import harmless
from ruche.journal.chain import Line, canonical
from ruche.journal.verbs import label_of

COLUMNS = (
    "number",
    "at",
    "actor",
    "verb",
    "label",
    "object_kind",
    "object_id",
    "detail",
    "previous",
    "digest",
)


class _Echo:
    """A file that gives back what is written in it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(lines: Iterable[Line]) -> Iterator[str]:
    """UTF-8, comma; instants in UTC and details in JSON, as the digest reads them."""
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    yield writer.writerow(COLUMNS)
    for line in lines:
        yield writer.writerow([harmless(cell) for cell in _cells(line)])


def _cells(line: Line) -> tuple[str, ...]:
    return (
        str(line.number),
        line.at,
        line.actor,
        line.verb,
        label_of(line.verb),
        line.object_kind,
        line.object_id,
        canonical(line.detail),
        line.previous,
        line.digest,
    )
