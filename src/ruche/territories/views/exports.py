"""Shapes of what is downloaded: CSV, XLSX, JSON, GeoJSON, each with its type and its file name."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from django.http import HttpResponse, JsonResponse

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GEOJSON_TYPE = "application/geo+json"


def attachment(response: HttpResponse, filename: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def csv_response(rows: Iterable[Sequence[Any]], *, filename: str) -> HttpResponse:
    """UTF-8, comma, point for decimals."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    return attachment(response, filename)


def xlsx_response(
    sheets: Sequence[tuple[str, Sequence[Sequence[Any]]]], *, filename: str
) -> HttpResponse:
    """One sheet per (name, rows); the first row is the header. Texts are never read as formulas."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        for name, rows in sheets:
            _write_sheet(book.add_worksheet(name[:31]), rows, head)
    return attachment(HttpResponse(out.getvalue(), content_type=XLSX_TYPE), filename)


def _write_sheet(sheet: Any, rows: Sequence[Sequence[Any]], head: Any) -> None:
    for place, row in enumerate(rows):
        sheet.write_row(place, 0, list(row), head if place == 0 else None)
    if not rows:
        return
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows) - 1, 0), len(rows[0]) - 1)
    for column in range(len(rows[0])):
        longest = max(len(str(row[column] or "")) for row in rows)
        sheet.set_column(column, column, min(max(longest + 1, 8), 48))


def geojson_response(features: list[dict[str, Any]], *, filename: str) -> HttpResponse:
    collection = {"type": "FeatureCollection", "features": features}
    response = JsonResponse(collection, content_type=GEOJSON_TYPE)
    return attachment(response, filename)
