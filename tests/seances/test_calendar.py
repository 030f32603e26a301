"""The calendar, the conflicts that it shows, the day of a team, and who may see what."""

from datetime import date, time, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ruche.accounts.enums import OrganisationKind, Role
from ruche.geography.models import Territory
from ruche.places.models import OccurrenceChange, Opening, Site
from ruche.seances import actions, queries
from ruche.seances.enums import Answer, SeanceStatus
from ruche.seances.models import Participation, Seance, Team
from tests.members import browser_of, organisation, someone
from tests.seances.field import (
    a_coordinator,
    a_seance,
    a_service,
    a_site,
    a_team,
    in_days,
    journal_of,
    there,
    today,
)
from tests.world import AUCH

pytestmark = pytest.mark.django_db


def kinds(seance):
    return [conflict.kind for conflict in queries.conflicts(seance)]


# ----------------------------------------------------------------------------- conflicts


def test_a_seance_without_difficulty_has_no_conflict():
    seance = a_seance()
    there(seance, answer=Answer.CONFIRMED)
    assert kinds(seance) == []


def test_a_team_is_not_at_two_places_at_the_same_time():
    team, seance = a_team(), a_seance()
    there(seance, team, Answer.ASKED)
    there(a_seance(day=seance.day, starts=time(16), ends=time(18)), team, Answer.CONFIRMED)
    there(a_seance(day=seance.day, starts=time(16, 30), ends=time(18)), team, Answer.CONFIRMED)
    there(a_seance(day=in_days(11)), team, Answer.CONFIRMED)
    there(a_seance(day=seance.day, status=SeanceStatus.CANCELLED), team, Answer.ASKED)
    there(a_seance(day=seance.day), team, Answer.CANCELLED)
    [conflict] = queries.conflicts(seance)
    assert conflict.kind == "two_places"
    assert team.name in conflict.text
    assert "de 16\u00a0h à 18\u00a0h" in conflict.text


def test_a_team_that_is_away_is_seen():
    seance, team = a_seance(), a_team()
    there(seance, team, Answer.CONFIRMED)
    actions.add_absence(team, in_days(9), in_days(10), by=a_coordinator())
    assert kinds(seance) == ["absent"]


def test_a_team_all_of_whose_members_are_away_is_seen_and_not_before():
    first, second = someone(Role.NURSE), someone(Role.NURSE)
    seance, team = a_seance(), a_team(first, second)
    there(seance, team, Answer.CONFIRMED)
    actions.add_absence(team, in_days(10), in_days(10), by=a_coordinator(), member=first)
    assert kinds(seance) == []
    elsewhere = a_team(second)
    actions.add_absence(elsewhere, in_days(1), in_days(30), by=a_coordinator(), member=second)
    [conflict] = queries.conflicts(seance)
    assert conflict.text.startswith("Tous les membres")


def weekly(day: date) -> str:
    return f"{('Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su')[day.weekday()]} 14:00-17:00"


def an_opening(site: Site, day: date) -> Opening:
    return Opening.objects.create(site=site, rule=weekly(day), since=in_days(-100))


def test_a_seance_on_a_day_when_the_site_is_closed_is_seen():
    day = date(2027, 3, 10)
    seance = a_seance(day=day)
    opening = an_opening(seance.site, day + timedelta(days=1))
    assert kinds(seance) == ["closed"]
    opening.rule = weekly(day)
    opening.save()
    assert kinds(seance) == []


def test_a_seance_outside_the_hours_of_the_site_is_seen():
    day = date(2027, 3, 10)
    seance = a_seance(day=day, starts=time(13), ends=time(15))
    an_opening(seance.site, day)
    [conflict] = queries.conflicts(seance)
    assert conflict.kind == "outside"
    assert "de 14\u00a0h à 17\u00a0h" in conflict.text


def test_an_opening_that_was_moved_counts_as_it_is_now():
    day = date(2027, 3, 10)
    seance = a_seance(day=day)
    opening = an_opening(seance.site, day)
    change = OccurrenceChange.objects.create(opening=opening, day=day)
    assert kinds(seance) == ["closed"]
    change.new_day, change.starts, change.ends = day, time(13), time(18)
    change.save()
    assert kinds(seance) == []


def test_a_site_whose_hours_are_not_known_says_nothing():
    assert queries.conflicts(a_seance()) == []


def test_a_site_that_closed_for_good_is_seen():
    assert kinds(a_seance(a_site(closed_on=in_days(5)))) == ["closed"]


def test_a_past_seance_of_which_nothing_was_said_is_seen_and_a_held_one_is_not():
    assert kinds(a_seance(day=in_days(-1))) == ["past"]
    assert kinds(a_seance(day=in_days(-1), status=SeanceStatus.HELD)) == []


# ------------------------------------------------------------------------------ calendar


def many(sites: int) -> None:
    """So many sites, each with a séance of today and two teams."""
    commune = Territory.objects.get(pk=AUCH)
    teams, service = [a_team(), a_team()], a_service()
    made = Site.objects.bulk_create(
        Site(name=f"Lieu {rank} de {sites}", address="ici", commune=commune)
        for rank in range(sites)
    )
    seances = Seance.objects.bulk_create(
        Seance(site=site, day=today(), starts=time(9), ends=time(12)) for site in made
    )
    rows = Participation.objects.bulk_create(
        Participation(seance=seance, team=team) for seance in seances for team in teams
    )
    through = Participation.services.through
    through.objects.bulk_create(
        through(participation_id=row.pk, service_id=service.pk) for row in rows
    )


def queries_of(address: str) -> int:
    browser = browser_of(someone(Role.COORDINATOR))
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert browser.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("view", ["mois", "semaine", "liste"])
def test_the_calendar_asks_as_many_queries_for_two_sites_as_for_two_hundred(view):
    address = f"/seances/?vue={view}"
    many(2)
    few = queries_of(address)
    many(200)
    assert queries_of(address) == few


def test_the_month_is_a_table_with_its_caption_and_headers():
    a_seance(day=date(2027, 2, 10))
    page = BeautifulSoup(
        browser_of(someone(Role.NURSE)).get("/seances/?jour=2027-02-15").content, "html.parser"
    )
    table = page.find("table", class_="calendar")
    assert "février 2027" in table.caption.text
    assert [head["scope"] for head in table.thead.find_all("th")] == ["col"] * 7
    assert len(table.tbody.find_all("tr")) == 4
    assert len(table.find_all("li", class_="entry")) == 1


def test_a_month_begins_on_a_monday_and_ends_on_a_sunday():
    weeks = queries.month(date(2027, 5, 31))
    assert all(len(week) == 7 for week in weeks)
    assert weeks[0][0].date == date(2027, 4, 26)
    assert weeks[-1][-1].date == date(2027, 6, 6)
    assert [day.date for week in weeks for day in week if day.is_inside] == [
        date(2027, 5, rank) for rank in range(1, 32)
    ]


def test_the_calendar_is_filtered_by_site_team_and_organisation():
    here, team = a_seance(day=today()), a_team(where="Organisation filtrée")
    there(here, team, Answer.ASKED)
    a_seance(day=today())
    gone = a_seance(day=today())
    there(gone, team, Answer.CANCELLED)
    for filters in (
        queries.Filters(site=here.site_id),
        queries.Filters(team=team.pk),
        queries.Filters(organisation=team.organisation_id),
    ):
        [day] = queries.agenda(today(), filters)
        assert day.seances == (here,)


@pytest.mark.parametrize(
    "query",
    ["vue=autre", "jour=demain", "jour=9999-12-31", "jour=0001-01-01", "lieu=x", "equipe=%00"],
)
def test_an_address_that_cannot_be_read_shows_the_calendar_all_the_same(query):
    assert browser_of(someone(Role.NURSE)).get(f"/seances/?{query}").status_code == 200


def test_previous_and_next_never_skip_a_month():
    page = browser_of(someone(Role.NURSE)).get("/seances/?jour=2027-01-31").content.decode()
    assert "jour=2026-12-01" in page
    assert "jour=2027-02-01" in page


# --------------------------------------------------------------------- the day of a team


def test_the_day_of_a_team_says_what_who_where_and_how_to_come():
    nurse = someone(Role.NURSE, name="Une infirmière")
    nurse.phone = "06 00 00 00 09"
    nurse.save()
    team, other, service = a_team(nurse), a_team(phone="06 11 11 11 11"), a_service()
    site = a_site(transport="Arrêt de bus à 200 m", phone="05 62 00 00 00")
    late = a_seance(site, today())
    early = a_seance(site, today(), starts=time(9), ends=time(12))
    for seance in (late, early):
        there(seance, team).services.add(service)
    there(late, other, Answer.CONFIRMED)
    there(a_seance(day=today(), status=SeanceStatus.CANCELLED), team)
    assert [stop.seance for stop in queries.day_sheet(team, today())] == [early, late]
    page = browser_of(nurse).get(f"/seances/equipes/{team.pk}/feuille/").content.decode()
    for words in (
        site.address, "Arrêt de bus à 200 m", "05 62 00 00 00", "06 11 11 11 11", "06 00 00 00 09",
        service.name, other.name, "9\u00a0h",
    ):  # fmt: skip
        assert words in page


# --------------------------------------------------------------------------------- teams


def test_a_nurse_sees_her_teams_and_changes_how_to_reach_them_but_not_who_is_in_them():
    nurse = someone(Role.NURSE)
    own, other = a_team(nurse), a_team()
    browser = browser_of(nurse)
    page = browser.get("/seances/equipes/").content.decode()
    assert own.name in page
    assert other.name not in page
    assert browser.get(f"/seances/equipes/{other.pk}/").status_code == 403
    address = f"/seances/equipes/{own.pk}/modifier/"
    browser.post(
        address, {"phone": "06 22", "email": "a@essai.example", "name": "x", "members": []}
    )
    own.refresh_from_db()
    assert own.phone == "06 22"
    assert own.name != "x"
    assert list(own.members.all()) == [nurse]


def test_a_partner_creates_teams_in_her_organisation_only():
    here = organisation("Partenaire d’essai", OrganisationKind.PARTNER)
    browser = browser_of(someone(Role.PARTNER, at=here))
    elsewhere = organisation("Ailleurs")
    asked = {"name": "Équipe neuve", "phone": "", "email": ""}
    refused = browser.post("/seances/equipes/nouvelle/", {**asked, "organisation": elsewhere.pk})
    assert refused.status_code == 422
    assert browser.post("/seances/equipes/nouvelle/", {**asked, "organisation": here.pk}).url
    assert Team.objects.get().organisation == here


def test_a_nurse_does_not_create_a_team():
    browser = browser_of(someone(Role.NURSE))
    assert browser.get("/seances/equipes/nouvelle/").status_code == 403


def test_an_absence_is_noted_and_removed_without_a_reason():
    nurse = someone(Role.NURSE)
    team = a_team(nurse)
    browser, address = browser_of(nurse), f"/seances/equipes/{team.pk}/absences/"
    wrong = {"first": in_days(5).isoformat(), "last": in_days(4).isoformat()}
    assert browser.post(address, wrong).status_code == 422
    assert browser.post(address, {**wrong, "last": in_days(6).isoformat()}).status_code == 302
    absence = team.absences.get()
    assert journal_of(absence) == ["absence_saved"]
    browser.post(f"/seances/absences/{absence.pk}/retirer/")
    assert not team.absences.exists()


def test_nobody_removes_the_absence_of_a_team_that_is_not_hers():
    team = a_team()
    absence = actions.add_absence(team, in_days(1), in_days(2), by=a_coordinator())
    browser = browser_of(someone(Role.NURSE))
    assert browser.post(f"/seances/absences/{absence.pk}/retirer/").status_code == 403


# -------------------------------------------------------------------------------- rights

EVERYONE = set(Role) - {Role.DPO, Role.TECHNICAL}
FIELD = {Role.NURSE, Role.DIGITAL_ADVISER, Role.BUDGET_ADVISER}
PAGES = {
    "/seances/": EVERYONE,
    "/seances/nouvelle/": {Role.COORDINATOR},
    "/seances/equipes/": FIELD | {Role.COORDINATOR, Role.PARTNER, Role.DIRECTOR},
    "/seances/comptages/": EVERYONE,
}


@pytest.mark.parametrize("address", PAGES)
def test_a_page_opens_for_those_whose_posts_allow_it_and_for_nobody_else(address):
    opened = {role for role in Role if browser_of(someone(role)).get(address).status_code == 200}
    assert opened == PAGES[address]


def test_every_member_reads_a_seance_and_a_coordinator_alone_changes_it():
    seance = a_seance()
    readers = {
        role
        for role in Role
        if browser_of(someone(role)).get(f"/seances/{seance.pk}/").status_code == 200
    }
    assert readers == EVERYONE
    for act in ("modifier", "annuler", "tenue", "solliciter"):
        address = f"/seances/{seance.pk}/{act}/"
        assert browser_of(someone(Role.NURSE)).get(address).status_code == 403
        assert browser_of(a_coordinator()).get(address).status_code == 200


def test_a_visitor_is_sent_to_the_login(client):
    for address in ("/seances/", f"/seances/{a_seance().pk}/"):
        answer = client.get(address, SERVER_NAME="localhost")
        assert answer.status_code == 302
        assert "suite=" in answer.url or "next=" in answer.url


def test_each_form_that_must_be_corrected_comes_back_with_its_summary():
    seance, browser = a_seance(), browser_of(a_coordinator())
    team = a_team()
    there(seance, answer=Answer.ASKED)
    for address in (
        "/seances/nouvelle/",
        f"/seances/{seance.pk}/modifier/",
        f"/seances/{seance.pk}/annuler/",
        "/seances/equipes/nouvelle/",
        f"/seances/equipes/{team.pk}/modifier/",
        f"/seances/venues/{Participation.objects.get().pk}/remplacer/",
    ):
        answer = browser.post(address, {"x": "1"})
        assert answer.status_code == 422, address
        assert 'role="alert"' in answer.content.decode(), address
