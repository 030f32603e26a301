"""A commune is found as people type it, and a position says in which one somebody stands."""

import pytest

from ruche.geography.communes import communes, metres_between

GERS = communes("32")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Mirande", "Mirande"),
        ("  mirande ", "Mirande"),
        ("st clar", "Saint-Clar"),
        ("SAINT-CLAR", "Saint-Clar"),
        ("l'isle jourdain", "L’Isle-Jourdain"),
        ("isle jou", "L’Isle-Jourdain"),
        ("Houga", "Le Houga"),
        ("eauze", "Eauze"),
        ("Éauze", "Eauze"),
        ("Mirende", "Mirande"),
        ("flerance", "Fleurance"),
        ("32300", "Mirande"),
        ("32300 miramont", "Miramont-d’Astarac"),
        ("Lectoure 32700", "Lectoure"),
        ("32700 Lectoure", "Lectoure"),
        ("75056", "Paris"),
        ("2a004", "Ajaccio"),
        ("y", "Y"),
    ],
)
def test_a_commune_is_found_as_it_is_typed(typed, found):
    assert GERS.search(typed)[0].title == found


@pytest.mark.parametrize("typed", ["", " ", "xyzzyx", "99999", "''", "-", "\0", "🙂"])
def test_nothing_like_it_finds_nothing(typed):
    assert GERS.search(typed) == []


def test_of_two_homonyms_the_one_of_the_departement_comes_first():
    found = GERS.search("montaut")
    assert found[0].departement == "32"
    assert {each.departement for each in found} > {"32", "64"}
    assert communes("64").search("montaut")[0].departement == "64"


def test_homonyms_are_told_apart_by_their_departement():
    same = [each for each in GERS.all if each.title == "Montaut"]
    assert len(same) > 2
    assert len({(each.title, each.departement_title) for each in same}) == len(same)


def test_no_more_than_asked_is_given_even_for_one_letter():
    assert len(GERS.search("s", limit=5)) == 5
    assert all(each.departement == "32" for each in GERS.search("s", limit=5))


def test_a_beginning_finds_every_commune_that_begins_so_before_those_that_hold_it():
    titles = [each.title for each in GERS.search("castera", limit=50)]
    assert titles[0].startswith("Castéra")
    assert "Castéra-Verduzan" in titles[:2]


def test_a_position_is_in_the_nearest_commune():
    mirande = GERS.by_code["32256"]
    assert GERS.nearest(mirande.position) == (mirande, 0)
    commune, metres = GERS.nearest((43.6463, 0.5867))  # the cathedral of Auch
    assert commune.title == "Auch"
    assert metres < 5_000


def test_a_position_in_the_ocean_still_has_a_nearest_commune():
    commune, metres = GERS.nearest((0.0, -30.0))
    assert metres > 1_000_000
    assert commune.title


def test_the_distance_of_auch_and_mirande_is_that_of_the_map():
    auch, mirande = GERS.by_code["32013"], GERS.by_code["32256"]
    assert 18_000 < metres_between(auch.position, mirande.position) < 22_000


def test_every_commune_of_the_country_is_there_once():
    assert len(GERS.all) == len(GERS.by_code) > 34_000
    assert sum(each.departement == "32" for each in GERS.all) == 458
