"""Place names in sentences, over the places that Ruche writes: every form, and a file to read.

`GOLDEN=write pytest tests/french` writes the golden files again; read the difference.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ruche.engines.portraits.geography import load_reference
from ruche.engines.portraits.levels import Level
from ruche.french.toponyms import FRANCE, Toponym, commune, departement, region

FOLDER = Path(__file__).parent / "golden"
GEOGRAPHY = load_reference()
VOWELS = "AEIOUÀÂÉÈÊËÎÏÔÖÛÜÆŒ"


def places_of(level: Level, codes: list[str]) -> dict[str, Toponym]:
    return {code: GEOGRAPHY.toponym(level, code) for code in sorted(codes)}


def communes_of_the_gers() -> list[str]:
    table = GEOGRAPHY.communes
    return table.filter(table["departement"] == "32")["code"].to_list()


PLACES = {
    "communes-du-gers": places_of(Level.COMMUNE, communes_of_the_gers()),
    "intercommunalites-du-gers": places_of(Level.EPCI, GEOGRAPHY.epcis_touching("32")),
    "departements": places_of(Level.DEPARTEMENT, GEOGRAPHY.codes(Level.DEPARTEMENT).to_list()),
    "regions": {
        **places_of(Level.REGION, GEOGRAPHY.codes(Level.REGION).to_list()),
        "FR": FRANCE,
    },
}
COUNTS = {
    "communes-du-gers": 458,
    "intercommunalites-du-gers": 17,
    "departements": 101,
    "regions": 19,
}


def every_place() -> Iterator[Toponym]:
    for places in PLACES.values():
        yield from places.values()


def every_form(place: Toponym) -> dict[str, str]:
    return {form: getattr(place, form) for form in ("the", "of", "to", "within", "title")}


def faults(text: str) -> list[str]:
    """What is wrong French in any form of any name, whatever its article."""
    rules = {
        "an article that is not contracted": r"(?i)\b(de|à) les? ",
        "an article that is not elided": rf"\b([Ll][ea]|[Dd]e) [{VOWELS}]",
        "a straight apostrophe": "'",
        "two spaces": "  ",
        "a space at an end": r"^ | $",
        "an apostrophe before a space": "’ ",
        "an empty name": r"^$",
    }
    return [fault for fault, pattern in rules.items() if re.search(pattern, text)]


@pytest.mark.parametrize("level", PLACES)
def test_every_form_of_every_place_is_correct_french(level: str) -> None:
    places = PLACES[level]
    assert len(places) == COUNTS[level]
    wrong = {
        (code, form): (text, faults(text))
        for code, place in places.items()
        for form, text in every_form(place).items()
        if faults(text)
    }
    assert wrong == {}


def test_every_commune_of_france_is_correct_french_too() -> None:
    wrong = {}
    for code, name, tncc in GEOGRAPHY.communes.select("code", "name", "tncc").iter_rows():
        for form, text in every_form(commune(name, tncc)).items():
            # Names without an article in the official code may hold one: « Le » is then a word.
            if found := [f for f in faults(text) if tncc > 1 or "apostrophe" in f]:
                wrong[code, form] = (text, found)
    assert wrong == {}


def test_de_elides_only_where_the_official_code_says_that_the_name_begins_with_a_vowel() -> None:
    for place in every_place():
        assert place.of.startswith("d’") == (place.tncc == 1), place.of
        assert place.of.startswith(("d’", "de ", "du ", "des ")), place.of


def test_an_aspirated_h_never_elides_and_a_silent_one_does() -> None:
    assert commune("Hontanx", 0).of == "de Hontanx"
    assert commune("Hyères", 1).of == "d’Hyères"


@pytest.mark.parametrize("tncc", range(9))
def test_the_nine_articles_of_the_official_code_contract_as_the_insee_says(tncc: int) -> None:
    charniere = [
        "de X",
        "d’X",
        "du X",
        "de la X",
        "des X",
        "de l’X",
        "des X",
        "de las X",
        "de los X",
    ]
    lieu = ["à X", "à X", "au X", "à la X", "aux X", "à l’X", "aux X", "à las X", "à los X"]
    assert Toponym("X", tncc).of == charniere[tncc]
    assert Toponym("X", tncc).to == lieu[tncc]


def test_an_unknown_article_code_is_refused() -> None:
    with pytest.raises(ValueError, match="Code d'article inconnu pour Auch : 9"):
        Toponym("Auch", 9)


@pytest.mark.parametrize(
    ("place", "forms"),
    [
        (departement("Gers", 2), ("le Gers", "du Gers", "dans le Gers")),
        (departement("Ain", 5), ("l’Ain", "de l’Ain", "dans l’Ain")),
        (departement("Landes", 4), ("les Landes", "des Landes", "dans les Landes")),
        (departement("Drôme", 3), ("la Drôme", "de la Drôme", "dans la Drôme")),
        (
            departement("Haute-Garonne", 3),
            ("la Haute-Garonne", "de la Haute-Garonne", "en Haute-Garonne"),
        ),
        (departement("Côte-d'Or", 3), ("la Côte-d’Or", "de la Côte-d’Or", "en Côte-d’Or")),
        (departement("Paris", 0), ("Paris", "de Paris", "à Paris")),
        (departement("La Réunion", 0), ("La Réunion", "de La Réunion", "à La Réunion")),
        (departement("Eure-et-Loir", 1), ("Eure-et-Loir", "d’Eure-et-Loir", "en Eure-et-Loir")),
        (region("Occitanie", 1), ("Occitanie", "d’Occitanie", "en Occitanie")),
        (region("Grand Est", 2), ("le Grand Est", "du Grand Est", "dans le Grand Est")),
        (
            region("Hauts-de-France", 4),
            ("les Hauts-de-France", "des Hauts-de-France", "dans les Hauts-de-France"),
        ),
        (FRANCE, ("la France", "de la France", "en France")),
        (commune("Auch", 1), ("Auch", "d’Auch", "à Auch")),
        (commune("Le Houga", 2), ("Le Houga", "du Houga", "au Houga")),
        (commune("La Romieu", 3), ("La Romieu", "de La Romieu", "à La Romieu")),
        (
            commune("L'Isle-Jourdain", 5),
            ("L’Isle-Jourdain", "de L’Isle-Jourdain", "à L’Isle-Jourdain"),
        ),
        (commune("Les Angles", 4), ("Les Angles", "des Angles", "aux Angles")),
        (commune("Aux Marais", 6), ("Aux Marais", "des Marais", "aux Marais")),
        (commune("Los Masos", 8), ("Los Masos", "de Los Masos", "à Los Masos")),
    ],
)
def test_a_place_that_everyone_knows_is_said_as_everyone_says_it(
    place: Toponym, forms: tuple[str, str, str]
) -> None:
    assert (place.the, place.of, place.within) == forms


def test_the_title_of_a_commune_keeps_its_article_and_that_of_a_departement_has_none() -> None:
    assert commune("L'Isle-Jourdain", 5).title == "L’Isle-Jourdain"
    assert departement("Gers", 2).title == "Gers"


@pytest.mark.parametrize("level", PLACES)
def test_the_golden_file_that_someone_read_still_says_the_same(level: str) -> None:
    lines = [f"{c} | {p.title} | {p.of} | {p.within}" for c, p in PLACES[level].items()]
    text, path = "\n".join(lines) + "\n", FOLDER / f"{level}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text
