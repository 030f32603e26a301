"""Numbers as a French reader expects them, to the last space."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ruche.french.numbers import (
    MINUS,
    NBSP,
    THIN,
    counted,
    number,
    ordinal,
    percent,
    plural,
    rounded,
    signed,
    spaced,
)

finite = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (0, 0, "0"),
        (1.9, 1, "1,9"),
        (12345.6, 1, f"12{THIN}345,6"),
        (1234567, 0, f"1{THIN}234{THIN}567"),
        (999, 0, "999"),
        (-1234.5, 1, f"{MINUS}1{THIN}234,5"),
        (-0.04, 1, "0,0"),
        (-0.05, 1, f"{MINUS}0,1"),
        (-0.0, 1, "0,0"),
        (2.675, 2, "2,68"),
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),
        (-2.5, 0, f"{MINUS}3"),
    ],
)
def test_a_number_takes_a_comma_narrow_spaces_and_a_true_minus(
    value: float, decimals: int, written: str
) -> None:
    assert number(value, decimals) == written


@given(finite, st.integers(0, 3))
def test_a_written_number_reads_back_as_the_number_that_was_rounded(
    value: float, decimals: int
) -> None:
    text = number(value, decimals).replace(THIN, "").replace(",", ".").replace(MINUS, "-")
    assert Decimal(text) == rounded(value, decimals)
    assert "." not in number(value, decimals)
    assert "-" not in number(value, decimals)


@given(st.integers(-(10**7), 10**7), st.integers(0, 2))
def test_a_half_is_rounded_away_from_zero_on_the_decimal_that_we_read(
    units: int, decimals: int
) -> None:
    half = (Decimal(units) + (Decimal("0.5") if units >= 0 else Decimal("-0.5"))).scaleb(-decimals)
    away = Decimal(units + (1 if units >= 0 else -1)).scaleb(-decimals)
    assert rounded(float(half), decimals) == away


@example(-0.04, 1)
@given(finite, st.integers(0, 3))
def test_nothing_is_ever_written_minus_zero(value: float, decimals: int) -> None:
    text = number(value, decimals)
    assert not (text.startswith(MINUS) and set(text) <= set(f"{MINUS}0,"))
    assert not str(rounded(value, decimals)).startswith("-0") or rounded(value, decimals) < 0


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.3, "+0,3"), (-1.2, f"{MINUS}1,2"), (0.04, "0,0"), (-0.04, "0,0"), (0.05, "+0,1")],
)
def test_a_signed_number_has_no_sign_when_it_is_shown_as_zero(value: float, written: str) -> None:
    assert signed(value, 1) == written


def test_a_percentage_takes_a_narrow_space_before_its_sign() -> None:
    assert percent(16.8) == "16,8\u202f%"
    assert percent(5, 0) == "5\u202f%"


@pytest.mark.parametrize(
    ("quantity", "written"),
    [
        (0, f"0,0{NBSP}point"),
        (1.5, f"1,5{NBSP}point"),
        (1.94, f"1,9{NBSP}point"),
        (1.96, f"2,0{NBSP}points"),
        (2, f"2,0{NBSP}points"),
        (2.3, f"2,3{NBSP}points"),
        (-1.5, f"{MINUS}1,5{NBSP}point"),
        (-2, f"{MINUS}2,0{NBSP}points"),
    ],
)
def test_the_plural_begins_at_two_as_it_is_shown(quantity: float, written: str) -> None:
    assert counted(quantity, "point", decimals=1) == written


def test_an_irregular_plural_is_the_one_that_was_given() -> None:
    assert plural(1, "vit", "vivent") == "vit"
    assert plural(2, "vit", "vivent") == "vivent"
    assert counted(3, "journal", "journaux") == f"3{NBSP}journaux"


@pytest.mark.parametrize(
    ("rank", "feminine", "written"),
    [(1, False, "1er"), (1, True, "1re"), (2, False, "2e"), (2, True, "2e"), (15, True, "15e")],
)
def test_only_the_first_ordinal_has_a_gender(rank: int, feminine: bool, written: str) -> None:
    assert ordinal(rank, feminine=feminine) == written


def test_plain_spaces_of_a_text_become_no_break_where_typography_asks() -> None:
    assert spaced("pour 10 000 habitants : 5 %") == f"pour 10{THIN}000 habitants{NBSP}: 5{THIN}%"
    assert spaced("de 2016 à 2022, 15 24 et 20231 000") == "de 2016 à 2022, 15 24 et 20231\u202f000"


@given(finite)
def test_rounding_agrees_with_the_decimal_module(value: float) -> None:
    witness = Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert rounded(value, 1) == witness
