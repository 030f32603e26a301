"""Sites, services and opening hours for a test: each with what the test does not care about."""

from datetime import date, datetime
from io import BytesIO
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from ruche.accounts.enums import Role
from ruche.accounts.models import Member
from ruche.geography.models import Territory
from ruche.places import actions
from ruche.places.enums import Need
from ruche.places.models import Opening, Service, Site
from ruche.places.openings.occurrences import PARIS
from tests.members import organisation, someone
from tests.world import AUCH

NUMBERS = count(1)
TUESDAYS = "Tu[1,3] 14:00-16:30; PH off"


def coordinator() -> Member:
    return someone(Role.COORDINATOR)


def a_site(name: str = "", *, commune: str = AUCH, by: Member | None = None, **more: Any) -> Site:
    site = Site(
        name=name or f"Salle numéro {next(NUMBERS)}",
        commune=Territory.objects.get(pk=commune),
        **{"address": "2 place de la Mairie", **more},
    )
    return actions.save_site(site, by=by or coordinator())


def a_service(name: str = "", *, sites: tuple[Site, ...] = (), **more: Any) -> Service:
    by = coordinator()
    service = Service(
        **{
            "organisation": organisation(),
            "name": name or f"Service {next(NUMBERS)}",
            "need": Need.FOOD,
            **more,
        }
    )
    actions.save_service(service, by=by)
    for site in sites:
        actions.offer(service, site, by=by)
    return service


def an_opening(site: Site, rule: str = TUESDAYS, *, since: date = date(2026, 11, 1), **more: Any):
    return actions.save_opening(
        Opening(site=site, rule=rule, since=since, **more), by=coordinator()
    )


def at(text: str) -> datetime:
    """An hour of the clock of Paris: `at("2026-12-01 14:00")`."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def picture(
    *, size: tuple[int, int] = (40, 30), kind: str = "JPEG", name: str = "photo.jpg", **more: Any
) -> SimpleUploadedFile:
    written = BytesIO()
    Image.new("RGB", size, "#8fc3a3").save(written, kind, **more)
    return SimpleUploadedFile(name, written.getvalue())
