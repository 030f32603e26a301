"""What is for the network alone is in no answer: unmistakable words are put everywhere, and sought.

The list of what may be said of a site or of a service is closed: a new field of the register is in
no answer until someone decides it.
"""

from datetime import date, time

import pytest
from django.urls import reverse

from ruche.accounts.models import Organisation
from ruche.places.enums import PresenceKind
from ruche.places.models import (
    Assignment,
    OccurrenceChange,
    Opening,
    Photo,
    Presence,
    Service,
    Site,
)
from ruche.seances.enums import Answer, SeanceStatus
from ruche.seances.models import Participation, Seance, Team
from tests.api.reading import ROOT, data, got, items
from tests.core.public_urls import API_URLS
from tests.members import organisation, someone
from tests.seances.field import a_service, a_site, in_days

pytestmark = pytest.mark.usefixtures("an_empty_register")

SECRET = "zirconium"
"""In every text that must not go out; no text of ours has it."""

PATHS = (
    "", "openapi.json", "sites", "services", "openings?days=92", "seances?days=92", "portraits",
    "sites.geojson", "sites.csv", "services.csv", "openings.csv", "seances.csv",
    "data-inclusion/structures", "data-inclusion/services",
)  # fmt: skip


def secret(field: str) -> str:
    return f"{SECRET} {field}"


@pytest.fixture
def a_world_full_of_secrets() -> tuple[Site, Service]:
    site = a_site(name="Lieu dit", note=secret("note du lieu"))
    closed = a_site(name=secret("lieu fermé"), closed_on=date(2026, 3, 1))
    service = a_service("Service dit")
    stopped = a_service(secret("service arrêté"))
    Service.objects.filter(pk=stopped.pk).update(is_active=False)
    for each in (service, stopped):
        each.sites.add(site, closed)
    a_host_and_a_volunteer(site)
    openings(site, closed, stopped)
    seances(site, closed, service, stopped)
    return site, service


def a_host_and_a_volunteer(site: Site) -> None:
    host = organisation("Organisation dite")
    Organisation.objects.filter(pk=host.pk).update(
        email=f"{SECRET}@essai.example", phone="0699999999"
    )
    Presence.objects.create(
        site=site, organisation=host, kind=PresenceKind.HOST, note=secret("présence")
    )
    visitor = organisation(secret("organisation de passage"))
    Presence.objects.create(site=site, organisation=visitor)
    volunteer = someone(name=secret("bénévole"))
    type(volunteer).objects.filter(pk=volunteer.pk).update(
        phone="0699999999", email=f"{SECRET}2@essai.example"
    )
    Assignment.objects.create(site=site, member=volunteer)
    Photo.objects.create(site=site, image="lieux/x.jpg", width=1, height=1, alternative=SECRET)


def openings(site: Site, closed: Site, stopped: Service) -> None:
    opening = Opening.objects.create(site=site, rule="Mo-Su 14:00-16:00", since=date(2026, 1, 1))
    for days in (2, 3):
        OccurrenceChange.objects.create(
            opening=opening, day=in_days(days), reason=secret("raison d’un jour")
        )
    Opening.objects.create(site=closed, rule="Mo-Su 15:15-16:15", since=date(2026, 1, 1))
    Opening.objects.create(
        site=site, service=stopped, rule="Mo-Su 05:05-06:05", since=date(2026, 1, 1)
    )


def seances(site: Site, closed: Site, service: Service, stopped: Service) -> None:
    sure, unsure = a_secret_team("sûre"), a_secret_team("pas sûre")
    for number, status in enumerate((SeanceStatus.CONFIRMED, SeanceStatus.CANCELLED)):
        seance = a_secret_seance(site, 4 + number, status)
        part = comes(seance, sure, Answer.CONFIRMED)
        part.services.add(service, stopped)
    asked = a_secret_seance(site, 8, SeanceStatus.PREPARED)
    comes(asked, unsure, Answer.ASKED).services.add(stopped)
    comes(a_secret_seance(closed, 9, SeanceStatus.CONFIRMED), sure, Answer.CONFIRMED)


def a_secret_team(which: str) -> Team:
    team = Team.objects.create(
        organisation=organisation(secret(f"organisation de l’équipe {which}")),
        name=secret(f"équipe {which}"),
        phone="0699999999",
        email=f"{SECRET}3@essai.example",
    )
    team.members.add(someone(name=secret("infirmière")))
    return team


def a_secret_seance(site: Site, days: int, status: str) -> Seance:
    return Seance.objects.create(
        site=site,
        day=in_days(days),
        starts=time(9),
        ends=time(10),
        status=status,
        note=secret("note d’une séance"),
        cancel_reason=secret("raison d’une annulation"),
    )


def comes(seance: Seance, team: Team, answer: str) -> Participation:
    return Participation.objects.create(
        seance=seance,
        team=team,
        answer=answer,
        message=secret("message"),
    )


def test_nothing_that_is_for_the_network_is_in_any_answer(a_world_full_of_secrets):
    site, service = a_world_full_of_secrets
    said = {path: got(path).content.decode().lower() for path in PATHS}
    said["site"] = got(f"sites/{site.pk}").content.decode().lower()
    said["service"] = got(f"services/{service.pk}").content.decode().lower()
    for path, text in said.items():
        assert SECRET not in text, path
        assert "699999999" not in text, path
    assert "lieu dit" in said["sites"]
    assert "service dit" in said["seances?days=92"]


def test_every_address_without_argument_is_scanned():
    free = {name for name, examples in API_URLS.items() if not examples[0].kwargs}
    assert {reverse(name) for name in free} == {ROOT + path.split("?")[0] for path in PATHS}


def test_what_would_leak_would_be_seen(a_world_full_of_secrets):
    site, _ = a_world_full_of_secrets
    Site.objects.filter(pk=site.pk).update(transport=secret("dit par erreur"))
    assert SECRET in got("sites").content.decode()


def test_a_day_that_is_cancelled_does_not_say_why(a_world_full_of_secrets):
    assert {each["state"] for each in items("openings")} == {"scheduled", "cancelled"}
    assert [each["state"] for each in items("seances")] == ["scheduled", "cancelled"]


def test_a_closed_site_gives_its_date_and_nothing_else(a_world_full_of_secrets):
    closed = Site.objects.get(name__startswith=SECRET)
    said = data(f"sites/{closed.pk}", status=410)
    assert set(said) == {"code", "message", "details"}
    assert SECRET not in str(said)
    assert items(f"openings?site={closed.pk}") == []
    assert items(f"seances?site={closed.pk}") == []


def test_what_may_be_said_is_a_closed_list(a_world_full_of_secrets):
    site, service = (data("sites")["items"][0], data("services")["items"][0])
    assert set(site) == {
        "id", "name", "commune", "address", "postal_code", "address_note", "latitude", "longitude",
        "transport", "access", "access_note", "audience", "choice", "phone", "email", "is_hub",
        "needs", "hosts", "services", "hours", "distance", "updated_at", "url", "page",
    }  # fmt: skip
    assert set(service) == {
        "id", "name", "need", "organisation", "description", "conditions", "documents", "languages",
        "is_free", "sites", "updated_at", "url",
    }  # fmt: skip
    assert set(items("seances")[0]) == {
        "id", "start", "end", "state", "site", "services", "needs",
    }  # fmt: skip
    assert set(site["hosts"][0]) == {"id", "name", "short_name", "kind", "website"}
