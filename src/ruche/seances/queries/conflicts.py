"""What does not hold together around a séance, so that someone sees it before the day."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from ruche.places.agenda import DatedOpening, openings_of
from ruche.places.models import Opening, Site
from ruche.places.openings import BadRule, check
from ruche.seances.enums import SeanceStatus
from ruche.seances.models import Absence, Participation, Seance
from ruche.seances.wording import hours


@dataclass(frozen=True)
class Conflict:
    """One thing to look at: its kind, and its sentence."""

    kind: str
    text: str


def conflicts(seance: Seance) -> list[Conflict]:
    """What to look at; nothing for a séance that is cancelled or over."""
    if not seance.is_open:
        return []
    teams = list(seance.participations.coming().select_related("team"))
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
    elsewhere = (
        Participation.objects.coming()
        .filter(
            team__in=[each.team_id for each in teams],
            seance__day=seance.day,
            seance__starts__lt=seance.ends,
            seance__ends__gt=seance.starts,
        )
        .exclude(seance=seance.pk)
        .exclude(seance__status=SeanceStatus.CANCELLED)
        .select_related("team", "seance__site__commune")
        .order_by("team__name", "seance__starts", "pk")
    )
    return [
        Conflict(
            "two_places",
            f"L’équipe « {each.team} » est aussi attendue à {each.seance.site}, "
            f"{hours(each.seance)}.",
        )
        for each in elsewhere
    ]


def _absent(seance: Seance, teams: list[Participation]) -> list[Conflict]:
    ids = [each.team_id for each in teams]
    away = Absence.objects.on(seance.day).filter(team__in=ids).values_list("team", "member")
    whole = {team for team, member in away.order_by("pk") if member is None}
    # A member who is away is away from all her teams.
    gone = set(
        Absence.objects.on(seance.day)
        .exclude(member=None)
        .order_by()
        .values_list("member", flat=True)
    )
    members: dict[object, set[object]] = {}
    rows = Participation.objects.filter(
        pk__in=[each.pk for each in teams], team__members__isnull=False
    )
    for team, member in rows.order_by("pk").values_list("team", "team__members"):
        members.setdefault(team, set()).add(member)
    found = []
    for each in teams:
        if each.team_id in whole:
            found.append(Conflict("absent", f"L’équipe « {each.team} » est absente ce jour-là."))
        elif members.get(each.team_id) and members[each.team_id] <= gone:
            text = f"Tous les membres de l’équipe « {each.team} » sont absents ce jour-là."
            found.append(Conflict("absent", text))
    return found


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
