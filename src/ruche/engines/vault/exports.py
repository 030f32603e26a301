"""A backup, opened: the ring by one of its slots, the circles by the ring, the pieces by them.

Nothing is believed: acts are checked as browsers check them, against what the ring remembers, and
signatures against the circle as it was in the epoch of the piece. What does not hold is a *fault*:
it is told, and does not keep the rest from being read.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ruche.engines.vault.acts import Circle, verified
from ruche.engines.vault.backups import Backup, KeptCircle, KeptPiece, KeptRing
from ruche.engines.vault.codes import read_code
from ruche.engines.vault.epochs import EpochSecret
from ruche.engines.vault.forms import Unreadable, padded, text_of, unpadded
from ruche.engines.vault.pieces import IDENTITY, Piece, Place, content_of, key_of, open_content
from ruche.engines.vault.ring import Ring, SlotKind, open_ring, open_slot
from ruche.engines.vault.suite import new_key, open_sealed, open_wrapped, seal, wrap

__all__ = [
    "Fault",
    "OpenVault",
    "ReadPiece",
    "Signature",
    "by_record",
    "deposit_piece",
    "open_backup",
]

SIGNED_KINDS = {"note", "consent", "thread"}
"""What must be signed by someone who was of the circle, in the epoch of the piece."""


class Signature(StrEnum):
    """What can be said of who wrote a piece."""

    VALID = "valid"
    NONE = "none"
    REFUSED = "refused"
    UNCHECKED = "unchecked"
    """The acts of the circle of the piece are not in the files."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not hold: where, and why, in French."""

    where: str
    why: str


@dataclass(frozen=True, slots=True)
class ReadPiece:
    """A piece, opened."""

    place: Place
    value: Any
    signature: Signature


@dataclass(slots=True)
class OpenVault:
    """All that a backup gives with one secret; without, only the circles and their faults."""

    member: str = ""
    ring: Ring | None = None
    names: dict[str, str] = field(default_factory=dict)
    circles: dict[str, Circle] = field(default_factory=dict)
    secrets: dict[tuple[str, int], EpochSecret] = field(default_factory=dict)
    pieces: list[ReadPiece] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def find(self, where: str, error: Exception | str) -> None:
        self.faults.append(Fault(where, str(error)))


def open_backup(backup: Backup, kind: SlotKind | None = None, secret: str = "") -> OpenVault:
    """Check the circles of a backup; with a secret (phrase, or code of the sheet) open the rest.

    `Unreadable` for a wrong secret or a ring that does not open; all else that is wrong is a fault.
    """
    vault = OpenVault()
    if kind is not None:
        vault.ring, vault.member = _opened_ring(backup.ring, kind, secret)
    for kept in backup.circles.values():
        _check_circle(vault, kept)
    if vault.ring is not None:
        for piece in backup.pieces:
            _read(vault, piece)
    return vault


def _opened_ring(kept: KeptRing | None, kind: SlotKind, secret: str) -> tuple[Ring, str]:
    if kept is None:
        raise Unreadable(
            "Il n'y a pas de trousseau dans ces fichiers : ajoutez celui qui contient « ring »."
        )
    slots = [slot for slot in kept.slots if slot.kind is kind]
    if not slots:
        ways = ", ".join(sorted(slot.kind for slot in kept.slots)) or "aucune"
        raise Unreadable(f"Ce trousseau ne s'ouvre pas de cette façon ; façons connues : {ways}.")
    given = read_code(secret) if kind is SlotKind.SHEET else secret
    key = open_slot(slots[0], given, member=kept.member)
    try:
        return open_ring(kept.sealed, key, member=kept.member, version=kept.version), kept.member
    except (TypeError, KeyError, json.JSONDecodeError) as error:
        raise Unreadable("Ce trousseau s'ouvre, mais sa forme n'est pas celle attendue.") from error


# ------------------------------------------------------------------------------- circles


def _check_circle(vault: OpenVault, kept: KeptCircle) -> None:
    where = f"cercle {kept.id}"
    vault.names[kept.id] = kept.name
    try:
        circle = verified(kept.acts)
        if circle.id != kept.id:
            raise Unreadable("Ces actes sont d'un autre cercle.")
    except Unreadable as error:
        vault.find(where, error)
        return
    vault.circles[kept.id] = circle
    for why in (*_unlike_epochs(kept, circle), *_unlike_ring(vault, kept, circle)):
        vault.find(where, why)
    if vault.ring is not None:
        _open_secrets(vault, kept, circle)


def _unlike_epochs(kept: KeptCircle, circle: Circle) -> Iterator[str]:
    """The epochs that are given, against those that the acts tell."""
    told = {}
    for act in kept.acts:
        said = json.loads(act.statement)
        told[said["epoch"]] = said["public"]
    for epoch, (public, _) in kept.epochs.items():
        if told.get(epoch) != text_of(public):
            yield f"La clé de l'époque {epoch} n'est pas celle des actes."
    if missing := sorted(told.keys() - kept.epochs.keys()) if kept.epochs else []:
        yield f"Il manque des époques : {', '.join(map(str, missing))}."


def _unlike_ring(vault: OpenVault, kept: KeptCircle, circle: Circle) -> Iterator[str]:
    """The acts, against what the ring remembers, and the keys that it holds."""
    if vault.ring is None:
        return
    seen = vault.ring.circles.get(kept.id)
    if seen and len(kept.acts) < seen["number"]:
        yield "Il y a moins d'actes que ce que le trousseau avait vu."
    elif seen and kept.acts[seen["number"] - 1].digest != seen["digest"]:
        yield "Ces actes ne sont pas ceux que le trousseau avait vus."
    mine = (vault.ring.keys.seal_public, vault.ring.keys.sign_public)
    if circle.members.get(vault.member) != mine:
        yield "Ce cercle connaît d'autres clés que celles du trousseau."


def _open_secrets(vault: OpenVault, kept: KeptCircle, circle: Circle) -> None:
    """Every secret, from the one that was confided back to the first."""
    try:
        for secret in _secrets(vault, kept, circle):
            vault.secrets[kept.id, secret.epoch] = secret
    except (Unreadable, KeyError) as error:
        why = f"il manque l'époque {error}" if isinstance(error, KeyError) else error
        vault.find(f"cercle {kept.id}", f"Ses secrets ne s'ouvrent pas tous : {why}")


def _secrets(vault: OpenVault, kept: KeptCircle, circle: Circle) -> Iterator[EpochSecret]:
    assert vault.ring is not None
    if kept.wrap is None or kept.wrap[0] != circle.epoch:
        raise Unreadable("celui de la dernière époque n'est pas confié à cette personne.")
    secret = EpochSecret.unwrapped(
        kept.wrap[1],
        vault.ring.keys.seal_private,
        circle=circle.id,
        epoch=circle.epoch,
        member=vault.member,
    )
    if secret.deposit_public != circle.public:
        raise Unreadable("celui qui est confié n'est pas celui que disent les actes.")
    yield secret
    while secret.epoch > 1:
        secret = secret.before(kept.epochs[secret.epoch][1])
        yield secret


# -------------------------------------------------------------------------------- pieces


def _read(vault: OpenVault, kept: KeptPiece) -> None:
    where = f"morceau {kept.piece.place.piece} ({kept.piece.place.kind})"
    try:
        content = unpadded(_opened_body(vault, kept))
        value = open_content(content, kept.piece.place, None)
    except Unreadable as error:
        vault.find(where, error)
        return
    except (ValueError, RecursionError):
        vault.find(where, "Ce qui est dedans n'est pas du JSON.")
        return
    signature = _signature(vault, content, kept.piece.place, value)
    if signature is Signature.REFUSED:
        vault.find(where, "La signature n'est pas celle d'une personne qui était alors du cercle.")
    elif signature is Signature.NONE and kept.piece.place.kind in SIGNED_KINDS:
        vault.find(where, "Ce contenu devrait être signé et ne l'est pas.")
    vault.pieces.append(ReadPiece(kept.piece.place, value, signature))


def _opened_body(vault: OpenVault, kept: KeptPiece) -> bytes:
    secret = vault.secrets.get(kept.through)
    if secret is None:
        circle, epoch = kept.through
        raise Unreadable(f"Le secret du cercle {circle}, époque {epoch}, n'est pas ouvert.")
    place = kept.piece.place
    if kept.through[0] == place.circle:
        key = key_of(kept.piece, secret)
    else:
        where = place.shared_context(*kept.through)
        key = open_wrapped(secret.deposit_private, kept.piece.wrap, where)
    return open_sealed(key, kept.piece.body, place.context)


def _signature(vault: OpenVault, content: bytes, place: Place, value: Any) -> Signature:
    if content[:1] == b"\0":
        return Signature.NONE
    circle = vault.circles.get(place.circle)
    if circle is None:
        return Signature.UNCHECKED
    by = value.get("by") if isinstance(value, dict) else None
    for key in circle.once.get(place.epoch, {}).get(str(by), frozenset()):
        try:
            open_content(content, place, key)
        except Unreadable:
            continue
        return Signature.VALID
    return Signature.REFUSED


# ------------------------------------------------------------------------------- sealing


def deposit_piece(value: Any, place: Place, public: bytes) -> Piece:
    """Seal for a circle of which only the public key is known. Not signed: anyone may deposit."""
    key = new_key()
    body = seal(key, padded(content_of(value, place, None)), place.context)
    return Piece(place, body, wrap(public, key, place.context))


# ------------------------------------------------------------------------------- records


def by_record(vault: OpenVault) -> list[dict[str, Any]]:
    """What was read, record by record: its circle, its identity, and the other pieces."""
    records: dict[tuple[str, str], dict[str, Any]] = {}
    for piece in sorted(vault.pieces, key=lambda one: (one.place.record, one.place.piece)):
        place = piece.place
        record = records.setdefault(
            (place.circle, place.record),
            {
                "record": place.record,
                "circle": place.circle,
                "circle_name": vault.names.get(place.circle, ""),
                "identity": None,
                "pieces": [],
            },
        )
        if place.kind == IDENTITY:
            record["identity"] = piece.value
        else:
            record["pieces"].append(as_json(piece))
    return list(records.values())


def as_json(piece: ReadPiece) -> dict[str, Any]:
    """An opened piece, for a file."""
    return {
        "piece": piece.place.piece,
        "kind": piece.place.kind,
        "epoch": piece.place.epoch,
        "signature": piece.signature,
        "value": piece.value,
    }
