"""Lines of texts under their headers, wherever they came from."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from ruche.core.spreadsheets.errors import UnreadableSpreadsheet
from ruche.core.spreadsheets.limits import LONGEST_CELL, MOST_COLUMNS, MOST_LINES
from ruche.french.numbers import number

HEADERS_WITHIN = 10
"""Headers are looked for in the first written lines: a title often stands above them."""

SPACES = re.compile(r"[^\S\n]+")
INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
GUARDED = re.compile(r"'(?=[=+\-@\t])")
"""An apostrophe that keeps a spreadsheet from computing a text: `writing` puts it there."""

Recognise = Callable[[Sequence[str]], int]
"""How many of these texts are headers that one knows."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a sheet. `number` is the one that the spreadsheet shows.

    `faults`: what could not be read, by rank of the column; -1 for the line itself.
    """

    number: int
    cells: tuple[str, ...]
    faults: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file holds. `remarks` are for who sent it: what was left aside, and why."""

    headers: tuple[str, ...]
    lines: tuple[Line, ...]
    remarks: tuple[str, ...] = ()

    def only(self, ranks: Sequence[int]) -> "Sheet":
        """The sheet with these columns alone, in this order: of the others nothing is kept."""
        return Sheet(
            tuple(self.headers[rank] for rank in ranks),
            tuple(_only(line, ranks) for line in self.lines),
            self.remarks,
        )


def _only(line: Line, ranks: Sequence[int]) -> Line:
    places = {rank: place for place, rank in enumerate(ranks)}
    kept = [(places.get(rank, rank), why) for rank, why in line.faults if rank in {-1, *places}]
    return Line(line.number, tuple(line.cells[rank] for rank in ranks), tuple(kept))


def letter_of(rank: int) -> str:
    """The letters of a column: 0 → A, 27 → AB."""
    letters, rest = "", rank + 1
    while rest:
        rest, place = divmod(rest - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def clean(text: str) -> str:
    """A text without what nobody sees: no-break and doubled spaces, signs of no width, margins."""
    if len(text) > LONGEST_CELL:
        raise UnreadableSpreadsheet(
            f"Une case contient {number(len(text))} caractères : raccourcissez-la, "
            f"{number(LONGEST_CELL)} au plus. Si c’est tout le fichier qui tient dans une case, "
            "un guillemet n’est sans doute pas refermé."
        )
    if not text or (text.isascii() and text.isalnum()):
        return text
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = SPACES.sub(" ", INVISIBLE.sub("", text))
    return GUARDED.sub("", text.strip(), count=1) if text.lstrip()[:1] == "'" else text.strip()


def sheet_of(lines: Iterable[Line], recognise: Recognise, remarks: Iterable[str] = ()) -> Sheet:
    """The sheet whose lines come one after the other, headers among the first.

    Refuses (`UnreadableSpreadsheet`) one without lines, or with too many lines or columns.
    """
    written = (line for line in lines if any(line.cells) or line.faults)
    first = list(islice(written, HEADERS_WITHIN))
    if not first:
        raise UnreadableSpreadsheet("Ce fichier est vide : vérifiez que c’est le bon.")
    rank = _rank_of_headers(first, recognise)
    heading, above = first[rank], first[:rank]
    body = [*first[rank + 1 :], *islice(written, MOST_LINES + 1)]
    if len(body) > MOST_LINES:
        raise too_many_lines()
    if not body:
        raise UnreadableSpreadsheet(
            "Ce fichier n’a que des titres de colonnes : ajoutez au moins une ligne."
        )
    told = [*remarks, *_told_above(above)]
    return _without_empty_columns(heading, body, told)


def too_many_lines(found: int | None = None) -> UnreadableSpreadsheet:
    """The refusal of a file that is too long; `found`: its lines, when they were counted."""
    said = f"a {number(found)} lignes" if found else f"a plus de {number(MOST_LINES)} lignes"
    return UnreadableSpreadsheet(
        f"Ce fichier {said}, et on en reçoit {number(MOST_LINES)} à la fois : "
        "coupez-le en plusieurs fichiers, avec les titres de colonnes en tête de chacun."
    )


def _rank_of_headers(first: Sequence[Line], recognise: Recognise) -> int:
    """The line with the most headers that one knows; or else the first that has two texts."""
    known = [recognise(line.cells) for line in first]
    if max(known) > 0:
        return known.index(max(known))
    two = (rank for rank, line in enumerate(first) if sum(map(bool, line.cells)) > 1)
    return next(two, 0)


def _told_above(above: Sequence[Line]) -> Iterator[str]:
    if above:
        numbers = f"{above[0].number} à {above[-1].number}" if len(above) > 1 else above[0].number
        which = "Les lignes" if len(above) > 1 else "La ligne"
        yield f"{which} {numbers}, au-dessus des titres de colonnes : laissé de côté."


def _without_empty_columns(heading: Line, body: list[Line], remarks: list[str]) -> Sheet:
    """Columns that hold something, each under a header that no other has."""
    width = len(heading.cells)
    held = {rank for line in body for rank, cell in enumerate(line.cells[:width]) if cell}
    held |= {rank for line in body for rank, _ in line.faults}
    ranks = [rank for rank in range(width) if heading.cells[rank] or rank in held]
    if len(ranks) > MOST_COLUMNS:
        raise UnreadableSpreadsheet(
            f"Ce fichier a {len(ranks)} colonnes, et on en lit {MOST_COLUMNS} : "
            "gardez celles qui servent, supprimez les autres."
        )
    headers, told = _distinct([_header(heading.cells[rank], rank) for rank in ranks])
    wide = [_padded(line, width) for line in body]
    return Sheet(headers, tuple(_only(line, ranks) for line in wide), (*remarks, *told))


def _header(text: str, rank: int) -> str:
    return " ".join(text.split()) or f"Colonne {letter_of(rank)}, sans titre"


def _distinct(headers: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """« Adresse », « Adresse (2) »: two columns never answer to the same name."""
    seen: dict[str, int] = {}
    found, told = [], []
    for header in headers:
        times = seen[header.casefold()] = seen.get(header.casefold(), 0) + 1
        name = header if times == 1 else f"{header} ({times})"
        if times > 1:
            told.append(f"Deux colonnes s’appellent « {header} » : la suivante se lit « {name} ».")
        found.append(name)
    return tuple(found), told


def _padded(line: Line, width: int) -> Line:
    """As many cells as headers; a line that has more says so: a separator slipped into a text."""
    missing, extra = width - len(line.cells), any(line.cells[width:])
    cells = (*line.cells[:width], *("",) * missing)
    if not extra:
        return Line(line.number, cells, line.faults)
    why = (
        f"cette ligne a {len(line.cells)} cases pour {width} colonnes : un séparateur est sans "
        "doute resté dans un texte. Mettez ce texte entre guillemets, ou retirez le séparateur."
    )
    return replace(line, cells=cells, faults=(*line.faults, (-1, why)))
