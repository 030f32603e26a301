"""The pages of what was counted: who reads which value, in which words, and at what cost."""

import csv
import io
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import html5lib
import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ruche.accounts.enums import Role
from ruche.accounts.models import Member
from ruche.encounters.access import sees_exact_values
from ruche.encounters.actions import give_form, save_form, take_form
from ruche.encounters.counters_shown import Month, Quarter, Week, teams_with_counters
from ruche.encounters.definitions import Definition
from ruche.encounters.models import Form, FormUse
from ruche.seances.enums import Answer, Measure, SeanceStatus
from ruche.seances.models import Team
from ruche.tallies.actions import add
from ruche.tallies.cells import Cell
from ruche.tallies.enums import Shape
from ruche.tallies.models import Tally
from tests.members import browser_of, organisation, someone
from tests.seances.field import a_coordinator, a_seance, a_site, a_team, added, there
from tests.world import words_of

WEEK, MONTH, QUARTER = Week(date(2026, 3, 9)), Month(date(2026, 3, 1)), Quarter(2026, 1)
"""A week, a month and a quarter that have ended: 2026-W11, 2026-03, 2026-T1."""


@pytest.fixture(autouse=True)
def no_counter(world):
    """The counters of the demo world are away."""
    Tally.objects.all().delete()


def character(key: str) -> Member:
    """Someone of the demo world."""
    return Member.objects.get(email=f"{key}@exemple.invalid")


@pytest.fixture
def east() -> Team:
    """Odile's team, that seals for the nurses' circle."""
    return Team.objects.get(name="Infirmières, est")


def with_form(*keys: str, member: Member | None = None) -> Team:
    """A team that uses these shipped forms, without a circle."""
    team = a_team(*([member] if member else []))
    for key in keys:
        FormUse.objects.create(form=Form.objects.get(key=key), team=team)
    return team


def in_week(team: Team, week: Week = WEEK, **totals: int) -> None:
    """Totals of a team in a week: `met`, or `sante_themes_dents`."""
    add(
        {
            Cell(Shape.TEAM_WEEK, week.key, name.replace("_", "."), team=team.pk): total
            for name, total in totals.items()
        }
    )


def answer(member: Member, name: str, *args: Any, **query: str) -> Any:
    return browser_of(member).get(reverse(f"encounters:{name}", args=args), query)


def page(member: Member, name: str, *args: Any, **query: str) -> BeautifulSoup:
    response = answer(member, name, *args, **query)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def rows(found: BeautifulSoup, caption: str) -> list[list[str]]:
    """The rows of the table that has this caption, header cells included."""
    table = next(one for one in found.find_all("table") if caption in words_of(one.caption))
    return [[words_of(cell) for cell in row.find_all(["th", "td"])] for row in table.tbody("tr")]


def stat(found: BeautifulSoup, label: str) -> str:
    one = next(one for one in found.select(".stat") if label in words_of(one))
    return words_of(one.select_one(".stat-value"))


# ------------------------------------------------------------------------------- access


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.DIRECTOR, Role.NURSE])
def test_who_sees_the_network_opens_every_page(role):
    member, team, site = someone(role), with_form("sante"), a_site()
    for name, args in (
        ("counters", ()),
        ("team-counters", (team.pk,)),
        ("counters-csv", (team.pk,)),
        ("site-counters", (site.pk,)),
    ):
        assert answer(member, name, *args).status_code == 200, name


@pytest.mark.parametrize(
    "role", [Role.SITE_VOLUNTEER, Role.GROCERY_VOLUNTEER, Role.DPO, Role.TECHNICAL]
)
def test_others_open_none(role):
    member, team, site = someone(role), with_form("sante"), a_site()
    for name, args in (
        ("counters", ()),
        ("team-counters", (team.pk,)),
        ("counters-csv", (team.pk,)),
        ("site-counters", (site.pk,)),
    ):
        assert answer(member, name, *args).status_code == 403, name


def test_a_partner_sees_the_teams_of_its_organisation_and_no_site():
    at = organisation("Partenaire d’essai")
    partner, site = someone(Role.PARTNER, at=at), a_site()
    hers, other = a_team(where="Partenaire d’essai"), a_team()
    listed = words_of(page(partner, "counters").main)
    assert hers.name in listed
    assert other.name not in listed
    assert answer(partner, "team-counters", hers.pk).status_code == 200
    assert answer(partner, "counters-csv", hers.pk).status_code == 200
    assert answer(partner, "team-counters", other.pk).status_code == 403
    assert answer(partner, "counters-csv", other.pk).status_code == 403
    assert answer(partner, "site-counters", site.pk).status_code == 403


def test_a_partner_does_not_read_in_a_month_what_other_teams_count_at_a_site():
    at = organisation("Partenaire d’essai")
    partner, site = someone(Role.PARTNER, at=at), a_site()
    team = a_team(where="Partenaire d’essai")
    there(a_seance(site, date(2026, 3, 10)), team)
    add({Cell(Shape.SITE_MONTH, "2026-03", "met", site=site.pk): 777})
    told = page(partner, "team-counters", team.pk, mois="2026-03")
    assert "à l’échelle du réseau" in words_of(told)
    assert "777" not in words_of(told)
    assert reverse("encounters:site-counters", args=[site.pk]) not in str(told)


def test_a_team_or_a_site_that_never_was_is_not_found():
    coordinator = a_coordinator()
    assert answer(coordinator, "team-counters", uuid4()).status_code == 404
    assert answer(coordinator, "site-counters", uuid4()).status_code == 404


@pytest.mark.parametrize("key", ["ines", "odile", "bernard", "paul"])
def test_the_list_holds_the_teams_whose_page_opens(key):
    member = character(key)
    listed = set(teams_with_counters(member).order_by().values_list("pk", flat=True))
    opened = {
        pk
        for pk in Team.objects.order_by().values_list("pk", flat=True)
        if answer(member, "team-counters", pk).status_code == 200
    }
    assert listed == opened != set()


def test_the_list_says_the_forms_of_a_team_and_masks_its_week():
    team, quiet = with_form("sante", "budget"), a_team()
    in_week(team, Week.of(timezone.localdate()), met=3)
    told = {row[0]: row[2:] for row in rows(page(a_coordinator(), "counters"), "Équipes")}
    assert told[team.name] == ["Conseil budget, Permanence santé", "moins de 5"]
    assert told[quiet.name] == ["aucun", "0"]


def test_every_page_is_correct_html_whatever_is_masked(east):
    site = a_site()
    part = there(a_seance(site, date(2026, 3, 10)), east)
    added(part.seance, Measure.INTERVIEWS, 3, participation=part)
    in_week(east, met=12, sante_themes_dents=7, sante_themes_vue=2, sante_traitant_oui=3)
    at_site(site, Shape.SITE_YEAR, "2026", **{"sante.themes.dents": 11, "budget.themes.loyer": 2})
    at_site(site, Shape.SITE_QUARTER, QUARTER.key, **{"25-44/woman": 30, "25-44/man": 12})
    for name, args, query in (
        ("counters", (), {}),
        ("team-counters", (east.pk,), {"semaine": "2026-W11"}),
        ("team-counters", (east.pk,), {"mois": "2026-03"}),
        ("team-counters", (east.pk,), {"semaine": "hier"}),
        ("site-counters", (site.pk,), {"trimestre": QUARTER.key}),
    ):
        response = answer(character("ines"), name, *args, **query)
        html5lib.HTMLParser(strict=True).parse(response.content.decode())


def test_no_page_names_anyone(east):
    in_week(east, met=12, sante_themes_dents=7)
    site = a_site()
    there(a_seance(site, date(2026, 3, 10)), east)
    told = [
        page(character("ines"), "counters"),
        page(character("ines"), "team-counters", east.pk, semaine="2026-W11"),
        page(character("ines"), "team-counters", east.pk, mois="2026-03"),
        page(character("ines"), "site-counters", site.pk),
    ]
    names = [one.name for one in east.members.all()]
    assert names
    for found in told:
        assert not any(name in words_of(found.main) for name in names)


# -------------------------------------------------------------------------------- week


def test_a_value_of_three_reads_less_than_five_outside_the_circle(east):
    in_week(east, met=3, sante_suite_ecoute=3, sante_suite_rappel=6)
    found = page(character("ines"), "team-counters", east.pk, semaine="2026-W11")
    assert stat(found, "Personnes rencontrées") == "moins de 5"
    told = dict(rows(found, "Qu’avons-nous fait"))
    assert (told["Écoute"], told["À rappeler"], told["Information"]) == ("moins de 5", "6", "0")


def test_a_value_of_three_is_exact_for_the_team_and_the_page_says_so(east):
    in_week(east, met=3, sante_suite_ecoute=3)
    found = page(character("odile"), "team-counters", east.pk, semaine="2026-W11")
    assert stat(found, "Personnes rencontrées") == "3"
    assert dict(rows(found, "Qu’avons-nous fait"))["Écoute"] == "3"
    assert "pour l’équipe seulement" in words_of(found)


def test_a_nurse_of_another_team_of_the_same_circle_reads_masked_values(east):
    in_week(east, met=3)
    found = page(character("samir"), "team-counters", east.pk, semaine="2026-W11")
    assert stat(found, "Personnes rencontrées") == "moins de 5"
    assert "pour l’équipe seulement" not in words_of(found)


def test_a_member_of_a_team_without_a_circle_reads_masked_values():
    nurse = someone(Role.NURSE)
    team = with_form("sante", member=nurse)
    in_week(team, met=3)
    found = page(nurse, "team-counters", team.pk, semaine="2026-W11")
    assert stat(found, "Personnes rencontrées") == "moins de 5"


def test_exact_values_are_those_that_access_grants(east):
    assert sees_exact_values(character("odile"), east)
    assert not sees_exact_values(character("ines"), east)


def test_nothing_on_the_page_of_a_week_tells_a_masked_value(east):
    """Neither a cell, nor a bar, nor an identifier changes when a masked value does."""
    coordinator, seen = browser_of(character("ines")), set()
    address = reverse("encounters:team-counters", args=[east.pk]) + "?semaine=2026-W11"
    for number in (1, 2, 3, 4):
        Tally.objects.all().delete()
        in_week(east, met=40, sante_themes_dents=number, sante_themes_vue=9)
        in_week(east, sante_suite_ecoute=number, sante_suite_rappel=12)
        drawn = BeautifulSoup(coordinator.get(address).content, "html.parser").main
        seen.add(str(drawn))
    assert len(seen) == 1


def test_in_a_question_with_one_answer_the_masked_one_cannot_be_subtracted(east):
    """40 met, 25 and 12: the third would be 3."""
    add(
        {
            Cell(Shape.TEAM_WEEK, WEEK.key, measure, team=east.pk): total
            for measure, total in {
                "met": 40,
                "sante.duree.10": 3,
                "sante.duree.10-30": 25,
                "sante.duree.30+": 12,
            }.items()
        }
    )
    found = page(character("ines"), "team-counters", east.pk, semaine="2026-W11")
    assert [row[1] for row in rows(found, "Durée")] == ["moins de 5", "25", "non affiché"]


def test_a_question_with_too_few_answers_is_not_detailed(east):
    in_week(east, met=40, sante_traitant_oui=3, sante_traitant_non=2)
    found = page(character("ines"), "team-counters", east.pk, semaine="2026-W11")
    assert "Trop peu de réponses pour en montrer le détail" in words_of(found)
    assert not any("traitant" in words_of(one) for one in found.find_all("table"))


def test_themes_are_drawn_from_the_most_frequent_and_a_masked_one_has_no_bar(east):
    in_week(east, met=40, sante_themes_vue=9, sante_themes_dents=14, sante_themes_douleur=2)
    found = page(character("ines"), "team-counters", east.pk, semaine="2026-W11")
    drawing = next(one for one in found.find_all("svg") if "parlé" in words_of(one))
    texts = [words_of(text) for text in drawing.find_all("text")]
    assert texts.index("Dents") < texts.index("Vue, audition") < texts.index("Douleur")
    told = {row[0]: row[1:] for row in rows(found, "De quoi avons-nous parlé")}
    assert told["Dents"] == ["14", "1"]
    assert told["Douleur"] == ["moins de 5", "non classé"]


def test_a_team_never_shows_a_sensitive_theme(east):
    in_week(east, met=40, sante_themes_dents=14)
    found = words_of(page(character("odile"), "team-counters", east.pk, semaine="2026-W11"))
    assert "Dents" in found
    for label in ("Santé sexuelle", "Se protéger", "Tabac, alcool"):
        assert label not in found


# ----------------------------------------------------------------- words of old versions


def a_form(key: str, options: list[dict[str, Any]], counted: str = "measure") -> Form:
    field = {"key": "q", "label": "Question", "many": True, "counted": counted}
    said = {"key": key, "title": "Essai", "fields": [{**field, "options": options}]}
    return save_form(Definition.of(said), by="system")


def test_an_answer_that_has_gone_keeps_its_words_where_it_was_counted():
    old = [{"key": "a", "label": "Alpha"}, {"key": "b", "label": "Beta"}]
    form = a_form("essai", old)
    team = a_team()
    give_form(form, team, circle=None, by="system")
    a_form("essai", [{"key": "a", "label": "Premier"}, {"key": "c", "label": "Gamma"}])
    in_week(team, met=20, essai_q_a=6, essai_q_b=7)
    told = page(a_coordinator(), "team-counters", team.pk, semaine="2026-W11")
    expected = [["Premier", "6"], ["Gamma", "0"], ["Beta (ancienne)", "7"]]
    assert rows(told, "Question") == expected
    told = page(a_coordinator(), "team-counters", team.pk, semaine="2026-W12")
    assert "Beta" not in words_of(told)


def test_an_answer_that_became_sensitive_is_no_longer_shown_by_team():
    form = a_form("essai", [{"key": "a", "label": "Alpha"}, {"key": "b", "label": "Beta"}], "theme")
    team = a_team()
    give_form(form, team, circle=None, by="system")
    in_week(team, met=20, essai_q_a=6, essai_q_b=7)
    sensitive = [{"key": "a", "label": "Alpha"}, {"key": "b", "label": "Beta", "sensitive": True}]
    a_form("essai", sensitive, "theme")
    told = words_of(page(a_coordinator(), "team-counters", team.pk, semaine="2026-W11"))
    assert "Alpha" in told
    assert "Beta" not in told


def test_what_a_team_counted_with_a_form_it_no_longer_has_is_still_read():
    form = a_form("essai", [{"key": "a", "label": "Alpha"}])
    team = a_team()
    use = give_form(form, team, circle=None, by="system")
    in_week(team, met=20, essai_q_a=6)
    take_form(use, by="system")
    told = page(a_coordinator(), "team-counters", team.pk, semaine="2026-W11")
    assert rows(told, "Question") == [["Alpha", "6"]]


def test_words_that_are_typed_in_a_form_are_written_and_never_obeyed():
    form = a_form("essai", [{"key": "a", "label": "<script>alert(1)</script>"}])
    team = a_team()
    give_form(form, team, circle=None, by="system")
    in_week(team, essai_q_a=6)
    response = answer(a_coordinator(), "team-counters", team.pk, semaine="2026-W11")
    assert b"<script>alert" not in response.content


# ---------------------------------------------------------------------------- declared


def test_what_was_declared_stands_beside_the_counters_and_is_not_added_to_them(east):
    site = a_site()
    seance = a_seance(site, date(2026, 3, 10), status=SeanceStatus.HELD)
    part = there(seance, east)
    added(seance, Measure.INTERVIEWS, 9, participation=part)
    other = there(seance)
    added(seance, Measure.INTERVIEWS, 500, participation=other)
    added(seance, Measure.PASSAGES, 400)
    a_day_later = there(a_seance(site, date(2026, 3, 11), status=SeanceStatus.HELD), east)
    added(a_day_later.seance, Measure.ORIENTATIONS, 2, participation=a_day_later)
    in_week(east, met=12)
    found = page(character("ines"), "team-counters", east.pk, semaine="2026-W11")
    assert stat(found, "Personnes rencontrées") == "12"
    assert stat(found, "Entretiens") == "9"
    assert [row[1:] for row in rows(found, "séance par séance")] == [
        ["9", "pas compté"],
        ["pas compté", "2"],
    ]
    assert "500" not in words_of(found)
    assert "les deux ne s’additionnent jamais" in words_of(found)


def test_a_seance_that_was_cancelled_or_refused_or_is_of_another_week_is_not_listed(east):
    gone = a_seance(day=date(2026, 3, 10), status=SeanceStatus.CANCELLED)
    refused, before = a_seance(day=date(2026, 3, 11)), a_seance(day=date(2026, 3, 8))
    there(gone, east)
    there(refused, east, Answer.DECLINED)
    there(before, east)
    found = words_of(page(character("ines"), "team-counters", east.pk, semaine="2026-W11"))
    assert not any(one.site.name in found for one in (gone, refused, before))
    assert "à aucune séance" in found


# -------------------------------------------------------------------------------- month


def test_a_month_shows_the_weeks_that_begin_in_it(east):
    for monday in (date(2026, 2, 23), date(2026, 3, 2), date(2026, 3, 30), date(2026, 4, 6)):
        in_week(east, Week(monday), met=monday.day + 10)
    found = page(character("ines"), "team-counters", east.pk, mois="2026-03")
    assert rows(found, "commencent dans le mois") == [
        ["2 mars", "12"],
        ["9 mars", "0"],
        ["16 mars", "0"],
        ["23 mars", "0"],
        ["30 mars", "40"],
    ]
    assert stat(found, "Personnes rencontrées") == "52"
    assert "les semaines qui commencent dans ce mois" in words_of(found)


def test_the_sum_of_a_month_does_not_betray_a_masked_week(east):
    in_week(east, Week(date(2026, 3, 2)), met=30)
    in_week(east, Week(date(2026, 3, 9)), met=3)
    found = page(character("ines"), "team-counters", east.pk, mois="2026-03")
    assert stat(found, "Personnes rencontrées") == "de 31 à 34"
    inside = page(character("odile"), "team-counters", east.pk, mois="2026-03")
    assert stat(inside, "Personnes rencontrées") == "33"


def test_the_trend_is_of_twelve_weeks_in_the_order_of_time_and_masks_them(east):
    in_week(east, Week(date(2026, 3, 2)), met=30)
    in_week(east, Week(date(2026, 3, 9)), met=3)
    found = page(character("ines"), "team-counters", east.pk, mois="2026-03")
    told = rows(found, "semaine après semaine")
    assert len(told) == 12
    assert told[0][0] == "12 janvier"
    assert told[-5:-3] == [["2 mars", "30"], ["9 mars", "moins de 5"]]
    assert told[-1][0] == "30 mars"


def test_the_current_month_does_not_speak_of_weeks_to_come(east):
    today = timezone.localdate()
    found = page(character("ines"), "team-counters", east.pk, mois=Month.of(today).key)
    last = min(Week.of(today), Month.of(today).weeks[-1])
    assert rows(found, "semaine après semaine")[-1][0] == last.short.replace("\u00a0", " ")
    assert "Après" not in words_of(found.find("nav", attrs={"aria-label": "Période"}))


def test_the_counters_of_the_sites_of_a_month_are_masked_for_the_team_too(east):
    here, elsewhere = a_site(), a_site()
    there(a_seance(here, date(2026, 3, 10)), east)
    add(
        {
            Cell(Shape.SITE_MONTH, "2026-03", "met", site=here.pk): 20,
            Cell(Shape.SITE_MONTH, "2026-03", "first_ever", site=here.pk): 3,
            Cell(Shape.SITE_MONTH, "2026-03", "met", site=elsewhere.pk): 99,
            Cell(Shape.SITE_YEAR, "2026", "sante.themes.dents", site=here.pk): 8,
            Cell(Shape.SITE_YEAR, "2026", "sante.themes.vue", site=here.pk): 2,
            Cell(Shape.SITE_YEAR, "2026", "numerique.themes.caf", site=here.pk): 50,
        }
    )
    found = page(character("odile"), "team-counters", east.pk, mois="2026-03")
    assert rows(found, "toutes équipes ensemble") == [[str(here), "20", "moins de 5", "0"]]
    assert "toutes équipes et tous bénévoles ensemble" in words_of(found)
    themes = [words_of(one) for one in found.select(".counter-brief li")]
    assert themes == ["8 : Dents", "moins de 5 : Vue, audition"]


# -------------------------------------------------------------------------------- steps


def steps(found: BeautifulSoup) -> list[str]:
    return [link["href"] for link in found.select('nav[aria-label="Période"] a')]


def test_one_goes_from_a_week_to_its_neighbours_and_to_its_month(east):
    found = page(character("ines"), "team-counters", east.pk, semaine="2026-W01")
    assert steps(found) == ["?semaine=2025-W52", "?semaine=2026-W02"]
    tabs = [link["href"] for link in found.select(".tabs a")]
    assert tabs == ["?semaine=2026-W01", "?mois=2025-12"]
    assert "Semaine du 29 décembre 2025" in words_of(found.find("h2"))


def test_one_goes_from_a_month_to_its_neighbours_and_to_a_week(east):
    found = page(character("ines"), "team-counters", east.pk, mois="2026-01")
    assert steps(found) == ["?mois=2025-12", "?mois=2026-02"]
    assert found.select_one(".tabs a")["href"] == "?semaine=2026-W02"
    assert found.select_one(".tabs [aria-current]").get_text() == "Mois"


def test_the_page_opens_on_this_week_and_goes_no_further(east):
    found = page(character("ines"), "team-counters", east.pk)
    this = Week.of(timezone.localdate())
    assert found.select_one(".tabs [aria-current]")["href"] == f"?semaine={this.key}"
    assert steps(found) == [f"?semaine={this.previous.key}"]
    assert "n’existe pas" not in words_of(found)


@pytest.mark.parametrize(
    "query",
    [
        {"semaine": "2025-W53"},
        {"semaine": "2026-W54"},
        {"semaine": "9999-W01"},
        {"semaine": "٢٠٢٦-W11"},
        {"semaine": "hier"},
        {"mois": "2026-13"},
        {"mois": "mars"},
    ],
)
def test_a_period_that_is_none_gives_the_current_one_and_says_so(east, query):
    found = page(character("ines"), "team-counters", east.pk, **query)
    assert "Cette période n’existe pas" in words_of(found)
    assert found.select_one(".tabs [aria-current]")["href"].startswith(f"?{next(iter(query))}=")


@pytest.mark.parametrize("text", ["2026-T5", "2026", "1999-T1", "2026-T１"])
def test_a_quarter_that_is_none_gives_the_current_one_and_says_so(text):
    found = page(a_coordinator(), "site-counters", a_site().pk, trimestre=text)
    assert "Cette période n’existe pas" in words_of(found)


def test_quarters_follow_one_another():
    found = page(a_coordinator(), "site-counters", a_site().pk, trimestre="2026-T1")
    assert steps(found) == ["?trimestre=2025-T4", "?trimestre=2026-T2"]
    assert Quarter(2025, 4).next == Quarter(2026, 1)


def test_every_week_is_in_the_month_in_which_it_begins_and_has_its_name_back():
    for rank in range(0, 1_200, 3):
        day = date(2026, 1, 1) + timedelta(days=rank)
        week, month = Week.of(day), Month.of(day)
        assert week in Month.of(week.monday).weeks
        assert all(month.first <= one.monday <= month.last for one in month.weeks)
        assert (Week.named(week.key), Month.named(month.key)) == (week, month)
        assert (week.next.previous, month.next.previous) == (week, month)


# -------------------------------------------------------------------------------- sites


def at_site(site: Any, shape: Shape, period: str, **totals: int) -> None:
    add({Cell(shape, period, name, site=site.pk): total for name, total in totals.items()})


def test_the_ages_and_genders_of_a_quarter_are_masked_and_have_no_sum():
    site = a_site()
    cells = {"25-44/woman": 3, "25-44/man": 12, "45-64/woman": 20}
    at_site(site, Shape.SITE_QUARTER, QUARTER.key, **cells)
    found = page(a_coordinator(), "site-counters", site.pk, trimestre=QUARTER.key)
    told = {row[0]: row[1:] for row in rows(found, "Âge et genre")}
    assert told["25 à 44 ans"] == ["moins de 5", "non affiché", "0", "0", "0"]
    assert told["45 à 64 ans"] == ["20", "0", "0", "0", "0"]
    assert "35" not in words_of(found.main)
    assert len(told) == 9


def test_the_ages_of_a_few_people_are_not_shown():
    site = a_site()
    at_site(site, Shape.SITE_QUARTER, QUARTER.key, **{"25-44/woman": 3, "80+/man": 1})
    found = page(a_coordinator(), "site-counters", site.pk, trimestre=QUARTER.key)
    assert "Trop peu de rencontres" in words_of(found)
    assert not found.main.find("table")


def test_the_themes_of_a_year_are_masked_and_the_sensitive_ones_are_of_the_departement():
    site, other = a_site(), a_site()
    at_site(site, Shape.SITE_YEAR, "2026", **{"sante.themes.dents": 11, "sante.themes.vue": 2})
    at_site(other, Shape.SITE_YEAR, "2026", **{"numerique.themes.caf": 40})
    add({Cell(Shape.NETWORK_YEAR, "2026", "sante.themes.violences"): 3})
    add({Cell(Shape.NETWORK_YEAR, "2026", "sante.themes.sexuelle"): 16})
    found = page(a_coordinator(), "site-counters", site.pk, trimestre=QUARTER.key)
    at_the_site, network = (
        {
            row[0]: row[1]
            for row in rows(found.find("section", attrs={"aria-labelledby": one}), "De quoi")
        }
        for one in ("themes", "sensibles")
    )
    assert (at_the_site["Dents"], at_the_site["Vue, audition"]) == ("11", "moins de 5")
    assert "Se protéger" not in at_the_site
    assert network == {
        "Santé sexuelle": "16",
        "Se protéger": "moins de 5",
        "Tabac, alcool, autres": "0",
    }
    assert "CAF" not in words_of(found.main)


def test_a_site_where_nothing_was_counted_says_so():
    found = words_of(page(a_coordinator(), "site-counters", a_site().pk))
    assert "Aucune rencontre n’a été comptée" in found
    assert "Aucun thème n’a été compté" in found


# --------------------------------------------------------------------------------- file


def file_of(member: Member, team: Team, **query: str) -> list[dict[str, str]]:
    response = answer(member, "counters-csv", team.pk, **query)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(response.content.decode(), newline="")))


def test_the_file_has_the_weeks_of_a_year_question_by_question(east):
    in_week(east, met=1234, sante_suite_ecoute=7)
    in_week(east, Week(date(2025, 3, 10)), met=99)
    lines = file_of(character("ines"), east, annee="2026")
    assert {line["semaine"] for line in lines} == {"2026-W11"}
    assert (lines[0]["du"], lines[0]["au"]) == ("2026-03-09", "2026-03-15")
    assert (lines[0]["question"], lines[0]["rencontres"]) == ("personnes rencontrées", "1234")
    told = {(one["question"], one["reponse"]): one["rencontres"] for one in lines}
    assert told["Qu’avons-nous fait\u202f?", "Écoute"] == "7"
    assert {line["formulaire"] for line in lines[1:]} == {"Permanence santé"}


def test_the_file_is_masked_as_the_page_is_and_for_the_team_too(east):
    for monday in (date(2026, 3, 2), date(2026, 3, 9)):
        in_week(east, Week(monday), met=3, sante_suite_ecoute=2)
    for who in ("ines", "odile"):
        lines = file_of(character(who), east, annee="2026")
        values = {line["rencontres"] for line in lines}
        assert values == {"0", "moins de 5"}, who


def test_the_file_hides_what_the_page_hides_so_that_nothing_is_subtracted(east):
    add(
        {
            Cell(Shape.TEAM_WEEK, WEEK.key, f"sante.duree.{key}", team=east.pk): total
            for key, total in {"10": 3, "10-30": 25, "30+": 12}.items()
        }
    )
    lines = file_of(character("ines"), east, annee="2026")
    told = [one["rencontres"] for one in lines if one["question"] == "Durée"]
    assert told == ["moins de 5", "25", "non affiché"]


@pytest.mark.parametrize("year", ["", "abc", "26", "1999", "٢٠٢٦", "2026-W11"])
def test_a_year_that_is_none_gives_this_one(east, year):
    response = answer(character("ines"), "counters-csv", east.pk, annee=year)
    this = timezone.localdate().year
    assert f"compteurs-{this}.csv" in response["Content-Disposition"]


def test_a_spreadsheet_takes_no_words_of_a_form_for_a_formula():
    form = a_form("essai", [{"key": "a", "label": "=1+1"}])
    team = a_team()
    give_form(form, team, circle=None, by="system")
    in_week(team, essai_q_a=6)
    lines = file_of(a_coordinator(), team, annee="2026")
    assert lines[-1]["reponse"] == "'=1+1"


# --------------------------------------------------------------------------------- cost


def queries_of(client: Any, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def busy(team: Team, sites: int) -> None:
    """A month in which the team went to this many more sites, and counted each week."""
    for rank in range(sites):
        site = a_site()
        seance = a_seance(site, date(2026, 3, 9) + timedelta(days=rank % 14))
        part = there(seance, team)
        added(seance, Measure.INTERVIEWS, 3, participation=part)
        at_site(site, Shape.SITE_MONTH, "2026-03", met=10)
        at_site(site, Shape.SITE_YEAR, "2026", **{"sante.themes.dents": 9})
    for week in Week(date(2026, 3, 30)).and_before(12):
        in_week(team, week, met=8, sante_themes_dents=6)


@pytest.mark.parametrize("who", ["ines", "odile"])
def test_more_sites_and_more_weeks_cost_no_more_queries(east, who):
    client = browser_of(character(who))
    base = reverse("encounters:team-counters", args=[east.pk])
    paths = [
        reverse("encounters:counters"),
        f"{base}?semaine=2026-W11",
        f"{base}?mois=2026-03",
        reverse("encounters:counters-csv", args=[east.pk]) + "?annee=2026",
    ]
    busy(east, 1)
    few = [queries_of(client, path) for path in paths]
    busy(east, 9)
    with_form("sante", "budget")
    many = [queries_of(client, path) for path in paths]
    assert many == few
    assert max(many) <= 22


def test_a_site_costs_the_same_whatever_was_counted_there():
    client, site = browser_of(a_coordinator()), a_site()
    path = reverse("encounters:site-counters", args=[site.pk]) + f"?trimestre={QUARTER.key}"
    few = queries_of(client, path)
    at_site(site, Shape.SITE_QUARTER, QUARTER.key, **{"25-44/woman": 30, "25-44/man": 12})
    at_site(site, Shape.SITE_YEAR, "2026", **{"sante.themes.dents": 9, "budget.themes.loyer": 8})
    assert queries_of(client, path) == few
