"""The only formulas that a catalogue may write are linear."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruche.engines.portraits.expressions import Linear

names = st.from_regex(r"[A-Z][A-Z0-9_]{0,6}", fullmatch=True)
factors = st.one_of(
    st.just(1.0), st.integers(0, 10**7).map(float), st.decimals(0, 1000, places=3).map(float)
)
terms = st.lists(st.tuples(st.sampled_from([1.0, -1.0]), factors, names), min_size=1, max_size=5)


def test_a_formula_is_read_term_by_term() -> None:
    assert Linear.parse("A + 2 * B_1 - 0.5 * C").terms == ((1, "A"), (2, "B_1"), (-0.5, "C"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A +",
        "+ A",
        "A B",
        "A * B",
        "A / B",
        "2",
        "a",
        "log(A)",
        "(A + B)",
        "A+B",
        "A  + B",
        "A; B",
        "2A",
        "-1 * A",
    ],
)
def test_whatever_is_not_linear_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="n'est pas une expression linéaire"):
        Linear.parse(text)


@given(terms)
def test_a_formula_in_words_reads_back_as_the_same_formula(
    pieces: list[tuple[float, float, str]],
) -> None:
    first = (abs(pieces[0][0]) * pieces[0][1], pieces[0][2])
    linear = Linear((first, *((sign * size, name) for sign, size, name in pieces[1:])))
    assert Linear.parse(str(linear)) == linear


@given(terms, st.lists(st.integers(-50, 50), min_size=5, max_size=5))
def test_its_value_is_the_sum_of_its_terms(
    pieces: list[tuple[float, float, str]], numbers: list[int]
) -> None:
    linear = Linear(tuple((sign * size, name) for sign, size, name in pieces))
    row = {name: float(numbers[i % 5]) for i, name in enumerate(sorted(set(linear.variables)))}
    by_hand = sum(factor * row[name] for factor, name in linear.terms)
    columns = {name: np.array([value, 0.0]) for name, value in row.items()}
    assert linear.over(columns).tolist() == pytest.approx([by_hand, 0])
