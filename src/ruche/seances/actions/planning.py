"""Open a séance, change it, cancel it, say that it was held and that its counts are final."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, time
from typing import Any

from django.db import transaction
from django.db.models import F

from ruche.accounts.models import Member
from ruche.places.models import Site
from ruche.seances import mails
from ruche.seances.actions.common import (
    locked,
    new_link,
    note,
    refresh_status,
    save_checked,
    schedule_reminders,
    silence,
)
from ruche.seances.enums import OPEN, Answer, SeanceStatus
from ruche.seances.models import AnswerLink, Participation, Seance, Team
from ruche.seances.refusals import ClosedSeance, Refused, StaleSeance, TooEarly

CHANGEABLE = ("site", "day", "starts", "ends", "note")
LONGEST_REASON = 200


@transaction.atomic
def open_seance(
    site: Site, day: date, *, starts: time, ends: time, by: Member, note: str = ""
) -> Seance:
    """A new séance, in preparation. Refuses one that begins at the same hour on the same site."""
    seance = Seance(site=site, day=day, starts=starts, ends=ends, note=note)
    save_checked(seance)
    _write("seance_saved", seance, by, day=str(day))
    return seance


@transaction.atomic
def change_seance(seance: Seance, *, version: int, by: Member, **changes: Any) -> Seance:
    """Change site, day, hours or note, if `version` is still the current one (`StaleSeance`).

    Another day, or another site, asks every team again; other hours are only told to them.
    """
    if unknown := set(changes) - set(CHANGEABLE):
        raise TypeError(f"a séance has no {unknown} to change")
    held = locked(seance.pk)
    if held.version != version:
        raise StaleSeance(held)
    if not held.is_open:
        raise ClosedSeance(f"Cette séance est {held.get_status_display()} : elle ne change plus.")
    return reshape(held, changes, by=by)


def reshape(
    held: Seance, changes: Mapping[str, Any], *, by: Member, knowing: Team | None = None
) -> Seance:
    """Change a séance that is held for the act, and tell its teams.

    `knowing`: the team that wants it so; it keeps its answer and receives nothing.
    """
    changed = {name for name, value in changes.items() if getattr(held, name) != value}
    if not changed:
        return held
    for name in changed:
        setattr(held, name, changes[name])
    held.version += 1
    save_checked(held)
    _tell_teams(held, changed, knowing)
    _write("seance_saved", held, by, day=str(held.day), version=held.version)
    return held


def _tell_teams(seance: Seance, changed: set[str], knowing: Team | None) -> None:
    if not changed & {"site", "day", "starts", "ends"}:
        return
    asks_again = bool(changed & {"site", "day"})
    for participation in _coming(seance):
        if asks_again:
            _meet_again(participation, is_asked=participation.team != knowing)
        if participation.team != knowing:
            mails.after_commit(mails.seance_changed, participation, new_link(participation))
    live = AnswerLink.objects.filter(participation__seance=seance, revoked_at=None)
    live.update(expires_at=seance.answers_until)
    refresh_status(seance)


def _coming(seance: Seance) -> Iterator[Participation]:
    """The teams that are, or may be, there; each with this séance as it has become."""
    for participation in seance.participations.coming().select_related("team__organisation"):
        participation.seance = seance
        yield participation


def _meet_again(participation: Participation, *, is_asked: bool) -> None:
    """Elsewhere, or on another day: reminders follow, and the answer is asked again or stays."""
    if is_asked:
        participation.answer, participation.proposed_day = Answer.ASKED, None
        participation.version += 1
        participation.save(update_fields=["answer", "proposed_day", "version"])
    schedule_reminders(participation)


@transaction.atomic
def cancel_seance(seance: Seance, *, reason: str, by: Member) -> Seance:
    """It does not take place: teams are told, nobody is reminded. Twice changes nothing."""
    held = locked(seance.pk)
    if held.is_cancelled:
        return held
    if not held.is_open:
        raise ClosedSeance("Cette séance a eu lieu : elle ne s’annule plus.")
    return call_off(held, reason=reason, by=by)


def call_off(held: Seance, *, reason: str, by: Member, knowing: Team | None = None) -> Seance:
    """Cancel a séance that is held for the act. Its teams are told, except the one that knows.

    What they had answered stays: who had read that they come also reads that it is cancelled.
    """
    if not reason.strip():
        raise Refused("Dites pourquoi : les équipes recevront cette raison.")
    if len(reason) > LONGEST_REASON:
        raise Refused(f"Dites pourquoi en {LONGEST_REASON} signes au plus.")
    held.cancel_reason = reason.strip()
    _become(SeanceStatus.CANCELLED, held, "cancel_reason")
    for participation in _coming(held):
        silence(participation)
        if participation.team != knowing:
            mails.after_commit(mails.seance_cancelled, participation)
    _write("seance_cancelled", held, by)
    return held


@transaction.atomic
def hold_seance(
    seance: Seance, *, by: Member, came: Collection[Participation] | None = None
) -> Seance:
    """It took place. `came`: the teams that were there; those that had confirmed, unless told."""
    held = locked(seance.pk)
    if held.status in (SeanceStatus.HELD, SeanceStatus.COUNTED):
        return held
    _hold(held, came)
    _write("seance_held", held, by, teams=held.participations.filter(answer=Answer.HELD).count())
    return held


def _hold(seance: Seance, came: Collection[Participation] | None) -> None:
    if seance.is_cancelled:
        raise ClosedSeance("Cette séance est annulée : elle n’a pas pu se tenir.")
    if not seance.has_come:
        raise TooEarly("Cette séance n’a pas encore eu lieu.")
    there = seance.participations.filter(answer=Answer.CONFIRMED)
    if came is not None:
        there = seance.participations.filter(pk__in=[each.pk for each in came])
    there.update(answer=Answer.HELD, reason="", proposed_day=None, version=F("version") + 1)
    for participation in seance.participations.all():
        silence(participation)
    _become(SeanceStatus.HELD, seance)


@transaction.atomic
def close_counts(seance: Seance, *, by: Member) -> Seance:
    """Its totals are final: from now on they are corrected, each correction being kept."""
    held = locked(seance.pk)
    if held.is_counted:
        return held
    if held.status in OPEN or held.is_cancelled:
        _hold(held, None)
    _become(SeanceStatus.COUNTED, held)
    _write("seance_counted", held, by)
    return held


def _become(status: SeanceStatus, seance: Seance, *more: str) -> None:
    seance.status = status
    seance.version += 1
    seance.save(update_fields=["status", "version", *more])


def _write(verb: str, seance: Seance, by: Member, **detail: object) -> None:
    note(verb, seance, by.actor, **detail)
