"""The data that components receive: tables, files to download, entries of a legend.

A view or a query builds them; the tags of `templatetags/ui.py` show them. Any object with the same
attributes does as well: a figure of `ruche.engines.figures` brings its own table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ruche.french.numbers import NBSP, number


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column. With a `key`, its header is a link that sorts (`?tri=key`)."""

    label: str
    key: str = ""
    numeric: bool = False

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, texts or safe HTML; the first cell of a row is its header."""

    caption: str
    columns: Sequence[Column | str]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class File:
    """Something to download: what it is, where, its format, its weight in bytes when known."""

    label: str
    url: str
    format: str = ""
    weight: int | None = None

    @property
    def detail(self) -> str:
        """« CSV, 12 ko »."""
        weight = file_weight(self.weight) if self.weight is not None else ""
        return ", ".join(part for part in (self.format, weight) if part)


class LegendEntry(NamedTuple):
    """A mark and its meaning. `mark`: one of `MARKS`; `colour`: `shape-1`…`4` or `scale-1`…`6`."""

    label: str
    mark: str = "square"
    colour: str = "shape-1"


MARKS = {
    "square": '<rect x="4" y="1" width="16" height="14" stroke="#767f87"/>',
    "circle": '<circle cx="12" cy="8" r="6"/>',
    "diamond": '<path d="M12 1l7 7-7 7-7-7z"/>',
    "triangle": '<path d="M12 1.500l7.500 13h-15z"/>',
    "line": '<path d="M0 8h24" stroke="currentColor" stroke-width="3"/>',
    "dashed": '<path d="M0 8h24" stroke="currentColor" stroke-width="3" stroke-dasharray="6 3"/>',
    "hatched": '<path d="M4 1h16v14H4z" fill="#ffffff" stroke="#767f87"/>'
    '<path d="M4 8l7-7M4 15L18 1M11 15l9-9" stroke="#767f87"/>',
}
"""Drawings of a legend, in a box of 24 × 16: a shape as well as a colour tells entries apart."""


def file_weight(octets: int) -> str:
    """The weight of a file: « 840 octets », « 12 ko », « 3,4 Mo »."""
    if octets < 1000:
        return f"{number(octets)}{NBSP}octets"
    if octets < 999_500:
        return f"{number(octets / 1000)}{NBSP}ko"
    return f"{number(octets / 1_000_000, 1)}{NBSP}Mo"
