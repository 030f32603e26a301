"""What a planning writes in séances: a team is brought there, moved, handed over, withdrawn.

A planning tells each team its whole month in one mail: no verb here writes to the team that it
moves. Other teams are told as when someone changes or cancels a séance by hand. A séance belongs to
those who have confirmed. As long as another team has, it stays where it is; otherwise it follows
the team, or is cancelled with it: who had read its date reads what became of it.
"""

from datetime import date, time
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ruche.accounts.models import Member
from ruche.french.times import day as in_french
from ruche.places.models import Site
from ruche.seances.actions.coming import leave, place, send
from ruche.seances.actions.common import locked, note, refresh_status, schedule_reminders
from ruche.seances.actions.planning import call_off, open_seance, reshape
from ruche.seances.enums import CERTAIN, OUT, Answer
from ruche.seances.models import Participation, Seance, Team
from ruche.seances.refusals import ClosedSeance, Refused, TooLate
from ruche.seances.wording import span


@transaction.atomic
def bring(
    site: Site,
    day: date,
    *,
    starts: time,
    ends: time,
    team: Team,
    member: Member | None,
    by: Member,
) -> Participation:
    """The team comes there that day: in the open séance that meets these hours, or in a new one.

    Whatever it had answered before, it is confirmed. The same twice changes nothing.
    """
    where = _held_site(site.pk)
    refuse_bad_day(where, day)
    found = _open_there(where, day, starts, ends, team)
    seance = found or open_seance(where, day, starts=starts, ends=ends, by=by)
    return _come(seance, team, member, by=by)


@transaction.atomic
def move(
    participation: Participation, day: date, *, starts: time, ends: time, by: Member
) -> Participation:
    """The same visit at another time. Returns the team's place, which may be another one.

    The séance itself moves, with its address, unless another team has confirmed it or another
    séance waits for the team there: then the team goes, and the séance that it empties is
    cancelled. The same twice changes nothing.
    """
    held = _held(participation)
    seance, team, member = held.seance, held.team, held.member
    _refuse_finished(seance)
    refuse_bad_day(seance.site, day)
    if _suits(held, day, starts, ends):
        return _come(seance, team, member, by=by)
    there = _open_there(seance.site, day, starts, ends, team, besides=seance)
    if seance.is_open and there is None and not _others(held):
        reshape(seance, {"day": day, "starts": starts, "ends": ends}, by=by, knowing=team)
        return _come(seance, team, member, by=by)
    _go(held, reason=f"Déplacée au {in_french(day)}, {span(starts, ends)}.", by=by)
    return bring(seance.site, day, starts=starts, ends=ends, team=team, member=member, by=by)


@transaction.atomic
def hand_over(
    participation: Participation, *, team: Team, member: Member | None, by: Member
) -> Participation:
    """Another person, maybe of another team, comes instead; the séance stays where it is.

    Returns the place of who comes now. The same twice changes nothing.
    """
    held = _held(participation)
    seance = held.seance
    if seance.is_cancelled:
        raise ClosedSeance("Cette séance est annulée : personne n’y est plus attendu.")
    _refuse_finished(seance)
    if team == held.team:
        return _come(seance, team, member, by=by)
    was_there = seance.participations.coming().filter(team=team).exists()
    new = _come(seance, team, member, by=by, replaces=held)
    if held.answer not in OUT or not was_there:
        detail = {"seance": str(seance.pk), "team": str(team.pk), "successor": str(new.pk)}
        leave(held)
        note("team_replaced", held, by.actor, **detail)
        refresh_status(seance)
    return new


@transaction.atomic
def withdraw(participation: Participation, *, reason: str, by: Member) -> Participation:
    """The team no longer comes. A séance that nobody else has confirmed is cancelled for `reason`.

    The same twice changes nothing.
    """
    held = _held(participation)
    if not held.seance.is_open and not held.seance.is_cancelled:
        raise ClosedSeance("Cette séance a eu lieu : l’équipe ne s’en retire plus.")
    _go(held, reason=reason, by=by)
    return held


# --------------------------------------------------------------------- held for the act


def _held_site(pk: UUID) -> Site:
    """Two plannings of the same site wait for each other: neither opens a second séance."""
    site: Site = Site.objects.select_for_update().get(pk=pk)
    return site


def _held(participation: Participation) -> Participation:
    """It as it is now, with its séance. Always the site first: no two acts wait for each other."""
    site = _held_site(Seance.objects.only("site").get(pk=participation.seance_id).site_id)
    seance = locked(participation.seance_id)
    seance.site = site
    found: Participation = seance.participations.select_related("team", "member").get(
        pk=participation.pk
    )
    found.seance = seance
    return found


def _open_there(
    site: Site, day: date, starts: time, ends: time, team: Team, *, besides: Seance | None = None
) -> Seance | None:
    """The open séance of that time, rather one where the team is known."""
    found = Seance.objects.select_for_update().at(site).between(day, day).open()
    met = found.meeting(starts, ends).exclude(pk__in=[besides.pk] if besides else [])
    seances = list(met.order_by("starts", "pk"))
    known = [each for each in seances if each.participations.filter(team=team).exists()]
    return next(iter(known or seances), None)


def _others(participation: Participation) -> bool:
    """Whether another team has confirmed that it comes."""
    sure = participation.seance.participations.filter(answer__in=CERTAIN)
    return bool(sure.exclude(pk=participation.pk).exists())


def _suits(participation: Participation, day: date, starts: time, ends: time) -> bool:
    """Whether its séance is at that time; at about that time, when others have confirmed it."""
    seance = participation.seance
    if not seance.is_open or seance.day != day:
        return False
    if (seance.starts, seance.ends) == (starts, ends):
        return True
    return seance.starts < ends and seance.ends > starts and _others(participation)


# ------------------------------------------------------------------------- come and go


def _come(
    seance: Seance,
    team: Team,
    member: Member | None,
    *,
    by: Member,
    replaces: Participation | None = None,
) -> Participation:
    """The team has its place, confirmed, and is reminded; in one that it had, only who changes."""
    known = seance.participations.select_related("team", "member").filter(team=team).first()
    if known and known.answer in CERTAIN:
        known.seance = seance
        send(known, member, by=by)
        return known
    is_expected = known is not None and known.answer not in OUT
    services = list((known if known and is_expected else team).services.all())
    new = place(seance, team, Answer.CONFIRMED, services=services, member=member, replaces=replaces)
    schedule_reminders(new)
    refresh_status(seance)
    chosen = str(member.pk) if member else ""
    detail = {"seance": str(seance.pk), "team": str(team.pk), "member": chosen}
    note("team_announced", new, by.actor, **detail)
    return new


def _go(held: Participation, *, reason: str, by: Member) -> None:
    """The team leaves an open séance, which goes on with the others or is cancelled."""
    seance = held.seance
    if held.answer == Answer.CANCELLED or not seance.is_open:
        return
    if not _others(held):
        call_off(seance, reason=reason, by=by, knowing=held.team)
    elif held.answer != Answer.DECLINED:
        leave(held)
        refresh_status(seance)
        note("team_removed", held, by.actor, seance=str(seance.pk), team=str(held.team_id))


# ----------------------------------------------------------------------------- refusals


def _refuse_finished(seance: Seance) -> None:
    """A past séance stays where it was; a cancelled one may be taken up on another day."""
    if seance.is_past or not (seance.is_open or seance.is_cancelled):
        raise TooLate("Cette séance est passée : elle ne change plus.")


def refuse_bad_day(site: Site, day: date) -> None:
    """A day to come, at a place that is still there."""
    if day < timezone.localdate():
        raise TooLate("Cette date est passée : choisissez un jour à venir.")
    if site.closed_on and site.closed_on <= day:
        raise Refused(f"Le lieu « {site.name} » est fermé définitivement à cette date.")
