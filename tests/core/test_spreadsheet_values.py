"""What a spreadsheet damages: understood when only one value is possible, told otherwise."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruche.core.spreadsheets import BadCell, Guess, codes, values


def said(reader, text: str) -> str:
    with pytest.raises(BadCell) as error:
        reader(text)
    return str(error.value)


@pytest.mark.parametrize(
    "text",
    ["3/12/26", "03/12/2026", "3 décembre 2026", "jeudi 3 décembre 2026", "2026-12-03", "3-12-2026",
     "3.12.26", "3 déc. 2026", "2026-12-03 14:00"],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(text):
    assert values.day(text) == date(2026, 12, 3)


def test_the_number_of_a_day_is_understood_and_said():
    found = values.day("46359")
    assert isinstance(found, Guess)
    assert found.value == date(2026, 12, 3)
    assert "numéro d’un jour" in found.why


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("12/31/2026", "31/12/2026"),
        ("30/02/2026", "n’existe pas"),
        ("1904-01-01", "1904"),
        ("bientôt", "03/12/2026"),
        ("3/12/1826", "année"),
        ("123", "n’est pas une date"),
        ("3 juillembre 2026", "n’est pas une date"),
    ],
)
def test_a_day_that_cannot_be_is_told_with_what_it_was(text, word):
    assert word in said(values.day, text)


@given(st.dates(values.EARLIEST, values.LATEST))
def test_every_day_comes_back_from_its_two_writings(day):
    assert values.day(f"{day:%d/%m/%Y}") == day
    found = values.day(str((day - values.EPOCH_1900).days)) if day < values.LATEST else None
    assert found is None or (isinstance(found, Guess) and found.value == day)


@pytest.mark.parametrize("text", ["14h30", "14:30", "14 h 30", "14H30", "14:30:00", "14h30mn"])
def test_an_hour_is_read_however_it_is_written(text):
    assert values.hour(text) == time(14, 30)


def test_other_ways_of_an_hour():
    assert values.hour("14 h") == time(14)
    assert values.hour("midi") == time(12)
    assert values.hour("0.604166667").value == time(14, 30)
    assert values.hour("9").value == time(9)
    assert "14h30" in said(values.hour, "25h")


def test_numbers():
    assert values.decimal("43,6465") == 43.6465
    assert values.whole("1 250", highest=9_999) == 1_250
    assert values.whole("12,0", highest=99) == 12
    assert "entier" in said(lambda text: values.whole(text, highest=9), "2,5")
    assert "plus que" in said(lambda text: values.whole(text, highest=9), "10")
    assert "nombre" in said(values.decimal, "environ 43")


def test_a_word_that_is_not_in_the_list_is_told_with_the_closest_one():
    words = {"accessible": "yes", "non accessible": "no"}
    assert values.choice("ACCESSIBLE ", words) == "yes"
    assert "Sans doute « accessible »" in said(lambda text: values.choice(text, words), "acessible")


@pytest.mark.parametrize("text", ["#REF!", "#N/A", "#NOM?", "#DIV/0!", "#VALEUR!", "#####"])
def test_an_error_of_the_spreadsheet_is_told(text):
    assert text in said(values.refuse_damaged, text)


def test_letters_that_were_read_twice_are_told_with_what_they_were():
    assert "« épicerie »" in said(values.refuse_damaged, "épicerie".encode().decode("cp1252"))
    assert "perdue" in said(values.refuse_damaged, "\ufffdpicerie")
    values.refuse_damaged("Épicerie d’été, où l’on çoudoie l’œuvre à 3 €")


def test_codes_that_lost_their_zero_are_understood_and_said():
    assert codes.postal_code("32000") == "32000"
    assert codes.postal_code("1004").value == "01004"
    assert codes.insee_code("2a004") == "2A004"
    assert codes.insee_code("1004.0").value == "01004"
    assert "zéro" in codes.insee_code("1004").why
    assert "cinq signes" in said(codes.postal_code, "320")


@pytest.mark.parametrize("reader", [codes.key, codes.postal_code, codes.phone])
def test_an_identifier_taken_for_a_number_is_told_with_what_to_do(reader):
    assert "« Texte »" in said(reader, "1,23457E+13")


@pytest.mark.parametrize(
    "text", ["0562000001", "05.62.00.00.01", "+33 5 62 00 00 01", "0033562000001", "33562000001"]
)
def test_a_telephone_is_read_however_it_is_written(text):
    assert codes.phone(text) == "05 62 00 00 01"


def test_a_telephone_without_its_zero_is_understood_and_said():
    found = codes.phone("562000001")
    assert found == Guess("05 62 00 00 01", found.why)
    assert "zéro" in found.why
    assert codes.phone("3646") == "3646"
    assert "dix chiffres" in said(codes.phone, "05 62")
