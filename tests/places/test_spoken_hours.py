"""Opening hours written in French are read as the form would have written them, or refused."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from time import perf_counter

import pytest
from hypothesis import assume, given

from ruche.places.openings import BadRule, from_french, in_french, is_spoken, occurrences, to_osm
from tests.places.opening_strategies import RULES

READ = {
    "mardi de 14 h à 16 h 30": "Tu 14:00-16:30; PH off",
    "Mardi 14h-16h30": "Tu 14:00-16:30; PH off",
    "le MARDI : 14:00 – 16:30": "Tu 14:00-16:30; PH off",
    "les mardis et jeudis 9h-12h": "Tu,Th 09:00-12:00; PH off",
    "mardi 9-12h / 14h-17h": "Tu 09:00-12:00,14:00-17:00; PH off",
    "du lundi au vendredi de 9h à 12h et de 14h à 17h": ("Mo-Fr 09:00-12:00,14:00-17:00; PH off"),
    "lun-ven 9h-12h": "Mo-Fr 09:00-12:00; PH off",
    "Mar 14:00-16:00": "Tu 14:00-16:00; PH off",
    "mardi 14h-16h, jeudi 9h-12h": "Tu 14:00-16:00, Th 09:00-12:00; PH off",
    "9h-12h mardi et jeudi": "Tu,Th 09:00-12:00; PH off",
    "1er et 3e mardi du mois, 14h-16h30": "Tu[1,3] 14:00-16:30; PH off",
    "premier mardi et dernier jeudi du mois de 10h à midi": (
        "Tu[1] 10:00-12:00, Th[-1] 10:00-12:00; PH off"
    ),
    "mardi des semaines paires 9h-12h": "week 02-52/2 Tu 09:00-12:00; PH off",
    "tous les jours de 8h à 20h": "Mo-Su 08:00-20:00; PH off",
    "mardi 9h-12h, sauf vacances scolaires": "Tu 09:00-12:00; PH off; SH off",
    "mardi 9h-12h, y compris les jours fériés": "Tu 09:00-12:00",
    "vendredi de 20h à minuit": "Fr 20:00-24:00; PH off",
}


@pytest.mark.parametrize("text", READ)
def test_what_people_write_is_read(text):
    assert is_spoken(text)
    assert to_osm(from_french(text)) == READ[text]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("mardi matin", "à partir de « matin »"),
        ("tous les mardis", "ne dit pas des jours et des heures"),
        ("mardi 14h-16h, fermé le lundi", "sans ceux de fermeture"),
        ("mardi 14h-16h sur rendez-vous", "sur rendez-vous"),
        ("mardi 25h-26h", "n’est pas une heure"),
        ("mardi 14h-14h", "la même"),
        ("mardi 14h-9h", "avant celle du début"),
        ("1er mardi des semaines paires 9h-12h", "ne vont pas ensemble"),
        ("mardi 9h-12h vacances scolaires", "sauf vacances scolaires"),
        ("mardi et jeudi", "ne dit pas"),
    ],
)
def test_what_is_not_understood_to_the_end_is_refused(text, why):
    with pytest.raises(BadRule, match=why):
        from_french(text)


def test_a_cell_full_of_hours_is_read_or_refused_at_once():
    start = perf_counter()
    for text in ("mardi 9h-12h " * 700, "1er et " * 1_000 + "mardi", "9h-" * 3_000):
        with suppress(BadRule):
            from_french(text)
    assert perf_counter() - start < 5


@pytest.mark.parametrize("text", ["Tu 14:00-16:30", "Mar-Oct Mo 10:00-12:00", "24/7", "PH off"])
def test_the_syntax_of_openstreetmap_is_not_taken_for_french(text):
    assert not is_spoken(text)


@given(RULES)
def test_the_sentence_of_a_rule_is_read_back_as_the_same_openings(rule):
    assume(rule.slots)
    written = to_osm(replace(rule, closures=(), extra=()))
    read = to_osm(from_french(in_french(written)))
    assert occurrences(read, date(2026, 12, 1), 100) == occurrences(written, date(2026, 12, 1), 100)
