"""Journeys in a file that a coordinator can open: a line for each pair, minutes and metres.

    origine;destination;minutes;metres
    Auch;Condom;45;43200

Semicolons or commas, with or without the byte-order mark that some spreadsheets add. What is not
understood refuses the file whole.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ruche.engines.rounds.errors import BadTravel
from ruche.engines.rounds.journeys.grids import travel_of
from ruche.engines.rounds.travel import Journey, Pair, Travel

COLUMNS = ("origine", "destination", "minutes", "metres")
EXPECTED = "Attendu : origine;destination;minutes;metres"
NUMBER = re.compile(r"[0-9]{1,9}([.,][0-9]{1,9})?")

Line = tuple[int, Sequence[str]]
"""The number of a line of the file, and its cells."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file: its number, and its cells by column."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class File:
    """What a file says, pair by pair; `measured`: whether it gives metres, which are zero else."""

    journeys: dict[Pair, Journey]
    measured: bool


def read_journeys(
    header: Sequence[str], lines: Iterable[Line], name: str, places: Collection[str] = ()
) -> File:
    """The journeys of the file `name`, whatever they are between, however many.

    Minutes are rounded up. A name keeps its outer spaces when one of `places` is written so.

    Raises `BadTravel`, with the line and the column, for a header that is not understood, a cell
    that is not a number, a pair given twice with different values.
    """
    columns = _columns(header, name)
    rows = [_row(line, columns, cells, name) for line, cells in lines]
    return File(_journeys(rows, set(places), name), measured="metres" in columns)


def read_table(text: str, places: Sequence[str], name: str) -> Travel:
    """The journeys between these places, from the text of the file `name`.

    The file may know more places: those are left aside. Without a column of metres they are zero,
    and the source says so. The journey from a place to itself may be absent, and is zero.

    Raises `BadTravel` as `read_journeys` does, for a pair that is missing, for a broken quote.
    """
    lines = _lines(text, name)
    _line, header = next(lines, (1, []))
    file = read_journeys(header, lines, name, places)
    source = f"fichier « {name} »" + ("" if file.measured else ", sans les mètres")
    asked = {pair: said for pair, said in file.journeys.items() if set(pair) <= set(places)}
    return travel_of(places, asked, source)


def write_table(travel: Travel) -> str:
    """A file that `read_table` gives back as it was, its source apart."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for i, origin in enumerate(travel.places):
        for j, target in enumerate(travel.places):
            if i != j:
                writer.writerow((origin, target, travel.minutes[i][j], travel.metres[i][j]))
    return written.getvalue()


def _lines(text: str, name: str) -> Iterator[Line]:
    """Its first line, then those that are not empty."""
    text = text.removeprefix("\ufeff")
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if reader.line_num == 1 or any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise BadTravel(
            f"{_where(name, reader.line_num)} : cette ligne ne se lit pas ; un guillemet n’y est "
            "peut-être pas refermé."
        ) from error


def _columns(header: Sequence[str], name: str) -> list[str]:
    columns = [cell.strip().lower().replace("è", "e") for cell in header]
    if sorted(columns) not in (sorted(COLUMNS), sorted(COLUMNS[:3])):
        raise BadTravel(f"{_where(name, 1)} : l’en-tête n’est pas celui attendu. {EXPECTED}.")
    return columns


def _row(line: int, columns: Sequence[str], cells: Sequence[str], name: str) -> Row:
    if len(cells) != len(columns):
        raise BadTravel(
            f"{_where(name, line)} : {len(cells)} colonnes au lieu de {len(columns)}. Une virgule "
            "dans un nombre, quand les colonnes sont séparées par des virgules, demande des "
            "guillemets."
        )
    return Row(line, dict(zip(columns, cells, strict=True)))


def _journeys(rows: Sequence[Row], places: set[str], name: str) -> dict[Pair, Journey]:
    found: dict[Pair, tuple[int, Journey]] = {}
    for row in rows:
        pair = (_place(row, "origine", places), _place(row, "destination", places))
        journey = (math.ceil(_number(row, "minutes", name)), round(_number(row, "metres", name)))
        line, before = found.setdefault(pair, (row.line, journey))
        if before != journey:
            column = "minutes" if before[0] != journey[0] else "metres"
            raise BadTravel(
                f"{_where(name, row.line, column)} : {pair[0]} → {pair[1]} est déjà donné, "
                f"autrement, à la ligne {line}. Gardez une seule des deux lignes."
            )
    return {pair: journey for pair, (_line, journey) in found.items()}


def _place(row: Row, column: str, places: set[str]) -> str:
    """The spaces around a name are a slip, unless they are in the name of a place."""
    cell = row.cells[column]
    return cell if cell in places else cell.strip()


def _number(row: Row, column: str, name: str) -> Decimal:
    cell = row.cells.get(column, "0").strip()
    if not NUMBER.fullmatch(cell):
        raise BadTravel(
            f"{_where(name, row.line, column)} : « {cell} » n’est pas un nombre positif. Écrivez "
            "par exemple 45 ou 45,5."
        )
    return Decimal(cell.replace(",", "."))


def _where(name: str, line: int, column: str | None = None) -> str:
    said = f"Fichier « {name} », ligne {line}"
    return said if column is None else f"{said}, colonne « {column} »"
