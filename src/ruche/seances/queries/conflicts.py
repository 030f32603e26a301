"""What does not hold together around a séance, so that someone sees it before the day."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Q

from ruche.places.agenda import DatedOpening, openings_of
from ruche.places.models import Opening, Site
from ruche.places.openings import BadRule, check
from ruche.seances.enums import SeanceStatus
from ruche.seances.models import Absence, Participation, Seance, Team
from ruche.seances.wording import away_hours, hours, who

Away = dict[UUID, Absence]


@dataclass(frozen=True)
class Conflict:
    """One thing to look at: its kind, and its sentence."""

    kind: str
    text: str


def conflicts(seance: Seance) -> list[Conflict]:
    """What to look at; nothing for a séance that is cancelled or over."""
    if not seance.is_open:
        return []
    teams = list(seance.participations.coming().select_related("team", "member"))
    return [
        *_past(seance),
        *_at_two_places(seance, teams),
        *_absent(seance, teams),
        *_hours_of_the_site(seance),
    ]


def _past(seance: Seance) -> list[Conflict]:
    if not seance.is_past:
        return []
    return [Conflict("past", "La date est passée : dites si la séance s’est tenue, ou annulez-la.")]


def _at_two_places(seance: Seance, teams: list[Participation]) -> list[Conflict]:
    people = [each.member_id for each in teams if each.member_id]
    elsewhere = (
        Participation.objects.coming()
        .filter(Q(team__in=[each.team_id for each in teams]) | Q(member__in=people))
        .filter(
            seance__day=seance.day,
            seance__starts__lt=seance.ends,
            seance__ends__gt=seance.starts,
        )
        .exclude(seance=seance.pk)
        .exclude(seance__status=SeanceStatus.CANCELLED)
        .select_related("team", "member", "seance__site__commune")
        .order_by("team__name", "seance__starts", "pk")
    )
    return [
        Conflict(
            "two_places",
            f"L’équipe « {each.team} »{_named(each)} est aussi attendue à {each.seance.site}, "
            f"{hours(each.seance)}.",
        )
        for each in elsewhere
        if any(_is_torn(here, each) for here in teams)
    ]


def _is_torn(here: Participation, elsewhere: Participation) -> bool:
    """Whether someone is awaited in both: a person named twice, or a team of which one is whole."""
    if here.member_id and elsewhere.member_id:
        return here.member_id == elsewhere.member_id
    return here.team_id == elsewhere.team_id


def _named(participation: Participation) -> str:
    return f" ({participation.member})" if participation.member else ""


# ------------------------------------------------------------------------------ absences


def _absent(seance: Seance, teams: list[Participation]) -> list[Conflict]:
    """Who is awaited and does not come at these hours; who is awaited and has left the team."""
    members = _members_of(teams)
    away = _away(seance)
    texts = (_why_absent(each, members[each.team_id], away) for each in teams)
    return [Conflict("absent", text) for text in texts if text]


def _members_of(teams: list[Participation]) -> dict[UUID, set[UUID]]:
    """By team, those who are in it today."""
    members: dict[UUID, set[UUID]] = {each.team_id: set() for each in teams}
    rows = Team.members.through.objects.filter(team__in=members, member__is_active=True)
    for team, member in rows.order_by("pk").values_list("team", "member"):
        members[team].add(member)
    return members


def _away(seance: Seance) -> Away:
    """By member, or by team when it is whole, an absence that meets the hours of the séance.

    A member who is away is away from all her teams. Of several absences, a whole day is kept.
    """
    found = Absence.objects.during(seance.day, seance.starts, seance.ends)
    ordered = found.order_by(F("starts").desc(nulls_last=True), "pk")
    return {each.member_id or each.team_id: each for each in ordered}


def _why_absent(participation: Participation, members: set[UUID], away: Away) -> str:
    team, member = participation.team, participation.member
    if whole := away.get(team.pk):
        return f"L’équipe « {team} » est absente ce jour-là{_at_hours(whole)}."
    if member is None:
        if members and members <= away.keys():
            return _all_absent(team, [away[each] for each in members])
        return ""
    if hers := away.get(member.pk):
        return f"{who(participation)} ne peut pas venir ce jour-là{_at_hours(hers)}."
    if member.pk not in members:
        return f"{member} n’est plus dans l’équipe « {team} » : dites qui vient."
    return ""


def _all_absent(team: Team, absences: list[Absence]) -> str:
    some = any(away_hours(each) for each in absences)
    hour = "à des heures de la séance" if some else "ce jour-là"
    return f"Tous les membres de l’équipe « {team} » sont absents {hour}."


def _at_hours(absence: Absence) -> str:
    some = away_hours(absence)
    return f", {some}" if some else ""


# --------------------------------------------------------------------------- opening hours


def _hours_of_the_site(seance: Seance) -> list[Conflict]:
    site = seance.site
    if site.closed_on and site.closed_on <= seance.day:
        return [Conflict("closed", "Ce lieu est fermé définitivement à cette date.")]
    known = hours_on(site, seance.day)
    if known is None:
        return []
    if not known:
        return [Conflict("closed", "D’après ses horaires, le lieu est fermé ce jour-là.")]
    starts, ends = seance.begins_at, seance.ends_at
    if any(each.start <= starts and ends <= each.end for each in known):
        return []
    spans = " et ".join(each.hours for each in known)
    return [Conflict("outside", f"Le lieu n’est ouvert que {spans} : la séance déborde.")]


def hours_on(site: Site, day: date) -> list[DatedOpening] | None:
    """When the site itself is open on a day, changes applied; None when its hours are not known."""
    rules = Opening.objects.filter(site=site, service=None, since__lte=day)
    if not rules.filter(Q(until=None) | Q(until__gte=day)).exists():
        return None
    try:
        for rule in rules:
            check(rule.rule)
    except BadRule:  # a rule that nobody can read says nothing
        return None
    found = openings_of(site, day, 1)
    return [each for each in found if each.service is None and each.is_held]
