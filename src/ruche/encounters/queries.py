"""What phones receive to work alone, and what a circle finds in its tray."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count

from ruche.accounts.models import Member
from ruche.encounters.access import Task, reaches_quarantined, tasks_of
from ruche.encounters.models import (
    Deposit,
    Facts,
    FormUse,
    FormVersion,
    MeasuringCircle,
    Promise,
    Quarantined,
)
from ruche.encounters.pictograms import PICTOGRAMS
from ruche.engines.vault.forms import text_of
from ruche.places.models import Site
from ruche.seances.enums import OUT, SeanceStatus
from ruche.seances.models import Participation, Seance, Team
from ruche.tallies.actions import intake_key
from ruche.vault.enums import PieceKind
from ruche.vault.models import Circle, Piece
from ruche.vault.queries import acts_as_text

BEFORE, AFTER = timedelta(days=31), timedelta(days=8)
"""The séances that a phone knows: those to enter again from paper, and the week that comes."""

LOOKED_AHEAD = timedelta(days=92)
"""How far the next séance of a site is looked for."""

MOST_WAITING, MOST_FACTS = 400, 1_000
"""Deposits, and envelopes of facts, given at once."""


def pack_for(member: Member, today: date) -> dict[str, Any]:
    """Everything that a phone needs to work without network. No person is in it."""
    tasks = tasks_of(member, today - BEFORE, today + AFTER)
    uses = {task.use.pk: task.use for task in tasks}
    chosen = MeasuringCircle.objects.select_related("circle").first()
    circles = {use.circle for use in uses.values() if use.circle}
    if chosen is not None:
        circles.add(chosen.circle)
    following = _following(tasks, today)
    intake = intake_key()
    return {
        "member": {"id": str(member.pk), "name": member.name},
        "seances": [_seance(task, following) for task in tasks],
        "uses": {str(pk): _use(use) for pk, use in uses.items()},
        "circles": {str(one.pk): _circle(one) for one in circles},
        "measuring": str(chosen.circle_id) if chosen else None,
        "intake": {"id": str(intake.pk), "public": text_of(intake.public)},
        "due": due_promises(member),
    }


def _seance(task: Task, following: dict[tuple[UUID, UUID | None], list[date]]) -> dict[str, Any]:
    seance = task.seance
    dates = following.get((seance.site_id, task.use.team_id), [])
    after = next((day for day in dates if day > seance.day), None)
    return {
        "id": str(seance.pk),
        "use": str(task.use.pk),
        "day": seance.day.isoformat(),
        "starts": f"{seance.starts:%H:%M}",
        "ends": f"{seance.ends:%H:%M}",
        "cancelled": seance.is_cancelled,
        "site": {
            "id": str(seance.site_id),
            "name": seance.site.name,
            "commune": seance.site.commune.title,
        },
        "next": after.isoformat() if after else None,
    }


def _following(tasks: Iterable[Task], today: date) -> dict[tuple[UUID, UUID | None], list[date]]:
    """(site, team) → its coming dates; without a team, every date of the site."""
    sites = {task.seance.site_id for task in tasks}
    coming = Seance.objects.between(today - BEFORE, today + LOOKED_AHEAD).filter(site__in=sites)
    coming = coming.exclude(status=SeanceStatus.CANCELLED).order_by("day", "pk")
    found: dict[tuple[UUID, UUID | None], list[date]] = defaultdict(list)
    for site, day in coming.values_list("site", "day"):
        found[site, None].append(day)
    teams = {task.use.team_id for task in tasks if task.use.team_id}
    rows = Participation.objects.filter(team__in=teams, seance__in=coming.order_by().values("pk"))
    rows = rows.exclude(answer__in=OUT).order_by("seance__day", "pk")
    for site, team, day in rows.values_list("seance__site", "team", "seance__day"):
        found[site, team].append(day)
    return found


def _use(use: FormUse) -> dict[str, Any]:
    version = use.form.newest
    return {
        "form": use.form.key,
        "number": version.number,
        "team": str(use.team_id) if use.team_id else None,
        "team_name": use.team.name if use.team else "",
        "circle": str(use.circle_id) if use.circle_id else None,
        "data": _drawn(version.data),
    }


def _drawn(data: dict[str, Any]) -> dict[str, Any]:
    """The form, each pictogram as the path that draws it."""
    fields = [
        {
            **field,
            "options": [
                {**one, "icon": PICTOGRAMS.get(one["icon"], "")} for one in field["options"]
            ],
        }
        for field in data["fields"]
    ]
    return {**data, "fields": fields}


def _circle(circle: Circle) -> dict[str, Any]:
    return {"id": str(circle.pk), "name": circle.name, "acts": acts_as_text(circle)}


def due_promises(member: Member) -> list[dict[str, Any]]:
    """How many promises her circles hold, by site and month: filed, or still in the tray."""
    sums: dict[tuple[UUID, date], int] = defaultdict(int)
    filed = Promise.objects.readable_by(member)
    waiting = Deposit.objects.filter(circle__seats__member=member, site__isnull=False)
    for rows in (filed, waiting):
        counted = rows.order_by().values_list("site", "month").annotate(number=Count("pk"))
        for site, month, number in counted:
            sums[site, month] += number
    return [
        {"site": str(site), "month": month.isoformat(), "count": count}
        for (site, month), count in sorted(
            sums.items(), key=lambda one: (one[0][1], str(one[0][0]))
        )
    ]


# ----------------------------------------------------------------------------------- bag


def expected_pieces(member: Member, site: UUID, month: date, records: Iterable[UUID]) -> list[UUID]:
    """The sealed identities and promises of the people expected at a site, and of some others."""
    promises = Promise.objects.readable_by(member).filter(site=site, month__lte=month)
    ids = set(promises.order_by().values_list("piece", flat=True))
    expected = set(promises.order_by().values_list("record", flat=True)) | set(records)
    identities = Piece.objects.filter(record__in=expected, kind=PieceKind.IDENTITY)
    return sorted(ids | set(identities.order_by().values_list("pk", flat=True)), key=str)


def promises_of(member: Member, pieces: Iterable[UUID]) -> dict[str, dict[str, str]]:
    """Piece → its promise, for who may read it."""
    rows = Promise.objects.readable_by(member).filter(piece__in=list(pieces)).order_by("pk")
    return {
        str(row.piece_id): {
            "id": str(row.pk),
            "site": str(row.site_id),
            "month": row.month.isoformat(),
        }
        for row in rows
    }


# ---------------------------------------------------------------------------------- tray


def tray_of(member: Member) -> list[dict[str, Any]]:
    """The sealed encounters that wait in her circles."""
    rows = Deposit.objects.filter(circle__seats__member=member).order_by("pk")[:MOST_WAITING]
    return [
        {
            "id": str(row.pk),
            "circle": str(row.circle_id),
            "epoch": row.epoch,
            "body": text_of(row.body),
            "key": text_of(row.key),
        }
        for row in rows
    ]


def waiting_in_trays(member: Member) -> int:
    """How many encounters her circles have to file."""
    return Deposit.objects.filter(circle__seats__member=member).count()


def quarantine_of(member: Member) -> list[Quarantined]:
    """What people who left had sealed, and of which she may decide."""
    rows = Quarantined.objects.select_related("circle", "sender").order_by("day", "pk")
    return [row for row in rows if reaches_quarantined(member, row)]


def facts_after(circle: Circle, after: UUID | None) -> dict[str, Any]:
    """Envelopes in the order of identifiers, after one of them; and whether there are more."""
    rows = Facts.objects.filter(circle=circle).order_by("pk")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = list(rows[: MOST_FACTS + 1])
    return {
        "facts": [
            {
                "id": str(row.pk),
                "epoch": row.epoch,
                "body": text_of(row.body),
                "key": text_of(row.key),
                "block": row.is_block,
            }
            for row in found[:MOST_FACTS]
        ],
        "more": len(found) > MOST_FACTS,
    }


def oldest_month_of_facts(circle: Circle, today: date) -> str:
    """The first month that the circle still keeps (`2024-11`): what is before has had its time."""
    months = today.year * 12 + today.month - 1 - circle.retention_months
    return f"{months // 12}-{months % 12 + 1:02}"


def words_of_facts() -> dict[str, Any]:
    """What the page needs to name sites, teams, and the answers of every version of every form."""
    forms: dict[str, dict[str, Any]] = {}
    for version in FormVersion.objects.select_related("form").order_by("form__key", "number"):
        form = forms.setdefault(version.form.key, {"title": "", "fields": {}})
        form["title"] = version.data["title"]
        for field in version.data["fields"]:
            known = form["fields"].setdefault(field["key"], {"label": "", "options": {}})
            known["label"] = field["label"]
            known["options"].update({one["key"]: one["label"] for one in field["options"]})
    sites = Site.objects.order_by("name", "pk").values_list("pk", "name")
    teams = Team.objects.order_by("name", "pk").values_list("pk", "name")
    return {
        "forms": forms,
        "sites": {str(pk): name for pk, name in sites},
        "teams": {str(pk): name for pk, name in teams},
    }
