"""The acts of a circle: checked by the engine's rules, then kept with the keys that they bring."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from ruche.accounts.models import Member
from ruche.engines.vault import acts as rules
from ruche.journal.actions import record
from ruche.vault.enums import AskKind
from ruche.vault.errors import NotPermitted, Refused, Stale
from ruche.vault.models import (
    Act,
    Approval,
    Ask,
    Circle,
    Custody,
    Epoch,
    EpochWrap,
    KeyRing,
    Seat,
)
from ruche.vault.payloads import ActGiven, ApprovalGiven
from ruche.vault.queries import acts_of


@transaction.atomic
def append_act(member: Member, given: ActGiven) -> Circle:
    """Check an act against those before it, keep it, and the keys that it hands over.

    Refuses (`Refused`, in French) what the rules refuse; `Stale` when another act came first.
    """
    circle = Circle.objects.select_for_update().filter(pk=given.circle).first()
    before = rules.verified(acts_of(circle)) if circle else None
    approvals = {str(who): signature for who, signature in given.approvals.items()}
    act = rules.Act(given.statement, given.signature, approvals)
    try:
        after = rules.verified([*(acts_of(circle) if circle else ()), act])
    except rules.BadAct as error:
        if circle and error.number <= circle.number + 1 and _came_first(given, before):
            raise Stale("Le cercle vient de changer : rechargez la page.") from error
        raise Refused(str(error)) from error
    if after.id != str(given.circle):
        raise Refused("Cet acte est d’un autre cercle.")
    if after.signed_by != str(member.pk):
        raise NotPermitted("Un acte est signé par la personne qui l’envoie.")
    _check_keys(before, after)
    circle = circle or _new_circle(given)
    _keep(circle, given, before, after)
    record(
        "circle_act",
        actor=member.actor,
        kind="circle",
        id=str(circle.pk),
        detail={"act": after.number, "epoch": after.epoch},
    )
    return circle


def _came_first(given: ActGiven, before: rules.Circle | None) -> bool:
    """Whether the act follows an act that is no longer the last."""
    return before is not None and before.digest.encode() not in given.statement


def _check_keys(before: rules.Circle | None, after: rules.Circle) -> None:
    """Keys that enter a circle are those of rings that are kept, of members who are active."""
    entering = [
        *_new_in(after.members, before.members if before else {}),
        *_new_in(after.custodians, before.custodians if before else {}),
    ]
    names = _identifiers(who for who, _ in entering)
    rings = KeyRing.objects.filter(member__in=names, member__is_active=True)
    kept = {str(one.pk): (bytes(one.seal_public), bytes(one.sign_public)) for one in rings}
    if any(kept.get(who) != keys for who, keys in entering):
        raise Stale("Une des clés n’est plus celle de la personne : rechargez la page.")


Keys = Mapping[str, tuple[bytes, bytes]]


def _new_in(now: Keys, then: Keys) -> list[tuple[str, tuple[bytes, bytes]]]:
    return [(who, keys) for who, keys in now.items() if then.get(who) != keys]


def _identifiers(names: Iterable[str]) -> list[UUID]:
    try:
        return [UUID(name) for name in names]
    except ValueError as error:
        raise Refused(
            "Une personne n’est pas désignée comme il faut : rechargez la page."
        ) from error


def _new_circle(given: ActGiven) -> Circle:
    if not given.name:
        raise Refused("Donnez un nom au cercle.")
    try:
        with transaction.atomic():
            return Circle.objects.create(
                id=given.circle,
                name=given.name.strip(),
                purpose=given.purpose or "",
                **({"retention_months": given.retention_months} if given.retention_months else {}),
            )
    except IntegrityError as error:
        raise Refused("Un cercle porte déjà ce nom.") from error


def _keep(
    circle: Circle, given: ActGiven, before: rules.Circle | None, after: rules.Circle
) -> None:
    Act.objects.create(
        circle=circle,
        number=after.number,
        statement=given.statement,
        signature=given.signature,
        approvals={str(who): bytes(one).hex() for who, one in given.approvals.items()},
    )
    if before is None or after.epoch > before.epoch:
        _keep_epoch(circle, given, after)
    else:
        _hand_over(circle, given, after, to=set(after.members) - set(before.members))
    if before is None or after.recovery != before.recovery:
        _keep_parts(circle, given, after)
    circle.number, circle.epoch = after.number, after.epoch
    circle.save(update_fields=["number", "epoch"])
    _seat(circle, after)
    _forget_answered(circle, after)


def _forget_answered(circle: Circle, after: rules.Circle) -> None:
    """Those whose keys of today are in the circle wait no more."""
    for ring in KeyRing.objects.filter(member__asks__circle=circle).order_by("pk"):
        keys = (bytes(ring.seal_public), bytes(ring.sign_public))
        if after.members.get(str(ring.pk)) == keys:
            Ask.objects.filter(circle=circle, member=ring.pk).delete()


def _keep_epoch(circle: Circle, given: ActGiven, after: rules.Circle) -> None:
    if bool(given.recovery) != bool(after.recovery) or bool(given.chained) != (after.epoch > 1):
        raise Refused("Il manque une clé de la nouvelle époque : rechargez la page.")
    Epoch.objects.create(
        circle=circle,
        number=after.epoch,
        public=after.public,
        chained=given.chained,
        recovery=given.recovery,
    )
    EpochWrap.objects.filter(circle=circle).delete()
    _hand_over(circle, given, after, to=set(after.members))


def _hand_over(circle: Circle, given: ActGiven, after: rules.Circle, *, to: set[str]) -> None:
    wraps = {str(who): wrapped for who, wrapped in given.wraps.items()}
    if set(wraps) != to:
        raise Refused("Le secret du cercle doit être confié à chacun, et à personne d’autre.")
    EpochWrap.objects.bulk_create(
        EpochWrap(circle=circle, epoch=after.epoch, member_id=UUID(who), wrapped=wrapped)
        for who, wrapped in wraps.items()
    )


def _keep_parts(circle: Circle, given: ActGiven, after: rules.Circle) -> None:
    parts = {str(who): part for who, part in given.parts.items()}
    if set(parts) != set(after.custodians):
        raise Refused("Chaque gardienne ou gardien reçoit une part de la clé de secours.")
    Custody.objects.filter(circle=circle).delete()
    Custody.objects.bulk_create(
        Custody(circle=circle, custodian_id=UUID(who), act=after.number, part=part)
        for who, part in parts.items()
    )


def _seat(circle: Circle, after: rules.Circle) -> None:
    """Seats follow the acts."""
    ids = {UUID(who) for who in after.members}
    circle.seats.exclude(member__in=ids).delete()
    seated = set(circle.seats.order_by().values_list("member", flat=True))
    today = timezone.localdate()
    for member in sorted(ids - seated):
        Seat.objects.create(circle=circle, member_id=member, since=today)


@transaction.atomic
def describe_circle(circle: Circle, *, by: Member) -> None:
    """Change what of a circle is no secret."""
    circle.save(update_fields=["name", "purpose", "retention_months"])
    detail = {"retention": circle.retention_months}
    record("circle_described", actor=by.actor, kind="circle", id=str(circle.pk), detail=detail)


# ------------------------------------------------------------------------------- asking


@transaction.atomic
def ask_circle(member: Member, circle: Circle, kind: AskKind) -> Ask:
    """Ask to enter, or to come back. Asking twice changes nothing."""
    if not KeyRing.objects.filter(member=member).exists():
        raise Refused("Faites d’abord votre trousseau.")
    if kind == AskKind.RESCUE and not circle.custodies.exists():
        raise Refused("Ce cercle n’a pas de gardiennes : demandez à une personne du cercle.")
    if kind == AskKind.JOIN and circle.seats.filter(member=member).exists():
        raise Refused("Vous êtes déjà dans ce cercle.")
    ask, new = Ask.objects.update_or_create(
        circle=circle, member=member, defaults={"kind": kind, "on": timezone.localdate()}
    )
    ask.approvals.all().delete()
    if new:
        record("circle_asked", actor=member.actor, kind="circle", id=str(circle.pk))
    return ask


@transaction.atomic
def withdraw_ask(ask: Ask, *, by: Member) -> None:
    """What was asked is no longer."""
    circle = ask.circle_id
    ask.delete()
    record("circle_ask_withdrawn", actor=by.actor, kind="circle", id=str(circle))


@transaction.atomic
def approve_ask(member: Member, ask: Ask, given: ApprovalGiven) -> None:
    """A custodian hands her part to who comes back, and signs for her new keys."""
    state = rules.verified(acts_of(ask.circle))
    if ask.kind != AskKind.RESCUE or str(member.pk) not in state.custodians:
        raise NotPermitted("Seule une gardienne de ce cercle donne cet accord.")
    ring = KeyRing.objects.get(member=ask.member)
    keys = (bytes(ring.seal_public), bytes(ring.sign_public))
    text = rules.approval_bytes(state, str(ask.member_id), *keys)
    rules.check_approval(state, str(member.pk), given.signature, text)
    Approval.objects.update_or_create(
        ask=ask,
        custodian=member,
        defaults={"part": given.part, "signature": given.signature},
    )
    record("circle_ask_approved", actor=member.actor, kind="circle", id=str(ask.circle_id))
