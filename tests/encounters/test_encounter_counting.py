"""What leaves an encounter: increments of allowed shapes, that the server accepts one by one."""

from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruche.accounts.enums import Role
from ruche.encounters.actions.receiving import CellGuard
from ruche.encounters.counting import Answers, Where, cells_of
from ruche.encounters.definitions import BadDefinition, Counted, Definition
from ruche.encounters.shipped import shipped_forms
from ruche.tallies.cells import Cell, period_of
from ruche.tallies.enums import AgeBand, Gender, Meeting, Shape
from tests.members import someone
from tests.seances.field import a_site, a_team, today

DAY, SITE, TEAM = date(2026, 11, 25), UUID(int=1), UUID(int=2)
HERE = Where(DAY, SITE, TEAM)
VOLUNTEERS = Where(DAY, SITE)
FORMS = shipped_forms()
HEALTH, WELCOME = FORMS["sante"], FORMS["accueil"]

each_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)


def counted(form: Definition, where: Where = HERE, **answers: Any) -> Counter[tuple[str, str]]:
    """(shape, measure) → how many, for an encounter with these answers."""
    cells = cells_of(form, answers, where)
    return Counter((str(cell.shape), cell.measure) for cell in cells)


def in_shape(shape: Shape, found: Counter[tuple[str, str]]) -> dict[str, int]:
    return {measure: number for (of, measure), number in found.items() if of == shape}


# -------------------------------------------------------------------------- each encounter


@each_form
def test_an_encounter_without_any_answer_counts_someone_met_and_nothing_more(form):
    assert counted(form) == {
        ("site_month", "met"): 1,
        ("site_quarter", "unknown/unknown"): 1,
        ("team_week", "met"): 1,
    }


def test_someone_never_met_before_is_a_first_meeting_and_one_of_the_year():
    found = in_shape(Shape.SITE_MONTH, counted(HEALTH, premiere=["never"]))
    assert found == {"met": 1, "first_ever": 1, "first_of_year": 1}


def test_someone_not_yet_met_this_year_is_a_first_meeting_of_the_year_only():
    found = in_shape(Shape.SITE_MONTH, counted(HEALTH, premiere=["not-this-year"]))
    assert found == {"met": 1, "first_of_year": 1}


@pytest.mark.parametrize("said", [["this-year"], []])
def test_someone_already_met_or_who_was_not_asked_is_met_and_nothing_more(said):
    assert in_shape(Shape.SITE_MONTH, counted(HEALTH, premiere=said)) == {"met": 1}


def test_age_and_gender_are_counted_together_and_only_together():
    found = counted(HEALTH, age=["25-44"], genre=["woman"])
    assert in_shape(Shape.SITE_QUARTER, found) == {"25-44/woman": 1}
    assert not any("25-44" in measure for shape, measure in found if shape != "site_quarter")


def test_a_question_of_age_or_gender_without_an_answer_counts_as_unknown():
    assert ("site_quarter", "25-44/unknown") in counted(HEALTH, age=["25-44"])
    assert ("site_quarter", "unknown/man") in counted(HEALTH, genre=["man"])


def test_not_wishing_to_say_is_an_answer_and_is_not_unknown():
    found = counted(HEALTH, age=["declined"], genre=["declined"])
    assert in_shape(Shape.SITE_QUARTER, found) == {"declined/declined": 1}


def test_a_form_that_does_not_ask_still_counts_someone_in_every_shape_of_meetings():
    form = Definition.of(
        {
            "key": "court",
            "title": "Court",
            "fields": [
                {
                    "key": "suite",
                    "label": "Suite",
                    "counted": "measure",
                    "options": [{"key": "a", "label": "A"}],
                }
            ],
        }
    )
    assert counted(form, suite=["a"]) == {
        ("site_month", "met"): 1,
        ("site_quarter", "unknown/unknown"): 1,
        ("team_week", "met"): 1,
        ("team_week", "court.suite.a"): 1,
    }


def test_a_theme_is_counted_by_the_week_of_the_team_and_by_the_year_of_the_site():
    found = counted(HEALTH, themes=["dents", "vue"])
    assert in_shape(Shape.SITE_YEAR, found) == {"sante.themes.dents": 1, "sante.themes.vue": 1}
    assert in_shape(Shape.TEAM_WEEK, found) == {
        "met": 1,
        "sante.themes.dents": 1,
        "sante.themes.vue": 1,
    }


def test_a_measure_is_counted_by_the_week_of_the_team_alone():
    found = counted(HEALTH, suite=["ecoute"], duree=["10-30"])
    assert in_shape(Shape.TEAM_WEEK, found) == {
        "met": 1,
        "sante.suite.ecoute": 1,
        "sante.duree.10-30": 1,
    }
    assert not in_shape(Shape.SITE_YEAR, found)


def test_an_answer_that_the_form_does_not_have_counts_for_nothing():
    assert counted(HEALTH, themes=["invente"], autre=["chose"]) == counted(HEALTH)


def test_each_increment_is_alone_and_says_the_period_of_the_day():
    for cell in cells_of(HEALTH, {"themes": ["dents"], "premiere": ["never"]}, HERE):
        assert cell.period == period_of(cell.shape, DAY)


# ------------------------------------------------------------------------------ sensitive


def sensitive_measures(form: Definition) -> set[str]:
    return {
        form.measure(field, option)
        for field in form.fields
        for option in field.options
        if option.sensitive
    }


def test_the_health_form_has_sensitive_themes_or_this_file_proves_nothing():
    assert sensitive_measures(HEALTH) == {
        "sante.themes.addictions",
        "sante.themes.sexuelle",
        "sante.themes.violences",
    }


@each_form
@pytest.mark.parametrize("where", [HERE, VOLUNTEERS])
def test_a_sensitive_theme_never_has_a_site_nor_a_team(form, where):
    everything = {field.key: [one.key for one in field.options] for field in form.fields}
    for cell in cells_of(form, everything, where):
        if cell.measure in sensitive_measures(form):
            assert (cell.shape, cell.team, cell.site) == (Shape.NETWORK_YEAR, None, None)


@each_form
def test_nothing_but_sensitive_themes_is_counted_by_the_network_alone(form):
    everything = {field.key: [one.key for one in field.options] for field in form.fields}
    network = in_shape(Shape.NETWORK_YEAR, counted(form, **everything))
    assert set(network) == sensitive_measures(form)


# ----------------------------------------------------------------------------- volunteers


@each_form
def test_volunteers_have_no_week_of_a_team(form):
    everything = {field.key: [one.key for one in field.options] for field in form.fields}
    cells = cells_of(form, everything, VOLUNTEERS)
    assert Shape.TEAM_WEEK not in {cell.shape for cell in cells}
    assert {cell.team for cell in cells} == {None}


def test_volunteers_count_who_comes_and_what_is_asked_for():
    found = counted(WELCOME, VOLUNTEERS, age=["65-79"], demande=["sante", "parler"])
    assert found == {
        ("site_month", "met"): 1,
        ("site_quarter", "65-79/unknown"): 1,
        ("site_year", "accueil.demande.sante"): 1,
        ("site_year", "accueil.demande.parler"): 1,
    }


# ------------------------------------------------------------------------------- any form


@st.composite
def encounters(draw: st.DrawFn) -> tuple[Definition, Answers]:
    """A shipped form, and anything that may be answered to it: also nothing."""
    form = draw(st.sampled_from(sorted(FORMS)).map(FORMS.__getitem__))
    answers = {}
    for field in form.fields:
        keys = st.sampled_from([option.key for option in field.options])
        most = len(field.options) if field.many else 1
        given = draw(st.none() | st.lists(keys, max_size=most, unique=True))
        if given is not None:
            answers[field.key] = given
    return form, answers


@given(encounters())
def test_an_encounter_counts_one_person_met_whatever_was_said(encounter):
    form, answers = encounter
    found = counted(form, **answers)
    for shape in (Shape.SITE_MONTH, Shape.TEAM_WEEK):
        assert found[str(shape), "met"] == 1
    assert sum(in_shape(Shape.SITE_QUARTER, found).values()) == 1
    assert set(found.values()) == {1}


@given(encounters())
def test_the_increments_of_an_encounter_do_not_depend_on_the_order_of_the_answers(encounter):
    form, answers = encounter
    turned = {key: list(reversed(given)) for key, given in reversed(answers.items())}
    assert counted(form, **turned) == counted(form, **answers)


@given(encounters())
def test_what_leaves_with_a_team_is_what_leaves_without_one_and_the_week_of_the_team(encounter):
    form, answers = encounter
    alone = Counter(cells_of(form, answers, VOLUNTEERS))
    more = Counter(cells_of(form, answers, HERE)) - alone
    assert {cell.shape for cell in more} == {Shape.TEAM_WEEK}
    assert alone <= Counter(cells_of(form, answers, HERE))


class AtHome:
    """A nurse, her team and a site: made once for a test, whatever the number of examples."""

    def __init__(self) -> None:
        nurse = someone(Role.NURSE)
        self.team, self.site = a_team(nurse).pk, a_site().pk
        self.guard = CellGuard(nurse)


@pytest.fixture
def home(world):
    return AtHome()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(encounters(), st.integers(-366, 1), st.booleans())
def test_the_server_accepts_every_increment_that_leaves_an_encounter(
    home, encounter, days, with_team
):
    form, answers = encounter
    day = today() + timedelta(days=days)
    where = Where(day, home.site, home.team if with_team else None)
    assert all(map(home.guard, cells_of(form, answers, where)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(encounters())
def test_the_server_refuses_what_is_counted_elsewhere_or_by_others(home, encounter):
    """The guard of the test above is one that refuses."""
    form, answers = encounter
    nowhere = cells_of(form, answers, Where(today(), uuid4(), home.team))
    assert not any(home.guard(cell) for cell in nowhere if cell.site)
    others = cells_of(form, answers, Where(today(), home.site, uuid4()))
    assert not any(home.guard(cell) for cell in others if cell.team)


def test_the_server_refuses_a_sensitive_theme_of_a_site(home):
    year = f"{timezone.localdate():%Y}"
    named = Cell(Shape.SITE_YEAR, year, "sante.themes.violences", site=home.site)
    assert not home.guard(named)


def test_the_answers_of_a_form_are_the_bands_of_the_counters():
    for form in FORMS.values():
        age, gender = form.field_counted(Counted.AGE), form.field_counted(Counted.GENDER)
        assert {one.key for one in age.options} == set(AgeBand.values) - {"unknown"}
        assert {one.key for one in gender.options} == set(Gender.values) - {"unknown"}
    assert set(Meeting.values) == {"met", "first_ever", "first_of_year"}


def test_a_question_whose_counters_could_not_exist_is_refused():
    """A key with a plus sign, as in `duree.30+`, but for the question."""
    with pytest.raises(BadDefinition, match="clé"):
        Definition.of(
            {
                "key": "essai",
                "title": "Essai",
                "fields": [
                    {
                        "key": "65+",
                        "label": "Après 65 ans",
                        "counted": "measure",
                        "options": [{"key": "oui", "label": "oui"}],
                    }
                ],
            }
        )
