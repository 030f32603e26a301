"""A month and its versions: begun, changed by hand, undone, adopted, shown to the teams."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone

from ruche.accounts.models import Member
from ruche.engines.rounds import Plan
from ruche.engines.rounds.editing import Edit, ImpossibleEdit, edited
from ruche.engines.rounds.serialisation import plan_to_json
from ruche.planning.enums import MonthStatus, Origin
from ruche.planning.models import Brief, Month, Pin, Run, Version, Worker
from ruche.planning.refusals import NothingYet, Refused, StaleMonth
from ruche.planning.wording import edit_in_words
from ruche.seances.actions.common import note


@transaction.atomic
def begin_month(first: date, *, by: Member) -> Month:
    """The planning of this month, begun now unless it already was."""
    month, is_new = Month.objects.get_or_create(first=first.replace(day=1))
    if is_new:
        note("month_changed", month, by.actor)
    return month


@transaction.atomic
def locked_month(month: Month, generation: int | None = None) -> Month:
    """The month as it is now, held until the end of the act; `StaleMonth` when it has changed."""
    held: Month = (
        Month.objects.select_for_update(of=("self",))
        .select_related("head__brief", "published")
        .get(pk=month.pk)
    )
    if generation is not None and held.version != generation:
        raise StaleMonth
    return held


@transaction.atomic
def add_version(
    month: Month,
    brief: Brief,
    plan: Plan,
    *,
    origin: Origin,
    title: str,
    by: Member,
    parent: Version | None,
    run: Run | None = None,
) -> Version:
    """A new version, kept beside the others; it is not in hand until it is adopted."""
    last = month.versions.aggregate(last=Max("number"))["last"] or 0
    return Version.objects.create(
        month=month,
        number=last + 1,
        parent=parent,
        brief=brief,
        plan=plan_to_json(plan),
        origin=origin,
        title=title[:300],
        made_by=by,
        run=run,
    )


def take_in_hand(month: Month, version: Version) -> None:
    """This version is the one that people look at and change; what was shown is a draft again."""
    is_published = version.pk == month.published_id
    status = MonthStatus.PUBLISHED if is_published else MonthStatus.DRAFT
    Month.objects.filter(pk=month.pk).update(head=version, status=status, version=F("version") + 1)
    month.refresh_from_db()


@transaction.atomic
def change_by_hand(month: Month, edit: Edit, *, generation: int, by: Member) -> Version:
    """One visit moved, added or taken away. Refuses what has no meaning; rules are for people."""
    held = locked_month(month, generation)
    if held.head is None:
        raise NothingYet
    plan = tried(held.head, edit)
    version = add_version(
        held,
        held.head.brief,
        plan,
        origin=Origin.CHANGE,
        title=edit_in_words(held.head.problem, edit),
        by=by,
        parent=held.head,
    )
    version.reasons = _still_missing(held.head.reasons, plan)
    version.save(update_fields=["reasons"])
    take_in_hand(held, version)
    note("month_changed", held, by.actor, version=version.number)
    return version


def tried(version: Version, edit: Edit) -> Plan:
    """What a change would make of a version. Refuses what is past, and what has no meaning."""
    for slot in (edit.before, edit.after):
        if slot is not None and slot.day < timezone.localdate():
            raise Refused(f"Le {slot.day:%d/%m/%Y} est passé : ce jour ne change plus.")
    try:
        return edited(version.problem, version.found, edit)
    except ImpossibleEdit as error:
        raise Refused(str(error)) from error


def _still_missing(reasons: list[dict[str, Any]], plan: Plan) -> list[dict[str, Any]]:
    """Reasons that were tried for visits that are still missing."""
    missing = {(each.site, each.team, each.period) for each in plan.missing}
    return [
        reason
        for reason in reasons
        if (reason["site"], reason["team"], reason["period"]) in missing
    ]


@transaction.atomic
def undo(month: Month, *, generation: int, by: Member) -> Version:
    """Back to the version from which the one in hand was made; that one stays in the list."""
    held = locked_month(month, generation)
    if held.head is None or held.head.parent is None:
        raise Refused("Il n’y a rien à annuler.")
    take_in_hand(held, held.head.parent)
    note("month_undone", held, by.actor)
    assert held.head is not None
    return held.head


@transaction.atomic
def adopt(month: Month, version: Version, *, generation: int, by: Member) -> Version:
    """Take in hand any version of the month: a proposal, one that was undone, an old one."""
    held = locked_month(month, generation)
    if version.month_id != held.pk:
        raise Refused("Cette version est celle d’un autre mois.")
    refuse_strangers(version)
    take_in_hand(held, version)
    note("month_changed", held, by.actor, version=version.number)
    return version


def refuse_strangers(version: Version) -> None:
    """A plan may suppose someone who does not exist: it is read, and not followed."""
    if supposes_someone(version):
        raise Refused("Ce planning suppose une personne qui n’existe pas : ajoutez-la d’abord.")


def supposes_someone(version: Version) -> bool:
    """Whether someone in it was never in the rounds; who left them since was."""
    known = Worker.objects.order_by().values_list("pk", flat=True)
    return not {day.worker for day in version.found.days} <= {str(pk) for pk in known}


@transaction.atomic
def show_to_teams(month: Month, *, generation: int, by: Member) -> Month:
    """The version in hand is proposed: teams may read it before anything is announced."""
    held = locked_month(month, generation)
    if held.head is None:
        raise NothingYet
    if held.is_published_as_it_is:
        raise Refused("Ce planning est déjà publié : les équipes le lisent.")
    Month.objects.filter(pk=held.pk).update(status=MonthStatus.PROPOSED, version=F("version") + 1)
    held.refresh_from_db()
    note("month_proposed", held, by.actor)
    return held


# ------------------------------------------------------------------------------ choices


@transaction.atomic
def impose(pin: Pin, *, by: Member) -> Pin:
    """What the next proposals must hold."""
    pin.full_clean(exclude=["month"], validate_constraints=False)
    try:
        with transaction.atomic():
            pin.save()
    except IntegrityError as error:
        raise Refused("Un choix est déjà imposé pour ce lieu : libérez-le d’abord.") from error
    note("pin_saved", pin, by.actor, month=str(pin.month_id))
    return pin


@transaction.atomic
def set_free(pin: Pin, *, by: Member) -> None:
    """The next proposals choose again."""
    note("pin_removed", pin, by.actor, month=str(pin.month_id))
    pin.delete()
