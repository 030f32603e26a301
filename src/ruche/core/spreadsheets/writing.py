"""Write what goes back to people: lines to mend, model files. Never a formula.

A text that begins like a formula is written as a text: in a workbook by its type, in a CSV after an
apostrophe, which reading takes away.
"""

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO

import xlsxwriter

from ruche.core.cells import FORMULA

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NARROWEST, WIDEST = 12, 60
Rows = Iterable[Sequence[str]]


def as_csv(headers: Sequence[str], rows: Rows) -> bytes:
    """A CSV that French spreadsheets open by itself: semicolons, UTF-8 with its mark."""
    written = StringIO(newline="")
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(map(_guarded, headers))
    writer.writerows([_guarded(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def _guarded(text: str) -> str:
    """Harmless, and read back as it was: what already had an apostrophe takes another."""
    return f"'{text}" if text.removeprefix("'").startswith(FORMULA) else text


def as_xlsx(
    headers: Sequence[str],
    rows: Rows,
    *,
    title: str,
    explanations: Sequence[Sequence[str]] = (),
) -> bytes:
    """A workbook whose cells are all texts; `explanations`: a second sheet, its headers first."""
    written = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(written, options) as book:
        _write_sheet(book, title, headers, list(rows))
        if explanations:
            _write_sheet(book, "Explications", explanations[0], explanations[1:])
    return written.getvalue()


def _write_sheet(
    book: "xlsxwriter.Workbook", title: str, headers: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    sheet = book.add_worksheet(title[:31])
    bold = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#e8efe9"}
    )
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    for rank, header in enumerate(headers):
        longest = max([len(header), *(len(row[rank]) for row in rows)])
        sheet.set_column(rank, rank, min(max(longest + 2, NARROWEST), WIDEST), text)
        sheet.write_string(0, rank, header, bold)
    for line, row in enumerate(rows, start=1):
        for rank, cell in enumerate(row):
            if cell:
                sheet.write_string(line, rank, cell, text)
    sheet.freeze_panes(1, 0)
