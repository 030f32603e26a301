"""How a total reads outside the circle, and that no masked one is found by subtraction."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruche.tallies.wording import (
    FEW,
    HIDDEN,
    NOT_SHOWN,
    Reading,
    reading,
    readings_of_a_whole,
    sum_of,
)


def texts(*values: int, exact: bool = False) -> list[str]:
    """How the rows of a table read."""
    found = readings_of_a_whole(dict(enumerate(values)), exact=exact)
    return [one.text for one in found.values()]


# ---------------------------------------------------------------------------- one total


@pytest.mark.parametrize("value", [1, 2, 3, 4])
def test_a_value_of_one_to_four_reads_less_than_five(value):
    found = reading(value)
    assert found.text == str(found) == "moins de 5"
    assert found.value is None
    assert (found.low, found.high) == (1, 4)


def test_all_masked_values_read_alike():
    assert len({reading(value) for value in (1, 2, 3, 4)}) == 1


@pytest.mark.parametrize(("value", "text"), [(0, "0"), (5, "5"), (1234, "1\u202f234")])
def test_zero_and_five_are_read_as_they_are(value, text):
    assert (reading(value).text, reading(value).value) == (text, value)


@pytest.mark.parametrize("value", [0, 1, 3, 4, 5, 60])
def test_inside_the_circle_every_value_is_exact(value):
    assert reading(value, exact=True) == Reading(value, value, str(value))


# ------------------------------------------------------------------------------- a table


def test_a_table_without_a_small_value_is_read_as_it_is():
    assert texts(5, 0, 12) == ["5", "0", "12"]


def test_the_smallest_of_the_others_goes_with_a_masked_row():
    """Or 3 would be 35 − 20 − 12."""
    assert texts(3, 20, 12) == [FEW, "20", HIDDEN]


def test_two_masked_rows_that_add_up_to_two_are_not_alone_to_be_hidden():
    assert texts(1, 1, 20, 12) == [FEW, FEW, "20", HIDDEN]


def test_no_row_is_shown_when_the_masked_one_would_still_be_found():
    """The sum of what is hidden is 6, and the hidden row is at least 5: the other would be 1."""
    assert texts(1, 5, 30) == [HIDDEN] * 3


def test_no_row_is_shown_under_ten_people():
    assert texts(3, 2, 0) == [HIDDEN] * 3
    assert texts(1, 8) == [HIDDEN] * 2
    assert texts(0, 0) == ["0", "0"]
    assert texts(0, 7) == ["0", "7"]


def test_a_table_is_exact_inside_the_circle():
    assert texts(1, 5, 30, exact=True) == ["1", "5", "30"]
    assert texts(1, 2, exact=True) == ["1", "2"]


def test_the_rows_keep_their_order():
    assert list(readings_of_a_whole({"c": 3, "a": 20, "b": 12})) == ["c", "a", "b"]


@pytest.mark.parametrize(("rows", "most"), [(1, 60), (2, 45), (3, 30), (4, 19), (5, 15)])
def test_who_knows_the_sum_and_the_rule_finds_no_masked_value(rows, most):
    """Brute force: among all the tables that read alike and have the same sum, each masked row has
    several values. A sum under five is not known: it reads « moins de 5 » itself."""
    alike: dict[tuple[object, ...], list[tuple[int, ...]]] = defaultdict(list)
    for table in product(range(most + 1), repeat=rows):
        if sum(table) <= most:
            known = sum(table) if sum(table) >= 5 else min(sum(table), 1)
            alike[(*texts(*table), known)].append(table)
    for read, tables in alike.items():
        for row in range(rows):
            values = {table[row] for table in tables}
            if values & {1, 2, 3, 4}:
                assert len(values) > 1, (read, tables)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=45))
def test_no_value_of_one_to_four_is_ever_written(values):
    for value, text in zip(values, texts(*values), strict=True):
        assert text in {HIDDEN, FEW if 0 < value < 5 else str(value)}


# -------------------------------------------------------------------------------- a sum


def test_a_sum_of_exact_values_is_exact():
    assert sum_of([reading(12), reading(0), reading(30)]) == Reading(42, 42, "42")


def test_a_sum_says_no_more_than_its_parts():
    """One week masked, 28 in the others: the month is between 29 and 32."""
    assert sum_of([reading(3), reading(20), reading(8)]).text == "de 29 à 32"


def test_a_sum_of_one_masked_value_reads_as_it_does():
    assert sum_of([reading(3)]).text == FEW
    assert sum_of([reading(3), reading(0)]).text == FEW


def test_a_sum_with_something_that_is_not_shown_has_no_end():
    assert sum_of([NOT_SHOWN, reading(31)]).text == "au moins 31"


def test_a_sum_of_nothing_is_zero():
    assert sum_of([]).text == "0"


@given(st.lists(st.integers(0, 60), max_size=12), st.integers(0, 11))
def test_a_sum_does_not_move_when_a_masked_part_does(values, place):
    """Whatever a masked value really is, the sum reads the same."""
    if place < len(values) and values[place] in (1, 2, 3, 4):
        sums = {
            sum_of(map(reading, [*values[:place], other, *values[place + 1 :]]))
            for other in (1, 2, 3, 4)
        }
        assert len(sums) == 1


@given(st.lists(st.integers(0, 60), max_size=12))
def test_the_true_sum_is_within_what_is_said(values):
    found = sum_of(map(reading, values))
    assert found.low <= sum(values) <= (found.high if found.high is not None else sum(values))
