"""From asked to counted: the path of one séance, as people live it."""

import re

from django.core import mail
from django.test import Client

from ruche.accounts.enums import Role
from ruche.journal.models import Entry
from ruche.places.models import Assignment
from ruche.seances import actions
from ruche.seances.enums import Answer, Measure, SeanceStatus
from ruche.seances.models import AnswerLink, Count, Participation, Seance, SpentIncrement
from tests.members import browser_of, someone
from tests.seances.field import (
    a_coordinator,
    a_seance,
    a_service,
    a_site,
    a_team,
    added,
    in_days,
)
from tests.world import visitor


def post(client: Client, address: str, **data: object):
    return client.post(address, data)


def test_a_seance_goes_from_asked_to_counted(world, django_capture_on_commit_callbacks):
    coordinator, volunteer = a_coordinator(), someone(Role.SITE_VOLUNTEER)
    nurse = someone(Role.NURSE)
    site, team, service = a_site(), a_team(nurse), a_service()
    team.services.add(service)
    Assignment.objects.create(site=site, member=volunteer)
    desk = browser_of(coordinator)

    hours = {"starts": "14:00", "ends": "16:30"}
    opened = post(desk, "/seances/nouvelle/", site=site.pk, day=in_days(10).isoformat(), **hours)
    seance = Seance.objects.get(site=site)
    assert opened.url == f"/seances/{seance.pk}/"

    with django_capture_on_commit_callbacks(execute=True):
        post(desk, f"/seances/{seance.pk}/solliciter/?team={team.pk}", services=service.pk)
    [message] = mail.outbox
    assert message.to == [team.email]
    assert "14\u00a0h à 16\u00a0h\u00a030" in message.body
    address = re.search(r"http://localhost:8000(/seances/reponse/\S+)", message.body)[1]

    someone_outside = visitor()
    assert service.name in someone_outside.get(address).content.decode()
    assert (
        post(someone_outside, address, answer="confirmed", message="À bientôt").status_code == 302
    )
    seance.refresh_from_db()
    assert seance.status == SeanceStatus.CONFIRMED

    Seance.objects.update(day=in_days(0))  # ten days go by
    participation = Participation.objects.get()
    post(desk, f"/seances/{seance.pk}/tenue/", came=participation.pk)
    participation.refresh_from_db()
    assert participation.answer == Answer.HELD

    page = browser_of(volunteer).get(f"/seances/{seance.pk}/compter/").content.decode()
    fresh = re.search(r'name="increment" id="one-\S+" value="([^"]+)"', page)[1]
    one = {"measure": "passages", "band": "adults", "amount": 1, "act": "add", "slot": "one"}
    post(browser_of(volunteer), f"/seances/{seance.pk}/compter/", increment=fresh, **one)
    assert Count.objects.get().total == 1
    post(browser_of(volunteer), f"/seances/{seance.pk}/compter/arreter/")
    seance.refresh_from_db()
    assert seance.status == SeanceStatus.COUNTED

    about = [str(seance.pk), str(participation.pk)]
    lines = Entry.objects.filter(object_id__in=about).order_by("number")
    told = list(lines.values_list("verb", flat=True))
    assert told == [
        "seance_saved", "team_asked", "team_answered", "seance_held", "seance_counted",
    ]  # fmt: skip
    answered = lines.get(verb="team_answered")
    assert answered.actor == AnswerLink.objects.get().actor
    assert actions.close_counts(seance, by=coordinator).status == SeanceStatus.COUNTED


def test_the_journal_tells_no_name_of_anybody(world):
    coordinator, nurse = a_coordinator(), someone(Role.NURSE, name="Camille Inventée")
    seance = actions.open_seance(
        a_site(), in_days(10), by=coordinator, starts="14:00", ends="16:00", note="Camille vient"
    )
    actions.ask_team(
        seance,
        a_team(nurse, name="Équipe de Camille"),
        services=[],
        by=coordinator,
        message="Camille ?",
    )
    lines = str(list(Entry.objects.order_by("-number").values()[:2]))
    assert "Camille" not in lines


def test_a_count_is_never_a_row_per_person(world):
    seance = a_seance(day=in_days(0))
    for _ in range(30):
        added(seance, Measure.HOUSEHOLDS)
    assert Count.objects.count() == 1
    fields = {field.name for field in Count._meta.get_fields()}
    assert fields == {"id", "seance", "participation", "measure", "band", "total", "corrections"}


def test_what_is_kept_of_an_increment_leads_to_nobody_and_to_no_total(world):
    assert {field.name for field in SpentIncrement._meta.get_fields()} == {"id", "day"}
