"""Browsers, played by the Python engine: rings that are made, acts that are signed, pieces sealed.

A `Hand` is a ring in someone's hands. What it sends is what a browser posts: a dictionary that JSON
can carry, that a test may change before it goes. What it reads is what the server gives, opened
with its own keys, and nothing else.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from ruche.accounts.models import Member
from ruche.engines.vault import acts as rules
from ruche.engines.vault.epochs import EpochSecret
from ruche.engines.vault.forms import Unreadable, bytes_of, context, text_of
from ruche.engines.vault.pieces import Piece, Place, open_piece, open_shared, seal_piece, share_key
from ruche.engines.vault.ring import Ring, open_ring, seal_ring
from ruche.engines.vault.shamir import join, split
from ruche.engines.vault.suite import (
    KeyPair,
    new_key,
    open_sealed,
    open_wrapped,
    public_of,
    seal,
    sign,
    wrap,
)
from ruche.vault import actions, queries
from ruche.vault.enums import AskKind
from ruche.vault.models import Ask, Circle, Record
from ruche.vault.payloads import ActGiven, ApprovalGiven, PermissionGiven, PieceGiven, RingGiven
from ruche.vault.queries import OpenedPiece

Given = dict[str, Any]
Secrets = dict[int, EpochSecret]


@dataclass(eq=False)
class Hand:
    """A ring in someone's hands: its keys, and what opens each of its slots."""

    member: Member
    keys: KeyPair = field(default_factory=KeyPair.draw)
    ring_key: bytes = field(default_factory=new_key)
    slots: dict[str, bytes] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.member.pk)

    @property
    def public(self) -> tuple[bytes, bytes]:
        return self.keys.seal_public, self.keys.sign_public

    def __repr__(self) -> str:
        return "une main"


# ---------------------------------------------------------------------------------- rings


def slot_given(hand: Hand, kind: str = "phrase", **changed: Any) -> Given:
    """One way of opening. Its key is drawn: six hundred thousand turns would teach us nothing."""
    id, key = str(uuid4()), new_key()
    hand.slots[id] = key
    sealed = seal(key, hand.ring_key, context("slot", hand.id, kind, id))
    salt = b"" if kind == "passkey" else os.urandom(16)
    return {"id": id, "kind": kind, "salt": text_of(salt), "sealed": text_of(sealed), **changed}


def ring_given(hand: Hand, **changed: Any) -> Given:
    sealed, _ = seal_ring(Ring(hand.keys), hand.ring_key, member=hand.id)
    return {
        "seal_public": text_of(hand.keys.seal_public),
        "sign_public": text_of(hand.keys.sign_public),
        "sealed": text_of(sealed),
        "version": 1,
        "slots": [slot_given(hand)],
        **changed,
    }


def with_a_ring(member: Member, *, replace: bool = False) -> Hand:
    """A member whose browser has just made her ring."""
    hand = Hand(member)
    actions.make_ring(member, RingGiven.model_validate(ring_given(hand, replace=replace)))
    return hand


def opened_ring(hand: Hand) -> Ring:
    """The ring that the server keeps, opened by each of the slots that it shows."""
    served = queries.ring_of(hand.member)
    assert served is not None
    for slot in served["slots"]:
        where = context("slot", hand.id, slot["kind"], slot["id"])
        key = open_sealed(hand.slots[slot["id"]], bytes_of(slot["sealed"]), where)
    return open_ring(bytes_of(served["sealed"]), key, member=hand.id, version=served["version"])


# -------------------------------------------------------------------------------- circles


def state(circle: Circle) -> rules.Circle:
    """A circle as its acts tell it."""
    return rules.verified(queries.acts_of(circle))


def secrets_of(hand: Hand, circle: Circle) -> Secrets:
    """Epoch → its secret, from what the server gives to her; nothing if it does not open."""
    given = queries.state_of(circle, hand.member)
    if given["wrap"] is None:
        return {}
    epoch, wrapped = given["wrap"]["epoch"], bytes_of(given["wrap"]["wrapped"])
    try:
        newest = EpochSecret.unwrapped(
            wrapped, hand.keys.seal_private, circle=given["id"], epoch=epoch, member=hand.id
        )
    except Unreadable:
        return {}
    return all_before(newest, {one["number"]: bytes_of(one["chained"]) for one in given["epochs"]})


def all_before(newest: EpochSecret, chained: Mapping[int, bytes]) -> Secrets:
    found = {newest.epoch: newest}
    for epoch in range(newest.epoch, 1, -1):
        found[epoch - 1] = found[epoch].before(chained[epoch])
    return found


def signed(by: Hand, said: Given, *, key: bytes | None = None, **more: Any) -> Given:
    """An act as it is posted; what a statement says beside `said` is that of today."""
    said = {"by": by.id, "on": timezone.localdate().isoformat(), **said}
    act = rules.sign_act(said, key or by.keys.sign_private)
    told = {"statement": text_of(act.statement), "signature": text_of(act.signature)}
    return {"circle": said["circle"], **told, **more}


def following(before: rules.Circle, kind: str, **changed: Any) -> Given:
    return {
        "circle": before.id,
        "number": before.number + 1,
        "previous": before.digest,
        "kind": kind,
        "epoch": before.epoch,
        "public": before.public,
        "members": dict(before.members),
        "custodians": dict(before.custodians),
        "recovery": before.recovery,
        **changed,
    }


def wraps_for(secret: EpochSecret, members: Mapping[str, tuple[bytes, bytes]]) -> dict[str, str]:
    return {who: text_of(secret.wrapped_to(who, keys[0])) for who, keys in members.items()}


def recovery_for(circle: str, number: int, guards: Iterable[Hand]) -> tuple[bytes, dict[str, str]]:
    """A recovery key, forgotten: its public part, and a part of it for each custodian."""
    guards = list(guards)
    if not guards:
        return b"", {}
    key = new_key()
    parts = {
        one.id: text_of(wrap(one.public[0], part, context("custody", circle, number, one.id)))
        for one, part in zip(guards, split(key), strict=True)
    }
    return public_of(key), parts


def creation(
    by: Hand, members: Iterable[Hand], guards: Iterable[Hand] = (), *, name: str = "", **more: Any
) -> Given:
    """The act that opens a circle, and what goes with it."""
    id, seated, kept = str(uuid4()), {one.id: one.public for one in members}, list(guards)
    secret = EpochSecret(id, 1, new_key())
    recovery, parts = recovery_for(id, 1, kept)
    said = {
        "circle": id,
        "number": 1,
        "previous": "",
        "kind": "create",
        "epoch": 1,
        "public": secret.deposit_public,
        "members": seated,
        "custodians": {one.id: one.public for one in kept},
        "recovery": recovery,
    }
    sent = {
        "name": name or f"Cercle d’essai {id[:8]}",
        "purpose": "Un essai.",
        "recovery": text_of(secret.wrapped_for_recovery(recovery)) if recovery else "",
        "wraps": wraps_for(secret, seated),
        "parts": parts,
    }
    return signed(by, said, **sent, **more)


def admission(by: Hand, circle: Circle, newcomer: Hand, **changed: Any) -> Given:
    before = state(circle)
    secret = secrets_of(by, circle)[before.epoch]
    said = following(before, "admit", members={**before.members, newcomer.id: newcomer.public})
    wraps = wraps_for(secret, {newcomer.id: newcomer.public})
    return signed(by, said, **{"wraps": wraps, **changed})


def turn(
    by: Hand,
    before: rules.Circle,
    kind: str,
    previous: EpochSecret,
    *,
    said: Mapping[str, Any] | None = None,
    **more: Any,
) -> Given:
    """An act that opens an epoch: a new secret for each, chained, and sealed for recovery."""
    secret = EpochSecret(before.id, before.epoch + 1, new_key())
    told = following(before, kind, epoch=secret.epoch, public=secret.deposit_public, **(said or {}))
    recovery = told["recovery"]
    sent = {
        "chained": text_of(secret.chained(previous)),
        "recovery": text_of(secret.wrapped_for_recovery(recovery)) if recovery else "",
        "wraps": wraps_for(secret, told["members"]),
    }
    return signed(by, told, **{**sent, **more})


def departure(by: Hand, circle: Circle, *gone: str, **changed: Any) -> Given:
    before = state(circle)
    stay = {who: keys for who, keys in before.members.items() if who not in gone}
    secret = secrets_of(by, circle)[before.epoch]
    return turn(by, before, "depart", secret, said={"members": stay}, **changed)


def replacement(by: Hand, circle: Circle, anew: Hand, **changed: Any) -> Given:
    """The keys that someone made anew take the place of those that she lost."""
    before = state(circle)
    members = {**before.members, anew.id: anew.public}
    secret = secrets_of(by, circle)[before.epoch]
    return turn(by, before, "replace", secret, said={"members": members}, **changed)


def appointment(by: Hand, circle: Circle, guards: Sequence[Hand], **changed: Any) -> Given:
    """Three custodians receive a new recovery key; or none is kept."""
    before = state(circle)
    recovery, parts = recovery_for(before.id, before.number + 1, guards)
    said = {"custodians": {one.id: one.public for one in guards}, "recovery": recovery}
    secret = secrets_of(by, circle)[before.epoch]
    return turn(by, before, "custodians", secret, said=said, **{"parts": parts, **changed})


def agreement(guard: Hand, ask: Ask, anew: Hand) -> Given:
    """A custodian hands her part over, and signs for the new keys."""
    given = queries.rescue_of(ask, guard.member)["circle"]
    before, part = state(ask.circle), given["part"]
    where = context("custody", before.id, part["act"], guard.id)
    mine = open_wrapped(guard.keys.seal_private, bytes_of(part["sealed"]), where)
    handed = wrap(anew.public[0], mine, context("handed", before.id, guard.id, anew.id))
    text = rules.approval_bytes(before, anew.id, *anew.public)
    signature = sign(guard.keys.sign_private, text, context("approval", before.id))
    return {"ask": str(ask.pk), "part": text_of(handed), "signature": text_of(signature)}


def returning(anew: Hand, ask: Ask, **changed: Any) -> Given:
    """The act of who comes back, with the agreements that the server gives her."""
    given, before = queries.rescue_of(ask, anew.member), state(ask.circle)
    parts = [
        open_wrapped(
            anew.keys.seal_private,
            bytes_of(one["part"]),
            context("handed", before.id, one["custodian"], anew.id),
        )
        for one in given["approvals"]
    ]
    previous = EpochSecret.recovered(
        bytes_of(given["recovery"]), join(parts), circle=before.id, epoch=before.epoch
    )
    agreed = {one["custodian"]: one["signature"] for one in given["approvals"]}
    members = {**before.members, anew.id: anew.public}
    return turn(
        anew, before, "rescue", previous, said={"members": members}, approvals=agreed, **changed
    )


def send(by: Hand, given: Given) -> Circle:
    return actions.append_act(by.member, ActGiven.model_validate(given))


def rescue(anew: Hand, circle: Circle, guards: Iterable[Hand]) -> Circle:
    """Two custodians agree, and she comes back."""
    ask = actions.ask_circle(anew.member, circle, AskKind.RESCUE)
    for guard in guards:
        given = ApprovalGiven.model_validate(agreement(guard, ask, anew))
        actions.approve_ask(guard.member, ask, given)
    return send(anew, returning(anew, ask))


# --------------------------------------------------------------------------------- pieces


def piece_given(
    by: Hand,
    circle: Circle,
    value: Mapping[str, Any],
    *,
    kind: str = "note",
    record: UUID | str | None = None,
    piece: UUID | str | None = None,
    epoch: int | None = None,
    **changed: Any,
) -> Given:
    """A sealed piece as a browser posts it, under the newest epoch unless another is asked."""
    secrets = secrets_of(by, circle)
    secret = secrets[epoch or max(secrets)]
    place = Place(kind, secret.circle, secret.epoch, str(record or uuid4()), str(piece or uuid4()))
    key = None if kind == "identity" else by.keys.sign_private
    sealed = seal_piece({**value, "by": by.id}, place, secret, signing_key=key)
    return {
        "id": place.piece,
        "record": place.record,
        "circle": place.circle,
        "kind": kind,
        "epoch": place.epoch,
        "body": text_of(sealed.body),
        "key": text_of(sealed.wrap),
        **changed,
    }


def save(by: Hand, *given: Given) -> int:
    return actions.save_pieces(by.member, [PieceGiven.model_validate(one) for one in given])


def opened(hand: Hand, served: OpenedPiece) -> Any:
    """The value of a piece that the server gave; `Unreadable` when her keys do not open it."""
    held = secrets_of(hand, Circle.objects.get(pk=served.through[0]))
    return opened_with(held, served)


def opened_with(held: Secrets, served: OpenedPiece) -> Any:
    """The same, when the secrets of the circle are already in hand."""
    circle, epoch = served.through
    if epoch not in held:
        raise Unreadable("Ce secret n'est pas dans cette main.")
    place = place_of(served)
    if circle == served.circle:
        return open_piece(Piece(place, served.body, served.key), held[epoch])
    return open_shared(served.body, served.key, place, held[epoch])


def place_of(served: OpenedPiece) -> Place:
    return Place(
        served.kind, str(served.circle), served.epoch, str(served.record), str(served.piece)
    )


# --------------------------------------------------------------------------------- shares


def wrap_given(by: Hand, served: OpenedPiece, to: Circle, **changed: Any) -> Given:
    """The key of a piece of one's own circle, for another one."""
    place = place_of(served)
    secret = secrets_of(by, Circle.objects.get(pk=served.circle))[served.epoch]
    other = state(to)
    key = share_key(
        Piece(place, served.body, served.key),
        secret,
        circle=other.id,
        epoch=other.epoch,
        public=other.public,
    )
    return {"piece": place.piece, "epoch": other.epoch, "key": text_of(key), **changed}


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def share_given(
    by: Hand, record: Record, to: Circle, *, until: date | None = None, **changed: Any
) -> Given:
    """The consent of the person, and the keys of all that her record holds."""
    served = queries.pieces_readable(by.member, queries.pieces_of(record))
    value = {"said": "oui", "at": "2026-11-24T09:00:00Z"}
    return {
        "id": str(uuid4()),
        "circle": str(to.pk),
        "until": (until or in_days(30)).isoformat(),
        "consent": piece_given(by, record.circle, value, kind="consent", record=record.pk),
        "wraps": [wrap_given(by, one, to) for one in served],
        **changed,
    }


def share(by: Hand, record: Record, given: Given) -> Any:
    return actions.share_record(by.member, record, PermissionGiven.model_validate(given))
