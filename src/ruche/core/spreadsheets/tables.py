"""Read a CSV as French spreadsheets write them: three separators, two encodings, or both."""

import codecs
import csv
from collections.abc import Iterator
from io import StringIO
from statistics import median

from ruche.core.spreadsheets.errors import UnreadableSpreadsheet
from ruche.core.spreadsheets.limits import MOST_LINES
from ruche.core.spreadsheets.sheets import Line, Recognise, Sheet, clean, sheet_of, too_many_lines

SEPARATORS = ";,\t|"
SAMPLE = 30
"""Lines from which the separator is chosen."""

TOLD = 8
"""Lines named in a refusal; the others are counted."""

TIMES_TOO_LONG = 3
"""A file with so many times the lines that are read is refused before it is parsed."""

SAVE_AS_UTF8 = (
    "enregistrez-le de nouveau depuis votre tableur, au format « CSV UTF-8 » ou « .xlsx »"
)


def read_table(data: bytes, recognise: Recognise) -> Sheet:
    """The sheet of a CSV. Refuses one that is not text, or whose quotes do not close."""
    breaks = max(data.count(b"\n"), data.count(b"\r"))
    if breaks > TIMES_TOO_LONG * MOST_LINES:
        raise too_many_lines(breaks)
    text, shift = _without_sep(decoded(data))
    return sheet_of(_lines(text, separator_of(text), shift), recognise)


# ------------------------------------------------------------------------------- encoding


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8 with or without its mark, UTF-16 with it, or Windows-1252."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decoded(data, "utf-16")
    if b"\0" in data:
        raise UnreadableSpreadsheet(
            "Ce fichier n’est ni un classeur ni du texte : envoyez un fichier .xlsx ou .csv."
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        _refuse_two_encodings(data)
        return _decoded(data, "cp1252")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UnreadableSpreadsheet(
            f"Ligne {line} : une lettre ne se lit dans aucun encodage connu. Réécrivez cette "
            f"lettre, puis {SAVE_AS_UTF8}."
        ) from error


def _refuse_two_encodings(data: bytes) -> None:
    """Two files pasted one after the other: some lines would be misread whatever is chosen."""
    in_utf8: list[int] = []
    others: list[int] = []
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.isascii():
            (in_utf8 if _is_utf8(line) else others).append(number)
    if in_utf8 and others:
        odd = min(in_utf8, others, key=len)
        which = "La ligne" if len(odd) == 1 else "Les lignes"
        verb = "n’est pas écrite" if len(odd) == 1 else "ne sont pas écrites"
        raise UnreadableSpreadsheet(
            f"Ce fichier mélange deux encodages, et ses accents se perdraient. {which} "
            f"{_listed(odd)} {verb} comme les autres (deux fichiers ont sans doute été mis bout à "
            f"bout) : réécrivez leurs accents, puis {SAVE_AS_UTF8}."
        )


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _listed(numbers: list[int]) -> str:
    """« 3, 8 et 12 », « 3, 8, 12… et 40 autres »."""
    shown = [str(number) for number in numbers[:TOLD]]
    if len(numbers) > TOLD:
        return f"{', '.join(shown)}… et {len(numbers) - TOLD} autres"
    return " et ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))


# ------------------------------------------------------------------------------- separator


def _without_sep(text: str) -> tuple[str, int]:
    """Without the line « sep=; » by which Excel notes its separator; and how many lines that is."""
    first, _, rest = text.partition("\n")
    return (rest, 1) if first.strip().lower().startswith("sep=") else (text, 0)


def separator_of(text: str) -> str:
    """The separator that gives the most columns on most of the first lines."""
    sample = "\n".join(text.splitlines()[:SAMPLE])
    return max(SEPARATORS, key=lambda separator: _width(sample, separator))


def _width(sample: str, separator: str) -> tuple[float, int]:
    try:
        rows = [row for row in csv.reader(StringIO(sample), delimiter=separator) if any(row)]
    except csv.Error:
        return 0, 0
    widths = [len(row) for row in rows] or [0]
    return median(widths), -SEPARATORS.index(separator)


def _lines(text: str, separator: str, shift: int) -> Iterator[Line]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    before = 0
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableSpreadsheet(
                f"Ligne {before + shift + 1} : un guillemet est ouvert et mal refermé. Retirez-le, "
                "ou doublez les guillemets qui sont dans un texte."
            ) from error
        yield Line(before + shift + 1, tuple(map(clean, row)))
        before = reader.line_num
