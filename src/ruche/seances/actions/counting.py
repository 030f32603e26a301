"""Count: totals that only a sum of declared increments, or a correction, can move.

Each increment brings an identifier drawn by the page. It is written down in the same transaction as
the total; sent again (double click, network that hesitates), it counts for nothing. No line says
when one person came: what is kept of an increment is its identifier and the day.
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from ruche.accounts.models import Member, fingerprint, new_token
from ruche.core.once import insert_once
from ruche.journal.actions import record
from ruche.seances.actions.common import locked, note
from ruche.seances.enums import OUT, SITE_MEASURES, TEAM_MEASURES, Band, Measure, bands_of
from ruche.seances.models import (
    Correction,
    Count,
    CountingLink,
    Participation,
    Seance,
    SpentIncrement,
)
from ruche.seances.refusals import (
    BadCount,
    ClosedSeance,
    LinkGone,
    NotAllowedByLink,
    NothingToTakeBack,
    TooEarly,
)

MOST_AT_ONCE = 500
HIGHEST_TOTAL = 100_000
LINK = "link:"


def add(
    seance: Seance,
    measure: Measure,
    amount: int = 1,
    *,
    increment: UUID,
    by: str,
    participation: Participation | None = None,
    band: str = Band.ALL,
) -> int:
    """Raise a total; return it. An `increment` that was already counted changes nothing."""
    _refuse_bad_amount(amount)
    return _move(seance, measure, amount, increment, by, participation, band)


def take_back(
    seance: Seance,
    measure: Measure,
    amount: int = 1,
    *,
    increment: UUID,
    by: str,
    participation: Participation | None = None,
    band: str = Band.ALL,
) -> int:
    """Undo an addition, never below zero (`NothingToTakeBack`); return the total."""
    if by.startswith(LINK):
        raise NotAllowedByLink("Ce lien sert à ajouter : demandez à l’équipe de corriger.")
    _refuse_bad_amount(amount)
    return _move(seance, measure, -amount, increment, by, participation, band)


def _refuse_bad_amount(amount: int) -> None:
    if not 1 <= amount <= MOST_AT_ONCE:
        raise BadCount(f"On compte de 1 à {MOST_AT_ONCE} à la fois.")


@transaction.atomic
def _move(
    seance: Seance,
    measure: Measure,
    amount: int,
    increment: UUID,
    by: str,
    participation: Participation | None,
    band: str,
) -> int:
    key = _key(seance, measure, participation, band)
    if not insert_once(SpentIncrement(pk=increment)):
        return total_of(key)
    _refuse_when_closed(seance, by, participation)
    moved = _raise_total(key, amount)
    if not moved and amount < 0:
        raise NothingToTakeBack("Le total est trop petit pour en retirer autant.")
    if not moved:
        count_at(seance, measure, participation=participation, band=band)
        _raise_total(key, amount)
    return total_of(key)


Key = dict[str, Any]


def _key(seance: Seance, measure: Measure, participation: Participation | None, band: str) -> Key:
    """Which total it is; `BadCount` for a measure that is not counted there."""
    if measure not in (TEAM_MEASURES if participation else SITE_MEASURES):
        raise BadCount("Cette mesure ne se compte pas ici.")
    if band not in bands_of(measure):
        raise BadCount("Cette mesure ne se compte pas par âge.")
    if participation and (participation.seance_id != seance.pk or participation.answer in OUT):
        raise BadCount("Cette équipe n’est pas à cette séance.")
    return {
        "seance": seance,
        "participation": participation,
        "measure": measure,
        "band": band,
    }


def _raise_total(key: Key, amount: int) -> int:
    """One statement, so that nobody reads a total that another is changing."""
    rows = Count.objects.filter(**key)
    if amount < 0:
        rows = rows.filter(total__gte=-amount)
    return rows.update(total=F("total") + amount)


def total_of(key: Key) -> int:
    found = Count.objects.filter(**key).values_list("total", flat=True).order_by("pk").first()
    return found or 0


def _refuse_when_closed(seance: Seance, by: str, participation: Participation | None) -> None:
    now = Seance.objects.get(pk=seance.pk)
    if now.is_cancelled:
        raise ClosedSeance("Cette séance est annulée : on n’y compte rien.")
    if now.is_counted:
        raise ClosedSeance("Les comptes de cette séance sont arrêtés : corrigez le total.")
    if timezone.now() < now.counting_since:
        raise TooEarly("On compte à partir du jour de la séance.")
    if by.startswith(LINK):
        _refuse_bad_link(now, by, participation)


def _refuse_bad_link(seance: Seance, by: str, participation: Participation | None) -> None:
    if participation:
        raise NotAllowedByLink("Ce lien compte pour le lieu, pas pour une équipe.")
    link = CountingLink.objects.filter(pk=by.removeprefix(LINK), seance=seance).first()
    if link is None or not link.is_live:
        raise LinkGone("Ce lien de comptage ne sert plus.")


def count_at(
    seance: Seance,
    measure: Measure,
    *,
    participation: Participation | None = None,
    band: str = Band.ALL,
) -> Count:
    """The row of a total, written at zero the first time."""
    key = _key(seance, measure, participation, band)
    count, _ = Count.objects.get_or_create(**key)
    return count


@transaction.atomic
def correct(count: Count, new_total: int, *, by: Member) -> Count:
    """Replace a total; what it was, who said so and when are kept."""
    if not 0 <= new_total <= HIGHEST_TOTAL:
        raise BadCount(f"Un total va de 0 à {HIGHEST_TOTAL}.")
    held = Count.objects.select_for_update().select_related(None).get(pk=count.pk)
    seance = Seance.objects.get(pk=held.seance_id)
    if seance.is_cancelled:
        raise ClosedSeance("Cette séance est annulée : on n’y compte rien.")
    if not seance.has_come:
        raise TooEarly("On compte à partir du jour de la séance.")
    if held.total == new_total:
        return held
    Correction.objects.create(count=held, old=held.total, new=new_total, by=by.actor)
    detail = {"old": held.total, "new": new_total, "measure": held.measure, "band": held.band}
    held.total = new_total
    held.save(update_fields=["total"])
    note("count_corrected", seance, by.actor, **detail)
    return held


# -------------------------------------------------------------------------- links, export


@transaction.atomic
def make_counting_link(seance: Seance, by: Member) -> tuple[CountingLink, str]:
    """A link for an occasional volunteer: it adds, on the day, on the site. Shown once."""
    held = locked(seance.pk)
    if held.is_cancelled or held.is_counted:
        raise ClosedSeance(f"Cette séance est {held.get_status_display()} : on n’y compte plus.")
    if timezone.now() >= held.counting_until:
        raise LinkGone("Le jour de la séance est passé : un lien ne servirait plus.")
    token = new_token()
    link = CountingLink.objects.create(seance=held, token=fingerprint(token), made_by=by)
    note("counting_link_made", link, by.actor, seance=str(held.pk))
    return link, token


@transaction.atomic
def revoke_counting_link(link: CountingLink, *, by: Member) -> None:
    """It stops working at once. Twice changes nothing."""
    changed = CountingLink.objects.filter(pk=link.pk, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    if changed:
        note("counting_link_revoked", link, by.actor, seance=str(link.seance_id))


@transaction.atomic
def record_export(month: str, *, by: Member) -> None:
    """Say that someone takes the counts of a month away: « 2026-11 »."""
    record("counts_exported", actor=by.actor, kind="counts", id=month)
