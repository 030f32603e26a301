"""A whole month announced at once: what `announcing.bring` does one by one, in a few queries.

A month is a hundred visits, and nobody else may write while they are being written. What nobody had
opened yet is inserted together; what meets something that exists is brought one by one.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from ruche.accounts.models import Member
from ruche.core.writing import insert_all
from ruche.places.models import Site
from ruche.seances.actions.announcing import bring, refuse_bad_day
from ruche.seances.actions.coming import refuse_stranger
from ruche.seances.actions.common import REMINDER_DAYS, REMINDER_HOUR, note
from ruche.seances.enums import Answer, SeanceStatus
from ruche.seances.models import Participation, Reminder, Seance, Team, at
from ruche.seances.refusals import Refused


@dataclass(frozen=True)
class Coming:
    """A team that comes to a site, and who of it; nobody named is the whole team."""

    site: Site
    day: date
    starts: time
    ends: time
    team: Team
    member: Member | None


@transaction.atomic
def bring_all(comings: Sequence[Coming], *, by: Member) -> dict[Coming, Participation]:
    """The place of each, confirmed, as `bring` would give it. One refusal refuses them all."""
    together, apart = _sorted_out(comings)
    found = _open(together, by=by)
    for each in apart:
        found[each] = bring(
            each.site,
            each.day,
            starts=each.starts,
            ends=each.ends,
            team=each.team,
            member=each.member,
            by=by,
        )
    return found


def _sorted_out(comings: Iterable[Coming]) -> tuple[list[list[Coming]], list[Coming]]:
    """Those that make a new séance together, and those that meet another one, or other hours."""
    groups: dict[tuple[UUID, date], list[Coming]] = defaultdict(list)
    for each in comings:
        groups[each.site.pk, each.day].append(each)
    sites, days = {site for site, _ in groups}, {day for _, day in groups}
    rows = Seance.objects.filter(site__in=sites, day__in=days).open().order_by()
    busy = set(rows.values_list("site", "day"))
    together = [group for key, group in groups.items() if key not in busy and _agree(group)]
    apart = [each for key, group in groups.items() if key in busy or not _agree(group)
             for each in group]  # fmt: skip
    return together, apart


def _agree(group: Sequence[Coming]) -> bool:
    """The same hours for different teams."""
    hours = {(each.starts, each.ends) for each in group}
    return len(hours) == 1 and len({each.team.pk for each in group}) == len(group)


def _open(groups: Sequence[Sequence[Coming]], *, by: Member) -> dict[Coming, Participation]:
    """New séances, confirmed since everyone in them is."""
    for group in groups:
        refuse_bad_day(group[0].site, group[0].day)
    _refuse_strangers(each for group in groups for each in group)
    now = timezone.now()
    seances = [
        Seance(
            site=group[0].site,
            day=group[0].day,
            starts=group[0].starts,
            ends=group[0].ends,
            status=SeanceStatus.CONFIRMED,
        )
        for group in groups
    ]
    found = {
        each: Participation(
            seance=seance,
            team=each.team,
            member=each.member,
            answer=Answer.CONFIRMED,
            asked_at=now,
        )
        for seance, group in zip(seances, groups, strict=True)
        for each in group
    }
    _insert(seances, list(found.values()))
    for seance in seances:
        note("seance_saved", seance, by.actor, day=str(seance.day))
    for each, part in found.items():
        chosen = str(each.member.pk) if each.member else ""
        detail = {"seance": str(part.seance_id), "team": str(part.team_id), "member": chosen}
        note("team_announced", part, by.actor, **detail)
    return found


def _refuse_strangers(comings: Iterable[Coming]) -> None:
    for team, member in {(each.team, each.member) for each in comings}:
        if not team.is_active:
            raise Refused("Cette équipe n’est plus en activité.")
        refuse_stranger(team, member)


def _insert(seances: Sequence[Seance], parts: Sequence[Participation]) -> None:
    """Séances, who comes, what they bring, what will remind them."""
    try:
        with transaction.atomic():
            insert_all(seances)
            insert_all(parts)
    except IntegrityError as error:
        raise Refused("Cela vient d’être enregistré par quelqu’un d’autre.") from error
    services: dict[UUID, list[UUID]] = defaultdict(list)
    brings = Team.services.through.objects.filter(team__in={each.team_id for each in parts})
    for team, service in brings.order_by("pk").values_list("team", "service"):
        services[team].append(service)
    through = Participation.services.through
    insert_all(
        [
            through(participation_id=part.pk, service_id=service)
            for part in parts
            for service in services[part.team_id]
        ]
    )
    insert_all([reminder for part in parts for reminder in _reminders(part)])


def _reminders(part: Participation) -> list[Reminder]:
    now = timezone.now()
    day = part.seance.day
    instants = [at(day - timedelta(days=days), REMINDER_HOUR) for days in REMINDER_DAYS]
    return [Reminder(participation=part, due_at=instant) for instant in instants if instant > now]
