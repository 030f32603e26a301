"""What the vault gives to browsers: acts, states, sealed pieces, directories. All of it sealed."""

import base64
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from ruche.accounts.enums import Thing, Verb
from ruche.accounts.models import Member
from ruche.engines.vault import acts as rules
from ruche.engines.vault.forms import text_of
from ruche.journal.models import Entry, Head
from ruche.vault.enums import PieceKind
from ruche.vault.models import Act, Ask, Circle, KeyRing, Record, Wrap


def short(pk: UUID) -> str:
    """An identifier in 22 signs, as the journal names records in the line of a batch."""
    return base64.urlsafe_b64encode(pk.bytes).rstrip(b"=").decode()


def acts_of(circle: Circle) -> list[rules.Act]:
    """The acts of a circle as the engine reads them."""
    return [_act(act) for act in circle.acts.order_by("number")]


def _act(act: Act) -> rules.Act:
    approvals = {who: bytes.fromhex(signature) for who, signature in act.approvals.items()}
    return rules.Act(bytes(act.statement), bytes(act.signature), approvals)


# ---------------------------------------------------------------------------------- state


def ring_of(member: Member) -> dict[str, Any] | None:
    """What her browser needs to open her ring; nothing of it is secret."""
    ring = KeyRing.objects.filter(member=member).first()
    if ring is None:
        return None
    slots = ring.slots.select_related("authenticator")
    return {
        "member": str(member.pk),
        "version": ring.version,
        "sealed": text_of(ring.sealed),
        "slots": [
            {
                "id": str(slot.pk),
                "kind": slot.kind,
                "salt": text_of(slot.salt),
                "sealed": text_of(slot.sealed),
                "authenticator": slot.authenticator_id,
            }
            for slot in slots
        ],
    }


def circles_of(member: Member) -> dict[str, int]:
    """Her circles, and the number of their last act: a browser that knows fewer asks again."""
    return {str(one.pk): one.number for one in Circle.objects.of(member)}


def state_of(circle: Circle, member: Member) -> dict[str, Any]:
    """Acts, epochs, and the secret as it was confided to this member."""
    wrap = circle.wraps.filter(member=member).first()
    return {
        "id": str(circle.pk),
        "name": circle.name,
        "acts": acts_as_text(circle),
        "epochs": [
            {
                "number": epoch.number,
                "public": text_of(epoch.public),
                "chained": text_of(epoch.chained),
                "recovery": text_of(epoch.recovery),
            }
            for epoch in circle.epochs.order_by("number")
        ],
        "wrap": {"epoch": wrap.epoch, "wrapped": text_of(wrap.wrapped)} if wrap else None,
    }


def acts_as_text(circle: Circle) -> list[dict[str, Any]]:
    """The acts, for a browser that believes no server and checks them all."""
    return [
        {
            "statement": text_of(act.statement),
            "signature": text_of(act.signature),
            "approvals": {who: text_of(given) for who, given in act.approvals.items()},
        }
        for act in acts_of(circle)
    ]


def public_keys(members: Iterable[Member]) -> dict[str, dict[str, str]]:
    """Member → her public keys, for who is about to compare words with her."""
    rings = KeyRing.objects.filter(member__in=list(members))
    return {
        str(ring.pk): {"seal": text_of(ring.seal_public), "sign": text_of(ring.sign_public)}
        for ring in rings
    }


# --------------------------------------------------------------------------------- pieces


@dataclass(frozen=True, slots=True)
class OpenedPiece:
    """A sealed piece, and the key that one of the member's circles holds."""

    piece: UUID
    record: UUID
    kind: str
    circle: UUID
    epoch: int
    body: bytes
    key: bytes
    through: tuple[UUID, int]
    """The circle and the epoch to which the key is sealed."""

    def as_text(self) -> dict[str, Any]:
        circle, epoch = self.through
        return {
            "piece": str(self.piece),
            "record": str(self.record),
            "kind": self.kind,
            "circle": str(self.circle),
            "epoch": self.epoch,
            "body": text_of(self.body),
            "wrap": text_of(self.key),
            "through": {"circle": str(circle), "epoch": epoch},
        }


def pieces_readable(member: Member, ids: Sequence[UUID]) -> list[OpenedPiece]:
    """Those of these pieces that the member may read, each with one key; her own circles first.

    A key for one of her circles is enough to say so: the circle's own, or one that a living
    permission gave. From the pieces to their keys, whatever the number of records.
    """
    if not member.may(Verb.SEE, Thing.PERSON):
        return []
    mine = set(Circle.objects.of(member).order_by().values_list("pk", flat=True))
    wraps = (
        Wrap.objects.filter(piece__in=ids, circle__in=mine)
        .select_related("piece__record", "permission")
        .order_by("pk")
    )
    found: dict[UUID, OpenedPiece] = {}
    for wrap in wraps:
        own = wrap.circle_id == wrap.piece.record.circle_id
        if own or (wrap.permission and wrap.permission.is_alive and wrap.piece_id not in found):
            found[wrap.piece_id] = _opened(wrap)
    return [found[pk] for pk in dict.fromkeys(ids) if pk in found]


def _opened(wrap: Wrap) -> OpenedPiece:
    piece, record = wrap.piece, wrap.piece.record
    return OpenedPiece(
        piece.pk,
        record.pk,
        piece.kind,
        record.circle_id,
        piece.epoch,
        bytes(piece.body),
        bytes(wrap.key),
        (wrap.circle_id, wrap.epoch),
    )


def sealed_backup(member: Member) -> dict[str, Any] | None:
    """Everything that her ring could open, sealed, in the form that the engine's command reads."""
    ring = ring_of(member)
    if ring is None:
        return None
    circles = list(Circle.objects.of(member))
    wraps = Wrap.objects.filter(circle__in=circles).order_by("piece")
    ids = list(wraps.values_list("piece", flat=True))
    batches = (ids[at : at + BATCH] for at in range(0, len(ids), BATCH))
    return {
        "ring": ring,
        "circles": [state_of(circle, member) for circle in circles],
        "pieces": [one.as_text() for batch in batches for one in pieces_readable(member, batch)],
    }


BATCH = 1000
"""Identifiers of one question: a database does not take any number of them."""

DIRECTORY_ROW = struct.Struct(">16s16sI32sH")
"""Record, piece, epoch, salt, length of the body that follows."""


def directory_of(circle: Circle) -> tuple[bytes, int]:
    """Every identity of a circle: rows of `DIRECTORY_ROW`, each before its body; and how many.

    Read without Django's conversions: thousands of rows are opened while someone waits. A key
    without permission is the circle's own.
    """
    rows = Wrap.objects.filter(circle=circle, permission=None, piece__kind=PieceKind.IDENTITY)
    chosen = rows.order_by().values_list("piece__record", "piece", "epoch", "key", "piece__body")
    sql, parameters = chosen.query.sql_with_params()
    parts: list[bytes] = []
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        while batch := cursor.fetchmany(2000):
            for record, piece, epoch, salt, body in batch:
                sealed = bytes(body)
                parts += (
                    DIRECTORY_ROW.pack(_raw(record), _raw(piece), epoch, bytes(salt), len(sealed)),
                    sealed,
                )
    return b"".join(parts), len(parts) // 2


def _raw(pk: UUID | str) -> bytes:
    """The 16 bytes of an identifier: SQLite keeps it as 32 hexadecimal signs."""
    return bytes.fromhex(pk) if isinstance(pk, str) else pk.bytes


def pieces_of(record: Record) -> list[UUID]:
    """The identifiers of what a record holds, in an order that says nothing."""
    return sorted(record.pieces.order_by().values_list("pk", flat=True))


def outside_of_record(record: Record) -> dict[str, Any]:
    """What the server knows of a record: the closed list of « Qui peut lire quoi »."""
    permissions = record.permissions.select_related("circle").order_by("since", "pk")
    return {
        "record": str(record.pk),
        "circle": str(record.circle_id),
        "ends_in": record.ends_in.isoformat(),
        "permissions": [
            {
                "id": str(one.pk),
                "circle": str(one.circle_id),
                "name": one.circle.name,
                "since": one.since.isoformat(),
                "until": one.until.isoformat(),
                "alive": one.is_alive,
            }
            for one in permissions
        ],
    }


def outside_of(circle: Circle, member: Member) -> dict[str, Any]:
    """A circle as any member may see it, and the part that she keeps of its recovery key."""
    custody = circle.custodies.filter(custodian=member).first()
    return {
        "id": str(circle.pk),
        "name": circle.name,
        "acts": acts_as_text(circle),
        "part": {"act": custody.act, "sealed": text_of(custody.part)} if custody else None,
    }


def rescue_of(ask: Ask, member: Member) -> dict[str, Any]:
    """An ask with the acts of its circle, the keys of who asks, and the agreements given."""
    epoch = ask.circle.epochs.get(number=ask.circle.epoch)
    return {
        "ask": str(ask.pk),
        "kind": ask.kind,
        "member": str(ask.member_id),
        "keys": public_keys([ask.member]).get(str(ask.member_id)),
        "circle": outside_of(ask.circle, member),
        "recovery": text_of(epoch.recovery),
        "approvals": [
            {
                "custodian": str(one.custodian_id),
                "part": text_of(one.part),
                "signature": text_of(one.signature),
            }
            for one in ask.approvals.order_by("pk")
        ]
        if ask.member_id == member.pk
        else [],
    }


def head_of_journal(number: int) -> dict[str, Any]:
    """The last line of the journal, and the digest of the one that a browser remembers."""
    head = Head.objects.filter(pk=Head.THE_ONLY_ONE).first()
    line = Entry.objects.filter(number=number).first()
    restored = Entry.objects.filter(verb="journal_restored").order_by("number").last()
    return {
        "number": head.number if head else 0,
        "digest": head.digest if head else "",
        "then": line.digest if line else "",
        "restored": restored.at.isoformat() if restored else "",
    }
