"""An edition is a photograph: whole or absent, sealed, and compared before it is published."""

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ruche.engines.portraits import editions
from ruche.engines.portraits.catalogue import Catalogue
from ruche.engines.portraits.changes import Change, Kind, compare_editions, gaps_by_indicator
from ruche.engines.portraits.checks import checks_data, cross_checks
from ruche.engines.portraits.editions import (
    Edition,
    build_edition,
    read_edition,
    seal,
    write_edition,
)
from ruche.engines.portraits.errors import Note, Place, PortraitError, Severity
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.states import State
from tests.engines.portraits.pencil import (
    COMMUNES,
    Cell,
    catalogue,
    country,
    indicator,
    observed,
    reading,
)

OF = catalogue(
    indicator("part", {}, {"rule": "published", "num": "PUB", "scale": 1, "source": "autre"}),
    indicator(
        "total", {"rule": "sum", "years": [2021, 2022], "num": "P{yy}", "scale": 1}, unit="hab."
    ),
)
ROWS: dict[str, dict[str, Cell]] = {
    code: {"A": 10.0 + i, "B": 100.0, "P21": 5.0, "P22": 6.0 + i}
    for i, (code, *_) in enumerate(COMMUNES)
}


def built(
    rows: dict[str, dict[str, Cell]] = ROWS,
    *,
    of: Catalogue = OF,
    departement: str = "01",
    communes: Any = COMMUNES,
    published: dict[str, dict[str, Cell]] | None = None,
) -> Edition:
    geography = country(communes)
    readings = [reading(rows)]
    if published:
        readings.append(reading(published, level=Level.EPCI, source="autre", file="autre.csv"))
    found = observed(*readings, geography=geography)
    return build_edition(found, of, geography, edition="essai", departement=departement)


# --- a photograph ---------------------------------------------------------------------------------


def test_an_edition_reads_back_as_it_was_written(tmp_path: Path) -> None:
    first = built()
    write_edition(first, tmp_path / "e")
    back = read_edition(tmp_path / "e")
    assert back.manifest == first.manifest
    for name in ("figures", "series", "peers"):
        assert getattr(back, name).equals(getattr(first, name))


def test_an_edition_keeps_every_level_and_only_the_communes_of_its_departement() -> None:
    figures = built().figures
    kept = {level: set(figures.filter(level=level)["code"]) for level in Level}
    # 02001 lies elsewhere, in an intercommunalité that most people of which live elsewhere too.
    assert kept[Level.COMMUNE] == {"01001", "01002", "01003"}
    assert kept[Level.EPCI] == {"E1", "E2", "E3", "E4"}
    assert kept[Level.DEPARTEMENT] == {"01", "02", "03"}
    assert kept[Level.FRANCE] == {"FR"}


def test_an_edition_remembers_its_files_its_catalogue_and_its_warnings() -> None:
    warning = Note(Severity.WARNING, Place("essai.csv"), "à voir")
    told = Note(Severity.INFO, Place("essai.csv"), "dit")
    found = observed(reading(ROWS, notes=(warning, told)))
    manifest = build_edition(found, OF, country(), edition="e", departement="01").manifest
    assert {(i.source, i.file) for i in manifest.inputs} >= {("essai", "essai.csv")}
    assert manifest.catalogue == OF.digest
    assert manifest.notes == ("essai.csv : à voir",)
    assert (manifest.geography, manifest.departement) == (2026, "01")


def test_the_digest_does_not_depend_on_the_order_of_rows() -> None:
    chance = random.Random(1)
    communes = list(COMMUNES)
    chance.shuffle(communes)
    rows = dict(reversed(ROWS.items()))
    assert built(rows, communes=communes).manifest.digest == built().manifest.digest
    mixed = built()
    for name in ("figures", "series", "peers"):
        mixed = replace(
            mixed, **{name: getattr(mixed, name).sample(fraction=1, shuffle=True, seed=4)}
        )
    assert seal(mixed).manifest.digest == built().manifest.digest


@pytest.mark.parametrize("name", ["figures", "series"])
def test_a_single_changed_figure_is_seen(tmp_path: Path, name: str) -> None:
    write_edition(built(), tmp_path / "e")
    path = tmp_path / "e" / f"{name}.parquet"
    table = pl.read_parquet(path)
    first = pl.int_range(pl.len()) == 0
    table.with_columns(
        value=pl.when(first).then(pl.col("value") + 0.000_01).otherwise("value")
    ).write_parquet(path)
    with pytest.raises(PortraitError, match="a été modifiée depuis sa construction"):
        read_edition(tmp_path / "e")


def test_a_state_that_became_a_value_is_seen() -> None:
    edition = built({**ROWS, "01001": {"A": State.SECRET, "B": 1.0, "P21": 1.0, "P22": 1.0}})
    lying = replace(edition, figures=edition.figures.with_columns(state=pl.lit(0, dtype=pl.UInt8)))
    with pytest.raises(PortraitError, match="modifiée"):
        lying.verify()


def test_an_edition_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "e").mkdir()
    with pytest.raises(PortraitError, match="existe déjà : une édition ne se réécrit pas"):
        write_edition(built(), tmp_path / "e")
    assert list((tmp_path / "e").iterdir()) == []


@pytest.mark.parametrize("tables_before", [0, 1, 2, 3])
def test_a_writing_killed_half_way_leaves_nothing_that_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tables_before: int
) -> None:
    plain, written = pl.DataFrame.write_parquet, []

    def write(table: pl.DataFrame, path: Path, **options: Any) -> None:
        if len(written) == tables_before:
            raise KeyboardInterrupt
        written.append(path)
        plain(table, path, **options)

    if tables_before < 3:
        monkeypatch.setattr(pl.DataFrame, "write_parquet", write)
    else:
        monkeypatch.setattr(
            editions.json, "dumps", lambda *a, **k: (_ for _ in ()).throw(KeyboardInterrupt)
        )
    with pytest.raises(KeyboardInterrupt):
        write_edition(built(), tmp_path / "e")
    monkeypatch.undo()
    assert not (tmp_path / "e").exists()
    for left in tmp_path.iterdir():
        with pytest.raises(PortraitError, match="pas une édition lisible"):
            read_edition(left)
    write_edition(built(), tmp_path / "e")
    assert read_edition(tmp_path / "e").manifest.id == "essai"


@pytest.mark.parametrize("manifest", ["", "{}", "[]", '{"id": 1}', '{"inputs": [{"x": 1}]}'])
def test_a_folder_that_is_no_edition_is_refused_in_words(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "manifest.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(PortraitError, match="n'est pas une édition lisible"):
        read_edition(tmp_path)


def test_a_truncated_table_is_refused_in_words(tmp_path: Path) -> None:
    write_edition(built(), tmp_path / "e")
    path = tmp_path / "e" / "figures.parquet"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(PortraitError, match="n'est pas une édition lisible"):
        read_edition(tmp_path / "e")


def test_an_unknown_departement_is_refused() -> None:
    with pytest.raises(PortraitError, match="Département inconnu : « 99 »"):
        built(departement="99")


def test_the_manifest_is_plain_json_that_a_person_can_read(tmp_path: Path) -> None:
    write_edition(built(), tmp_path / "e")
    manifest = json.loads((tmp_path / "e" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["id"] == "essai"
    assert len(manifest["digest"]) == 64


# --- checks ---------------------------------------------------------------------------------------


def checks(published: dict[str, dict[str, Cell]], rule: str = "ratio") -> list[Any]:
    name = "PUB"
    of = catalogue(
        indicator("part", {"rule": rule}, {"rule": "published", "num": name, "scale": 1})
    )
    found = observed(reading(ROWS), reading(published, level=Level.EPCI))
    return cross_checks(found, of, country())


def test_a_published_value_equal_to_our_sum_of_communes_holds_and_needs_no_reason() -> None:
    ours = {"E1": {"PUB": 10.5}, "E2": {"PUB": 12.5}, "E3": {"PUB": 14.0}}
    (check,) = checks(ours)
    assert (check.compared, check.equal, check.holds, check.reason, check.where) == (
        3,
        3,
        True,
        "",
        "",
    )
    assert check.level == "intercommunalité"


def test_a_gap_is_counted_measured_placed_and_explained() -> None:
    (check,) = checks({"E1": {"PUB": 10.5}, "E2": {"PUB": 12.4}, "E3": {"PUB": State.SECRET}})
    assert (check.compared, check.equal, check.holds) == (2, 1, False)
    assert (check.largest, check.where) == (0.1, "CC E2")
    assert check.reason
    assert checks_data([check])[0]["holds"] is False


def test_an_estimate_is_allowed_its_margin_and_says_that_it_is_one() -> None:
    (check,) = checks({"E1": {"PUB": 10.7}, "E2": {"PUB": 12.8}}, rule="weighted")
    assert (check.equal, check.compared) == (1, 2)
    assert "estimation" in check.reason


def test_what_is_published_nowhere_is_checked_nowhere() -> None:
    assert cross_checks(observed(reading(ROWS)), OF, country()) == []


# --- what changed ---------------------------------------------------------------------------------


def edition_of(**figure: Any) -> Edition:
    row = {
        "level": "EPCI", "code": "E1", "indicator": "part", "year": 2022, "value": 10.0, "state": 0,
        "estimated": False, "source": "essai", "margin": None,
    }  # fmt: skip
    table = pl.DataFrame(
        [{**row, **figure}], schema_overrides={"value": pl.Float64, "margin": pl.Float64}
    )
    return replace(built(), figures=table)


def changes(before: dict[str, Any], after: dict[str, Any], of: Catalogue = OF) -> list[Change]:
    return compare_editions(edition_of(**before), edition_of(**after), of)


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        ({}, {}, []),
        ({}, {"value": 10.4}, []),
        ({}, {"value": 10.6}, [Kind.MOVED]),
        ({"margin": 0.1}, {"value": 10.2}, []),
        ({"margin": 0.1}, {"value": 10.4}, [Kind.MOVED]),
        ({"margin": 1.0}, {"value": 12.9}, []),
        ({}, {"value": None, "state": 1}, [Kind.VANISHED]),
        ({"value": None, "state": 4}, {}, [Kind.APPEARED]),
        ({"value": None, "state": 4}, {"value": None, "state": 1}, []),
        ({}, {"source": "autre"}, [Kind.REPLACED]),
        ({}, {"source": "autre", "value": 99.0}, [Kind.REPLACED]),
        ({}, {"value": 0.0}, [Kind.MOVED]),
    ],
)
def test_an_attentive_reader_sees_each_change_and_nothing_else(
    before: dict[str, Any], after: dict[str, Any], kinds: list[Kind]
) -> None:
    assert [change.kind for change in changes(before, after)] == kinds


def test_a_figure_on_the_other_side_of_a_rupture_broke_and_did_not_move() -> None:
    of = catalogue(indicator("part", breaks=[{"after": 2022, "reason": "Nouvelle méthode."}]))
    (change,) = changes({}, {"year": 2023, "value": 30.0, "source": "autre"}, of)
    assert change.kind is Kind.BROKE


def test_a_territory_that_is_no_longer_there_is_told_with_its_old_figure() -> None:
    old, new = edition_of(), edition_of(code="E2")
    gone, come = compare_editions(old, new, OF)
    assert (gone.kind, gone.code, gone.old, gone.new, gone.gap) == (
        Kind.VANISHED,
        "E1",
        10.0,
        None,
        None,
    )
    assert (come.kind, come.code, come.new_state) == (Kind.APPEARED, "E2", State.VALUE)


def test_the_gravest_changes_come_first() -> None:
    old = replace(
        edition_of(), figures=pl.concat([edition_of(code=c).figures for c in ("E1", "E2")])
    )
    moved, gone = edition_of(code="E1", value=99.0), edition_of(code="E2", value=None, state=1)
    new = replace(edition_of(), figures=pl.concat([moved.figures, gone.figures]))
    assert [c.kind for c in compare_editions(old, new, OF)] == [Kind.VANISHED, Kind.MOVED]


def test_two_real_builds_of_the_same_files_have_no_change() -> None:
    assert compare_editions(built(), built(), OF) == []


def test_the_gaps_of_a_change_of_source_are_summed_up_by_indicator() -> None:
    found = gaps_by_indicator(changes({}, {"source": "autre", "value": 11.5}))
    assert found.rows() == [("part", "EPCI", 1, 1.5, 1.5)]
    assert gaps_by_indicator([]).height == 0
