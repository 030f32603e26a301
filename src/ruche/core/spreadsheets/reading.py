"""Which kind of file it is, by what it holds and never by its name; then its sheet."""

import json
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from ruche.core.components import file_weight
from ruche.core.spreadsheets import tables, workbooks
from ruche.core.spreadsheets.errors import UnreadableSpreadsheet
from ruche.core.spreadsheets.limits import MOST_BYTES, MOST_LINES
from ruche.core.spreadsheets.sheets import Line, Recognise, Sheet, clean, sheet_of, too_many_lines

SAVE_AS = (
    "ouvrez-le dans votre tableur, « Enregistrer sous », choisissez « Classeur Excel (.xlsx) »"
)
OLE = bytes.fromhex("D0CF11E0A1B11AE1")
"""The old container of Microsoft: an .xls, or a workbook that a password encrypts."""

ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
OTHERS = {
    b"%PDF": "Ce fichier est un PDF : envoyez le tableau d’où il vient, en .xlsx ou en .csv.",
    b"{\\rtf": "Ce fichier est un texte mis en forme : copiez son tableau dans un tableur.",
    b"\x89PNG": "Ce fichier est une image : envoyez le tableau d’où elle vient.",
    b"\xff\xd8\xff": "Ce fichier est une image : envoyez le tableau d’où elle vient.",
    b"\x1f\x8b": "Ce fichier est compressé : décompressez-le, puis envoyez le tableau.",
}


def read(data: bytes, *, recognise: Recognise, fields: Sequence[str] = ()) -> Sheet:
    """The sheet of a file: CSV, XLSX, or a list of JSON objects of which only `fields` are read.

    `recognise` tells headers from titles. Refuses (`UnreadableSpreadsheet`), in French and with
    what to do, a file of another kind, damaged, too heavy or too long.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableSpreadsheet(
            f"Ce fichier pèse plus de {file_weight(MOST_BYTES)} : coupez-le en plusieurs fichiers, "
            "ou retirez ses images."
        )
    if not data.strip():
        raise UnreadableSpreadsheet("Ce fichier est vide : vérifiez que c’est le bon.")
    for beginning, refusal in OTHERS.items():
        if data.startswith(beginning):
            raise UnreadableSpreadsheet(refusal)
    if data.startswith(OLE):
        raise _old_container(data)
    if data.startswith(b"PK"):
        return workbooks.read_workbook(_archive(data), data, recognise)
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"[", b"{"):
        return _read_objects(data, recognise, fields)
    return tables.read_table(data, recognise)


def _old_container(data: bytes) -> UnreadableSpreadsheet:
    if ENCRYPTED in data:
        return UnreadableSpreadsheet(
            "Ce classeur est protégé par un mot de passe : ouvrez-le dans votre tableur, retirez "
            "le mot de passe, enregistrez-le, puis envoyez-le de nouveau."
        )
    return UnreadableSpreadsheet(f"Ce fichier est un ancien classeur (.xls) : {SAVE_AS}.")


def _archive(data: bytes) -> ZipFile:
    try:
        archive = ZipFile(BytesIO(data))
    except BadZipFile as error:
        raise UnreadableSpreadsheet(
            "Ce classeur est abîmé : ouvrez-le dans votre tableur et enregistrez-le de nouveau."
        ) from error
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return archive
    if "content.xml" in names:
        raise UnreadableSpreadsheet(f"Ce fichier est un classeur LibreOffice (.ods) : {SAVE_AS}.")
    if "xl/workbook.bin" in names:
        raise UnreadableSpreadsheet(f"Ce fichier est un classeur binaire (.xlsb) : {SAVE_AS}.")
    raise UnreadableSpreadsheet(
        "Ce fichier est une archive et non un tableau : envoyez le fichier .xlsx ou .csv qu’elle "
        "contient."
    )


# -------------------------------------------------------------------------------- objects


def _read_objects(data: bytes, recognise: Recognise, fields: Sequence[str]) -> Sheet:
    """A list of objects as published by data·inclusion: only the fields that one asks for."""
    if not fields:
        raise UnreadableSpreadsheet(
            "Ce fichier est du JSON : ce contenu s’importe en .xlsx ou en .csv."
        )
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        where = f", ligne {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise UnreadableSpreadsheet(
            f"Ce fichier JSON est abîmé{where} : téléchargez-le de nouveau chez son producteur."
        ) from error
    return sheet_of(_lines_of_objects(_listed(found), fields), recognise)


def _listed(found: Any) -> list[dict[str, Any]]:
    if isinstance(found, dict):
        found = next((value for value in found.values() if isinstance(value, list)), None)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise UnreadableSpreadsheet("Ce fichier JSON n’est pas une liste d’objets.")
    if len(found) > MOST_LINES:
        raise too_many_lines(len(found))
    return found


def _lines_of_objects(found: list[dict[str, Any]], fields: Sequence[str]) -> Iterator[Line]:
    """Line 1 is the headers: the first object is line 2, as in a spreadsheet."""
    fields = [field for field in fields if any(field in one for one in found)]
    yield Line(1, tuple(fields))
    for number, one in enumerate(found, start=2):
        yield Line(number, tuple(clean(_as_text(one.get(field))) for field in fields))


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list):
        return ";".join(_as_text(one) for one in value)
    return "" if isinstance(value, dict) else str(value)
