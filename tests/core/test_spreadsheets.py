"""Spreadsheets as people send them: read, or refused with what to do."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from ruche.core.spreadsheets import (
    Sheet,
    UnreadableSpreadsheet,
    as_csv,
    as_xlsx,
    read,
    recognised,
)
from ruche.core.spreadsheets.limits import MOST_LINES
from ruche.core.spreadsheets.reading import ENCRYPTED, OLE
from ruche.core.spreadsheets.sheets import clean

NAMES = {"name": ("Nom",), "town": ("Commune", "Ville"), "address": ("Adresse",)}


def sheet_of(data: bytes, **more) -> Sheet:
    return read(data, recognise=lambda headers: len(recognised(headers, NAMES)), **more)


def cells_of(data: bytes) -> list[tuple[str, ...]]:
    return [line.cells for line in sheet_of(data).lines]


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableSpreadsheet) as error:
        sheet_of(data)
    return str(error.value)


def workbook(*rows, **options) -> bytes:
    """A workbook as a spreadsheet writes it: numbers are numbers, formulas are formulas."""
    written = BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True, **options}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows):
            for rank, value in enumerate(row):
                sheet.write(line, rank, value)
    return written.getvalue()


# ------------------------------------------------------------------------------------ csv


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_csv_is_read_whatever_its_separator_and_its_encoding(separator, encoding):
    text = f"Nom{separator}Ville\r\nÉpicerie{separator}Mirepoix-l’Évêque\r\n"
    assert cells_of(text.encode(encoding)) == [("Épicerie", "Mirepoix-l’Évêque")]


def test_two_encodings_in_a_file_are_told_with_their_lines():
    lines = [b"Nom;Ville", "Épicerie;Auch".encode(), "École;Auch".encode("cp1252")]
    said = refusal(b"\n".join([*lines, "Église;Auch".encode()]))
    assert "deux encodages" in said
    assert "ligne 3" in said


def test_a_quote_that_does_not_close_is_told_with_its_line():
    assert refusal(b'Nom;Ville\nA;B\n"C;D\n').startswith("Ligne 3")


def test_a_line_with_a_separator_in_a_text_is_told_and_the_others_are_read():
    sheet = sheet_of(b"Nom;Ville\nA;B\nC;D;E\n")
    assert [line.faults == () for line in sheet.lines] == [True, False]
    assert "3 cases pour 2 colonnes" in sheet.lines[1].faults[0][1]


def test_a_formula_in_a_csv_is_a_text():
    assert cells_of(b"Nom;Ville\n=1+1;@SOMME(A1)\n") == [("=1+1", "@SOMME(A1)")]


def test_what_we_write_is_never_computed_and_comes_back_as_it_was():
    rows = [["=1+1", "+33 5"], ["-2", "@x"], ["'=a", "d"]]
    assert b"'=1+1" in as_csv(["Nom", "Ville"], rows)
    assert cells_of(as_csv(["Nom", "Ville"], rows))[:2] == [("=1+1", "+33 5"), ("-2", "@x")]


def test_headers_may_stand_under_a_title_and_empty_lines_are_passed_over():
    sheet = sheet_of(b"Liste 2026;;\n\nNom;Ville;\nA;B;\n;;\nC;D;\n")
    assert sheet.headers == ("Nom", "Ville")
    assert [line.number for line in sheet.lines] == [4, 6]
    assert "au-dessus des titres" in sheet.remarks[0]


def test_two_columns_of_the_same_name_are_told_apart():
    sheet = sheet_of(b"Nom;Adresse;Adresse\nA;B;C\n")
    assert sheet.headers == ("Nom", "Adresse", "Adresse (2)")
    assert "Adresse (2)" in sheet.remarks[0]


def test_a_column_without_a_header_is_named_by_its_letter():
    assert sheet_of(b"Nom;Ville;\nA;B;C\n").headers[2] == "Colonne C, sans titre"


def test_spaces_that_nobody_sees_are_taken_away():
    assert clean("\ufeff A\u00a0\u202fB\u200b ") == "A B"


def test_a_hundred_thousand_lines_are_refused_with_what_to_do():
    for data in (
        b"Nom;Ville\n" + b"A;B\n" * 100_000,
        workbook(["Nom", "Ville"], *([["A", "B"]] * (MOST_LINES + 5)), constant_memory=True),
    ):
        said = refusal(data)
        assert "coupez-le" in said


def test_too_many_columns_are_refused():
    assert "colonnes" in refusal(
        (";".join(f"C{n}" for n in range(150)) + "\n" + "a;" * 149).encode()
    )


# ------------------------------------------------------------------------ files of another kind


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "vide"),
        (b"  \n", "vide"),
        (b"%PDF-1.7 ...", "PDF"),
        (OLE + b"\0" * 600, ".xls"),
        (OLE + b"\0" * 600 + ENCRYPTED, "mot de passe"),
        (b"\x00\x01\x02binaire", "ni un classeur"),
        (b"PK\x03\x04abime", "abîmé"),
        (b"Nom;Ville\n", "que des titres"),
        (b'[{"nom": "A"}]', "JSON"),
        (b"a" * 11_000_000, "pèse"),
    ],
)
def test_what_is_not_a_table_is_refused_with_what_to_do(data, word):
    assert word in refusal(data)


def archive(**parts: bytes) -> bytes:
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as pack:
        for name, content in parts.items():
            pack.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return written.getvalue()


def test_a_libreoffice_file_and_a_plain_archive_are_recognised():
    assert "LibreOffice" in refusal(archive(content_xml=b"<x/>"))
    assert "archive" in refusal(archive(notes_xml=b"<x/>"))


def test_a_workbook_that_unfolds_without_end_is_refused_before_it_is_parsed():
    assert "déplié" in refusal(archive(xl__workbook_xml=b"<x/>", xl__big_xml=b" " * 130_000_000))


def test_an_xml_that_declares_entities_is_refused():
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'
    assert "aucun tableur" in refusal(archive(xl__workbook_xml=bomb))
    assert "aucun tableur" in refusal(archive(xl__workbook_xml=bomb.decode().encode("utf-16")))


def test_a_workbook_whose_parts_are_encrypted_is_refused():
    data = bytearray(archive(xl__workbook_xml=b"<workbook/>"))
    where = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[where + 8] |= 1
    assert "abîmé" in refusal(bytes(data))


def test_a_sheet_formatted_to_its_last_line_is_read_at_once():
    written = BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        sheet, grey = book.add_worksheet(), book.add_format({"bg_color": "#eeeeee"})
        for row in range(60_000):
            sheet.set_row(row, None, grey)
        sheet.write_row(0, 0, ["Nom", "Ville"])
        sheet.write_row(1, 0, ["A", "Auch"])
    assert cells_of(written.getvalue()) == [("A", "Auch")]


def test_a_damaged_workbook_is_refused():
    assert "abîmé" in refusal(archive(xl__workbook_xml=b"<workbook/>"))


# --------------------------------------------------------------------------------- workbooks


def test_a_workbook_is_read_as_people_see_it():
    from datetime import date, datetime, time

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Nom", "Ville", "Jour", "Heure", "Nombre", "Oui", "Long"])
    sheet.append(
        ["É\u00a0A", 32000, date(2026, 12, 3), time(14, 30), 43.6465, True, 12345678901234567]
    )
    sheet.append(["B", 1.0, datetime(2026, 12, 3, 9, 5), None, 0.1 + 0.2, False, None])
    written = BytesIO()
    book.save(written)
    assert cells_of(written.getvalue()) == [
        ("É A", "32000", "2026-12-03", "14:30", "43.6465", "oui", "1,23456789012346E+16"),
        ("B", "1", "2026-12-03 09:05", "", "0.3", "non", ""),
    ]


def test_a_formula_gives_its_kept_result_and_one_without_result_is_told():
    written = BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Nom", "Ville"])
        sheet.write_formula(1, 0, '="A"&"B"', value="AB")
        sheet.write_string(1, 1, "Auch")
        sheet.write_formula(2, 0, '="C"&"D"', value="")
        sheet.write_string(2, 1, "Auch")
    lines = sheet_of(written.getvalue()).lines
    assert lines[0].cells == ("AB", "Auch")
    rank, why = lines[1].faults[0]
    assert rank == 0
    assert "case A3" in why


def test_a_workbook_that_was_computed_by_nobody_is_told_cell_by_cell():
    book = openpyxl.Workbook()
    book.active.append(["Nom", "Ville"])
    book.active.append(["=A1", "Auch"])
    written = BytesIO()
    book.save(written)
    assert "« =A1 »" in sheet_of(written.getvalue()).lines[0].faults[0][1]


def test_cells_merged_downwards_are_repeated_and_told():
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Nom", "Ville"], ["A", "Auch"], ["B", None], ["C", None]):
        sheet.append(row)
    sheet.merge_cells("B2:B4")
    written = BytesIO()
    book.save(written)
    found = sheet_of(written.getvalue())
    assert [line.cells for line in found.lines] == [("A", "Auch"), ("B", "Auch"), ("C", "Auch")]
    assert "B2 à B4" in found.remarks[0]


def test_the_first_sheet_that_holds_something_is_read_and_the_others_are_told():
    book = openpyxl.Workbook()
    for title in ("Lieux", "Vieux"):
        sheet = book.create_sheet(title)
        sheet.append(["Nom", "Ville"])
        sheet.append([title, "Auch"])
    written = BytesIO()
    book.save(written)
    found = sheet_of(written.getvalue())
    assert found.lines[0].cells == ("Lieux", "Auch")
    assert "« Lieux »" in found.remarks[0]


def test_a_model_file_is_read_again_without_its_explanations():
    data = as_xlsx(["Nom", "Ville"], [["A", "Auch"]], title="Lieux", explanations=[["a"], ["b"]])
    found = sheet_of(data)
    assert (found.lines[0].cells, found.remarks) == (("A", "Auch"), ())


TEXTS = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Cf", "Co", "Cn")), min_size=1, max_size=20
).filter(lambda text: clean(text) == text and not text.startswith("'"))
ROWS = st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(ROWS)
def test_what_xlsxwriter_wrote_is_read_back_as_it_was(rows):
    data = as_xlsx(["Nom", "Ville", "Adresse"], rows, title="Essai")
    assert cells_of(data) == [tuple(row) for row in rows]


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_what_we_wrote_in_a_csv_is_read_back_as_it_was(rows):
    assert cells_of(as_csv(["Nom", "Ville", "Adresse"], rows)) == [tuple(row) for row in rows]


# ---------------------------------------------------------------------------------- headers


@pytest.mark.parametrize(
    "header", ["COMMUNE", "commune ", "Ville", "ville (du lieu)", "La commune*"]
)
def test_a_header_is_recognised_whatever_its_spelling(header):
    assert recognised([header], NAMES) == {0: "town"}


def test_a_column_is_recognised_once():
    assert recognised(["Ville", "Commune", "Autre"], NAMES) == {0: "town"}


# --------------------------------------------------------------------------------- objects


def test_of_json_objects_only_the_asked_fields_are_read():
    data = b'[{"nom": "A", "contact": "Jean", "liste": ["x", "y"]}, {"nom": null, "liste": []}]'
    sheet = sheet_of(data, fields=("nom", "liste"))
    assert sheet.headers == ("nom", "liste")
    assert [line.cells for line in sheet.lines] == [("A", "x;y")]
    assert "Jean" not in str(sheet)
