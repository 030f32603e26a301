"""The rules of the form: what they refuse, how they are written, how they are said."""

from contextlib import suppress
from datetime import UTC, date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruche.french.numbers import NBSP, THIN, spaced
from ruche.places.openings import (
    BadRule,
    DateRange,
    ExtraOpening,
    Holidays,
    NeverOpens,
    Rhythm,
    Rule,
    Slot,
    check,
    from_osm,
    in_french,
    to_osm,
)
from tests.places.opening_strategies import RULES

TODAY = date(2026, 11, 24)
TUESDAY, WEDNESDAY = 1, 2


def slot(rhythm=Rhythm.WEEKLY, weekdays=(TUESDAY,), nth=(), start=time(14), end=time(16, 30)):
    return Slot(rhythm, weekdays, nth, start, end)


FIRST_AND_THIRD = slot(Rhythm.MONTHLY, nth=(1, 3))

EXAMPLES = [
    (Rule((FIRST_AND_THIRD,)), "Tu[1,3] 14:00-16:30; PH off"),
    (
        Rule((slot(Rhythm.EVEN_WEEKS, (WEDNESDAY,), end=time(16)),), public_holidays_open=True),
        "week 02-52/2 We 14:00-16:00",
    ),
    (
        Rule((slot(Rhythm.ODD_WEEKS),), Holidays.CLOSED),
        "week 01-53/2 Tu 14:00-16:30; PH off; SH off",
    ),
    (
        Rule((slot(Rhythm.EVEN_WEEKS),), Holidays.ONLY),
        "week 02-52/2 SH Tu 14:00-16:30; PH off",
    ),
    (
        Rule((slot(weekdays=(4, 0, 1, 2, 3)), slot(weekdays=(0, 1, 2, 3, 4), start=time(9)))),
        "Mo-Fr 14:00-16:30,09:00-16:30; PH off",
    ),
    (
        Rule((slot(start=time(20), end=time(0)), slot(weekdays=(5,), start=time(22), end=time(2)))),
        "Tu 20:00-24:00, Sa 22:00-02:00; PH off",
    ),
    (
        Rule(
            (slot(),),
            closures=(
                DateRange(date(2026, 8, 3), date(2026, 8, 21)),
                DateRange(date(2026, 12, 24), date(2026, 12, 24)),
            ),
            extra=(ExtraOpening(date(2026, 9, 5), time(10), time(12)),),
        ),
        "Tu 14:00-16:30; PH off; 2026 Aug 03-2026 Aug 21 off; 2026 Dec 24 off, "
        "2026 Sep 05 10:00-12:00",
    ),
    (
        Rule(
            (),
            public_holidays_open=True,
            extra=(
                ExtraOpening(date(2026, 9, 5), time(10), time(12)),
                ExtraOpening(date(2026, 10, 3), time(10), time(12)),
            ),
        ),
        "2026 Sep 05 10:00-12:00, 2026 Oct 03 10:00-12:00",
    ),
]


# ----------------------------------------------------------------------------- writing


@pytest.mark.parametrize(("rule", "text"), EXAMPLES)
def test_a_rule_is_written_in_the_syntax_of_osm_and_read_back(rule, text):
    assert to_osm(rule) == text
    assert from_osm(text) == rule


@given(RULES)
def test_every_rule_of_the_form_survives_being_written_and_read_back(rule):
    text = to_osm(rule)
    check(text)
    assert from_osm(text) == rule


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("Tu [1, 3] 14:00-16:30; PH off", None),
        ("Tu[1-3] 14:00-16:30", "Tu[1,2,3] 14:00-16:30"),
        ("Mo 10:00-12:00; We 14:00-16:00", "Mo 10:00-12:00, We 14:00-16:00"),
        ("Mo 10:00-12:00, 14:00-16:00", "Mo 10:00-12:00,14:00-16:00"),
        ("14:00-16:00; PH,SH off", "Mo-Su 14:00-16:00; PH off; SH off"),
        ("Mo-Su 14:00-16:00; SH closed", "Mo-Su 14:00-16:00; SH off"),
        ("Fr-Mo 22:00-26:00", "Mo,Fr-Su 22:00-02:00"),
        ("SH Tu 10:00-12:00; SH We 14:00-16:00", "SH Tu 10:00-12:00, SH We 14:00-16:00"),
    ],
)
def test_what_partners_write_differently_is_read_as_the_form_would_say_it(typed, same):
    if same is None:
        with pytest.raises(BadRule):
            from_osm(typed)
    else:
        assert to_osm(from_osm(typed)) == same


ADVANCED = [
    "24/7",
    "Jul-Aug Mo 10:00-12:00",
    'Mo 10:00-12:00 "sur rendez-vous"',
    "Mo 10:00-12:00 || Tu 10:00-12:00",
    "Mo-Fr 10:00-12:00; We 14:00-16:00",  # Wednesday's hours replace the others
    "PH off; Mo 10:00-12:00",  # the Mondays win over the public holidays
    "Tu,Th[1,3] 14:00-16:00",
    "week 02-52/2 Tu[1] 14:00-16:00",
    "week 10-20 Tu 14:00-16:00",
    "SH Tu 10:00-12:00, We 14:00-16:00",
    "Mo 22:00-02:00; Tu 10:00-12:00",  # the Tuesdays cut the nights of Monday
    "Mo 10:00-12:00; 2026 Sep 07 08:00-09:00",
    "Mo 10:00-12:00, 2026 Sep 07 08:00-09:00; PH off",  # the closure wins over the exception
    "2026 Feb 30 10:00-12:00",
    "Mo 14:00-12:00",
    "Mo sunrise-12:00",
    "off",
]


@pytest.mark.parametrize("text", ADVANCED)
def test_a_rule_that_the_form_cannot_say_is_kept_and_said_to_be_advanced(text):
    check(text)
    assert from_osm(text) is None
    assert in_french(text) == f"règle avancée{NBSP}: {text}"


# ---------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"weekdays": ()}, "au moins un jour"),
        ({"weekdays": (7,)}, "de 0 .lundi. à 6"),
        ({"rhythm": Rhythm.MONTHLY}, "au moins une semaine du mois"),
        ({"nth": (1,)}, "certaines semaines du mois"),
        ({"rhythm": Rhythm.MONTHLY, "nth": (6,)}, "de la 1re à la 5e"),
        ({"rhythm": Rhythm.MONTHLY, "nth": (0,)}, "de la 1re à la 5e"),
        ({"end": time(14)}, "la même que celle du début"),
        ({"end": time(13)}, "avant celle du début"),
        ({"end": time(16, 30, 5)}, "à la minute"),
        ({"end": time(16, 30, tzinfo=UTC)}, "à la minute"),
    ],
)
def test_a_slot_that_makes_no_sense_is_refused_with_what_to_do(values, message):
    with pytest.raises(BadRule, match=message):
        slot(**values)


def test_a_night_of_twelve_hours_is_accepted_and_not_a_minute_more():
    assert slot(start=time(20), end=time(8)).end == time(8)
    with pytest.raises(BadRule, match="au plus 12 heures"):
        slot(start=time(20), end=time(8, 1))


def test_weekdays_and_ranks_are_put_in_order_with_the_last_one_at_the_end():
    mixed = slot(Rhythm.MONTHLY, (3, 1, 3), (-1, 3, 1))
    assert (mixed.weekdays, mixed.nth) == ((1, 3), (1, 3, -1))


def test_a_closure_that_ends_before_it_begins_is_refused():
    with pytest.raises(BadRule, match="finit avant de commencer"):
        DateRange(date(2026, 8, 21), date(2026, 8, 3))


def test_a_year_typed_with_a_wrong_digit_is_refused():
    with pytest.raises(BadRule, match="L'année 206 n'est pas"):
        DateRange(date(206, 8, 3), date(206, 8, 21))
    with pytest.raises(BadRule, match="L'année 2226 n'est pas"):
        ExtraOpening(date(2226, 8, 3), time(10), time(12))


def test_a_rule_without_any_opening_is_refused():
    with pytest.raises(BadRule, match="au moins un créneau"):
        Rule(())
    with pytest.raises(BadRule, match="demande un créneau"):
        Rule((), Holidays.ONLY, extra=(ExtraOpening(TODAY, time(10), time(12)),))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "est vide"),
        (" \n", "est vide"),
        ("lundi matin", "à partir de « lundi matin »"),
        ("Mo 10h-12h", "à partir de « 10h-12h »"),
        ("Mo 10:00-12:00; " + "Tu 10:00-12:00; " * 200, "3216 caractères, la limite est de 2000"),
        ("Jul-Aug SH off", "Les vacances scolaires .SH. ne se combinent"),
        ("PH,SH Mo off", "Les vacances scolaires .SH. ne se combinent"),
        ("Mo[9] 10:00-12:00", "n'est pas comprise"),
    ],
)
def test_a_text_that_cannot_be_kept_is_refused_in_french_with_what_to_do(text, message):
    for refuses in (check, from_osm, in_french):
        with pytest.raises(BadRule, match=message):
            refuses(text)


@pytest.mark.parametrize(
    "text",
    [
        "Mo 14:00-16:00; Mo off",
        "2025 Sep 05 10:00-12:00",
        "2026 Feb 30 10:00-12:00",
        "Mo 10:00-12:00 unknown",
        "off",
    ],
)
def test_a_rule_that_gives_no_opening_in_four_hundred_days_is_refused(text):
    check(text)
    with pytest.raises(NeverOpens, match="aucune ouverture dans les 400 jours"):
        check(text, today=TODAY)


def test_the_horizon_of_a_rule_is_four_hundred_days_to_the_day():
    last = date.fromordinal(TODAY.toordinal() + 399)
    check(f"{last.year} {last:%b} {last.day:02} 10:00-12:00", today=TODAY)
    beyond = date.fromordinal(last.toordinal() + 1)
    with pytest.raises(NeverOpens):
        check(f"{beyond.year} {beyond:%b} {beyond.day:02} 10:00-12:00", today=TODAY)


LIKE_A_RULE = st.text(
    alphabet=st.sampled_from([*'MoTuSHPWekd0123456789:-[],;|"/+ ()offJanFebsunriseaster"']),
    max_size=40,
)
ALTERED = st.builds(
    lambda text, start, end, other: text[:start] + other + text[end:],
    st.sampled_from([*ADVANCED, *(text for _, text in EXAMPLES)]),
    st.integers(0, 40),
    st.integers(0, 40),
    LIKE_A_RULE,
)


@given(st.one_of(st.text(max_size=60), LIKE_A_RULE, ALTERED))
def test_any_text_is_either_understood_or_refused_as_a_bad_rule(text):
    with suppress(BadRule):
        check(text, today=TODAY)
        assert in_french(text)


# ------------------------------------------------------------------------------ French


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Tu[1,3] 14:00-16:30; PH off; SH off; 2026 Aug 03-2026 Aug 21 off",
            "1er et 3e mardi du mois, de 14~h à 16~h~30 ; fermé les jours fériés et pendant "
            "les vacances scolaires ; fermé du 3 au 21~août 2026",
        ),
        ("Tu 09:05-12:00", "chaque mardi, de 9~h~05 à 12~h ; ouvert aussi les jours fériés"),
        (
            "Mo,We,Fr 10:00-12:00,14:00-16:00; PH off",
            "chaque lundi, mercredi et vendredi, de 10~h à 12~h et de 14~h à 16~h ; "
            "fermé les jours fériés",
        ),
        ("Mo,Tu 10:00-12:00; PH off", "chaque lundi et mardi, de 10~h à 12~h ; fermé …"),
        ("Mo-Fr 10:00-12:00; PH off", "du lundi au vendredi, de 10~h à 12~h ; fermé …"),
        ("Mo-Su 20:00-24:00; PH off", "tous les jours, de 20~h à minuit ; fermé …"),
        (
            "week 02-52/2 Mo,We 10:00-12:00; PH off",
            "le lundi et le mercredi des semaines paires, de 10~h à 12~h ; fermé …",
        ),
        (
            "week 01-53/2 SH Mo-We 00:00-02:30; PH off",
            "du lundi au mercredi des semaines impaires, de 0~h à 2~h~30 ; "
            "seulement pendant les vacances scolaires ; fermé …",
        ),
        (
            "Tu[1,-1],Th[1,-1] 22:00-01:00; PH off",
            "1er et dernier mardi et 1er et dernier jeudi du mois, "
            "de 22~h à 1~h le lendemain ; fermé …",
        ),
        (
            "Mo 10:00-12:00, Sa 09:00-11:00; PH off; 2026 Jul 28-2026 Aug 08 off; "
            "2026 Dec 20-2027 Jan 04 off; 2026 May 01 off, 2026 Sep 05 10:00-12:00, "
            "2026 Sep 05 14:00-16:00, 2026 Oct 03 10:00-12:00",
            "chaque lundi, de 10~h à 12~h ; chaque samedi, de 9~h à 11~h ; "
            "fermé les jours fériés ; fermé du 28~juillet au 8~août 2026, "
            "du 20~décembre 2026 au 4~janvier 2027 et le 1er~mai 2026 ; "
            "ouvert exceptionnellement le 5~septembre 2026, de 10~h à 12~h et de 14~h à 16~h ; "
            "ouvert exceptionnellement le 3~octobre 2026, de 10~h à 12~h",
        ),
        (
            "PH off; SH off, 2026 Sep 05 10:00-12:00",
            "ouvert exceptionnellement le 5~septembre 2026, de 10~h à 12~h",
        ),
        (
            "2026 Sep 05 10:00-12:00",
            "ouvert exceptionnellement le 5~septembre 2026, de 10~h à 12~h",
        ),
    ],
)
def test_a_rule_is_said_in_french_with_its_no_break_spaces(text, said):
    expected = spaced(said.replace("fermé …", "fermé les jours fériés")).replace("~", NBSP)
    assert in_french(text) == expected


def test_no_ordinary_space_is_left_before_a_high_sign():
    said = in_french("Tu 14:00-16:30; PH off")
    assert f"{THIN}; " in said
    assert " ;" not in said
    assert f"14{NBSP}h" in said


def test_every_choice_of_the_form_has_its_french_label():
    assert [rhythm.label for rhythm in Rhythm] == [
        "chaque semaine",
        "une semaine sur deux (semaines paires)",
        "une semaine sur deux (semaines impaires)",
        "certaines semaines du mois",
    ]
    assert [choice.label for choice in Holidays] == ["ouvert aussi", "fermé", "seulement"]
