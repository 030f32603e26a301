"""What a test of séances needs: a site, a service, teams, a séance, and who does things."""

from datetime import date, time, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from django.utils import timezone

from ruche.accounts.enums import OrganisationKind, Role
from ruche.accounts.models import Member
from ruche.geography.models import Territory
from ruche.places.enums import Need
from ruche.places.models import Service, Site
from ruche.seances import actions
from ruche.seances.enums import Answer
from ruche.seances.models import Participation, Seance, Team
from tests.members import organisation, someone
from tests.world import AUCH

NUMBERS = count(1)
AFTERNOON = {"starts": time(14), "ends": time(16, 30)}


def today() -> date:
    return timezone.localdate()


def in_days(days: int) -> date:
    return today() + timedelta(days=days)


def a_site(**more: Any) -> Site:
    """A site of Auch."""
    values = {"name": f"Lieu {next(NUMBERS)}", "address": "1 place de la République", **more}
    return Site.objects.create(commune=Territory.objects.get(pk=AUCH), **values)


def a_service(name: str = "", where: str = "GIP d’essai") -> Service:
    values = {"name": name or f"Service {next(NUMBERS)}", "need": Need.HEALTH}
    return Service.objects.create(organisation=organisation(where, OrganisationKind.GIP), **values)


def a_team(*members: Member, where: str = "GIP d’essai", **more: Any) -> Team:
    number = next(NUMBERS)
    values = {"name": f"Équipe {number}", "email": f"equipe{number}@essai.example", **more}
    team = Team.objects.create(organisation=organisation(where, OrganisationKind.GIP), **values)
    team.members.set(members)
    return team


def a_coordinator() -> Member:
    return someone(Role.COORDINATOR, at=organisation("GIP d’essai", OrganisationKind.GIP))


def a_seance(site: Site | None = None, day: date | None = None, **more: Any) -> Seance:
    """A séance in ten days, unless told. A row, without its e-mails and its journal."""
    values = {**AFTERNOON, **more}
    return Seance.objects.create(site=site or a_site(), day=day or in_days(10), **values)


def asked(seance: Seance, team: Team | None = None, by: Member | None = None) -> Any:
    """A team that was asked: its participation and the secret of its link."""
    return actions.ask_team(seance, team or a_team(), services=[], by=by or a_coordinator())


def there(seance: Seance, team: Team | None = None, answer: str = Answer.HELD) -> Participation:
    """A team in a séance, whatever its day."""
    return Participation.objects.create(seance=seance, team=team or a_team(), answer=answer)


def added(seance: Seance, measure: Any, amount: int = 1, by: str = "system", **more: Any) -> int:
    return actions.add(
        seance, measure, amount, increment=more.pop("increment", uuid4()), by=by, **more
    )


def journal_of(thing: Any) -> list[str]:
    """The acts that the journal tells about something, in order."""
    from ruche.journal.models import Entry

    lines = Entry.objects.filter(object_id=str(thing.pk)).order_by("number")
    return list(lines.values_list("verb", flat=True))
