"""Tables and maps: each file is what its schema says, and harmless in a spreadsheet."""

import json
from datetime import date
from pathlib import Path

import pytest

from ruche.api.tables import SheetName
from ruche.places.models import Opening, Site
from tests.api.reading import data, got, lines
from tests.seances.field import a_service, a_site
from tests.world import visitor


def invalid_cells(name: str, folder: Path) -> list[str]:
    """What the official tool finds wrong in a table of ours."""
    from frictionless import Dialect, Resource, Schema
    from frictionless.formats import CsvControl

    (folder / f"{name}.csv").write_bytes(got(f"{name}.csv").content)
    schema = Schema.from_descriptor(data(f"schemas/{name}.json"))
    comma = Dialect(controls=[CsvControl(delimiter=",")])  # a guess may take the ; of a rule
    resource = Resource(path=f"{name}.csv", basepath=str(folder), schema=schema, dialect=comma)
    report = resource.validate()
    assert report.stats["tasks"] == 1
    return [error.message for task in report.tasks for error in task.errors]


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", list(SheetName))
def test_a_table_is_valid_for_its_schema(name, world, tmp_path):
    assert len(lines(f"{name}.csv")) > 5
    assert invalid_cells(name, tmp_path) == []


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", list(SheetName))
def test_an_empty_table_is_valid_too(name, an_empty_register, tmp_path):
    assert lines(f"{name}.csv") == []
    assert invalid_cells(name, tmp_path) == []


@pytest.mark.filterwarnings("default")
def test_a_wrong_table_would_be_seen(world, tmp_path, monkeypatch):
    monkeypatch.setattr("ruche.api.rows._day", lambda moment: "hier")
    assert invalid_cells("sites", tmp_path)


@pytest.mark.parametrize("name", list(SheetName))
def test_a_schema_says_in_french_what_each_column_is(name, world):
    schema = data(f"schemas/{name}.json")
    assert schema["licenses"][0]["name"] == "etalab-2.0"
    assert schema["contributors"][0]["title"]
    assert visitor().get(schema["path"].removeprefix("http://localhost")).status_code == 200
    for field in schema["fields"]:
        assert field["title"], field
        assert field["description"], field
    header = got(f"{name}.csv")
    assert header["Link"] == f'<http://localhost/api/v1/schemas/{name}.json>; rel="describedby"'
    columns = header.content.decode().split("\r\n")[0].split(",")
    assert columns == [field["name"] for field in schema["fields"]]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t"])
def test_a_cell_is_never_a_formula(sign, an_empty_register):
    site = a_site(name=f"{sign}HYPERLINK(1)", transport=f"{sign}1")
    a_service(f"{sign}1+1").sites.add(site)
    Opening.objects.create(site=site, rule="Tu 14:00-16:00", since=date(2026, 1, 1))
    for name in ("sites", "services", "openings"):
        cells = [cell for line in lines(f"{name}.csv") for cell in line.values()]
        assert f"'{sign}HYPERLINK(1)" in cells
        assert not [cell for cell in cells if cell.startswith(sign)]


def test_a_negative_longitude_stays_a_number(an_empty_register):
    a_site(latitude=43.6, longitude=-0.5)
    assert lines("sites.csv")[0]["longitude"] == "-0.5"


def test_a_service_without_a_site_has_its_line(an_empty_register):
    service = a_service()
    (line,) = lines("services.csv")
    assert (line["id"], line["site_id"]) == (str(service.pk), "")


def test_tables_and_maps_take_the_filters_of_lists(an_empty_register):
    here, _ = a_site(latitude=43.65, longitude=0.58), a_site(latitude=43.6, longitude=1.44)
    around = "?near=43.65,0.58&within=1000"
    assert [line["id"] for line in lines(f"sites.csv{around}")] == [str(here.pk)]
    assert [each["id"] for each in data(f"sites.geojson{around}")["features"]] == [str(here.pk)]


def test_the_map_is_a_collection_of_features(world):
    response = got("sites.geojson")
    assert response["Content-Type"] == "application/geo+json"
    collection = json.loads(response.content)
    assert collection["type"] == "FeatureCollection"
    assert len(collection["features"]) == Site.objects.open().count()
    for feature in collection["features"]:
        assert set(feature) == {"type", "id", "geometry", "properties"}
        longitude, latitude = feature["geometry"]["coordinates"]
        assert feature["geometry"]["type"] == "Point"
        assert -1 < longitude < 2
        assert 43 < latitude < 45


def test_a_site_without_a_position_is_in_the_map_without_geometry(an_empty_register):
    site = a_site()
    (feature,) = data("sites.geojson")["features"]
    assert feature["geometry"] is None
    assert feature["properties"]["name"] == site.name
