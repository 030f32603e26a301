"""Sentences never say more than the figures do, and say it in French.

`GOLDEN=write pytest tests/engines/portraits/test_sentences.py` writes the golden files again; read
the difference, all of it.
"""

import os
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from math import hypot
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruche.engines.portraits import sentences
from ruche.engines.portraits.catalogue import Indicator
from ruche.engines.portraits.facts import (
    Fact,
    Figure,
    Point,
    Portrait,
    Reference,
    Territory,
    make_reference,
    peers_reference,
)
from ruche.engines.portraits.geography import load_reference
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.margins import Meaning, Outcome
from ruche.engines.portraits.portraying import Portraitist, address_of
from ruche.engines.portraits.states import State
from ruche.french.numbers import MINUS, NBSP, THIN, rounded
from ruche.french.toponyms import Toponym, departement, region
from tests.engines.portraits.pencil import fact, indicator

GOLDEN = Path(__file__).parent / "golden"
GERS = Territory(Level.DEPARTEMENT, "32", "dep-32", departement("Gers", 2))
OCCITANIE = Territory(Level.REGION, "76", "reg-76", region("Occitanie", 1))
HERE = Territory(Level.EPCI, "243200409", "243200409", Toponym("Bas-Armagnac", 2))

# --- rules that every sentence obeys --------------------------------------------------------------

VOWELS = "aàâeéèêiîoôuûAÀÂEÉÈÊIÎOÔU"
FAULTS = {
    "two spaces": r"  ",
    "a plain space before a sign": r" [,.;:!?%‰»)]",
    "a sign glued to its word": r"[^\s\u202f][%‰]|[^\u00a0]:",
    "a plain space inside a number": r"\d \d{3}(?!\d)",
    "a plain space before a unit": r"\d (hab\.|€|points?\b|fois\b)",
    "minus zero": rf"{MINUS}0(,0+)?(?![\d,])",
    "a hyphen for a minus": r"(?<![\w-])-\d",
    "a point for a comma": r"\d\.\d",
    "a word of machines": r"\b(None|nan|inf|True|False)\b",
    "a straight apostrophe": r"'",
    "an article that is not contracted": r"\b([dD]e|[àÀ]) les? ",
    "a word that is not elided": rf"\b([lL][ea]|[dD]e|[qQ]ue|[cC]e) [{VOWELS}](?!nze)",
    "a difference of nothing": rf"(?<![\d,])0(,0+)?[{THIN}{NBSP}](%|‰|points?) de (plus|moins)",
    "a change of nothing": rf"(augmenté|diminué) de 0(,0+)?[{THIN}{NBSP} ]",
    "a gender that does not agree": r"\b(celle du|un part|une niveau|niveau comparable à celle)",
    "an empty place": r"\(\)|« »",
}
COMPILED = {fault: re.compile(pattern) for fault, pattern in FAULTS.items()}
COUNTED = re.compile(r"([\d\u202f]+(?:,\d+)?)\u00a0(point|habitant|commune)(s?)\b")


def faults(sentence: str) -> list[str]:
    found = [fault for fault, pattern in COMPILED.items() if pattern.search(sentence)]
    if not re.fullmatch(r"[A-ZÀÉÎ].*[^ .]\.", sentence, re.DOTALL):
        found.append("a sentence without its capital or its period")
    for amount, _, plural in COUNTED.findall(sentence):
        quantity = float(amount.replace(THIN, "").replace(",", "."))
        if bool(plural) != (quantity >= 2):
            found.append(f"a plural that does not agree with {amount}")
    return found


def test_the_rules_themselves_catch_what_they_forbid() -> None:
    for wrong in (
        "La part est de 5 %.", "La part est de 5%.", "Plus que en Occitanie.", "Celui de le Gers.",
        f"Il y a 1,5{NBSP}points.", f"Il y a 2{NBSP}point.", f"De {MINUS}0,0 hab.",
        "Dans 1 000 ans.",
        "None est ici.", "l'an.", "sans capitale.", "Sans point", "Deux  espaces.", "À les Angles.",
        f"Soit 0,0{NBSP}point de plus.", "De Auch.",
    ):  # fmt: skip
        assert faults(wrong), wrong
    assert (
        faults(f"Dans le Gers, la part est de 1{THIN}234,5{THIN}% (1,5{NBSP}point de plus).") == []
    )


# --- statements -----------------------------------------------------------------------------------


def said(of: Fact, **portrait: Any) -> str:
    whole = Portrait(HERE, "essai", (of,), **portrait)
    return sentences.reading(of, whole, trend=True)


def test_a_value_is_stated_with_its_place_its_unit_and_its_year() -> None:
    assert (
        said(fact(16.8)) == f"Dans le Bas-Armagnac, la part des essais est de 16,8{THIN}% en 2022."
    )


@pytest.mark.parametrize(
    ("state", "words"),
    [(s, s.label) for s in State if s is not State.VALUE],
)
def test_a_figure_that_is_not_there_is_said_in_words_and_compared_to_nothing(
    state: State, words: str
) -> None:
    silent = fact(None, state=state, references=(against(16.8, 10.0),), rank=1, count=5)
    assert (
        said(silent) == f"Dans le Bas-Armagnac, la part des essais n’est pas connue{NBSP}: {words}."
    )


@pytest.mark.parametrize(
    ("subject", "estimated", "unknown", "pronoun"),
    [
        ("la part", "est estimée à", "n’est pas connue", "elle"),
        ("le taux", "est estimé à", "n’est pas connu", "il"),
        ("l’évolution", "est estimée à", "n’est pas connue", "elle"),
        ("l’accessibilité", "est estimée à", "n’est pas connue", "elle"),
        ("l’indice", "est estimé à", "n’est pas connu", "il"),
    ],
)
def test_participles_and_pronouns_agree_with_the_subject(
    subject: str, estimated: str, unknown: str, pronoun: str
) -> None:
    of = indicator(subject=subject)
    assert f"{subject} {estimated} " in said(fact(1.0, of=of, estimated=True))
    assert f"{subject} {unknown}{NBSP}:" in said(fact(None, of=of))
    history = (Point(2011, 1.0, State.VALUE), Point(2022, 5.0, State.VALUE))
    assert f"Depuis 2011, {pronoun} a augmenté" in said(fact(5.0, of=of, history=history))


def test_a_year_that_the_subject_says_is_not_said_twice() -> None:
    of = indicator(
        subject="le nombre de logements autorisés pour 1 000 habitants de 2020 à 2022", unit="‰"
    )
    text = said(fact(18.2, of=of))
    assert text.endswith(f"pour 1{THIN}000 habitants de 2020 à 2022 est de 18,2.")


# --- comparisons ----------------------------------------------------------------------------------


def against(
    ours: float,
    theirs: float,
    *,
    of: Indicator | None = None,
    where: Territory = GERS,
    **figure: Any,
) -> Reference:
    return make_reference(
        of or indicator(),
        Figure(2022, ours, State.VALUE, margin=figure.pop("mine", None), den=10_000),
        Figure(**{"year": 2022, "value": theirs, "state": State.VALUE, **figure}),
        kind="departement" if where is GERS else "region",
        label=where.title,
        territory=where,
    )


GERS_MEDIAN = f"dans le Gers (22{THIN}110,0{NBSP}€ par an)"
SAME_MEDIAN = f", un niveau comparable à celui du Gers (22{THIN}110,0{NBSP}€ par an)"


@pytest.mark.parametrize(
    ("ours", "theirs", "unit", "words"),
    [
        (16.8, 15.3, "%", f", soit 1,5{NBSP}point de plus que dans le Gers (15,3{THIN}%)"),
        (13.0, 15.3, "%", f", soit 2,3{NBSP}points de moins que dans le Gers (15,3{THIN}%)"),
        (15.3, 15.3, "%", f", un niveau comparable à celui du Gers (15,3{THIN}%)"),
        (-0.5, 0.3, "% par an", f", contre +0,3{THIN}% par an dans le Gers"),
        (21_060, 22_110, "€ par an", f", soit 5{THIN}% de moins que {GERS_MEDIAN}"),
        (250, 100, "€", f", soit 2,5{NBSP}fois plus que dans le Gers (100,0{NBSP}€)"),
        (145.6, 106.7, "indice", ", soit 38,9 de plus que dans le Gers (106,7)"),
        (14.7, 13.8, "‰", f", soit 0,9{THIN}‰ de plus que dans le Gers (13,8{THIN}‰)"),
        (22_121, 22_110, "€ par an", SAME_MEDIAN),
    ],
)  # fmt: skip
def test_a_difference_is_said_in_the_unit_that_suits_it(
    ours: float, theirs: float, unit: str, words: str
) -> None:
    of = indicator(unit=unit)
    assert sentences.comparison(fact(ours, of=of), against(ours, theirs, of=of)) == words


def test_que_elides_before_a_vowel() -> None:
    text = sentences.comparison(fact(20.0), against(20.0, 15.0, where=OCCITANIE))
    assert text == f", soit 5,0{NBSP}points de plus qu’en Occitanie (15,0{THIN}%)"


def test_two_years_are_never_compared() -> None:
    other = against(16.8, 10.0, year=2021)
    assert other.outcome is Outcome.NOT_COMPARED
    assert sentences.comparison(fact(16.8), other) == ""


def test_a_reference_that_has_no_figure_is_not_mentioned() -> None:
    assert (
        sentences.comparison(fact(16.8), against(16.8, 1.0, value=None, state=State.SECRET)) == ""
    )


values = st.floats(0, 100).map(lambda x: round(x, 3))
margins = st.one_of(st.none(), st.floats(0, 10).map(lambda x: round(x, 3)))


@settings(max_examples=400, deadline=None)
@given(values, values, margins, margins, st.sampled_from(["%", "‰", "€ par an", "indice"]))
def test_no_sentence_claims_a_difference_inside_its_margin(
    ours: float, theirs: float, mine: float | None, other: float | None, unit: str
) -> None:
    of = indicator(unit=unit, sampling="complementary" if unit == "%" else "exhaustive")
    reference = against(ours, theirs, of=of, mine=mine, margin=other)
    text = said(fact(ours, of=of, margin=mine, references=(reference,)))
    assert faults(text) == []
    if re.search(r", soit |, contre ", text):
        assert abs(ours - theirs) > hypot(mine or 0, other or 0)
        assert abs(ours - theirs) > 0.1
        assert ("de plus" in text or "fois plus" in text) == (ours > theirs) or ", contre " in text
    else:
        assert ", un niveau comparable à celui du Gers (" in text


@settings(max_examples=200, deadline=None)
@given(values, values)
def test_the_points_of_a_difference_are_those_between_the_figures_that_are_shown(
    ours: float, theirs: float
) -> None:
    text = sentences.comparison(fact(ours), against(ours, theirs))
    if found := re.search(r"soit ([\d,]+)\u00a0points? de (plus|moins)", text):
        shown = abs(rounded(ours, 1) - rounded(theirs, 1))
        assert float(found[1].replace(",", ".")) == float(shown)


# --- ranks ----------------------------------------------------------------------------------------


def grouped(value: float, others: list[float], **figure: Any) -> Fact:
    group = (("ici", value), *((f"T{i}", x) for i, x in enumerate(others)))
    figure = {"rank": 1 + sum(x > value for x in others), "count": len(group), **figure}
    return fact(value, group=group, **figure)


def place_of(of: Fact, group: str = "les 15 intercommunalités du Gers", size: int = 15) -> str:
    return sentences.rank_sentence(of, group, size)


FOURTEEN = [float(x) for x in range(20, 48, 2)]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (50.0, "C’est la valeur la plus élevée parmi"),
        (45.0, "C’est la 2e valeur la plus élevée parmi"),
        (19.0, "C’est la valeur la plus faible parmi"),
        (21.0, "C’est la 2e valeur la plus faible parmi"),
        (33.0, "C’est la 8e valeur la plus élevée parmi"),
    ],
)
def test_an_exact_rank_is_told_from_the_nearer_end(value: float, words: str) -> None:
    assert place_of(grouped(value, FOURTEEN)) == f"{words} les 15 intercommunalités du Gers."


def test_neighbours_inside_the_margin_make_a_rank_vague_and_then_silent() -> None:
    assert "l’une des cinq valeurs les plus élevées" in place_of(
        grouped(44.5, FOURTEEN, margin=1.0)
    )
    assert "l’une des cinq valeurs les plus faibles" in place_of(
        grouped(21.5, FOURTEEN, margin=1.0)
    )
    assert place_of(grouped(33.0, FOURTEEN, margin=1.0)) == ""


def test_the_margins_of_the_neighbours_count_as_much_as_ours() -> None:
    sure = grouped(50.0, FOURTEEN, margin=0.1)
    assert "la valeur la plus élevée" in place_of(sure)
    unsure = replace(sure, group_margins={"T13": 9.0})
    assert "l’une des cinq" in place_of(unsure)


def test_a_difference_of_one_rounding_is_no_rank() -> None:
    assert place_of(grouped(16.8, [16.7, 10.0, 9.0, 8.0, 7.0, 6.0])) == ""


def test_a_group_in_which_some_lack_the_figure_is_said_to_be_smaller() -> None:
    known = grouped(50.0, FOURTEEN[:12])
    text = place_of(known, "les 18 régions de France", 18)
    assert text == (
        "C’est la valeur la plus élevée parmi les 13 régions de France dont le chiffre est connu."
    )


def test_a_rank_that_leaves_out_small_territories_is_not_told_as_one_of_all() -> None:
    assert place_of(grouped(50.0, FOURTEEN, count=10)) == ""
    assert place_of(grouped(50.0, FOURTEEN, rank=None)) == ""


def test_a_handful_of_territories_makes_no_ranking() -> None:
    assert place_of(grouped(50.0, [1.0, 2.0, 3.0, 4.0])) == ""


@settings(max_examples=300, deadline=None)
@given(
    values,
    st.lists(values, min_size=5, max_size=20),
    margins,
    st.lists(st.floats(0, 8), min_size=20, max_size=20),
)
def test_no_sentence_gives_an_exact_rank_when_a_neighbour_is_inside_the_margin(
    value: float, others: list[float], margin: float | None, theirs: list[float]
) -> None:
    of = replace(
        grouped(value, others, margin=margin),
        group_margins={f"T{i}": m for i, m in enumerate(theirs)},
    )
    text = place_of(of, f"les {len(others) + 1} communes du Savès", len(others) + 1)
    assert not text or faults(text) == []
    around = list(zip(others, theirs, strict=False))
    sure = [x for x, m in around if abs(x - value) > max(hypot(margin or 0, m), 0.1)]
    exact = re.match(r"C’est la (?:(\d+)e )?valeur la plus (élevée|faible)", text)
    if exact:
        assert len(sure) == len(others)
        better = [x for x in others if (x > value) == (exact[2] == "élevée")]
        assert int(exact[1] or 1) == len(better) + 1
    elif text:
        high = "élevées" in text
        assert sum((x < value) == high for x in sure) >= len(others) + 1 - 5


# --- trends ---------------------------------------------------------------------------------------


def trended(value: float, before: float, year: int = 2011, **over: Any) -> str:
    history = (Point(year, before, State.VALUE), Point(2022, value, State.VALUE))
    return sentences.trend_sentence(fact(value, history=history, **over))


def test_a_change_is_told_from_the_first_year_that_compares() -> None:
    assert (
        trended(11.3, 9.6) == f"Depuis 2011, elle a augmenté de 1,7{NBSP}point (9,6{THIN}% alors)."
    )
    assert (
        trended(9.6, 12.3) == f"Depuis 2011, elle a diminué de 2,7{NBSP}points (12,3{THIN}% alors)."
    )


def test_a_change_inside_the_margin_is_no_change() -> None:
    text = trended(11.3, 9.6, margin=1.5)
    assert text == f"Depuis 2011, elle n’a pas changé de façon mesurable (9,6{THIN}% alors)."


def test_no_sentence_joins_two_sides_of_a_rupture() -> None:
    broken = indicator(breaks=[{"after": 2021, "reason": "Nouvelle définition."}])
    assert trended(3.0, 1.0, of=broken) == ""
    history = (
        *(Point(y, float(y), State.VALUE) for y in (2011, 2016)),
        Point(2022, 9.0, State.VALUE),
    )
    assert sentences.comparable_points(fact(9.0, of=broken, history=history)) == [history[-1]]


def test_a_year_without_a_figure_starts_no_trend() -> None:
    assert trended(11.3, None, of=None) == ""  # type: ignore[arg-type]
    history = (Point(2011, None, State.SECRET), Point(2022, 5.0, State.VALUE))
    assert sentences.trend_sentence(fact(5.0, history=history)) == ""


def test_two_censuses_less_than_five_years_apart_are_not_compared() -> None:
    census = indicator(sampling="principal")
    assert trended(11.3, 5.0, year=2018, of=census) == ""
    assert trended(11.3, 5.0, year=2017, of=census) != ""


def test_the_change_of_a_change_is_not_told() -> None:
    assert trended(1.0, 0.2, of=indicator(unit="% par an")) == ""


# --- openings -------------------------------------------------------------------------------------


def opening(people: float, change: float | None = None, **territory: Any) -> str:
    total = fact(people, of=indicator("pop_total", unit="hab.", decimals=0))
    facts = [total]
    if change is not None:
        growth = indicator("pop_evol", {"rule": "growth", "span": 6}, unit="% par an", decimals=2)
        facts.append(fact(change, of=growth))
    return sentences.population_sentence(Portrait(replace(HERE, **territory), "e", tuple(facts)))


def test_one_person_lives_and_two_people_live() -> None:
    assert opening(1) == f"Dans le Bas-Armagnac vit 1{NBSP}habitant en 2022."
    assert opening(8_727, communes=26) == (
        f"Dans le Bas-Armagnac vivent 8{THIN}727{NBSP}habitants en 2022, dans 26{NBSP}communes."
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (0.28, f"La population a augmenté de 0,28{THIN}% par an de 2016 à 2022."),
        (-0.5, f"La population a diminué de 0,50{THIN}% par an de 2016 à 2022."),
        (0.004, "La population est restée stable de 2016 à 2022."),
    ],
)
def test_growth_is_told_with_its_period(change: float, words: str) -> None:
    assert opening(100, change).endswith(words)


@given(st.floats(-3, 3), st.floats(-3, 3))
def test_the_two_parts_of_a_change_add_up_to_the_whole_as_they_are_shown(
    a: float, b: float
) -> None:
    parts = [
        fact(x, of=indicator(name, {"rule": "annual", "span": 6}, unit="% par an", decimals=2))
        for name, x in (("pop_solde_nat", a), ("pop_solde_mig", b))
    ]
    text = sentences.decomposition_sentence(Portrait(HERE, "e", tuple(parts)))
    assert faults(text) == []
    total, born, moved = (
        float(x.replace(MINUS, "-").replace(",", "."))
        for x in re.findall(rf"[+{MINUS}]?\d+,\d\d", text)
    )
    assert total == pytest.approx(born + moved)


def test_what_stands_out_is_told_on_both_sides_and_never_below_three_percent() -> None:
    def polar(name: str, value: float, polarity: int) -> Fact:
        of = indicator(name, polarity=polarity)
        mine = fact(value, of=of, peers=(9.0, 10.0, 11.0))
        peers = peers_reference(of, mine.figure)
        assert peers is not None
        return replace(mine, references=(peers,))

    facts = (
        polar("a", 14, 1),
        polar("b", 12, 1),
        polar("c", 12, -1),
        polar("d", 10.2, 1),
        polar("e", 20, 0),
    )
    portrait = Portrait(HERE, "e", facts)
    good = sentences.highlights(portrait, Meaning.FAVOURABLE)
    assert [h.fact.indicator.id for h in good] == ["a", "b"]
    assert [h.fact.indicator.id for h in sentences.highlights(portrait, Meaning.FRAGILE)] == ["c"]
    assert sentences.highlight_sentence(good[0]) == (
        f"Part des essais{NBSP}: 14,0{THIN}%, soit 4,0{NBSP}points de plus que dans les "
        f"territoires comparables (10,0{THIN}%)."
    )
    for wanted in (Meaning.FAVOURABLE, Meaning.FRAGILE):
        assert faults(sentences.nothing_stands_out(wanted)) == []


# --- the shipped edition --------------------------------------------------------------------------


def every_sentence(portrait: Portrait) -> Iterator[str]:
    yield from sentences.essentials(portrait)
    for known in portrait.facts:
        yield sentences.reading(known, portrait, trend=True)
    for wanted in (Meaning.FAVOURABLE, Meaning.FRAGILE):
        yield from map(sentences.highlight_sentence, sentences.highlights(portrait, wanted))


def addresses() -> list[str]:
    geography = load_reference()
    communes = geography.communes
    gers = communes.filter(communes["departement"] == "32")["code"]
    return [
        "france",
        *geography.epcis_touching("32"),
        *(address_of(Level.DEPARTEMENT, c) for c in geography.codes(Level.DEPARTEMENT)),
        *(address_of(Level.REGION, c) for c in geography.codes(Level.REGION)),
        *gers,
    ]


def wrong_sentences(
    portraitist: Portraitist, places: list[str]
) -> tuple[dict[str, list[str]], int]:
    wrong, read = {}, 0
    for address in places:
        portrait = portraitist.portrait(address)
        for sentence in every_sentence(portrait):
            read += 1
            if found := faults(sentence):
                wrong[sentence] = found
        for known in portrait.known:
            wrong |= overclaims(known, portrait)
    return wrong, read


def overclaims(known: Fact, portrait: Portrait) -> dict[str, list[str]]:
    """A difference inside the margin, told as one: computed again from the figures alone."""
    text = sentences.reading(known, portrait)
    if not re.search(r", soit |, contre ", text) or known.reading is None:
        return {}
    mine, theirs = known.figure, known.reading.figure
    assert mine.value is not None
    assert theirs.value is not None
    inside = abs(mine.value - theirs.value) <= hypot(mine.margin or 0, theirs.margin or 0)
    return {text: ["a difference inside its margin"]} if inside or mine.year != theirs.year else {}


def test_a_sample_of_all_the_sentences_of_the_shipped_edition_is_correct_french(
    shipped: Portraitist,
) -> None:
    sample = random.Random(32).sample(addresses(), 40)
    wrong, read = wrong_sentences(shipped, sample)
    assert wrong == {}
    assert read > 40 * 60


@pytest.mark.slow
def test_every_sentence_of_the_shipped_edition_is_correct_french(shipped: Portraitist) -> None:
    """17 intercommunalités, 101 départements, 18 régions, 458 communes, every indicator."""
    places = addresses()
    assert len(places) == 1 + 17 + 101 + 18 + 458
    wrong, read = wrong_sentences(shipped, places)
    assert wrong == {}
    assert read > len(places) * 60


@pytest.mark.parametrize("address", ["243200409", "dep-32", "32013"])
def test_the_golden_portrait_that_someone_read_still_says_the_same(
    shipped: Portraitist, address: str
) -> None:
    text = "\n".join(every_sentence(shipped.portrait(address))) + "\n"
    path = GOLDEN / f"{address}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text
