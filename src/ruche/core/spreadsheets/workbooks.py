"""Read a workbook (.xlsx): the first sheet that holds something, as the texts that people see.

A workbook is an archive of XML. Before any of it is parsed, its unpacked size, its number of lines
and the declarations that could make an XML explode are checked on the bytes.
"""

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from ruche.core.components import file_weight
from ruche.core.spreadsheets.errors import UnreadableSpreadsheet
from ruche.core.spreadsheets.limits import MOST_LINES, MOST_PARTS, MOST_UNPACKED
from ruche.core.spreadsheets.sheets import (
    Line,
    Recognise,
    Sheet,
    clean,
    letter_of,
    sheet_of,
    too_many_lines,
)

END_OF_ROW = b"</row>"
ROW_NUMBER = re.compile(rb'<row [^>]*?\br="(\d+)"')
MERGED = re.compile(rb'<mergeCell ref="([A-Z]+\d+:[A-Z]+\d+)"')
DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
UTF16 = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")
WIDEST = 300
"""Columns looked at; beyond, nothing of a real table is found."""

EXACT = 10**15
"""From here on a spreadsheet has lost the last digits of a number."""


@dataclass(frozen=True)
class _Facts:
    """What the bytes of a sheet say before it is parsed."""

    last_row: int
    has_formulas: bool
    merged: tuple[tuple[int, int, int, int], ...]
    """Areas: first column, first row, last column, last row, from 1."""


def read_workbook(archive: ZipFile, data: bytes, recognise: Recognise) -> Sheet:
    """The sheet of a workbook. Refuses (`UnreadableSpreadsheet`) what is damaged, or too big."""
    try:
        _check_parts(archive)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl leaves aside, we do not read either
            return _read(archive, data, recognise)
    except UnreadableSpreadsheet:
        raise
    except Exception as error:  # whatever a damaged or hostile archive makes its readers say
        raise UnreadableSpreadsheet(
            "Ce classeur est abîmé : ouvrez-le dans votre tableur et enregistrez-le de nouveau."
        ) from error


def _check_parts(archive: ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise UnreadableSpreadsheet(
            f"Une fois déplié, ce classeur dépasse {file_weight(MOST_UNPACKED)} : gardez la "
            "feuille utile, sans image ni mise en forme de colonnes entières, ou envoyez un .csv."
        )
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            xml = archive.read(part)
            if xml.startswith(UTF16) or any(word in xml for word in DECLARATIONS):
                raise UnreadableSpreadsheet(
                    "Ce classeur contient ce qu’aucun tableur n’écrit : il n’a pas été ouvert. "
                    "Copiez votre tableau dans un classeur neuf."
                )


def _read(archive: ZipFile, data: bytes, recognise: Recognise) -> Sheet:
    book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        sheets: list[Any] = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for sheet in sheets:
            facts = _facts(archive.read(sheet._worksheet_path.lstrip("/")))
            if facts.last_row:
                break
        else:
            raise UnreadableSpreadsheet("Ce classeur est vide : vérifiez que c’est le bon.")
        formulas = _formulas(data, sheet.title, facts) if facts.has_formulas else {}
        lines = list(_lines(sheet, facts, formulas))
    finally:
        book.close()
    told = [*_told_merged(_fill_merged(lines, facts)), *_told_sheets(sheet.title, sheets)]
    return sheet_of(lines, recognise, told)


def _facts(xml: bytes) -> _Facts:
    """How far the sheet goes, by its bytes: a hundred thousand lines are refused at once."""
    rows = [row for row in xml.split(END_OF_ROW) if b"<v" in row or b"<is>" in row]
    if len(rows) > MOST_LINES + 1:
        raise too_many_lines(len(rows))
    found = ROW_NUMBER.findall(rows[-1]) if rows else []
    last = int(found[-1]) if found else len(rows)
    merged: Any = tuple(range_boundaries(area.decode()) for area in MERGED.findall(xml))
    return _Facts(last, b"<f>" in xml or b"<f " in xml or b"<f/>" in xml, merged)


# ---------------------------------------------------------------------------------- cells


def _lines(sheet: Any, facts: _Facts, formulas: dict[tuple[int, int], str]) -> Iterator[Line]:
    rows = sheet.iter_rows(max_row=facts.last_row, values_only=True)
    for number, row in enumerate(rows, start=1):
        cells = tuple("" if value is None else clean(as_text(value)) for value in row[:WIDEST])
        without = [
            rank for rank, cell in enumerate(cells) if not cell and (number, rank) in formulas
        ]
        faults = tuple((rank, _no_result(formulas[number, rank], number, rank)) for rank in without)
        yield Line(number, cells, faults)


def as_text(value: Any) -> str:
    """A cell as people read it: « 12 », « 43.6465 », « 2026-12-03 », « 14:30 », « oui »."""
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case int() | float():
            return _number(value)
        case datetime():
            return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
        case timedelta():
            hours, minutes = divmod(round(value.total_seconds() / 60), 60)
            return f"{hours:02}:{minutes:02}"
        case _:
            return str(value)


def _number(value: float) -> str:
    """Fifteen digits, as a spreadsheet; beyond, the number is shown as damaged as it is."""
    if abs(value) >= EXACT:
        return f"{value:.14E}".replace(".", ",")
    return str(int(value)) if value == int(value) else format(value, ".15g")


def _formulas(data: bytes, title: str, facts: _Facts) -> dict[tuple[int, int], str]:
    """(line, rank of the column) → the formula that is there."""
    book = load_workbook(BytesIO(data), read_only=True, keep_links=False)
    try:
        rows = book[title].iter_rows(max_row=facts.last_row, values_only=True)
        return {
            (number, rank): str(getattr(cell, "text", cell))
            for number, row in enumerate(rows, start=1)
            for rank, cell in enumerate(row)
            if getattr(cell, "text", cell).__class__ is str
            and str(getattr(cell, "text", cell)).startswith("=")
        }
    finally:
        book.close()


def _no_result(formula: str, number: int, rank: int) -> str:
    return (
        f"case {letter_of(rank)}{number} : la formule « {formula[:40]} » est là sans son résultat. "
        "Ouvrez le fichier dans votre tableur, enregistrez-le, puis envoyez-le de nouveau."
    )


# ------------------------------------------------------------------------------- remarks


def _fill_merged(lines: list[Line], facts: _Facts) -> list[tuple[int, int, int]]:
    """Cells merged downwards hold the same value on each line; (rank, first, last) of each area.

    The spreadsheet keeps it in the first one alone. Lines that hold nothing else are left empty.
    """
    filled = []
    for first_column, first, last_column, last in facts.merged:
        rank = first_column - 1
        if last == first or last_column != first_column or last > len(lines):
            continue
        value = lines[first - 1].cells[rank] if rank < len(lines[first - 1].cells) else ""
        below = [row for row in range(first, last) if any(lines[row].cells)]
        for row in below:
            lines[row] = _with(lines[row], rank, value)
        if value and below:
            filled.append((rank, first, last))
    return filled


def _with(line: Line, rank: int, value: str) -> Line:
    cells = [*line.cells, *[""] * (rank + 1 - len(line.cells))]
    cells[rank] = value
    return Line(line.number, tuple(cells), line.faults)


def _told_merged(filled: Sequence[tuple[int, int, int]]) -> Iterator[str]:
    for rank, first, last in filled[:5]:
        letter = letter_of(rank)
        yield (
            f"Cases fusionnées {letter}{first} à {letter}{last} : leur texte est repris sur chaque "
            "ligne. Vérifiez que c’est ce que vous vouliez."
        )
    if len(filled) > 5:
        yield f"{len(filled) - 5} autres groupes de cases fusionnées ont été lus de la même façon."


def _told_sheets(title: str, sheets: Sequence[Any]) -> Iterator[str]:
    others = [sheet.title for sheet in sheets if sheet.title not in {title, "Explications"}]
    if others:
        yield f"Seule la feuille « {title} » est lue ; ce classeur en a {len(sheets)}."
