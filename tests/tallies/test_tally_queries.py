"""What the counters say: each shape by its own question, one query each."""

from collections import Counter
from uuid import uuid4

import pytest

from ruche.tallies import queries
from ruche.tallies.actions import add
from ruche.tallies.cells import Cell
from ruche.tallies.enums import Shape
from ruche.tallies.models import Tally
from tests.seances.field import a_site, a_team

LISTENING, DENTAL, VIOLENCE = "sante.suite.ecoute", "sante.themes.dents", "sante.themes.violences"


@pytest.fixture(autouse=True)
def no_counter(world):
    """The counters of the demo world are away."""
    Tally.objects.all().delete()


def week(team, period, measure="met"):
    return Cell(Shape.TEAM_WEEK, period, measure, team=team.pk)


def month(site, period, measure="met"):
    return Cell(Shape.SITE_MONTH, period, measure, site=site.pk)


def test_the_weeks_of_a_team_are_its_own_and_those_that_are_asked(django_assert_num_queries):
    team, other = a_team(), a_team()
    add(
        {
            week(team, "2026-W47"): 4,
            week(team, "2026-W48"): 12,
            week(team, "2026-W48", LISTENING): 7,
            week(team, "2026-W49"): 99,
            week(other, "2026-W48"): 99,
        }
    )
    with django_assert_num_queries(1):
        found = queries.weeks_of(team, ["2026-W46", "2026-W47", "2026-W48"])
    assert found == {
        "2026-W46": {},
        "2026-W47": {"met": 4},
        "2026-W48": {"met": 12, LISTENING: 7},
    }
    assert list(found) == ["2026-W46", "2026-W47", "2026-W48"]


def test_the_year_of_a_team_holds_the_weeks_of_that_year_in_their_order():
    team = a_team()
    weeks = ("2027-W01", "2026-W53", "2026-W01", "2026-W10", "2025-W52")
    add({week(team, period): 1 for period in weeks})
    assert list(queries.year_of(team, 2026)) == ["2026-W01", "2026-W10", "2026-W53"]


def test_who_met_people_in_a_week(django_assert_num_queries):
    teams = [a_team() for _ in range(3)]
    add({week(teams[0], "2026-W48"): 3, week(teams[1], "2026-W47"): 9})
    add({week(teams[0], "2026-W48", LISTENING): 2, week(teams[2], "2026-W48"): 5})
    with django_assert_num_queries(1):
        found = queries.met_in("2026-W48", [teams[0].pk, teams[1].pk])
    assert found == {teams[0].pk: 3}


def test_the_months_and_years_of_sites(django_assert_num_queries):
    here, there, elsewhere = a_site(), a_site(), a_site()
    themes = {Cell(Shape.SITE_YEAR, "2026", DENTAL, site=here.pk): 6}
    add(
        {
            month(here, "2026-11"): 20,
            month(here, "2026-11", "first_ever"): 4,
            month(there, "2026-11"): 5,
            month(here, "2026-10"): 99,
            month(elsewhere, "2026-11"): 99,
            **themes,
        }
    )
    sites = [here.pk, there.pk]
    with django_assert_num_queries(1):
        months = queries.months_of_sites(sites, "2026-11")
    assert months == {here.pk: {"met": 20, "first_ever": 4}, there.pk: {"met": 5}}
    with django_assert_num_queries(1):
        assert queries.years_of_sites(sites, 2026) == {here.pk: {DENTAL: 6}}
    assert queries.years_of_sites(sites, 2025) == {}


def test_a_quarter_of_a_site_is_read_by_age_and_gender():
    site = a_site()
    quarter = {
        Cell(Shape.SITE_QUARTER, "2026-T4", "25-44/woman", site=site.pk): 7,
        Cell(Shape.SITE_QUARTER, "2026-T4", "80+/declined", site=site.pk): 1,
        Cell(Shape.SITE_QUARTER, "2026-T3", "25-44/woman", site=site.pk): 99,
    }
    add(quarter)
    found = queries.quarter_of(site.pk, "2026-T4")
    assert found == {("25-44", "woman"): 7, ("80+", "declined"): 1}
    assert queries.quarter_of(uuid4(), "2026-T4") == {}


def test_sensitive_themes_are_those_of_the_whole_network():
    add({Cell(Shape.NETWORK_YEAR, "2026", VIOLENCE): 8})
    add({Cell(Shape.NETWORK_YEAR, "2025", VIOLENCE): 99})
    assert queries.year_of_the_network(2026) == {VIOLENCE: 8}


def test_totals_are_raised_and_never_replaced():
    team = a_team()
    add(Counter({week(team, "2026-W48"): 3}))
    add(Counter({week(team, "2026-W48"): 4}))
    assert queries.weeks_of(team, ["2026-W48"]) == {"2026-W48": {"met": 7}}
    assert Tally.objects.count() == 1
