"""The reference geography in the database: found by name, placed in what contains it."""

import pytest
from django.db import IntegrityError, transaction

from ruche.engines.portraits.geography import load_reference
from ruche.engines.portraits.levels import Level
from ruche.geography.actions import store_geography
from ruche.geography.models import Territory
from tests.world import (
    AUCH,
    BAS_ARMAGNAC,
    EPCIS_OF_THE_GERS,
    FRANCE,
    GERS,
    LOMAGNE_STRADDLER,
    OCCITANIE,
    PARIS,
    SAVE_STRADDLER,
)

pytestmark = pytest.mark.usefixtures("world")


def found(words: str) -> list[str]:
    return [territory.pk for territory in Territory.objects.search(words)]


# ----------------------------------------------------------------------------- search


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Auch", AUCH),
        ("auch", AUCH),
        ("l isle jourdain", "32160"),
        ("L’Isle-Jourdain", "32160"),
        ("isle jourdain", "32160"),
        ("occitanie", OCCITANIE),
        ("Occitanie ", OCCITANIE),
        ("gers", GERS),
        ("32", GERS),
        ("dep-32", GERS),
        ("DEP-32", GERS),
        ("reg-76", OCCITANIE),
        ("france", FRANCE),
        ("32013", AUCH),
        ("2a004", "2A004"),
        (BAS_ARMAGNAC, BAS_ARMAGNAC),
        ("bas armagnac", BAS_ARMAGNAC),
        ("CC du Bas-Armagnac", BAS_ARMAGNAC),
        ("communauté de communes du bas armagnac", BAS_ARMAGNAC),
        ("st clar", "32370"),
        ("Saint-Clar", "32370"),
        ("coeur d'astarac", "243200425"),
        ("cœur d’Astarac en Gascogne", "243200425"),
        ("paris", "dep-75"),
    ],
)
def test_a_place_is_found_by_the_name_that_one_types(typed, first):
    assert found(typed)[0] == first


@pytest.mark.parametrize("typed", ["", "   ", "%", "_", "'", "--", "CC", "\0"])
def test_nothing_typed_finds_nothing(typed):
    assert found(typed) == []


@pytest.mark.parametrize(
    "typed", ["%_'\"<script>", "' OR 1=1 --", "auch\0", "a" * 500, "é" * 500, "\\", "🐝", "()[]*?"]
)
def test_hostile_words_are_only_words(typed):
    assert len(found(typed)) < 100


def test_the_percent_sign_stands_for_itself():
    assert AUCH not in found("au%h")


def test_homonyms_are_all_found_the_one_of_the_network_first():
    addresses = found("saint-martin")
    namesakes = [pk for pk in addresses if Territory.objects.get(pk=pk).title == "Saint-Martin"]
    assert len(namesakes) > 3
    assert addresses[: len(namesakes)] == namesakes
    assert addresses[0] == "32389"


def test_an_exact_name_comes_before_a_longer_one_and_the_beginning_before_the_middle():
    titles = [territory.search_name for territory in Territory.objects.search("mirande")]
    assert titles[0] == "mirande"
    names = [territory.search_name for territory in Territory.objects.search("jourdain")]
    starts = [name.startswith("jourdain") for name in names]
    assert starts == sorted(starts, reverse=True)


# --------------------------------------------------------------------------- belonging


def test_the_fifteen_intercommunalites_of_the_gers_exclude_those_that_only_touch_it():
    epcis = list(Territory.objects.epcis_of("32"))
    assert len(epcis) == EPCIS_OF_THE_GERS
    assert not {LOMAGNE_STRADDLER, SAVE_STRADDLER} & {epci.pk for epci in epcis}
    assert all(epci.communes and epci.population for epci in epcis)


@pytest.mark.parametrize(
    ("address", "parents"),
    [
        (AUCH, {"epci": "200066926", "departement": GERS, "region": OCCITANIE, "france": FRANCE}),
        (BAS_ARMAGNAC, {"departement": GERS, "region": OCCITANIE, "france": FRANCE}),
        (GERS, {"region": OCCITANIE, "france": FRANCE}),
        (OCCITANIE, {"france": FRANCE}),
        (FRANCE, {}),
        (
            PARIS,
            {"epci": "200054781", "departement": "dep-75", "region": "reg-11", "france": FRANCE},
        ),
    ],
)
def test_the_levels_above_go_from_the_nearest_to_the_country(address, parents):
    territory = Territory.objects.get(pk=address)
    assert territory.parent_addresses == parents
    assert list(territory.parent_addresses) == list(parents)
    assert Territory.objects.filter(pk__in=parents.values()).count() == len(parents)


def test_a_departement_and_a_region_may_share_their_code():
    assert {t.level for t in Territory.objects.filter(code="32")} == {
        Level.DEPARTEMENT,
        Level.REGION,
    }


def test_names_are_official_and_written_with_true_apostrophes():
    epci = Territory.objects.get(pk=BAS_ARMAGNAC)
    assert (epci.title, epci.official) == ("Bas-Armagnac", "Communauté de communes du Bas-Armagnac")
    assert Territory.objects.get(pk="32160").toponym.within == "à L’Isle-Jourdain"
    assert Territory.objects.get(pk=GERS).toponym.of == "du Gers"
    assert not Territory.objects.filter(official__contains="'").exists()
    assert not Territory.objects.filter(title__contains="'").exists()


def test_a_perimeter_that_changed_carries_its_note():
    noted = Territory.objects.exclude(note="")
    assert [(t.pk, t.level) for t in noted.order_by("pk")] == [("200023620", "EPCI")]
    assert "Fontenilles" in noted.get().note


def test_totals_are_sums_of_communes():
    communes = Territory.objects.filter(level=Level.COMMUNE, departement="32").order_by("pk")
    gers = Territory.objects.get(pk=GERS)
    assert (gers.communes, gers.population) == (458, 192_645)
    assert sum(c.population or 0 for c in communes) == gers.population
    assert gers.area_km2 == pytest.approx(6_256.8, abs=0.1)


# ---------------------------------------------------------------------------- storing


def test_storing_again_mends_what_was_wrong_and_changes_nothing_else():
    before = list(Territory.objects.order_by("pk").values())
    Territory.objects.filter(pk=AUCH).update(population=1, title="Ailleurs")
    assert store_geography(load_reference()) == len(before)
    assert list(Territory.objects.order_by("pk").values()) == before


def test_an_unknown_level_is_refused_by_the_database():
    with pytest.raises(IntegrityError), transaction.atomic():
        Territory.objects.filter(pk=AUCH).update(level="ZE")


def test_a_code_belongs_to_one_territory_of_its_level():
    with pytest.raises(IntegrityError), transaction.atomic():
        Territory.objects.filter(pk="32160").update(code="32013")
