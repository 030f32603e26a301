"""Who of a team comes: said to members, looked at with absences, never said to everyone."""

import io
from datetime import date, time

import pytest
from django.urls import get_resolver, reverse
from django.utils import timezone
from pypdf import PdfReader

from ruche.accounts.enums import Role
from ruche.languages import language
from ruche.places.models import Site
from ruche.seances import actions, queries
from ruche.seances.diaries import diary
from ruche.seances.enums import Answer, SeanceStatus
from ruche.seances.refusals import ClosedSeance, Refused, StaleParticipation
from tests.members import browser_of, someone
from tests.seances.field import (
    AFTERNOON,
    a_coordinator,
    a_seance,
    a_service,
    a_site,
    a_team,
    asked,
    in_days,
    journal_of,
    there,
)
from tests.world import visitor

pytestmark = pytest.mark.django_db

NAME = "Zirconie Exemple"


@pytest.fixture
def nurse():
    return someone(Role.NURSE, name=NAME)


@pytest.fixture
def team(nurse):
    return a_team(nurse, someone(Role.NURSE), name="Infirmières, est")


def sent(seance, team, member, answer=Answer.CONFIRMED):
    part = there(seance, team, answer)
    part.member = member
    part.save()
    return part


def texts(seance) -> list[str]:
    return [conflict.text for conflict in queries.conflicts(seance)]


# -------------------------------------------------------------------------------- choose


def test_a_team_is_asked_for_one_of_its_members(team, nurse):
    part, _ = actions.ask_team(a_seance(), team, services=[], by=a_coordinator(), member=nurse)
    assert part.member == nurse


def test_nobody_comes_for_a_team_that_is_not_hers(team, nurse):
    stranger, seance = someone(Role.NURSE), a_seance()
    with pytest.raises(Refused, match="n’est pas dans l’équipe"):
        actions.ask_team(seance, team, services=[], by=a_coordinator(), member=stranger)
    nurse.is_active = False
    nurse.save()
    with pytest.raises(Refused, match="choisissez quelqu’un"):
        actions.ask_team(seance, team, services=[], by=a_coordinator(), member=nurse)
    assert not seance.participations.exists()


def test_the_team_that_replaces_another_comes_whole(team, nurse):
    old, _ = actions.ask_team(a_seance(), team, services=[], by=a_coordinator(), member=nurse)
    new, _ = actions.replace_team(old, a_team(nurse), by=a_coordinator())
    assert new.member is None
    back, _ = actions.replace_team(new, team, by=a_coordinator())
    assert (back, back.member) == (old, None)


def test_a_coordinator_chooses_who_comes_and_it_is_in_the_journal(team, nurse):
    part, _ = asked(a_seance(), team)
    browser = browser_of(a_coordinator())
    address = reverse("seances:who-comes", args=[part.pk])
    page = browser.get(part.seance.get_absolute_url()).content.decode()
    assert address in page
    assert browser.post(address, {"member": nurse.pk, "version": part.version}).status_code == 302
    part.refresh_from_db()
    assert (part.member, part.version) == (nurse, 2)
    assert f"({NAME})" in browser.get(part.seance.get_absolute_url()).content.decode()
    browser.post(address, {"member": "", "version": part.version})
    part.refresh_from_db()
    assert part.member is None
    assert journal_of(part)[1:] == ["who_comes_chosen"] * 2


def test_two_people_who_choose_never_overwrite_each_other(team, nurse):
    part, _ = asked(a_seance(), team)
    actions.choose_who_comes(part, nurse, version=1, by=a_coordinator())
    with pytest.raises(StaleParticipation):
        actions.choose_who_comes(part, None, version=1, by=a_coordinator())
    page = browser_of(a_coordinator()).post(
        reverse("seances:who-comes", args=[part.pk]), {"member": "", "version": 1}, follow=True
    )
    assert "a changé pendant" in page.content.decode()
    part.refresh_from_db()
    assert part.member == nurse


def test_the_same_choice_writes_nothing(team, nurse):
    part, _ = actions.ask_team(a_seance(), team, services=[], by=a_coordinator(), member=nurse)
    assert actions.choose_who_comes(part, nurse, version=1, by=a_coordinator()).version == 1
    assert journal_of(part) == ["team_asked"]


def test_nobody_is_chosen_for_a_team_that_does_not_come_or_a_seance_that_is_over(team, nurse):
    gone = there(a_seance(), team, Answer.CANCELLED)
    over = there(a_seance(status=SeanceStatus.CANCELLED), team, Answer.CONFIRMED)
    for part, refusal in ((gone, Refused), (over, ClosedSeance)):
        with pytest.raises(refusal):
            actions.choose_who_comes(part, nurse, version=1, by=a_coordinator())


def test_a_stranger_in_the_form_is_refused_in_french(team):
    part, _ = asked(a_seance(), team)
    address = reverse("seances:who-comes", args=[part.pk])
    stranger = someone(Role.NURSE)
    page = browser_of(a_coordinator()).post(
        address, {"member": stranger.pk, "version": 1}, follow=True
    )
    assert "Choisissez quelqu’un de l’équipe" in page.content.decode()
    part.refresh_from_db()
    assert part.member is None


def test_a_nurse_reads_who_comes_and_does_not_choose(team, nurse):
    part = sent(a_seance(), team, nurse)
    browser, address = browser_of(nurse), reverse("seances:who-comes", args=[part.pk])
    page = browser.get(part.seance.get_absolute_url()).content.decode()
    assert f"({NAME})" in page
    assert address not in page
    assert browser.post(address, {"member": "", "version": 1}).status_code == 403


def test_who_comes_is_said_on_every_page_and_diary_of_members(team, nurse):
    seance, other = a_seance(day=in_days(0)), someone(Role.NURSE)
    sent(seance, team, nurse)
    there(seance, a_team(other), Answer.CONFIRMED)
    browser, day = browser_of(a_coordinator()), seance.day.isoformat()
    partner = seance.participations.exclude(team=team).get().team
    for address in (
        f"/seances/?vue=semaine&jour={day}",
        f"/seances/equipes/{team.pk}/",
        f"/seances/equipes/{team.pk}/feuille/?jour={day}",
        f"/seances/equipes/{partner.pk}/feuille/?jour={day}",
    ):
        assert NAME in browser.get(address).content.decode(), address
    link, _ = actions.make_calendar_link(other)
    assert f"Infirmières\\, est ({NAME})" in unfolded(diary(link, now=timezone.now()))


def unfolded(calendar: bytes) -> str:
    return calendar.decode().replace("\r\n ", "")


# ----------------------------------------------------------------------------- conflicts


def test_the_absences_of_who_comes_are_looked_at_and_not_those_of_her_colleagues(team, nurse):
    seance, by = a_seance(), a_coordinator()
    sent(seance, team, nurse)
    colleague = team.members.exclude(pk=nurse.pk).get()
    actions.add_absence(team, seance.day, seance.day, by=by, member=colleague)
    assert texts(seance) == []
    actions.add_absence(a_team(nurse), seance.day, seance.day, by=by, member=nurse)
    assert texts(seance) == [f"Infirmières, est ({NAME}) ne peut pas venir ce jour-là."]


def test_an_absence_of_the_whole_team_takes_everyone_away(team, nurse):
    seance = a_seance()
    sent(seance, team, nurse)
    actions.add_absence(team, seance.day, seance.day, by=a_coordinator())
    assert texts(seance) == ["L’équipe « Infirmières, est » est absente ce jour-là."]


@pytest.mark.parametrize(
    ("starts", "ends", "matters"),
    [
        (time(9), time(14), False),
        (time(16, 30), time(18), False),
        (time(9), time(14, 1), True),
        (time(15), time(15, 30), True),
        (time(16, 29), time(20), True),
    ],
)
def test_some_hours_of_absence_matter_when_they_meet_the_seance(team, nurse, starts, ends, matters):
    seance = a_seance(**AFTERNOON)
    sent(seance, team, nurse)
    day = seance.day
    actions.add_absence(team, day, day, by=a_coordinator(), member=nurse, starts=starts, ends=ends)
    assert bool(texts(seance)) is matters
    if matters:
        assert "ne peut pas venir ce jour-là, de " in texts(seance)[0]


def test_a_whole_day_of_absence_is_said_rather_than_some_hours(team):
    seance, by = a_seance(), a_coordinator()
    there(seance, team, Answer.CONFIRMED)
    hours = {"starts": time(15), "ends": time(16)}
    actions.add_absence(team, seance.day, seance.day, by=by)
    actions.add_absence(team, seance.day, seance.day, by=by, **hours)
    assert texts(seance) == ["L’équipe « Infirmières, est » est absente ce jour-là."]


def test_all_the_members_of_a_team_away_at_some_hours_are_seen(team):
    seance = a_seance()
    there(seance, team, Answer.CONFIRMED)
    for member in team.members.order_by("pk"):
        assert texts(seance) == []
        actions.add_absence(
            team, seance.day, seance.day, by=a_coordinator(), member=member,
            starts=time(15), ends=time(16),
        )  # fmt: skip
    (text,) = texts(seance)
    assert text.endswith("sont absents à des heures de la séance.")


def test_who_is_awaited_and_left_the_team_is_seen(team, nurse):
    seance = a_seance()
    sent(seance, team, nurse)
    team.members.remove(nurse)
    assert texts(seance) == [
        f"{NAME} n’est plus dans l’équipe « Infirmières, est » : dites qui vient."
    ]


def test_two_people_of_a_team_go_to_two_places(team, nurse):
    here, elsewhere = a_seance(), a_seance()
    colleague = team.members.exclude(pk=nurse.pk).get()
    sent(here, team, nurse)
    part = sent(elsewhere, team, colleague)
    assert texts(here) == []
    for who in (nurse, None):
        part.member = who
        part.save()
        (text,) = texts(here)
        assert text.startswith("L’équipe « Infirmières, est »")
        assert "est aussi attendue à" in text
        assert (NAME in text) is (who is not None)


def test_the_whole_team_here_and_one_of_it_elsewhere_is_a_conflict(team, nurse):
    here, elsewhere = a_seance(), a_seance()
    there(here, team, Answer.CONFIRMED)
    sent(elsewhere, team, nurse)
    assert len(texts(here)) == len(texts(elsewhere)) == 1


def test_one_person_of_two_teams_is_not_at_two_places(team, nurse):
    here, elsewhere = a_seance(), a_seance()
    sent(here, team, nurse)
    sent(elsewhere, a_team(nurse), nurse)
    assert NAME in texts(here)[0]


# ------------------------------------------------------------------------------ absences


def test_hours_of_absence_are_noted_and_read_in_french(team, nurse):
    browser, page = browser_of(nurse), f"/seances/equipes/{team.pk}/"
    asked_for = {
        "first": "2027-03-01",
        "last": "2027-03-03",
        "member": "",
        "starts": "09:00",
        "ends": "12:00",
    }
    assert browser.post(f"{page}absences/", asked_for).status_code == 302
    one = {**asked_for, "last": "2027-03-01", "starts": "", "ends": ""}
    assert browser.post(f"{page}absences/", one).status_code == 302
    said = browser.get(page).content.decode().replace("\u00a0", " ")
    assert "du 1er mars 2027 au 3 mars 2027, de 9 h à 12 h chaque jour" in said
    assert "le lundi 1er mars 2027<" in said


@pytest.mark.parametrize(("starts", "ends"), [("09:00", ""), ("", "12:00"), ("12:00", "09:00")])
def test_half_an_hour_range_is_refused_and_nothing_is_noted(team, nurse, starts, ends):
    asked_for = {"first": "2027-03-01", "last": "2027-03-03", "starts": starts, "ends": ends}
    answer = browser_of(nurse).post(f"/seances/equipes/{team.pk}/absences/", asked_for)
    assert answer.status_code == 422
    assert "a un début, puis une fin" in answer.content.decode()
    assert not team.absences.exists()


def test_an_action_refuses_half_a_range_too(team):
    day = date(2027, 3, 1)
    with pytest.raises(Refused, match="a un début"):
        actions.add_absence(team, day, day, by=a_coordinator(), starts=time(9))


# --------------------------------------------------------------------- nothing for everyone

FRENCH = language("fr")
API = (
    "", "openapi.json", "sites", "services", "openings?days=92", "seances?days=92",
    "sites.geojson", "sites.csv", "services.csv", "openings.csv", "seances.csv",
    "data-inclusion/structures", "data-inclusion/services", "sites/{site}", "services/{service}",
)  # fmt: skip


def public_addresses(site, service, seance) -> list[str]:
    """Every address of the public site and of the open data that may speak of this site."""
    known = {
        "pk": site.pk,
        "language": FRENCH,
        "uid": str(seance.pk),
    }
    found = []
    for name, (shapes, *_) in get_resolver("ruche.public.urls").reverse_dict.lists():
        if isinstance(name, str):
            arguments = {each: known[each] for each in shapes[0][0][1]}
            if name == "organisation-calendar":
                arguments["pk"] = service.organisation_id
            found.append(reverse(f"public:{name}", kwargs=arguments))
    return found + [f"/api/v1/{path.format(site=site.pk, service=service.pk)}" for path in API]


def read(address: str) -> str:
    response = visitor().get(address)
    assert response.status_code in (200, 302), address
    body = b"".join(response) if response.streaming else response.content
    if response.headers.get("Content-Type") == "application/pdf":
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    return body.decode().replace("\r\n ", "")


@pytest.mark.parametrize("is_cancelled", [False, True])
def test_no_public_page_poster_feed_or_open_data_names_who_comes(team, nurse, is_cancelled):
    Site.objects.update(closed_on=date(2020, 1, 1))
    site, service, by = a_site(name="Lieu-dit-visible"), a_service(), a_coordinator()
    service.sites.add(site)
    team.services.add(service)
    part = actions.bring(site, in_days(10), team=team, member=nurse, by=by, **AFTERNOON)
    if is_cancelled:
        actions.withdraw(part, reason=f"{NAME} est malade", by=by)
    addresses = public_addresses(site, service, part.seance)
    said = {address: read(address) for address in addresses}
    assert [address for address, text in said.items() if "Zirconie" in text] == []
    speaking = [address for address, text in said.items() if "Lieu-dit-visible" in text]
    for part_of in ("affiche.pdf", "agenda.ics", ".ics", "seances", "sites.csv", "depliant.pdf"):
        assert any(part_of in address for address in speaking), part_of


def test_the_page_of_a_link_that_answers_without_account_names_nobody(team, nurse):
    _, token = actions.ask_team(a_seance(), team, services=[], by=a_coordinator(), member=nurse)
    page = visitor().get(reverse("seances:reply", args=[token])).content.decode()
    assert "Infirmières, est" in page
    assert "Zirconie" not in page
