"""The reference geography: who lies in whom, what became of former communes, what to call them."""

import random
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruche.engines.portraits.errors import Place, Severity
from ruche.engines.portraits.geography import (
    Carried,
    Geography,
    contours_of,
    load_contours,
    load_reference,
    to_current,
)
from ruche.engines.portraits.geography.build import build_reference, collect
from ruche.engines.portraits.geography.names import epci_toponym
from ruche.engines.portraits.geography.store import (
    read_reference,
    reference_folder,
    write_reference,
)
from ruche.engines.portraits.geography.topojson import polygons_by_code, simplify
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.states import State

GEOGRAPHY = load_reference()
PLACE = Place("essai.csv")
DEAD_FOR_FRANCE = ["55039", "55050", "55139", "55189", "55239", "55307"]


def carry(
    rows: dict[str, float | None],
    states: dict[str, State] | None = None,
    *,
    variable: str = "P21_POP",
    additive: bool = True,
    sparse: bool = False,
) -> Carried:
    values = pl.DataFrame(
        {"code": list(rows), variable: list(rows.values())},
        schema={"code": pl.String, variable: pl.Float64},
    )
    told = pl.DataFrame(
        {"code": list(rows), variable: [(states or {}).get(c, State.VALUE).value for c in rows]},
        schema={"code": pl.String, variable: pl.UInt8},
    )
    return to_current(
        values,
        told if states else values.select("code"),
        GEOGRAPHY,
        additive=[variable] if additive else [],
        place=PLACE,
        sparse=sparse,
    )


def value(carried: Carried, code: str) -> float | None:
    row = carried.values.filter(pl.col("code") == code)
    return row.row(0)[1] if row.height else None


def state(carried: Carried, code: str) -> State:
    if carried.states.width == 1:
        return State.VALUE
    return State(carried.states.filter(pl.col("code") == code).row(0)[1])


# --- territories ----------------------------------------------------------------------------------


def test_the_gers_has_458_communes_and_its_known_population_and_area() -> None:
    gers = GEOGRAPHY.communes.filter(pl.col("departement") == "32")
    assert (gers.height, gers["population"].sum()) == (458, 192_645)
    assert gers["area_km2"].sum() == pytest.approx(6256.8, abs=0.05)


def test_fifteen_epcis_lie_inside_the_gers_and_seventeen_touch_it() -> None:
    inside = GEOGRAPHY.epcis_inside("32")
    members = GEOGRAPHY.communes.filter(pl.col("epci").is_in(inside))
    assert (len(inside), len(GEOGRAPHY.epcis_touching("32"))) == (15, 17)
    assert (members.height, members["population"].sum()) == (447, 189_425)


def test_france_is_the_metropole_and_five_overseas_departements() -> None:
    heights = {level: len(GEOGRAPHY.codes(level)) for level in Level}
    assert heights == {
        Level.COMMUNE: 34_875,
        Level.EPCI: 1_255,
        Level.DEPARTEMENT: 101,
        Level.REGION: 18,
        Level.FRANCE: 1,
    }


def test_the_villages_dead_for_france_have_a_population_which_is_zero() -> None:
    dead = GEOGRAPHY.communes.filter(pl.col("code").is_in(DEAD_FOR_FRANCE))
    assert dead["population"].to_list() == [0] * 6


def test_a_departement_is_summed_from_communes_and_never_from_its_epcis() -> None:
    members = GEOGRAPHY.members(Level.DEPARTEMENT)
    assert members.filter(pl.col("territory") == "32").height == 458
    assert GEOGRAPHY.straddling_epcis()["epci"].n_unique() == 89
    assert {"200030435", "248200016"} <= set(GEOGRAPHY.straddling_epcis()["epci"])


def test_the_four_islands_without_an_epci_belong_to_none() -> None:
    outside = set(GEOGRAPHY.codes(Level.COMMUNE)) - set(GEOGRAPHY.members(Level.EPCI)["commune"])
    assert outside == {"22016", "29083", "29155", "85113"}


def test_parents_go_up_to_france_and_a_straddler_lies_where_most_people_live() -> None:
    assert GEOGRAPHY.parents(Level.COMMUNE, "32013") == {
        Level.EPCI: "200066926",
        Level.DEPARTEMENT: "32",
        Level.REGION: "76",
        Level.FRANCE: "FR",
    }
    assert GEOGRAPHY.parents(Level.EPCI, "200030435")[Level.DEPARTEMENT] == "40"
    assert GEOGRAPHY.parents(Level.FRANCE, "FR") == {}


def test_an_unknown_territory_is_refused_in_words() -> None:
    with pytest.raises(KeyError, match="Aucun territoire 99999"):
        GEOGRAPHY.name(Level.COMMUNE, "99999")


# --- names ----------------------------------------------------------------------------------------


def test_an_intercommunalite_of_the_gers_takes_its_article() -> None:
    assert GEOGRAPHY.toponym(Level.EPCI, "243200409").of == "du Bas-Armagnac"
    assert GEOGRAPHY.toponym(Level.EPCI, "243200417").within == "dans la Ténarèze"
    assert GEOGRAPHY.toponym(Level.EPCI, "200035632").the == "l’Armagnac Adour"


@pytest.mark.parametrize(
    ("published", "of"),
    [
        ("CC Faucigny - Glières", "de la communauté de communes Faucigny - Glières"),
        ("CA du Pays d'Aix", "de la communauté d’agglomération du Pays d’Aix"),
        ("CU d'Arras", "de la communauté urbaine d’Arras"),
        ("Métropole du Grand Paris", "de la métropole du Grand Paris"),
        ("Eurométropole de Strasbourg", "de l’eurométropole de Strasbourg"),
        ("Nantes Métropole", "de Nantes Métropole"),
        ("Orléans Métropole", "d’Orléans Métropole"),
    ],
)
def test_any_other_intercommunalite_is_named_by_its_kind_in_full(published: str, of: str) -> None:
    assert epci_toponym("000000000", published, {}).of == of


def test_communes_departements_and_regions_take_the_article_of_the_cog() -> None:
    assert GEOGRAPHY.toponym(Level.COMMUNE, "32013").of == "d’Auch"
    assert GEOGRAPHY.toponym(Level.COMMUNE, "32155").to == "au Houga"
    assert GEOGRAPHY.toponym(Level.DEPARTEMENT, "32").within == "dans le Gers"
    assert GEOGRAPHY.toponym(Level.REGION, "76").within == "en Occitanie"
    assert GEOGRAPHY.toponym(Level.FRANCE, "FR").the == "la France"


def test_every_territory_has_a_name_for_sentences() -> None:
    for level in (Level.EPCI, Level.DEPARTEMENT, Level.REGION):
        for code in GEOGRAPHY.codes(level):
            assert GEOGRAPHY.toponym(level, code).title


# --- carrying older tables ------------------------------------------------------------------------


def test_a_merge_is_a_sum() -> None:
    carried = carry({"32365": 281, "32067": 63, "32260": 22, "32413": 94, "32013": 23_041})
    assert (value(carried, "32365"), value(carried, "32013")) == (460, 23_041)
    assert carried.values.height == 2


def test_a_secret_part_makes_a_secret_sum_whatever_the_others_are() -> None:
    rows = {"32365": 281.0, "32067": None, "32260": None, "32413": 94.0}
    states = {"32067": State.SECRET, "32260": State.MISSING}
    carried = carry(rows, states)
    assert (value(carried, "32365"), state(carried, "32365")) == (None, State.SECRET)


def test_a_part_that_did_not_exist_takes_nothing_from_the_sum() -> None:
    carried = carry({"32365": 281.0, "32067": None}, {"32067": State.NOT_APPLICABLE})
    assert (value(carried, "32365"), state(carried, "32365")) == (281, State.VALUE)


def test_a_median_of_merged_communes_is_nobodys_median() -> None:
    carried = carry({"32365": 21_000, "32067": 22_000}, variable="MED21", additive=False)
    assert (value(carried, "32365"), state(carried, "32365")) == (None, State.NOT_PUBLISHED)


def test_a_commune_that_only_changed_code_keeps_its_median() -> None:
    carried = carry({"14011": 21_000}, variable="MED21", additive=False)
    assert value(carried, "14581") == 21_000


def test_paris_known_by_its_twenty_arrondissements_is_their_sum() -> None:
    carried = carry({f"751{i:02d}": 10.0 for i in range(1, 21)})
    assert carried.values.rows() == [("75056", 200.0)]


def test_when_the_commune_is_there_its_arrondissements_are_left_aside() -> None:
    carried = carry({"75056": 7.0, "75101": 3.0, "75102": 4.0})
    assert carried.values.rows() == [("75056", 7.0)]


def test_a_city_of_which_an_arrondissement_is_absent_has_no_total() -> None:
    carried = carry({f"6938{i}": 10.0 for i in range(1, 9)})
    assert (value(carried, "69123"), state(carried, "69123")) == (None, State.MISSING)
    assert any("69389" in note.text for note in carried.notes)


def test_a_file_that_lists_only_what_exists_needs_not_all_arrondissements() -> None:
    assert value(carry({"69381": 2.0}, sparse=True), "69123") == 2


def test_an_unknown_commune_is_left_aside_with_its_line() -> None:
    values = pl.DataFrame({"code": ["32013", "32999"], "line": [2, 3], "P21_POP": [1.0, 2.0]})
    carried = to_current(
        values, values.select("code"), GEOGRAPHY, additive=["P21_POP"], place=PLACE
    )
    (note,) = carried.notes
    assert str(note).startswith("essai.csv, ligne 3 : communes inconnues")
    assert note.severity == Severity.WARNING
    assert carried.values.columns == ["code", "P21_POP"]


def test_overseas_collectivities_stay_out_of_france() -> None:
    carried = carry({"98735": 5.0, "97502": 5.0, "32013": 1.0})
    assert carried.values["code"].to_list() == ["32013"]
    assert [note.severity for note in carried.notes] == [Severity.INFO]


def test_a_file_older_than_a_split_keeps_its_sums_and_invents_no_part() -> None:
    carried = carry({"15141": 1_653.0, "32013": 1.0})
    assert value(carried, "15141") == 1_653
    assert {state(carried, part) for part in ("15031", "15035", "15047", "15171")} == {
        State.NOT_APPLICABLE
    }
    assert any("ancien périmètre" in note.text for note in carried.notes)


def test_a_median_older_than_a_split_is_published_for_neither_parent_nor_parts() -> None:
    carried = carry({"15141": 21_650.0}, variable="MED21", additive=False)
    assert {state(carried, code) for code in ("15141", "15031")} == {State.NOT_PUBLISHED}


def test_a_file_younger_than_a_split_is_left_as_it_is() -> None:
    rows = {"15141": 824.0, "15031": 217.0, "15035": 304.0, "15047": 88.0, "15171": 122.0}
    carried = carry(rows)
    assert (value(carried, "15141"), value(carried, "15031"), carried.notes) == (824, 217, ())


OLD_CODES = [
    *GEOGRAPHY.passage["old_code"].to_list()[:400],
    *GEOGRAPHY.communes["code"].to_list()[:400],
]
numbers = st.one_of(st.none(), st.integers(0, 10_000).map(float))
tables = st.dictionaries(st.sampled_from(OLD_CODES), numbers, min_size=1, max_size=60)


@given(tables)
@settings(max_examples=60, deadline=None)
def test_sums_over_the_passage_preserve_totals(rows: dict[str, float | None]) -> None:
    known = {code: number or 0.0 for code, number in rows.items()}
    assert carry(known, sparse=True).values["P21_POP"].sum() == sum(known.values())


@given(tables, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_rows_changes_nothing(
    rows: dict[str, float | None], chance: random.Random
) -> None:
    states = {code: State.SECRET for code, number in rows.items() if number is None}
    shuffled = list(rows.items())
    chance.shuffle(shuffled)
    one, other = carry(rows, states, sparse=True), carry(dict(shuffled), states, sparse=True)
    assert one.values.sort("code").equals(other.values.sort("code"))
    assert one.states.sort("code").equals(other.states.sort("code"))


@given(tables)
@settings(max_examples=60, deadline=None)
def test_a_secret_never_becomes_a_number_nor_an_absence_without_a_state(
    rows: dict[str, float | None],
) -> None:
    states = {code: State.SECRET for code, number in rows.items() if number is None}
    carried = carry(rows, states, sparse=True)
    successors = GEOGRAPHY.successors
    for code in states:
        today = successors.get(code, code)
        assert (value(carried, today), state(carried, today)) == (None, State.SECRET)


# --- making and keeping ---------------------------------------------------------------------------


def test_the_reference_is_small_and_says_where_it_comes_from() -> None:
    folder = Path(str(reference_folder()))
    tables = sum(path.stat().st_size for path in folder.glob("*.parquet"))
    contours = sum(path.stat().st_size for path in folder.glob("contours_*"))
    assert tables < 1_200_000
    assert contours < 1_150_000
    assert "Licence Ouverte" in (folder / "reference.toml").read_text(encoding="utf-8")


def test_a_geography_written_is_read_again_the_same(tmp_path: Path) -> None:
    write_reference(GEOGRAPHY, tmp_path)
    for name in ("reference.toml", "epci_noms.toml"):
        (tmp_path / name).write_text((reference_folder() / name).read_text(encoding="utf-8"))
    again = read_reference(tmp_path)
    assert again.communes.equals(GEOGRAPHY.communes)
    assert again.year == 2026


def test_a_geography_is_built_from_the_package_and_the_points(tmp_path: Path) -> None:
    built = _tiny_build(tmp_path)
    assert built.communes.select("code", "tncc", "epci", "population", "area_km2").rows() == [
        ("32001", 1, "243200001", 10, 7.5),
        ("32365", 0, "243200001", 20, None),
    ]
    assert built.passage.rows() == [("32067", "32365")]
    assert built.splits.rows() == [("32365", "32001", 2025)]
    assert built.epcis.row(0, named=True)["departement"] == "32"
    assert built.departements["code"].to_list() == ["32"]


def _tiny_build(folder: Path) -> Geography:
    (folder / "communes.json").write_text(
        """[
        {"code":"32001","nom":"Aignan","typeLiaison":0,"departement":"32","region":"76",
         "type":"commune-actuelle","population":10,"codesPostaux":["32290"]},
        {"code":"32365","nom":"Cap d'Astarac","typeLiaison":0,"departement":"32","region":"76",
         "type":"commune-actuelle","population":20,"anciensCodes":["32067"]},
        {"code":"32067","nom":"Cabas","typeLiaison":0,"departement":"32","region":"76",
         "type":"commune-deleguee","chefLieu":"32365"},
        {"code":"97502","nom":"St-Pierre","departement":"975","region":"975",
         "type":"commune-actuelle"}]"""
    )
    (folder / "epci.json").write_text(
        '[{"code":"243200001","nom":"CC X","type":"CC",'
        '"membres":[{"code":"32001"},{"code":"32365"}]}]'
    )
    (folder / "departements.json").write_text(
        '[{"code":"32","nom":"Gers","typeLiaison":2,"region":"76"},'
        '{"code":"975","nom":"SPM","region":"975"}]'
    )
    (folder / "regions.json").write_text('[{"code":"76","nom":"Occitanie","typeLiaison":1}]')
    (folder / "points.csv").write_text("code,lat,lon,superficie_km2\n32001,43.7,0.1,7.5\n")
    (folder / "v_commune_2026.csv").write_text("TYPECOM,COM,TNCC\nCOM,32001,1\nCOMD,32067,0\n")
    (folder / "v_mvt.csv").write_text(
        "MOD,DATE_EFF,COM_AV,COM_AP\n21,2025-01-01,32365,32001\n32,2025-01-01,32067,32365\n"
    )
    none = pl.DataFrame(schema={"parent": pl.String, "part": pl.String, "year": pl.Int32})
    return build_reference(collect([folder]), year=2026, epci_names={}, splits=none)


# --- outlines -------------------------------------------------------------------------------------


def test_every_commune_and_epci_of_the_gers_has_an_outline() -> None:
    drawn = {feature["properties"]["code"] for feature in load_contours("communes_gers")}
    gers = GEOGRAPHY.communes.filter(pl.col("departement") == "32")["code"]
    assert drawn == set(gers)
    codes = GEOGRAPHY.epcis_touching("32")
    features = contours_of(codes)
    assert [feature["properties"]["code"] for feature in features] == codes
    assert features[0]["properties"]["nom"] == GEOGRAPHY.name(Level.EPCI, codes[0])


def test_any_departement_of_the_metropole_finds_the_outlines_of_its_epcis() -> None:
    for departement in ("09", "2A", "75", "67"):
        codes = GEOGRAPHY.epcis_touching(departement)
        assert len(contours_of(codes)) == len(codes)


def test_outlines_are_closed_rings_in_france() -> None:
    for feature in load_contours("departements"):
        geometry = feature["geometry"]
        several = geometry["type"] == "MultiPolygon"
        for polygon in geometry["coordinates"] if several else [geometry["coordinates"]]:
            for ring in polygon:
                assert ring[0] == ring[-1]
                assert len(ring) >= 4
                assert all(-5.5 < x < 10 and 41 < y < 51.5 for x, y in ring)


TWO_SQUARES = {
    "type": "Topology",
    "transform": {"scale": [0.001, 0.001], "translate": [0, 43]},
    "arcs": [
        [[100, 0], [1, 25], [-1, 25], [1, 25], [-1, 25]],
        [[100, 100], [-100, 0], [0, -100], [100, 0]],
        [[100, 0], [100, 0], [0, 100], [-100, 0]],
    ],
    "objects": {
        "data": {
            "geometries": [
                {"type": "Polygon", "arcs": [[0, 1]], "properties": {"code": "A"}},
                {"type": "Polygon", "arcs": [[2, -1]], "properties": {"code": "B"}},
            ]
        }
    },
}


@pytest.mark.parametrize("tolerance", [0.0, 0.005])
def test_two_neighbours_keep_one_border_when_their_outlines_are_thinned(tolerance: float) -> None:
    shapes = polygons_by_code(TWO_SQUARES, code="code", precision=0.0001, tolerance=tolerance)
    one, other = set(shapes["A"][0][0]), set(shapes["B"][0][0])
    assert len(one & other) == (5 if tolerance == 0 else 2)


def test_thinning_keeps_the_ends_and_what_is_far_from_the_chord() -> None:
    assert simplify([(0, 0), (5, 1), (10, 0)], 2) == [(0, 0), (10, 0)]
    assert simplify([(0, 0), (5, 9), (10, 0)], 2) == [(0, 0), (5, 9), (10, 0)]


def test_a_split_that_the_file_already_knows_is_not_looked_for() -> None:
    values = pl.DataFrame({"code": ["14712", "15141"], "P21_POP": [3446.0, 1653.0]})
    carried = to_current(
        values, values.select("code"), GEOGRAPHY, additive=["P21_POP"], place=PLACE, year=2023
    )
    assert "14666" not in carried.values["code"].to_list()
    assert state(carried, "15031") == State.NOT_APPLICABLE
