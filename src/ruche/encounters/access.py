"""Who may record which encounter, file which deposit, see which counters."""

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from ruche.accounts.enums import Scope, Thing, Verb
from ruche.accounts.models import Member
from ruche.encounters.models import (
    Deposit,
    FiledDeposit,
    Form,
    FormUse,
    MeasuringCircle,
    Quarantined,
)
from ruche.places.access import site_for
from ruche.places.models import Site
from ruche.seances.access import may_on_team
from ruche.seances.enums import OUT
from ruche.seances.models import Seance, Team
from ruche.vault.access import is_in
from ruche.vault.errors import Stale
from ruche.vault.models import Circle

ALREADY_FILED = "Quelqu’un de votre cercle vient de la ranger : rechargez la liste."
IDENTIFIER = re.compile(r"[0-9a-f-]{1,64}")


@dataclass(frozen=True)
class Task:
    """A séance where the member meets people, and the form that she uses there."""

    seance: Seance
    use: FormUse


def teams_met_with(member: Member) -> QuerySet[Team]:
    """The teams for which she records encounters."""
    grants = member.grants(Verb.COUNT, Thing.ENCOUNTER)
    if not grants:
        return Team.objects.none()
    hers = Team.objects.filter(members=member).order_by().values("pk")
    of_organisation = Team.objects.filter(organisation__in=grants.organisations)
    found = Team.objects.filter(pk__in=hers) | of_organisation
    return found.distinct()


def tasks_of(member: Member, first: date, last: date) -> list[Task]:
    """Her séances from `first` to `last`, each with the forms that she uses there.

    Cancelled ones are among them: one may have met people before hearing of it.
    """
    teams = set(teams_met_with(member).order_by().values_list("pk", flat=True))
    by_team: dict[UUID | None, list[FormUse]] = {}
    for use in FormUse.objects.alive().select_related("form", "team", "circle"):
        by_team.setdefault(use.team_id, []).append(use)
    seances = Seance.objects.between(first, last).with_teams()
    hers = seances.filter(participations__team__in=teams).distinct()
    found = [
        Task(seance, use)
        for seance in hers
        for each in seance.participations.all()
        if each.team_id in teams and each.answer not in OUT
        for use in by_team.get(each.team_id, [])
    ]
    if member.grants(Verb.COUNT, Thing.ENCOUNTER).widest >= Scope.SITES:
        at_hers = seances.filter(site__assignments__member=member).distinct()
        found += [Task(seance, use) for seance in at_hers for use in by_team.get(None, [])]
    return sorted(found, key=lambda task: (task.seance.day, task.seance.starts, str(task.use.pk)))


def task_for(member: Member, seance: UUID, use: UUID) -> Task:
    """One of hers; 404 when there is none, 403 when it is someone else's."""
    found: Seance = get_object_or_404(Seance, pk=seance)
    chosen: FormUse = get_object_or_404(FormUse, pk=use)
    for task in tasks_of(member, found.day, found.day):
        if task.seance.pk == found.pk and task.use.pk == chosen.pk:
            return task
    raise PermissionDenied


def form_for(member: Member, key: str, verb: Verb = Verb.SEE) -> Form:
    """A form, for who may see or change forms."""
    if not member.may(verb, Thing.FORM):
        raise PermissionDenied
    found: Form = get_object_or_404(Form, key=key)
    return found


def deposit_for(member: Member, pk: UUID) -> Deposit:
    """A deposit of one of her circles; `Stale` when someone has just filed it."""
    if FiledDeposit.objects.filter(pk=pk).exists():
        raise Stale(ALREADY_FILED)
    found: Deposit = get_object_or_404(Deposit.objects.select_related("circle"), pk=pk)
    if not member.may(Verb.EDIT, Thing.PERSON) or not is_in(member, found.circle):
        raise PermissionDenied
    return found


def quarantined_for(member: Member, pk: str) -> Quarantined:
    """What someone left: for the circle that it is sealed to; counters, for who coordinates."""
    if not IDENTIFIER.fullmatch(pk):
        raise Http404
    found: Quarantined = get_object_or_404(Quarantined.objects.select_related("circle"), pk=pk)
    if not reaches_quarantined(member, found):
        raise PermissionDenied
    return found


def reaches_quarantined(member: Member, item: Quarantined) -> bool:
    """Those of its circle; without a circle (counters), those who keep the encounters."""
    if item.circle is not None:
        return member.may(Verb.EDIT, Thing.PERSON) and is_in(member, item.circle)
    return member.grants(Verb.EDIT, Thing.ENCOUNTER).network


def measuring_circle_for(member: Member) -> Circle:
    """The circle « mesure », for someone who is in it; 403 otherwise, or when there is none."""
    chosen = MeasuringCircle.objects.select_related("circle").first()
    if chosen is None or not is_in(member, chosen.circle):
        raise PermissionDenied
    return chosen.circle


def team_with_counters(member: Member, pk: UUID) -> Team:
    """A team whose counters the member may see."""
    found: Team = get_object_or_404(Team.objects.select_related("organisation"), pk=pk)
    if not may_on_team(member, found, Verb.SEE, Thing.TALLY):
        raise PermissionDenied
    return found


def site_with_counters(member: Member, pk: UUID) -> Site:
    """A site, for who sees the counters of the whole network; several teams are in them."""
    found = site_for(member, pk)
    if not member.grants(Verb.SEE, Thing.TALLY).network:
        raise PermissionDenied
    return found


def sees_exact_values(member: Member, team: Team) -> bool:
    """Whether small values are shown as they are: to the team, in the circle that it seals for."""
    uses = FormUse.objects.filter(team=team, circle__seats__member=member)
    return team.members.filter(pk=member.pk).exists() and uses.exists()
