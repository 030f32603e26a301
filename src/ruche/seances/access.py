"""Who may see or change what in a séance: fetch and authorise in one call."""

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from ruche.accounts.enums import Scope, Thing, Verb
from ruche.accounts.models import Member, Organisation, fingerprint
from ruche.places.enums import PresenceKind
from ruche.places.models import Assignment, Presence, Site
from ruche.seances.enums import OUT
from ruche.seances.models import (
    Absence,
    AnswerLink,
    CalendarLink,
    CountingLink,
    Participation,
    Seance,
    Team,
)


def is_assigned(member: Member, site_id: UUID) -> bool:
    return Assignment.objects.filter(member=member, site=site_id).exists()


def is_in(member: Member, team_id: UUID) -> bool:
    return Team.objects.filter(pk=team_id, members=member).exists()


# ------------------------------------------------------------------ séances, participations


def seance_for(member: Member, pk: UUID, verb: Verb = Verb.SEE) -> Seance:
    """A séance that the member may see, or change; 404 when there is none."""
    found: Seance = get_object_or_404(Seance.objects.select_related("site__commune"), pk=pk)
    grants = member.grants(verb, Thing.SEANCE)
    if not grants.network and not grants.covers(
        site=is_assigned(member, found.site_id),
        own=found.participations.filter(team__members=member).exists(),
    ):
        raise PermissionDenied
    return found


def participation_for(member: Member, pk: UUID, verb: Verb) -> Participation:
    """A team in a séance: to answer for it, or, with `PLAN`, to change its place there."""
    found: Participation = get_object_or_404(
        Participation.objects.select_related("seance__site__commune", "team__organisation"), pk=pk
    )
    thing = Thing.PARTICIPATION if verb is Verb.ANSWER else Thing.SEANCE
    if not may_on_team(member, found.team, verb, thing):
        raise PermissionDenied
    return found


def may_on_team(member: Member, team: Team, verb: Verb, thing: Thing = Thing.TEAM) -> bool:
    """Whether a right of the member reaches this team."""
    grants = member.grants(verb, thing)
    return grants.network or grants.covers(
        organisation=team.organisation_id, own=is_in(member, team.pk)
    )


# -------------------------------------------------------------------------------- teams


def team_for(member: Member, pk: UUID, verb: Verb = Verb.SEE) -> Team:
    found: Team = get_object_or_404(Team.objects.select_related("organisation"), pk=pk)
    if not may_on_team(member, found, verb):
        raise PermissionDenied
    return found


def teams_of(member: Member, verb: Verb = Verb.SEE) -> QuerySet[Team]:
    """The teams that the member may see, or change."""
    grants = member.grants(verb, Thing.TEAM)
    teams = Team.objects.select_related("organisation")
    if grants.network:
        return teams
    reached = Q(organisation__in=grants.organisations)
    if grants:
        reached |= Q(pk__in=Team.objects.filter(members=member).order_by().values("pk"))
    return teams.filter(reached)


def organisations_for_teams(member: Member) -> QuerySet[Organisation]:
    """Where the member may create a team, and put people in it."""
    grants = member.grants(Verb.EDIT, Thing.TEAM)
    active = Organisation.objects.filter(is_active=True)
    return active if grants.network else active.filter(pk__in=grants.organisations)


def manages(member: Member, team: Team) -> bool:
    """Whether she may change who is in the team; its own members only change how to reach it."""
    grants = member.grants(Verb.EDIT, Thing.TEAM)
    return grants.network or team.organisation_id in grants.organisations


def absence_for(member: Member, pk: int) -> Absence:
    found: Absence = get_object_or_404(Absence.objects.select_related("team"), pk=pk)
    if not may_on_team(member, found.team, Verb.EDIT):
        raise PermissionDenied
    return found


# ------------------------------------------------------------------------------ counting


@dataclass(frozen=True)
class Counting:
    """What a member may count, or see counted, in one séance."""

    seance: Seance
    site: bool
    """The totals of the site itself."""

    participations: tuple[Participation, ...]
    """The teams whose totals are within reach."""

    def for_the_site(self) -> Seance:
        """The séance, for who may count for the site itself; refuses others."""
        if not self.site:
            raise PermissionDenied
        return self.seance

    def participation(self, pk: str) -> Participation | None:
        """The team of a total; nothing for the site's own. Refuses what is out of reach."""
        if not pk:
            self.for_the_site()
            return None
        for each in self.participations:
            if str(each.pk) == pk:
                return each
        raise PermissionDenied


def counts_for(member: Member, pk: UUID, verb: Verb = Verb.COUNT) -> Counting:
    """What the member may count in a séance, or see of its counts; refuses when it is nothing."""
    seance: Seance = get_object_or_404(Seance.objects.select_related("site__commune"), pk=pk)
    grants = member.grants(verb, Thing.COUNTS)
    teams = seance.participations.exclude(answer__in=OUT).select_related("team__organisation")
    if grants.network:
        return Counting(seance, True, tuple(teams))
    mine = set(Team.objects.filter(members=member).order_by().values_list("pk", flat=True))
    site = _reaches_site(member, seance.site, verb)
    reached = tuple(
        each
        for each in teams
        if (site and verb is Verb.SEE)
        or grants.covers(organisation=each.team.organisation_id, own=each.team_id in mine)
    )
    if not site and not reached:
        raise PermissionDenied
    return Counting(seance, site, reached)


def _reaches_site(member: Member, site: Site, verb: Verb) -> bool:
    """Assigned to it; or of the organisation that holds it (that comes there, to see)."""
    grants = member.grants(verb, Thing.COUNTS)
    if grants.widest >= Scope.SITES and is_assigned(member, site.pk):
        return True
    presences = Presence.objects.filter(site=site, organisation__in=grants.organisations)
    if verb is not Verb.SEE:
        presences = presences.filter(kind=PresenceKind.HOST)
    return presences.exists()


def seances_with_counts(member: Member, verb: Verb = Verb.SEE) -> QuerySet[Seance]:
    """The séances whose counts the member may see, or part of which she may count."""
    grants = member.grants(verb, Thing.COUNTS)
    seances: QuerySet[Seance] = Seance.objects.select_related("site__commune")
    if grants.network:
        return seances
    reached = Q(site__presences__organisation__in=grants.organisations)
    reached |= Q(participations__team__organisation__in=grants.organisations)
    if grants:
        reached |= Q(participations__team__members=member)
    if grants.widest >= Scope.SITES:
        reached |= Q(site__assignments__member=member)
    return seances.filter(pk__in=Seance.objects.filter(reached).order_by().values("pk"))


# --------------------------------------------------------------------------------- links


def answer_link_of(token: str) -> AnswerLink:
    """The link of an e-mail, whatever its state; 404 for one that never was."""
    found: AnswerLink = get_object_or_404(
        AnswerLink.objects.select_related(
            "participation__seance__site__commune", "participation__team__organisation"
        ),
        token=fingerprint(token),
    )
    return found


def counting_link_of(token: str) -> CountingLink:
    """The link of an occasional volunteer, whatever its state; 404 for one that never was."""
    found: CountingLink = get_object_or_404(
        CountingLink.objects.select_related("seance__site__commune"), token=fingerprint(token)
    )
    return found


# ------------------------------------------------------------------------------- diaries


def my_team(member: Member, pk: str) -> Team | None:
    """One of her own teams; None for all of them; 404 for a team that is not hers."""
    if not pk:
        return None
    try:
        found: Team = get_object_or_404(Team, pk=UUID(pk), members=member)
    except ValueError as error:
        raise Http404(pk) from error
    return found


def calendar_link_by(token: str) -> CalendarLink | None:
    """The diary of an address, as long as its member is active, and still in its team."""
    links = CalendarLink.objects.select_related("member", "team")
    found: CalendarLink | None = links.filter(token=fingerprint(token)).first()
    if found is None or not found.member.is_active:
        return None
    if found.team_id and not is_in(found.member, found.team_id):
        return None
    return found
