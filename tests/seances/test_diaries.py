"""A telephone follows its member's séances by a secret address, and nothing else."""

import re

import icalendar
import pytest
import recurring_ical_events
from django.urls import reverse
from django.utils import timezone

from ruche.accounts.enums import Role
from ruche.seances import actions
from ruche.seances.diaries import diary
from ruche.seances.enums import Answer
from ruche.seances.models import CalendarLink, Participation
from tests.members import browser_of, someone
from tests.seances.field import a_coordinator, a_seance, a_team, in_days
from tests.world import visitor

pytestmark = pytest.mark.django_db


def comes(seance, team, answer=Answer.CONFIRMED) -> Participation:
    return Participation.objects.create(seance=seance, team=team, answer=answer)


def events_of(link: CalendarLink):
    told = icalendar.Calendar.from_ical(diary(link, now=timezone.now()))
    return told.walk("VEVENT")


@pytest.fixture
def nurse():
    return someone(Role.NURSE)


def test_she_follows_the_seances_of_her_teams_and_no_others(nurse):
    mine, other = a_team(nurse), a_team()
    seance = a_seance()
    comes(seance, mine)
    comes(a_seance(), other)
    link, _ = actions.make_calendar_link(nurse)
    (event,) = events_of(link)
    assert event["UID"] == f"{seance.pk}@ruche-equipes"
    assert event["DTSTART"].dt == seance.begins_at


def test_one_team_alone_may_be_followed(nurse):
    one, two = a_team(nurse), a_team(nurse)
    kept = a_seance()
    comes(kept, one)
    comes(a_seance(), two)
    link, _ = actions.make_calendar_link(nurse, one)
    assert [event["UID"] for event in events_of(link)] == [f"{kept.pk}@ruche-equipes"]


def test_what_is_asked_says_so_and_what_is_declined_is_not_there(nurse):
    team = a_team(nurse)
    asked, declined = a_seance(), a_seance()
    comes(asked, team, Answer.ASKED)
    comes(declined, team, Answer.DECLINED)
    link, _ = actions.make_calendar_link(nurse)
    (event,) = events_of(link)
    assert str(event["SUMMARY"]).startswith("À confirmer")


def test_a_cancelled_seance_keeps_its_name_and_says_so(nurse):
    seance = a_seance()
    comes(seance, a_team(nurse))
    link, _ = actions.make_calendar_link(nurse)
    (before,) = events_of(link)
    actions.cancel_seance(seance, reason="motif-confidentiel", by=a_coordinator())
    (after,) = events_of(link)
    assert after["UID"] == before["UID"]
    assert after["STATUS"] == "CANCELLED"
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert "motif-confidentiel" not in diary(link, now=timezone.now()).decode()


def test_another_library_finds_it_on_its_day(nurse):
    comes(a_seance(day=in_days(20)), a_team(nurse))
    link, _ = actions.make_calendar_link(nurse)
    told = icalendar.Calendar.from_ical(diary(link, now=timezone.now()))
    assert len(recurring_ical_events.of(told).at(in_days(20))) == 1


def test_the_address_answers_until_it_is_taken_back(nurse):
    client = browser_of(nurse)
    page = client.post(reverse("seances:make-diary"), {"team": ""}).content.decode()
    link = CalendarLink.objects.get(member=nurse)
    token = re.search(r"/seances/agendas/([^/]+)\.ics", page)[1]
    address = reverse("seances:diary", args=[token])
    response = visitor().get(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in response.headers["Cache-Control"]
    assert token not in client.get(reverse("seances:diaries")).content.decode()
    client.post(reverse("seances:remove-diary", args=[link.pk]))
    assert visitor().get(address).status_code == 404


def test_a_new_address_replaces_the_old_one(nurse):
    _, old = actions.make_calendar_link(nurse)
    _, new = actions.make_calendar_link(nurse)
    statuses = [
        visitor().get(reverse("seances:diary", args=[token])).status_code for token in (old, new)
    ]
    assert statuses == [404, 200]


def test_the_diary_stops_when_she_leaves_the_team_or_the_network(nurse):
    team = a_team(nurse)
    _, of_team = actions.make_calendar_link(nurse, team)
    _, of_all = actions.make_calendar_link(nurse)
    team.members.remove(nurse)
    assert visitor().get(reverse("seances:diary", args=[of_team])).status_code == 404
    assert visitor().get(reverse("seances:diary", args=[of_all])).status_code == 200
    nurse.is_active = False
    nurse.save()
    assert visitor().get(reverse("seances:diary", args=[of_all])).status_code == 404


def test_nobody_follows_a_team_that_is_not_hers_nor_takes_back_the_address_of_another(nurse):
    other = someone(Role.NURSE)
    team = a_team(other)
    link, _ = actions.make_calendar_link(other, team)
    client = browser_of(nurse)
    assert client.post(reverse("seances:make-diary"), {"team": str(team.pk)}).status_code == 404
    assert client.post(reverse("seances:make-diary"), {"team": "x"}).status_code == 404
    assert client.post(reverse("seances:remove-diary", args=[link.pk])).status_code == 404
    assert CalendarLink.objects.filter(pk=link.pk).exists()


def test_the_number_of_queries_does_not_depend_on_the_seances(nurse, django_assert_num_queries):
    team = a_team(nurse)
    link, _ = actions.make_calendar_link(nurse)
    link = CalendarLink.objects.select_related("member", "team").get(pk=link.pk)
    for number in (2, 10):
        for _ in range(number):
            comes(a_seance(), team)
        with django_assert_num_queries(4):
            diary(link, now=timezone.now())
