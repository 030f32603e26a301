"""Readings side by side: why a figure is not there is never lost, and never a zero."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruche.engines.portraits.errors import Note, Place, Severity
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.observations import Observations, Provenance, Reading
from ruche.engines.portraits.states import LABELS, MARKERS, State
from tests.engines.portraits.pencil import COMMUNES, Cell, country, observed, reading

CODES = [row[0] for row in COMMUNES]


def seen(found: Observations, name: str = "A", level: Level = Level.COMMUNE) -> dict[str, Cell]:
    states = found.states_of(level, name)
    values = found.values[level]
    return {
        code: State(states[i]) if states is not None and states[i] else values[name][i]
        for i, code in enumerate(values["code"])
    }


def everywhere(value: float = 1.0) -> dict[str, dict[str, Cell]]:
    return {code: {"A": value} for code in CODES}


def test_a_variable_that_is_known_everywhere_has_no_column_of_states() -> None:
    found = observed(reading(everywhere()))
    assert found.states_of(Level.COMMUNE, "A") is None
    assert seen(found) == dict.fromkeys(CODES, 1.0)


def test_a_territory_that_a_file_leaves_out_is_missing() -> None:
    rows = everywhere()
    del rows["01001"]
    assert seen(observed(reading(rows)))["01001"] is State.MISSING


def test_a_territory_that_a_source_does_not_cover_is_not_published() -> None:
    rows = {code: row for code, row in everywhere().items() if not code.startswith("03")}
    found = seen(observed(reading(rows, outside=["03"])))
    assert {code for code, cell in found.items() if cell is State.NOT_PUBLISHED} == {
        "03001",
        "03002",
    }


def test_what_a_reader_says_of_an_absent_number_is_kept() -> None:
    rows = everywhere()
    for code, state in zip(CODES, list(State)[1:], strict=False):
        rows[code] = {"A": state}
    found = seen(observed(reading(rows)))
    assert [found[code] for code in CODES[:4]] == list(State)[1:]


def test_zero_is_a_number() -> None:
    found = seen(observed(reading({**everywhere(), "01001": {"A": 0.0}})))
    assert found["01001"] == 0.0
    assert not isinstance(found["01001"], State)


def test_a_hole_that_a_reader_calls_a_value_is_missing_and_not_a_zero() -> None:
    plain = reading(everywhere())
    lying = Reading(
        plain.provenance,
        Level.COMMUNE,
        plain.values.with_columns(A=pl.when(pl.col("code") != "01001").then(pl.col("A"))),
        plain.states.with_columns(A=pl.lit(0, dtype=pl.UInt8)),
    )
    assert seen(observed(lying))["01001"] is State.MISSING


def test_territories_that_the_geography_does_not_know_are_left_aside() -> None:
    found = observed(reading({**everywhere(), "99999": {"A": 5.0}}))
    assert found.values[Level.COMMUNE]["code"].to_list() == CODES


def test_values_are_aligned_on_the_geography_whatever_the_order_of_the_file() -> None:
    rows = {code: {"A": float(i)} for i, code in enumerate(CODES)}
    backwards = dict(reversed(rows.items()))
    assert seen(observed(reading(backwards))) == seen(observed(reading(rows)))


def test_the_reading_that_knows_most_of_a_variable_wins_whatever_their_order() -> None:
    few = reading({"01001": {"A": 2.0, "Z": 1.0}}, file="extrait.csv", source="autre")
    all_ = reading(everywhere(2.0), file="tout.csv")
    for files in ([few, all_], [all_, few]):
        found = observed(*files)
        assert found.provenance[Level.COMMUNE, "A"].file == "tout.csv"
        assert found.provenance[Level.COMMUNE, "Z"].file == "extrait.csv"
        assert seen(found)["02001"] == 2.0
        assert found.notes == ()


def test_the_first_of_two_readings_that_know_as_much_wins() -> None:
    first, second = (reading(everywhere(), file=name) for name in ("a.csv", "b.csv"))
    assert observed(first, second).provenance[Level.COMMUNE, "A"].file == "a.csv"


def test_two_files_that_disagree_by_more_than_half_a_percent_make_a_warning() -> None:
    first = reading(everywhere(1000.0), file="a.csv")
    close, far = (reading(everywhere(v), file="b.csv") for v in (1004.9, 1010.0))
    assert observed(first, close).notes == ()
    (note,) = observed(first, far).notes
    assert note.severity is Severity.WARNING
    assert "A totalise 7070 sur 7 territoires communs, mais 7000 dans a.csv" in str(note)
    assert str(note).startswith("b.csv, colonne A")


def test_two_files_are_compared_only_on_the_territories_that_both_know() -> None:
    first = reading(everywhere(10.0), file="a.csv")
    second = reading({"01001": {"A": 10.0}, "01002": {"A": State.SECRET}}, file="b.csv")
    assert observed(first, second).notes == ()


def test_the_notes_of_readers_are_kept() -> None:
    note = Note(Severity.INFO, Place("essai.csv", 3), "vu")
    assert observed(reading(everywhere(), notes=(note,))).notes == (note,)


def test_levels_do_not_mix() -> None:
    rows = {"E1": {"A": 5.0}}
    found = observed(reading(everywhere()), reading(rows, level=Level.EPCI))
    assert seen(found, level=Level.EPCI) == {
        "E1": 5.0, "E2": State.MISSING, "E3": State.MISSING, "E4": State.MISSING
    }  # fmt: skip
    assert seen(found)["01001"] == 1.0


def test_an_overseas_region_lies_in_its_only_departement() -> None:
    found = observed(reading({"R1": {"A": 1.0}}, level=Level.REGION, outside=["03"]))
    assert seen(found, level=Level.REGION)["R2"] is State.NOT_PUBLISHED


def test_the_reference_geography_gives_population_and_area() -> None:
    found = observed(reading(everywhere()))
    assert found.values[Level.COMMUNE]["P23_POP"].to_list() == [row[4] for row in COMMUNES]
    assert found.provenance[Level.COMMUNE, "SUPERF"].source == "insee-cog"


def test_a_reading_whose_codes_are_numbers_is_refused() -> None:
    frame = pl.DataFrame({"code": [1001], "A": [1.0]})
    with pytest.raises(ValueError, match="as text"):
        Reading(Provenance("essai", "x", ""), Level.COMMUNE, frame, frame)


cell = st.one_of(st.floats(0, 100), st.sampled_from(list(State)[1:]))


@given(st.dictionaries(st.sampled_from(CODES), cell, min_size=1))
def test_every_hole_has_a_state_and_every_state_a_hole(rows: dict[str, Cell]) -> None:
    found = observed(reading({code: {"A": x} for code, x in rows.items()}))
    values = found.values[Level.COMMUNE]["A"]
    states = found.states_of(Level.COMMUNE, "A")
    told = [0] * len(values) if states is None else states.to_list()
    assert [value is None for value in values] == [state != 0 for state in told]
    assert seen(found) == {
        code: rows.get(code, State.MISSING) for code in country().communes["code"]
    }


def test_the_five_states_have_a_word_for_files_and_a_word_for_readers() -> None:
    assert [state.code for state in State] == [
        "value", "secret", "not_published", "not_applicable", "missing"
    ]  # fmt: skip
    assert all(State.from_code(state.code) is state for state in State)
    assert len(set(LABELS.values())) == 5
    assert MARKERS["s"] is State.SECRET
    assert MARKERS[""] is State.MISSING
