"""Look at a wide file without reading it: which columns are plain numbers, are cells quoted?"""

from collections.abc import Iterable
from dataclasses import dataclass

from ruche.engines.portraits.errors import Place, UnreadableSource
from ruche.engines.portraits.sources.opening import Opened
from ruche.engines.portraits.states import MARKERS

WINDOW = 128 * 1024
"""Bytes looked at in the middle and at the end, beside the head."""


@dataclass(frozen=True)
class Sampled:
    """What the samples showed."""

    numeric: frozenset[str]
    """Columns of which every sampled cell is a plain number, with a point."""

    textual: tuple[str, ...]
    """Columns of which most sampled cells are neither numbers nor markers."""

    quoted: bool


def sample(table: Opened, header: list[str], variables: list[str]) -> Sampled:
    """Read a few lines at the beginning, in the middle and at the end.

    Refuses a sampled line that has not as many fields as the header.
    """
    quoted = b'"' in table.head
    rows = [_fields(line) for line in _sampled_lines(table)]
    if not quoted:
        _refuse_first_ragged(table, header)
    position = {name: i for i, name in enumerate(header)}
    cells = {
        name: [row[position[name]] for row in rows if len(row) > position[name]]
        for name in variables
    }
    numeric = frozenset(name for name, seen in cells.items() if all(map(is_plain, seen)))
    textual = tuple(name for name in variables if name not in numeric and _is_text(cells[name]))
    return Sampled(numeric, textual, quoted or any('"' in cell for row in rows for cell in row))


def is_plain(cell: str) -> bool:
    """Is it a number that Polars reads as such?"""
    try:
        float(cell)
    except ValueError:
        return False
    return cell[-1:].isdigit() or cell.endswith(".")


def _is_text(cells: Iterable[str]) -> bool:
    told = [c.strip('" ') for c in cells if c.strip('" ')]
    words = [c for c in told if c.lower() not in MARKERS and not is_plain(c.replace(",", "."))]
    return len(words) * 2 > len(told)


def _fields(line: str) -> list[str]:
    return line.split(";")


def _sampled_lines(table: Opened) -> list[str]:
    size = table.plain.stat().st_size
    lines = table.lines[1:]
    if size <= len(table.head):
        return lines
    for start in (size // 2, max(size - WINDOW, 0)):
        lines += _lines_from(table, start)
    return lines


def _lines_from(table: Opened, start: int) -> list[str]:
    """The whole lines of a window: the first is cut, and the last unless the file ends there."""
    with table.plain.open("rb") as stream:
        stream.seek(start)
        block = stream.read(WINDOW)
    text = block.decode(table.encoding, "replace")
    return [line for line in text.split("\n")[1:-1] if line]


def _refuse_first_ragged(table: Opened, header: list[str]) -> None:
    for number, line in enumerate(table.lines[1:], start=2):
        if line and line.count(";") != len(header) - 1:
            refuse_line(table, number, line.count(";") + 1, len(header))


def refuse_ragged(table: Opened, width: int, *, quoted: bool) -> None:
    """Refuse the first line that has not `width` fields. Slow: only when something looks wrong."""
    if quoted:
        _refuse_ragged_quoted(table, width)
        return
    with table.plain.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip() and line.count(b";") != width - 1:
                refuse_line(table, number, line.count(b";") + 1, width)


def _refuse_ragged_quoted(table: Opened, width: int) -> None:
    import csv

    with table.plain.open(encoding=table.encoding, newline="") as stream:
        reader = csv.reader(stream, delimiter=";")
        for row in reader:
            if row and len(row) != width:
                refuse_line(table, reader.line_num, len(row), width)


def refuse_line(table: Opened, number: int, found: int, width: int) -> None:
    """A line that is too short or too long."""
    raise UnreadableSource(
        Place(table.name, number),
        f"{found} champs au lieu de {width}.",
        "La ligne est coupée, ou un séparateur s’est glissé dans une cellule.",
    )
