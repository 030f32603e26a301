"""The catalogue: what it refuses, and what the one that we ship promises to its readers."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ruche.engines.portraits.catalogue import FOLDER, Indicator, load_catalogue
from ruche.engines.portraits.errors import BadCatalogue
from tests.engines.portraits.pencil import indicator

SHIPPED = load_catalogue()
EVERY = pytest.mark.parametrize("known", SHIPPED.indicators, ids=lambda known: known.id)

HEAD = """
[[theme]]
id = "essai"
label = "Essais"
question = "Quoi ?"
[[source]]
id = "essai"
producer = "Nous"
title = "Essai"
licence = "libre"
scope = "France entière"
"""
INDICATOR = """
[[indicator]]
id = "part"
theme = "essai"
label = "Part"
subject = "la part"
unit = "%"
definition = "Une part."
why = "Pour voir."
absent = "Rien."
formula = [{ rule = "ratio", years = [2022], num = "A", den = "B", source = "essai" }]
"""


def load(folder: Path, *pieces: str) -> Any:
    (folder / "essai.toml").write_text("\n".join(pieces), encoding="utf-8")
    return load_catalogue(folder)


# --- refusals -------------------------------------------------------------------------------------


def test_a_small_catalogue_is_read(tmp_path: Path) -> None:
    found = load(tmp_path, HEAD, INDICATOR)
    assert [known.id for known in found.indicators] == ["part"]
    assert found.variables() == {"A", "B"}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('unit = "%"', 'unit = "%"\ncolour = "red"', "part, colour"),
        ('theme = "essai"', 'theme = "autre"', "thème inconnu « autre »"),
        ('source = "essai"', 'source = "autre"', "source inconnue « autre »"),
        ('num = "A"', 'num = "A * B"', "expression linéaire"),
        ('num = "A"', 'num = "log(A)"', "expression linéaire"),
        (', den = "B"', "", "demande un dénominateur"),
        ('rule = "ratio"', 'rule = "sum"', "n'a pas de dénominateur"),
        ('rule = "ratio"', 'rule = "growth"', "demande un nombre d'années"),
        ('rule = "ratio"', 'rule = "mean"', "formula.0.rule"),
        ("years = [2022]", "years = [22]", "formula.0.years.0"),
        ('subject = "la part"', 'subject = "part"', "commence par son article"),
        ('subject = "la part"', 'subject = "les parts"', "au singulier"),
        ('id = "part"', 'id = "Part"', "Part, id"),
        ('why = "Pour voir."', 'why = ""', "part, why"),
        ('why = "Pour voir."', "", "part, why"),
        ("[[indicator]]", "[[indicateur]]", "table inconnue « indicateur »"),
        ('unit = "%"', 'unit = "%', "essai.toml : "),
        ('unit = "%"', 'unit = "€"\nsampling = "complementary"', "une exploitation au cinquième"),
        ("formula = [{", "formula = []\nx = [{", "part, "),
    ],
)
def test_a_catalogue_that_contradicts_itself_is_refused_with_its_place(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    assert before in INDICATOR
    with pytest.raises(BadCatalogue, match=re.escape(told)):
        load(tmp_path, HEAD, INDICATOR.replace(before, after))


def test_an_indicator_declared_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadCatalogue, match="Indicateurs en double : part"):
        load(tmp_path, HEAD, INDICATOR, INDICATOR)


def test_a_theme_or_a_source_declared_twice_is_refused(tmp_path: Path) -> None:
    theme, source = HEAD.split("[[source]]")
    with pytest.raises(BadCatalogue, match="Thèmes en double"):
        load(tmp_path, theme, HEAD)
    with pytest.raises(BadCatalogue, match="Sources en double"):
        load(tmp_path, HEAD, "[[source]]" + source)


def test_a_file_that_is_not_utf_8_is_refused_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "vieux.toml").write_bytes("label = 'é'".encode("latin-1"))
    with pytest.raises(BadCatalogue, match=r"vieux\.toml"):
        load_catalogue(tmp_path)


def test_the_digest_changes_with_a_single_letter(tmp_path: Path) -> None:
    first = load(tmp_path, HEAD, INDICATOR).digest
    assert load(tmp_path, HEAD, INDICATOR).digest == first
    assert load(tmp_path, HEAD, INDICATOR.replace("Pour voir", "Pour Voir")).digest != first


# --- formulas -------------------------------------------------------------------------------------


def test_the_years_of_a_formula_are_written_as_the_insee_writes_them() -> None:
    growth = indicator(
        "x",
        {
            "rule": "annual",
            "years": [2022],
            "span": 6,
            "num": "NAIS{y0}{yp} - DECE{y0}{yp}",
            "den": "P{yy}_POP + P{y0}_POP",
        },
    ).formula[0]
    assert growth.variables(2022) == ["NAIS1621", "DECE1621", "P22_POP", "P16_POP"]
    assert growth.variables(2006) == ["NAIS0005", "DECE0005", "P06_POP", "P00_POP"]


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ({}, "100 × (A) / (B)"),
        ({"num": "A - 2 * C"}, "100 × (A - 2 * C) / (B)"),
        ({"rule": "sum"}, "A"),
        ({"rule": "growth", "span": 6}, "100 × (((A) / (B))^(1/6) − 1)"),
        ({"rule": "annual", "span": 6, "scale": 200}, "200 × (A) / (B) / 6"),
    ],
)
def test_a_formula_is_said_in_words_as_it_is_computed(formula: dict[str, Any], words: str) -> None:
    assert indicator("x", formula).formula[0].in_words(2022) == words


def test_a_rupture_lies_between_the_last_old_year_and_the_next_one() -> None:
    broken = indicator("x", breaks=[{"after": 2021, "reason": "Nouvelle méthode."}])
    assert broken.crosses_break(2019, 2022)
    assert broken.crosses_break(2022, 2021)
    assert not broken.crosses_break(2016, 2021)
    assert not broken.crosses_break(2022, 2025)


def test_figures_rounded_to_ten_euros_cannot_show_a_finer_difference() -> None:
    euros = indicator("x", {"rule": "published", "rounding": 5}, unit="€ par an", decimals=0)
    assert euros.resolution == 10
    assert indicator("x", decimals=2).resolution == 0.01


# --- the catalogue that we ship -------------------------------------------------------------------


def test_the_shipped_catalogue_has_at_least_45_indicators_over_four_themes() -> None:
    count = Counter(known.theme for known in SHIPPED.indicators)
    assert len(SHIPPED.indicators) >= 45
    assert list(count) == ["population", "emploi", "logement", "fragilites"]
    assert min(count.values()) >= 8


def texts(known: Indicator) -> list[str]:
    return [
        *(known.label, known.subject, known.definition, known.why, known.caution, known.absent),
        *(broken.reason for broken in known.breaks),
    ]


@EVERY
def test_a_text_describes_situations_and_never_calls_people_cases(known: Indicator) -> None:
    for text in texts(known):
        assert not re.search(r"(?i)\b(cas|usagers?|bénéficiaires?)\b", text), text


@EVERY
def test_a_text_is_typed_with_french_typography(known: Indicator) -> None:
    for text in texts(known):
        assert "'" not in text
        assert '"' not in text
        assert "  " not in text
        assert not re.search(r" [,.]|\w[:;!?%‰](\s|$)", text), text


@EVERY
def test_a_definition_a_reason_and_a_why_are_whole_sentences(known: Indicator) -> None:
    for text in (known.definition, known.why, known.absent, *(b.reason for b in known.breaks)):
        assert text[0].isupper() or text[0] == "«", text
        assert text.endswith((".", "!", "?")), text


GENDER = {"indice": "il", "évolution": "elle", "accessibilité": "elle"}
"""Nouns that begin with a vowel, of which the article does not tell the gender."""


@EVERY
def test_a_subject_begins_with_its_article_and_its_gender_is_known(known: Indicator) -> None:
    article, _, noun = known.subject.replace("l’", "l’ ", 1).partition(" ")
    assert article in {"le", "la", "l’"}
    expected = {"le": False, "la": True}.get(article)
    if expected is None:
        expected = GENDER[noun.split()[0]] == "elle"
    assert known.feminine is expected


@EVERY
def test_a_surveyed_indicator_is_a_share_and_a_share_has_a_scale_of_100(known: Indicator) -> None:
    if known.sampling == "complementary":
        assert known.unit == "%"
    for formula in known.formula:
        if known.unit == "%" and formula.rule in {"ratio", "weighted"}:
            assert formula.scale == 100
        if known.unit == "‰" and formula.rule in {"ratio", "quotient"}:
            assert formula.scale == 1000
        if formula.rule in {"growth"}:
            assert (known.unit, formula.scale) == ("% par an", 100)


@EVERY
def test_variables_of_the_fifth_of_households_have_the_margin_of_a_fifth(known: Indicator) -> None:
    """C… is the complementary exploitation; the latest census formula decides of the margin."""
    census = [f for f in known.formula if f.source == "insee-rp" and f.additive]
    if census and known.share:
        names = census[0].variables(max(census[0].years))
        assert (known.sampling == "complementary") == any(n.startswith("C") for n in names)
        assert known.sampling != "exhaustive"


@EVERY
def test_every_figure_has_its_passport(known: Indicator) -> None:
    for formula in known.formula:
        source = SHIPPED.source_by_id[formula.source]
        assert source.producer
        assert source.licence
        assert source.scope
        assert not source.third_party or formula.original, "a third party names the producer"


def test_the_four_indicators_of_a_new_method_declare_their_rupture() -> None:
    for name in ("rev_median", "rev_pauvrete", "rev_rd", "rev_d9"):
        assert SHIPPED.by_id[name].crosses_break(2021, 2023), name
    assert SHIPPED.by_id["log_surocc"].crosses_break(2016, 2022)


def test_medians_poverty_and_deciles_are_published_and_never_summed() -> None:
    for name in ("rev_median", "rev_pauvrete", "rev_rd", "rev_d9", "prix_maison", "loyer_app"):
        assert {formula.rule for formula in SHIPPED.by_id[name].formula} == {"published"}, name


def test_no_variable_is_both_summed_from_communes_and_read_as_published() -> None:
    summed: set[str] = set()
    published: set[str] = set()
    for _, formula, year in SHIPPED.steps():
        numerator = set(formula.numerator(year).variables)
        (summed if formula.additive else published).update(numerator)
    assert not summed & published


def test_the_shipped_files_are_the_ones_that_are_read() -> None:
    assert sorted(path.name for path in FOLDER.glob("*.toml"))[0] == "0-sources.toml"
    assert re.fullmatch(r"[0-9a-f]{64}", SHIPPED.digest)
