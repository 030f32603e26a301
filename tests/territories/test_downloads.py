"""What one takes away: types, shapes, and the same figures as the page."""

import csv
import io
import json
from xml.etree import ElementTree

import openpyxl
import pytest
from pypdf import PdfReader

from ruche.engines.portraits.serialisation import COLUMNS
from tests.world import (
    AUCH,
    BAS_ARMAGNAC,
    ELSEWHERE,
    EPCIS_OF_THE_GERS,
    FRANCE,
    GERS,
    visitor,
)

pytestmark = pytest.mark.usefixtures("world")

HEADER = [name for name, _, _ in COLUMNS]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def taken(address: str):
    return visitor().get(f"/portraits/{address}")


def rows_of(address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(taken(address).content.decode())))


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        (f"{BAS_ARMAGNAC}.json", "application/json"),
        (f"{BAS_ARMAGNAC}.csv", "text/csv; charset=utf-8"),
        (f"{BAS_ARMAGNAC}.xlsx", XLSX),
        (f"{BAS_ARMAGNAC}.geojson", "application/geo+json"),
        (f"{BAS_ARMAGNAC}.pdf", "application/pdf"),
        (f"{BAS_ARMAGNAC}/ages.svg", "image/svg+xml"),
        ("donnees/portraits.csv", "text/csv; charset=utf-8"),
        ("donnees/portraits.xlsx", XLSX),
        ("donnees/contours.geojson", "application/geo+json"),
        ("donnees/schema.json", "application/json"),
        ("donnees/catalogue.json", "application/json"),
    ],
)
def test_a_file_says_what_it_is(address, kind):
    response = taken(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == kind
    assert response.content


# -------------------------------------------------------------------------------- CSV


def test_the_csv_follows_its_schema():
    schema = taken("donnees/schema.json").json()
    assert [field["name"] for field in schema["fields"]] == HEADER
    response = taken(f"{BAS_ARMAGNAC}.csv")
    assert response.headers["Link"] == '</portraits/donnees/schema.json>; rel="describedby"'
    assert next(csv.reader(io.StringIO(response.content.decode()))) == HEADER
    allowed = next(f for f in schema["fields"] if f["name"] == "status")["constraints"]["enum"]
    for row in rows_of(f"{BAS_ARMAGNAC}.csv"):
        assert row["status"] in allowed
        assert (row["value"] == "") == (row["status"] != "value")
        assert row["estimated"] in {"true", "false"}


def test_the_whole_csv_holds_the_fifteen_and_the_departement():
    rows = rows_of("donnees/portraits.csv")
    territories = {row["territory"] for row in rows}
    assert len(territories) == EPCIS_OF_THE_GERS + 1
    assert GERS in territories
    ours = [row for row in rows if row["territory"] == BAS_ARMAGNAC]
    assert ours == rows_of(f"{BAS_ARMAGNAC}.csv")


# ------------------------------------------------------------------------------- XLSX


def book_of(address: str) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(taken(address).content))


def test_the_workbook_holds_the_same_values_and_never_a_formula():
    book = book_of(f"{BAS_ARMAGNAC}.xlsx")
    assert book.sheetnames == ["Portrait", "Lisez-moi"]
    heads, *rows = book["Portrait"].iter_rows(values_only=True)
    place = {name: heads.index(name) for name in ("Indicateur", "Valeur", "État", "Année")}
    published = rows_of(f"{BAS_ARMAGNAC}.csv")
    assert len(rows) == len(published)
    for cells, row in zip(rows, published, strict=True):
        assert cells[place["Indicateur"]] == row["label"]
        assert cells[place["État"]] == row["status_label"]
        value = cells[place["Valeur"]]
        assert (value is None) == (row["value"] == "")
        assert value is None or value == pytest.approx(float(row["value"]))
    kinds = {cell.data_type for sheet in book for line in sheet.iter_rows() for cell in line}
    assert "f" not in kinds


def test_the_workbook_of_the_network_has_a_sheet_per_territory():
    names = book_of("donnees/portraits.xlsx").sheetnames
    assert len(names) == len(set(names)) == EPCIS_OF_THE_GERS + 2
    assert all(len(name) <= 31 for name in names)
    assert names[-1] == "Lisez-moi"


# ---------------------------------------------------------------------------- GeoJSON


def rings(geometry: dict):
    shapes = geometry["coordinates"]
    for polygon in [shapes] if geometry["type"] == "Polygon" else shapes:
        yield from polygon


@pytest.mark.parametrize(
    "address", [f"{BAS_ARMAGNAC}.geojson", f"{AUCH}.geojson", "donnees/contours.geojson"]
)
def test_contours_are_closed_and_lie_in_the_south_west(address):
    collection = taken(address).json()
    assert collection["type"] == "FeatureCollection"
    for feature in collection["features"]:
        assert feature["type"] == "Feature"
        assert feature["geometry"]["type"] in {"Polygon", "MultiPolygon"}
        for ring in rings(feature["geometry"]):
            assert len(ring) >= 4
            assert ring[0] == ring[-1]
            assert all(-1 < lon < 2 and 42.5 < lat < 45 for lon, lat in ring)


def test_a_contour_carries_its_key_figures_with_their_states():
    feature = taken(f"{BAS_ARMAGNAC}.geojson").json()["features"][0]
    assert feature["id"] == BAS_ARMAGNAC
    assert feature["properties"]["rev_pauvrete"] == 16.8
    assert feature["properties"]["rev_pauvrete_status"] == "value"


def test_a_territory_without_contour_says_so_in_the_format():
    assert taken(f"{FRANCE}.geojson").json()["features"][0]["geometry"] is None


# ------------------------------------------------------------------------ SVG and PDF


@pytest.mark.parametrize("drawing", ["ages", "serie-log_vac", "position-rev_pauvrete"])
@pytest.mark.parametrize("address", [BAS_ARMAGNAC, GERS, ELSEWHERE])
def test_a_drawing_is_well_formed_and_described(address, drawing):
    root = ElementTree.fromstring(taken(f"{address}/{drawing}.svg").content)
    names = {child.tag.removeprefix("{http://www.w3.org/2000/svg}") for child in root}
    assert {"title", "desc"} <= names
    assert b"script" not in ElementTree.tostring(root)


@pytest.mark.parametrize(
    "drawing", ["inconnu", "serie-inconnu", "position-inconnu", "serie-soc_rsa", "rev_pauvrete"]
)
def test_a_drawing_that_does_not_exist_is_not_found(drawing):
    assert taken(f"{BAS_ARMAGNAC}/{drawing}.svg").status_code == 404


def test_the_booklet_is_a_tagged_pdf_kept_for_the_next_reader(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    response = taken(f"{BAS_ARMAGNAC}.pdf")
    assert (
        response.headers["Content-Disposition"] == f'inline; filename="portrait-{BAS_ARMAGNAC}.pdf"'
    )
    pdf = PdfReader(io.BytesIO(response.content))
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert pdf.trailer["/Root"]["/Lang"].startswith("fr")
    assert "Bas-Armagnac" in pdf.pages[0].extract_text()
    assert taken(f"{BAS_ARMAGNAC}.pdf").content == response.content


def test_a_commune_has_no_booklet():
    assert taken(f"{AUCH}.pdf").status_code == 404


# -------------------------------------------------------------------------- catalogue


def test_the_catalogue_is_the_one_that_the_engine_reads():
    data = taken("donnees/catalogue.json").json()
    assert {"digest", "rules", "themes", "sources", "indicators"} == set(data)
    names = [item["id"] for item in data["indicators"]]
    assert names == [item["id"] for item in taken(f"{BAS_ARMAGNAC}.json").json()["indicators"]]
    assert json.dumps(data)


@pytest.mark.parametrize("kind", ["json", "csv", "xlsx", "geojson", "pdf"])
def test_a_territory_that_does_not_exist_has_no_file(kind):
    assert taken(f"999999999.{kind}").status_code == 404


@pytest.mark.parametrize("address", [f"{BAS_ARMAGNAC}/", f"{BAS_ARMAGNAC}.csv", "", "comparer/"])
def test_nothing_here_accepts_to_be_written(address):
    assert visitor().post(f"/portraits/{address}").status_code == 405
