"""Sealed pieces: kept, fetched and shared without being read. What is fetched leaves a trace."""

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from ruche.accounts.enums import Thing, Verb
from ruche.accounts.models import Member
from ruche.journal.actions import record as journal
from ruche.vault.enums import PieceKind
from ruche.vault.errors import NotPermitted, Refused, Stale
from ruche.vault.models import KEY, Circle, Permission, Piece, Record, Wrap
from ruche.vault.payloads import PermissionGiven, PieceGiven, WrapGiven
from ruche.vault.queries import OpenedPiece, directory_of, pieces_readable, short

IDS_A_VALUE = 8
LARGEST_IDENTITY = 8300
"""Bytes: thousands of them are opened at once, and one must not weigh like a hundred."""

# ----------------------------------------------------------------------------- fetching


@transaction.atomic
def open_pieces(member: Member, ids: Sequence[UUID]) -> list[OpenedPiece]:
    """What the member may read of these pieces, and one line of the journal that names the records.

    Without that line, nothing is served: both are kept, or neither. It counts records, not pieces:
    two lines must not tell that a note was written between them.
    """
    found = pieces_readable(member, ids)
    records = sorted({short(one.record) for one in found})
    if records:
        journal(
            "pieces_opened",
            actor=member.actor,
            kind="member",
            id=str(member.pk),
            detail={"count": len(records), **_in_values(records)},
        )
    return found


def _in_values(records: list[str]) -> dict[str, str]:
    """Record identifiers, eight to a value of the line."""
    groups = range(0, len(records), IDS_A_VALUE)
    return {
        f"records{place}": " ".join(records[at : at + IDS_A_VALUE])
        for place, at in enumerate(groups, start=1)
    }


@transaction.atomic
def open_directory(member: Member, circle: Circle) -> bytes:
    """Every sealed identity of a circle, in one block; the line says how many."""
    block, count = directory_of(circle)
    journal(
        "directory_opened",
        actor=member.actor,
        kind="circle",
        id=str(circle.pk),
        detail={"count": count},
    )
    return block


# ------------------------------------------------------------------------------- keeping


@transaction.atomic
def save_pieces(member: Member, given: Iterable[PieceGiven]) -> int:
    """Keep sealed pieces in records of the member's circles; how many are new.

    Sending again the same piece changes nothing. Refuses (`Stale`) an old epoch, or an identity
    that someone changed meanwhile. No line of the journal: it would date them.
    """
    if not member.may(Verb.EDIT, Thing.PERSON):
        raise NotPermitted("Votre rôle ne permet pas d’écrire une fiche.")
    circles = {circle.pk: circle for circle in Circle.objects.of(member)}
    return sum(_save(one, circles) for one in given)


def _save(given: PieceGiven, circles: dict[UUID, Circle]) -> bool:
    circle = circles.get(given.circle)
    if circle is None:
        raise NotPermitted("Vous n’êtes pas dans ce cercle.")
    known = Piece.objects.filter(pk=given.id).select_related("record").first()
    if known is not None and bytes(known.body) == given.body:
        return False
    if given.kind == PieceKind.IDENTITY:
        _check_identity(given)
    if given.epoch != circle.epoch:
        raise Stale("Le cercle a changé d’époque : rechargez la page, rien n’est perdu.")
    record = _record(given, circle)
    if known is None:
        _create(given, record)
    else:
        _replace(known, given, record)
    return True


def _check_identity(given: PieceGiven) -> None:
    if len(given.body) > LARGEST_IDENTITY:
        raise Refused("Cette identité est trop longue : gardez le reste pour une note.")
    if len(given.key) != KEY:
        raise Refused("Cette identité n’a pas la forme attendue : rechargez la page.")


def _record(given: PieceGiven, circle: Circle) -> Record:
    ends_in = circle.ends_in(timezone.localdate())
    record, _ = Record.objects.get_or_create(
        pk=given.record, defaults={"circle": circle, "ends_in": ends_in}
    )
    if record.circle_id != circle.pk:
        raise NotPermitted("Cette fiche est d’un autre cercle.")
    if record.ends_in != ends_in:
        record.ends_in = ends_in
        record.save(update_fields=["ends_in"])
    return record


def _create(given: PieceGiven, record: Record) -> None:
    try:
        with transaction.atomic():
            piece = Piece.objects.create(
                id=given.id, record=record, kind=given.kind, epoch=given.epoch, body=given.body
            )
    except IntegrityError as error:
        raise Stale("Cette fiche a déjà une identité : rechargez la page.") from error
    Wrap.objects.create(piece=piece, circle=record.circle, epoch=given.epoch, key=given.key)


def _replace(known: Piece, given: PieceGiven, record: Record) -> None:
    """An identity changes; its former key, and those of other circles, are erased first."""
    if known.record_id != record.pk or known.kind != given.kind:
        raise NotPermitted("Ce morceau est d’une autre fiche.")
    if known.kind not in (PieceKind.IDENTITY, PieceKind.THREAD):
        raise Refused("Ce qui est écrit ne se réécrit pas : ajoutez une note.")
    if given.replaces != sha256(bytes(known.body)).hexdigest():
        raise Stale("Quelqu’un vient de modifier cette identité : rechargez, puis reprenez.")
    known.wraps.all().delete()
    known.epoch, known.body = given.epoch, given.body
    known.save(update_fields=["epoch", "body"])
    Wrap.objects.create(piece=known, circle=record.circle, epoch=given.epoch, key=given.key)


# ------------------------------------------------------------------------------- sharing


@transaction.atomic
def share_record(member: Member, record: Record, given: PermissionGiven) -> Permission:
    """The person agreed: keep her consent, sealed, then hand over the keys that it allows."""
    circle = Circle.objects.filter(pk=given.circle).first()
    if circle is None or circle.pk == record.circle_id:
        raise Refused("Choisissez un autre cercle.")
    if given.consent.record != record.pk or given.consent.kind != PieceKind.CONSENT:
        raise Refused("L’accord de la personne manque.")
    today, until = timezone.localdate(), _day(given.until)
    if not today <= until:
        raise Refused("Un partage finit après avoir commencé : choisissez une date à venir.")
    known = Permission.objects.filter(pk=given.id, record=record, circle=circle).first()
    if known is not None:
        return known  # the answer was lost, the browser sent it again
    save_pieces(member, [given.consent])
    permission = Permission.objects.create(
        id=given.id, record=record, circle=circle, since=today, until=until
    )
    _wrap(permission, given.wraps)
    _note(member, "record_shared", record, permission)
    return permission


def wrap_more(permission: Permission, wraps: Iterable[WrapGiven]) -> None:
    """Hand over the keys of more pieces of a shared record; only while the permission lives."""
    with transaction.atomic():
        held = Permission.objects.select_for_update().get(pk=permission.pk)
        _wrap(held, wraps)


def _wrap(permission: Permission, wraps: Iterable[WrapGiven]) -> None:
    if not permission.is_alive:
        raise NotPermitted("La personne n’a pas donné son accord, ou il a pris fin.")
    circle = permission.circle
    ids = set(
        Piece.objects.filter(record=permission.record_id).order_by().values_list("pk", flat=True)
    )
    for one in wraps:
        if one.piece not in ids:
            raise NotPermitted("Ce morceau n’est pas de la fiche partagée.")
        if one.epoch != circle.epoch:
            raise Stale("Le cercle qui reçoit a changé d’époque : rechargez la page.")
        Wrap.objects.update_or_create(
            piece_id=one.piece,
            circle=circle,
            defaults={"epoch": one.epoch, "permission": permission, "key": one.key},
        )


@transaction.atomic
def unshare(permission: Permission, *, by: str) -> None:
    """The share ends now: its keys are erased."""
    Wrap.objects.filter(permission=permission).delete()
    changed = Permission.objects.filter(pk=permission.pk, ended_on=None).update(
        ended_on=timezone.localdate()
    )
    if changed:
        journal(
            "record_unshared",
            actor=by,
            kind="record",
            id=str(permission.record_id),
            detail={"circle": str(permission.circle_id), "permission": str(permission.pk)},
        )


def end_expired() -> int:
    """Erase the keys of shares whose last day is past; how many there were."""
    over = Wrap.objects.filter(permission__until__lt=timezone.localdate())
    return over.delete()[0]


@transaction.atomic
def erase_record(record: Record, *, by: str) -> None:
    """Keys first, then the rest: what was sealed can no longer be read, here or in a copy."""
    Wrap.objects.filter(piece__record=record).delete()
    pk = record.pk
    record.delete()
    journal("record_erased", actor=by, kind="record", id=str(pk))


def _note(member: Member, verb: str, record: Record, permission: Permission) -> None:
    journal(
        verb,
        actor=member.actor,
        kind="record",
        id=str(record.pk),
        detail={"circle": str(permission.circle_id), "permission": str(permission.pk)},
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused("Cette date n’existe pas.") from error
