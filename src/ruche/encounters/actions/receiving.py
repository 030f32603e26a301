"""Receive what phones sealed: each item once, its bytes compared, none overwritten.

No line of the journal, no date: they would tell when someone was met. What cannot be received as
it is goes to a quarantine, where someone who stayed decides: nothing is refused into nothingness.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from secrets import token_bytes
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from ruche.accounts.enums import Thing, Verb
from ruche.accounts.models import Member
from ruche.encounters.access import teams_met_with
from ruche.encounters.definitions import Definition
from ruche.encounters.enums import (
    DEPOSITS_OF_THE_EPOCH_BEFORE,
    OLDEST_ENCOUNTER,
    QuarantineKind,
)
from ruche.encounters.models import (
    Deposit,
    Facts,
    FiledDeposit,
    FormUse,
    FormVersion,
    Permit,
    Promise,
    Quarantined,
)
from ruche.encounters.payloads import (
    BatchGiven,
    DepositGiven,
    EnvelopeGiven,
    QuarantineGiven,
)
from ruche.places.models import Site
from ruche.seances.models import Team
from ruche.tallies import actions as tallies
from ruche.tallies.cells import Cell, periods_between
from ruche.tallies.enums import Meeting, Shape
from ruche.vault.errors import NotPermitted, Refused
from ruche.vault.models import Act, Circle

CONFLICT = "Un autre contenu porte déjà ce numéro : les deux sont gardés, rien n’est écrasé."
NOWHERE = "Le cercle n’existe plus : enregistrez cet envoi dans un fichier scellé."
LATEST = timedelta(days=2)
"""A clock may be a day ahead, and a phone in another time zone."""


@dataclass
class Received:
    """What became of each item, by its identifier."""

    kept: list[str] = field(default_factory=list)
    """The phone may forget them."""
    quarantined: list[str] = field(default_factory=list)
    """Kept, and someone of the circle decides. The phone may forget them."""
    conflicts: dict[str, str] = field(default_factory=dict)
    """The phone keeps them and shows why."""


# ------------------------------------------------------------------------------ deposits


@transaction.atomic
def receive_deposits(member: Member, given: Sequence[DepositGiven]) -> Received:
    """Put sealed encounters in the trays of their circles."""
    received = Received()
    reception = _Reception(member, [one.circle for one in given])
    known = _bodies(Deposit, given)
    filed = _filed(given)
    sites = known_sites(given)
    fresh: dict[UUID, Deposit] = {}
    for one in given:
        name = str(one.id)
        if one.id in filed:
            received.kept.append(name)
        elif one.id in known:
            _compare(received, name, known[one.id], one.body)
        elif one.id in fresh:
            _compare(received, name, bytes(fresh[one.id].body), one.body)
        elif (place := reception.place(one.circle, one.epoch)) == "tray":
            fresh[one.id] = deposit_of(one, sites)
            received.kept.append(name)
        elif place == "quarantine":
            _put_aside(received, member, QuarantineKind.DEPOSIT, name, one)
        else:
            received.conflicts[name] = NOWHERE
    Deposit.objects.bulk_create(_shuffled(fresh))
    return received


def known_sites(given: Sequence[DepositGiven]) -> set[UUID]:
    """Those of their sites that exist."""
    named = [one.site for one in given if one.site]
    return set(Site.objects.filter(pk__in=named).order_by().values_list("pk", flat=True))


def _filed(given: Sequence[DepositGiven | EnvelopeGiven]) -> set[UUID]:
    """Those that were already filed, or sealed together with others."""
    rows = FiledDeposit.objects.filter(pk__in=[one.id for one in given]).order_by()
    return set(rows.values_list("pk", flat=True))


def deposit_of(given: DepositGiven, sites: set[UUID]) -> Deposit:
    """The row of a deposit. A promise needs a site that exists, and a month."""
    due = given.site in sites and given.month is not None
    return Deposit(
        id=given.id,
        circle_id=given.circle,
        epoch=given.epoch,
        body=given.body,
        key=given.key,
        site_id=given.site if due else None,
        month=given.month.replace(day=1) if due and given.month else None,
    )


def _shuffled(rows: dict[UUID, Deposit]) -> list[Deposit]:
    """In the order of their random identifiers: not in that in which they came."""
    return [rows[id] for id in sorted(rows)]


def _bodies(
    model: type[Deposit | Facts], given: Sequence[DepositGiven | EnvelopeGiven]
) -> dict[UUID, bytes]:
    rows = model.objects.filter(pk__in=[one.id for one in given]).values_list("pk", "body")
    return {pk: bytes(body) for pk, body in rows}


def _compare(received: Received, name: str, known: bytes, body: bytes) -> None:
    if known == body:
        received.kept.append(name)
    else:
        received.conflicts[name] = CONFLICT


class _Reception:
    """Where what is sealed for an epoch of a circle goes."""

    def __init__(self, member: Member, circles: Iterable[UUID]) -> None:
        self.circles = {one.pk: one for one in Circle.objects.filter(pk__in=set(circles))}
        self.hers = set(Circle.objects.of(member).values_list("pk", flat=True))
        uses = FormUse.objects.filter(team__in=teams_met_with(member), circle__isnull=False)
        self.sealed_for = self.hers | set(uses.order_by().values_list("circle", flat=True))
        self.fresh: dict[UUID, bool] = {}

    def place(self, circle: UUID, epoch: int) -> str:
        """`tray`, `quarantine`, or nothing: the circle is gone, or that epoch never was."""
        found = self.circles.get(circle)
        if found is None or epoch > found.epoch:
            return ""
        if epoch == found.epoch:
            return "tray" if circle in self.sealed_for else "quarantine"
        recent = epoch == found.epoch - 1 and self._changed_lately(found)
        return "tray" if recent and circle in self.hers else "quarantine"

    def _changed_lately(self, circle: Circle) -> bool:
        if circle.pk not in self.fresh:
            since = epoch_began(circle)
            limit = timezone.localdate() - timedelta(days=DEPOSITS_OF_THE_EPOCH_BEFORE)
            self.fresh[circle.pk] = since >= limit
        return self.fresh[circle.pk]


def epoch_began(circle: Circle) -> date:
    """The day on which the current epoch of a circle began, as its acts say it."""
    for act in Act.objects.filter(circle=circle).order_by("number"):
        said = json.loads(bytes(act.statement))
        if said["epoch"] == circle.epoch:
            return date.fromisoformat(said["on"])
    return timezone.localdate()


def settle(member: Member, promises: Sequence[UUID]) -> int:
    """Promises that were kept leave the list; how many did. What was said stays sealed."""
    return Promise.objects.readable_by(member).filter(pk__in=promises).delete()[0]


# --------------------------------------------------------------------------------- facts


@transaction.atomic
def receive_facts(member: Member, given: Sequence[EnvelopeGiven]) -> Received:
    """Keep sealed facts for the circle « mesure »."""
    received = Received()
    circles = {one.pk: one for one in Circle.objects.filter(pk__in=[one.circle for one in given])}
    known, filed = _bodies(Facts, given), _filed(given)
    fresh: dict[UUID, Facts] = {}
    for one in given:
        name, circle = str(one.id), circles.get(one.circle)
        if one.id in filed:
            received.kept.append(name)
        elif one.id in known:
            _compare(received, name, known[one.id], one.body)
        elif one.id in fresh:
            _compare(received, name, bytes(fresh[one.id].body), one.body)
        elif circle is None or one.epoch > circle.epoch:
            received.conflicts[name] = NOWHERE
        else:
            fresh[one.id] = facts_of(one)
            received.kept.append(name)
    Facts.objects.bulk_create([fresh[id] for id in sorted(fresh)])
    return received


def facts_of(given: EnvelopeGiven) -> Facts:
    """The row of an envelope of facts."""
    return Facts(
        id=given.id,
        circle_id=given.circle,
        epoch=given.epoch,
        body=given.body,
        key=given.key,
    )


# ------------------------------------------------------------------------------ counters


def receive_batch(member: Member, given: BatchGiven) -> tallies.Added:
    """Add the increments of a batch, once. A slip that nobody may count is named, others count."""
    return _add(given, CellGuard(member))


def _add(given: BatchGiven, allowed: tallies.Allowed) -> tallies.Added:
    try:
        return tallies.add_batch(given.id, given.salt, given.key, given.slips, allowed=allowed)
    except tallies.BadBatch as error:
        raise Refused(str(error)) from error


class CellGuard:
    """Whether a member may count in a cell: a measure that a form has, a place that exists, a
    period that phones may still speak of."""

    def __init__(self, member: Member | None, *, oldest: int = OLDEST_ENCOUNTER) -> None:
        today = timezone.localdate()
        first, last = today - timedelta(days=oldest), today + LATEST
        self.periods = {shape: periods_between(shape, first, last) for shape in Shape}
        self.sites = set(Site.objects.order_by().values_list("pk", flat=True))
        self.teams = set(_teams_of(member).order_by().values_list("pk", flat=True))
        self.measures = _measures()

    def __call__(self, cell: Cell) -> bool:
        if cell.period not in self.periods[cell.shape]:
            return False
        if cell.site is not None and cell.site not in self.sites:
            return False
        if cell.team is not None and cell.team not in self.teams:
            return False
        if cell.shape in (Shape.SITE_MONTH, Shape.SITE_QUARTER) or cell.measure == Meeting.MET:
            return True
        return cell.measure in self.measures[cell.shape]


def _teams_of(member: Member | None) -> QuerySet[Team]:
    """Hers, and those of her organisations: she may have changed team since she met someone."""
    if member is None:
        return Team.objects.all()
    organisations = member.posts.current().order_by().values("organisation")
    hers = Team.objects.filter(members=member).order_by().values("pk")
    return Team.objects.filter(pk__in=hers) | Team.objects.filter(organisation__in=organisations)


def _measures() -> Mapping[Shape, frozenset[str]]:
    """What every version of every form may count, shape by shape. Versions never change."""
    newest = FormVersion.objects.aggregate(last=Max("pk"), number=Count("pk"))
    return _measures_until(newest["last"], newest["number"])


@lru_cache(maxsize=4)
def _measures_until(last: int | None, number: int) -> Mapping[Shape, frozenset[str]]:
    """A theme that has become sensitive is no longer counted by site, even by an old phone."""
    found: dict[Shape, set[str]] = {shape: set() for shape in Shape}
    for data in FormVersion.objects.order_by("form", "number").values_list("data", flat=True):
        form = Definition.of(data)
        for shape in Shape:
            found[shape] |= form.measures(shape)
        for shape in (Shape.TEAM_WEEK, Shape.SITE_YEAR):
            found[shape] -= form.measures(Shape.NETWORK_YEAR)
    return {shape: frozenset(measures) for shape, measures in found.items()}


# ---------------------------------------------------------------------------- quarantine


def give_permit(member: Member) -> bytes:
    """What will let this phone hand over its sealed items, even after its member has left."""
    token = token_bytes(32)
    Permit.objects.create(token=sha256(token).hexdigest(), member=member)
    return token


@transaction.atomic
def quarantine(given: QuarantineGiven) -> Received:
    """Keep aside what the phone of someone who left hands over. A living account sends normally."""
    permit = (
        Permit.objects.filter(token=sha256(given.permit).hexdigest())
        .select_related("member")
        .first()
    )
    if permit is None:
        raise NotPermitted("Ce téléphone n’a pas de permis de déposer.")
    member = permit.member
    if member.is_active and member.may(Verb.COUNT, Thing.ENCOUNTER):
        raise Refused("Votre compte est ouvert : reconnectez-vous, puis envoyez.")
    received = Received()
    item = {
        QuarantineKind.DEPOSIT: given.deposit,
        QuarantineKind.FACT: given.envelope,
        QuarantineKind.BATCH: given.batch,
    }[given.kind]
    if item is None:
        raise Refused("L’envoi est vide.")
    _put_aside(received, member, given.kind, str(item.id), item)
    return received


def _put_aside(
    received: Received,
    member: Member,
    kind: QuarantineKind,
    name: str,
    item: DepositGiven | EnvelopeGiven | BatchGiven,
) -> None:
    body = item.model_dump(mode="json", round_trip=True)
    known = Quarantined.objects.filter(pk=name).first()
    if known is None:
        circle = getattr(item, "circle", None)
        if circle is not None and not Circle.objects.filter(pk=circle).exists():
            received.conflicts[name] = NOWHERE
            return
        Quarantined.objects.create(id=name, kind=kind, sender=member, circle_id=circle, body=body)
    elif known.body != body:
        received.conflicts[name] = CONFLICT
        return
    received.quarantined.append(name)
