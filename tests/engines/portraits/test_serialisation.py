"""One portrait, two files: the JSON and the CSV promise their shape and say the same."""

import csv
import io
import json
from typing import Any

import pytest

from ruche.engines.portraits.facts import Fact, Figure, Point, Portrait, Territory, make_reference
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.portraying import (
    Portraitist,
    address_of,
    level_and_code,
)
from ruche.engines.portraits.serialisation import (
    COLUMNS,
    csv_text,
    portrait_data,
    portrait_rows,
    rounded,
    table_schema,
)
from ruche.engines.portraits.states import State
from ruche.french.toponyms import departement
from tests.engines.portraits.pencil import fact, indicator

GERS = Territory(Level.DEPARTEMENT, "32", "dep-32", departement("Gers", 2), 192_645, 458)


def one_of_each_state() -> Portrait:
    facts = [
        fact(0.0 if state is State.VALUE else None, of=indicator(state.code), state=state)
        for state in State
    ]
    return Portrait(GERS, "2026-1", tuple(facts), group_label="les 13 départements d’Occitanie")


def whole() -> Fact:
    of = indicator(decimals=1)
    mine = Figure(2022, 16.812345678, State.VALUE, estimated=True, num=1.0, den=2.0, margin=1.23456,
                  rank=3, count=15, rank_wide=40, count_wide=1255, percentile=96.84,
                  history=(Point(2011, None, State.SECRET),))  # fmt: skip
    other = Figure(2022, 15.3, State.VALUE)
    beside = make_reference(of, mine, other, kind="departement", label="Gers", territory=GERS)
    return Fact(of, None, "", mine, (beside,))


def read_csv(portrait: Portrait) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_text(portrait_rows(portrait)), newline="")))


def test_the_json_of_a_portrait_has_the_promised_keys() -> None:
    data = portrait_data(Portrait(GERS, "2026-1", (whole(),)))
    assert set(data) == {
        "territory",
        "level",
        "edition",
        "parents",
        "group",
        "comparable",
        "indicators",
    }
    assert data["territory"] == {
        "code": "32", "address": "dep-32", "name": "Gers", "level": "DEP",
        "population": 192_645, "communes": 458,
    }  # fmt: skip
    (one,) = data["indicators"]
    assert {
        "id",
        "value",
        "status",
        "year",
        "unit",
        "rank",
        "count",
        "references",
        "margin",
        "source",
    } <= set(one)
    assert (one["value"], one["margin"], one["percentile"]) == (16.812346, 1.235, 96.8)
    assert one["history"] == [{"year": 2011, "value": None, "status": "secret", "estimated": False}]
    assert one["references"]["departement"] == {
        "name": "Gers", "value": 15.3, "status": "value", "year": 2022, "margin": None,
        "comparison": "above", "meaning": "neutral", "address": "dep-32",
    }  # fmt: skip


def test_every_state_survives_down_to_the_files_and_a_zero_is_a_zero() -> None:
    portrait = one_of_each_state()
    found = {one["id"]: one for one in portrait_data(portrait)["indicators"]}
    lines = {line["indicator"]: line for line in read_csv(portrait)}
    for state in State:
        assert found[state.code]["status"] == lines[state.code]["status"] == state.code
        assert lines[state.code]["status_label"] == state.label
        here = state is State.VALUE
        assert found[state.code]["value"] == (0 if here else None)
        assert lines[state.code]["value"] == ("0" if here else "")
        assert bool(found[state.code]["reason"]) is not here
        assert found[state.code]["text"] == ("0,0\u202f%" if here else state.label)


def test_a_value_that_is_not_there_is_missing_whatever_its_state_says() -> None:
    portrait = Portrait(GERS, "e", (fact(None, state=State.VALUE),))
    assert portrait_data(portrait)["indicators"][0]["status"] == "missing"
    assert read_csv(portrait)[0]["status"] == "missing"


def test_the_columns_of_the_csv_are_those_of_its_table_schema() -> None:
    schema = table_schema()
    names = [field["name"] for field in schema["fields"]]
    assert list(read_csv(one_of_each_state())[0]) == names == [name for name, _, _ in COLUMNS]
    assert set(schema["primaryKey"]) <= set(names)
    assert schema["missingValues"] == [""]
    (status,) = (field for field in schema["fields"] if field["name"] == "status")
    assert status["constraints"]["enum"] == [state.code for state in State]
    assert {field["type"] for field in schema["fields"]} == {
        "string",
        "number",
        "integer",
        "boolean",
    }
    assert all(field["description"] for field in schema["fields"])


def cast(text: str, kind: str) -> Any:
    if text == "":
        return None
    return {
        "number": float,
        "integer": int,
        "boolean": {"true": True, "false": False}.__getitem__,
    }.get(kind, str)(text)


@pytest.mark.parametrize("address", ["243200409", "dep-32", "reg-76", "france", "32013", "32365"])
def test_json_and_csv_of_a_real_portrait_say_the_same(shipped: Portraitist, address: str) -> None:
    portrait = shipped.portrait(address)
    data = json.loads(json.dumps(portrait_data(portrait), ensure_ascii=False, allow_nan=False))
    kinds = {field["name"]: field["type"] for field in table_schema()["fields"]}
    lines = read_csv(portrait)
    assert len(lines) == len(data["indicators"]) == len(shipped.catalogue.indicators)
    for one, line in zip(data["indicators"], lines, strict=True):
        found = {name: cast(text, kinds[name]) for name, text in line.items()}
        assert (found["indicator"], found["territory"], found["edition"]) == (
            one["id"],
            address,
            "2026-1",
        )
        for name in ("value", "status", "year", "unit", "rank", "count", "rank_country",
                     "count_country", "percentile", "margin", "estimated"):  # fmt: skip
            assert found[name] == one[name], (one["id"], name)
        for kind in ("departement", "region", "france", "peers"):
            expected = one["references"].get(kind, {}).get("value")
            assert found[f"ref_{kind}"] == expected
        assert (one["value"] is None) == (one["status"] != "value")


def test_a_portrait_knows_its_people_its_parents_and_its_peers(shipped: Portraitist) -> None:
    data = portrait_data(shipped.portrait("243200409"))
    assert (data["territory"]["population"], data["territory"]["communes"]) == (8_727, 26)
    assert [parent["address"] for parent in data["parents"]] == ["dep-32", "reg-76", "france"]
    assert data["group"] == "les 15 intercommunalités du Gers"
    assert len({peer["address"] for peer in data["comparable"]}) == 10
    assert "243200409" not in {peer["address"] for peer in data["comparable"]}
    distances = [peer["distance"] for peer in data["comparable"]]
    assert distances == sorted(distances)


def test_a_region_of_one_departement_has_no_group_of_departements(shipped: Portraitist) -> None:
    assert portrait_data(shipped.portrait("dep-974"))["group"] == ""


@pytest.mark.parametrize("address", ["243200409", "dep-2A", "dep-974", "reg-32", "france", "2A004"])
def test_an_address_reads_back_as_its_territory(address: str) -> None:
    assert address_of(*level_and_code(address)) == address


@pytest.mark.parametrize("address", ["", "32", "dep_32", "1234567890"])
def test_what_is_not_an_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="n'est pas l'adresse d'un territoire"):
        level_and_code(address)


def test_a_whole_number_is_written_without_a_decimal_and_a_small_one_keeps_six() -> None:
    assert repr(rounded(15.0)) == "15"
    assert rounded(0.1 + 0.2) == 0.3
    assert rounded(None) is None
    assert repr(rounded(-0.0)) == "0"
