"""Whatever the life of two circles, each reads what the model says, and a thief what she held.

People enter, leave, lose their rings, come back, share and take back, in an order that Hypothesis
chooses. The real actions run, the engine plays the browsers, and a model of a few lines says who
may read what. After each step, what opens, with what the server gives and one's own keys, is what
the model says; and someone who kept every key that she ever held, and a copy of the database made
after each act, opens nothing that was written under a secret that she never received.
"""

import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ruche.accounts.enums import Role
from ruche.engines.vault import acts as rules
from ruche.engines.vault.epochs import EpochSecret
from ruche.engines.vault.forms import Unreadable, padded, text_of
from ruche.engines.vault.pieces import Place, content_of, digest_of
from ruche.engines.vault.pieces import opened as opened_body
from ruche.engines.vault.suite import new_key, open_wrapped, seal, wrap
from ruche.vault import actions
from ruche.vault.errors import NotPermitted, Refused, Stale
from ruche.vault.models import Circle, EpochWrap, Permission, Piece, Record, Slot, Wrap
from ruche.vault.payloads import SlotGiven, WrapGiven
from ruche.vault.queries import OpenedPiece, pieces_of, pieces_readable
from tests.members import someone
from tests.vault.played_browsers import (
    Hand,
    Secrets,
    admission,
    appointment,
    creation,
    departure,
    following,
    in_days,
    opened_ring,
    opened_with,
    piece_given,
    replacement,
    rescue,
    save,
    secrets_of,
    send,
    share,
    share_given,
    signed,
    slot_given,
    state,
    with_a_ring,
    wrap_given,
)

NURSES = ("odile", "rose", "samir", "jeanne")
GUARDS = ("bernard", "solange", "ines")
START = datetime(2026, 11, 24, 9, tzinfo=UTC)


# ------------------------------------------------------------------------------ the model


@dataclass
class Told:
    """What should be true of a circle."""

    circle: Circle
    epoch: int = 1
    seats: dict[str, Hand] = field(default_factory=dict)
    """Name → the ring whose keys are in the circle: perhaps one that she lost since."""
    guards: dict[str, Hand] = field(default_factory=dict)
    present: dict[int, dict[str, set[bytes]]] = field(default_factory=dict)
    """Epoch → who was there, with which signing keys."""


@dataclass
class Allowed:
    """A share as the person agreed to it."""

    id: UUID
    record: UUID
    to: str
    until: date
    ended: bool = False

    @property
    def lives(self) -> bool:
        return not self.ended and timezone.localdate() <= self.until


@dataclass
class Written:
    """A piece, and the text that was sealed in it."""

    id: UUID
    record: UUID
    home: str
    kind: str
    text: str
    shared: dict[str, Allowed] = field(default_factory=dict)
    """Other circle → the share under which it holds the key."""


@dataclass
class Copy:
    """A key of a piece, as a thief copied it with its body."""

    served: OpenedPiece
    home: str
    through: str
    epoch: int
    sealed_in: int
    opened_by: set[int] = field(default_factory=set)
    """Numbers of the hands that opened it."""
    tried: dict[int, int] = field(default_factory=dict)
    """Number of a hand → how many secrets it had at the last trial."""


class Circles(RuleBasedStateMachine):
    """Two circles, four nurses, three custodians, and a thief in each of them."""

    done: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.hands: list[Hand] = []
        self.rings: dict[str, Hand] = {}
        self.told: dict[str, Told] = {}
        self.pieces: list[Written] = []
        self.permissions: list[Allowed] = []
        self.known: dict[tuple[int, str], int] = {}
        """Hand, circle → the newest secret that was ever confided to these keys."""
        self.away: dict[tuple[int, str], int] = {}
        """Hand, circle → the epoch that opened when she left, or when new keys took its place."""
        self.kept: dict[int, dict[str, Secrets]] = {}
        """Hand → every secret that its keys ever opened."""
        self.copies: dict[bytes, Copy] = {}
        self.acts = 0
        self.seen: dict[str, int] = {}
        self.clock = time_machine.travel(START, tick=False)
        self.moved = self.clock.start()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)
        self.clock.stop()

    @initialize()
    def two_circles(self) -> None:
        for name in NURSES:
            self.new_hand(name, with_a_ring(someone(Role.NURSE)))
        for name in GUARDS:
            self.new_hand(name, with_a_ring(someone(Role.SITE_VOLUNTEER)))
        self.open_circle("east", ["odile", "rose", "samir"], GUARDS)
        self.open_circle("west", ["samir", "jeanne"], ())
        for name, told in self.told.items():
            by = next(iter(told.seats))
            for kind in ("identity", "note"):
                self.write_piece(name, by, kind, record=None if kind == "identity" else 0)
        self.share("east", "odile", self.records("east")[0], 5)

    def new_hand(self, name: str, hand: Hand) -> None:
        self.hands.append(hand)
        self.kept[len(self.hands) - 1] = {}
        self.rings[name] = hand

    def open_circle(self, name: str, members: list[str], guards: Any) -> None:
        seats = {one: self.rings[one] for one in members}
        kept = {one: self.rings[one] for one in guards}
        given = creation(seats[members[0]], seats.values(), kept.values(), name=f"Essai {name}")
        self.told[name] = Told(send(seats[members[0]], given), seats=seats, guards=kept)
        self.after_act(name)

    # -------------------------------------------------------------------- what is asked

    def acted_since(self, what: str) -> bool:
        """Whether an act was made since this was last asked: some checks need no more than that."""
        before, self.seen[what] = self.seen.get(what), self.acts
        return before != self.acts

    def number_of(self, hand: Hand) -> int:
        return self.hands.index(hand)

    def actives(self, circle: str) -> list[str]:
        """Those of the circle who can open it today."""
        seats = self.told[circle].seats
        return [name for name, hand in seats.items() if hand is self.rings[name]]

    def lost(self, circle: str) -> list[str]:
        """Those of the circle who made another ring since."""
        seats = self.told[circle].seats
        return [name for name, hand in seats.items() if hand is not self.rings[name]]

    def acting_guards(self, circle: str) -> list[str]:
        guards = self.told[circle].guards
        return [name for name, hand in guards.items() if hand is self.rings[name]]

    def records(self, circle: str) -> list[UUID]:
        """Her records, in the order in which they were opened."""
        return list(dict.fromkeys(one.record for one in self.pieces if one.home == circle))

    @staticmethod
    def one_of(data: Any, choices: Any, what: str) -> Any:
        return data.draw(st.sampled_from(list(choices)), label=what)

    # ----------------------------------------------------------------------------- acts

    def after_act(self, circle: str) -> None:
        """What an act just did: who is there, and to which keys its secret went."""
        told = self.told[circle]
        told.circle.refresh_from_db()
        present = told.present.setdefault(told.epoch, {})
        for name, hand in told.seats.items():
            present.setdefault(name, set()).add(hand.keys.sign_public)
            number = self.number_of(hand)
            self.known[number, circle] = told.epoch
            self.away.pop((number, circle), None)
        self.acts += 1

    def circle_where(self, data: Any, possible: Any, what: str = "cercle") -> str | None:
        choices = [name for name in self.told if possible(name)]
        return self.one_of(data, choices, what) if choices else None

    @rule(data=st.data())
    def someone_enters(self, data: Any) -> None:
        def outside(circle: str) -> list[str]:
            return [name for name in NURSES if name not in self.told[circle].seats]

        circle = self.circle_where(data, lambda one: self.actives(one) and outside(one))
        if circle is None:
            return
        by = self.one_of(data, self.actives(circle), "signe")
        who = self.one_of(data, outside(circle), "entre")
        told = self.told[circle]
        send(self.rings[by], admission(self.rings[by], told.circle, self.rings[who]))
        told.seats[who] = self.rings[who]
        self.after_act(circle)
        self.done["admit"] += 1

    @rule(data=st.data())
    def someone_leaves(self, data: Any) -> None:
        def may_go(circle: str) -> bool:
            told = self.told[circle]
            stay = len(told.seats) - 1
            return bool(self.actives(circle)) and stay >= (1 if told.guards else 2)

        circle = self.circle_where(data, may_go)
        if circle is None:
            return
        told = self.told[circle]
        by = self.one_of(data, self.actives(circle), "signe")
        gone = self.one_of(data, [name for name in told.seats if name != by], "part")
        send(self.rings[by], departure(self.rings[by], told.circle, self.rings[gone].id))
        left = told.seats.pop(gone)
        told.epoch += 1
        self.after_act(circle)
        self.away[self.number_of(left), circle] = told.epoch
        self.done["depart"] += 1

    @rule(data=st.data())
    def custodians_change(self, data: Any) -> None:
        circle = self.circle_where(data, self.actives)
        if circle is None:
            return
        told = self.told[circle]
        by = self.one_of(data, self.actives(circle), "signe")
        pool = [*GUARDS, "jeanne", "rose"]
        groups = [[pool[i] for i in (a, b, c)] for a, b, c in ((0, 1, 2), (2, 3, 0), (4, 1, 3))]
        if told.guards and len(told.seats) > 1:
            groups.append([])
        names = self.one_of(data, groups, "gardiennes")
        guards = {name: self.rings[name] for name in names}
        send(self.rings[by], appointment(self.rings[by], told.circle, list(guards.values())))
        told.guards = guards
        told.epoch += 1
        self.after_act(circle)
        self.done["custodians" if names else "no custodians"] += 1

    @rule(data=st.data())
    def someone_loses_her_ring(self, data: Any) -> None:
        name = self.one_of(data, (*NURSES, *GUARDS[:1]), "perd son trousseau")
        self.new_hand(name, with_a_ring(self.rings[name].member, replace=True))
        self.done["forget"] += 1

    @rule(data=st.data())
    def someone_comes_back(self, data: Any) -> None:
        """A colleague takes her new keys; or two custodians bring her back, even from outside."""
        ways = {
            "replace": [one for one in self.told if self.actives(one) and self.lost(one)],
            "rescue": [
                one for one in self.told if len(self.acting_guards(one)) >= 2 and self.waiting(one)
            ],
        }
        possible = [way for way, circles in ways.items() if circles]
        if not possible:
            return
        way = self.one_of(data, possible, "façon")
        circle = self.one_of(data, ways[way], "cercle")
        told = self.told[circle]
        choices = self.lost(circle) if way == "replace" else self.waiting(circle)
        who = self.one_of(data, choices, "revient")
        if way == "replace":
            by = self.rings[self.one_of(data, self.actives(circle), "signe")]
            send(by, replacement(by, told.circle, self.rings[who]))
        else:
            guards = [self.rings[name] for name in self.acting_guards(circle)][-2:]
            rescue(self.rings[who], told.circle, guards)
        lost = told.seats.get(who)
        told.seats[who] = self.rings[who]
        told.epoch += 1
        self.after_act(circle)
        if lost is not None:
            self.away[self.number_of(lost), circle] = told.epoch
        self.done[way] += 1

    def waiting(self, circle: str) -> list[str]:
        """Those who could come back: outside, or in the circle with keys that they lost."""
        seats = self.told[circle].seats
        return [name for name in NURSES if seats.get(name) is not self.rings[name]]

    # --------------------------------------------------------------------------- pieces

    def write_piece(self, circle: str, by: str, kind: str, *, record: int | None) -> None:
        told = self.told[circle]
        which = uuid4() if record is None else self.records(circle)[record]
        text = f"{kind} {len(self.pieces)}"
        given = piece_given(self.rings[by], told.circle, {"text": text}, kind=kind, record=which)
        assert save(self.rings[by], given) == 1
        assert save(self.rings[by], given) == 0
        self.pieces.append(Written(UUID(given["id"]), which, circle, kind, text))
        self.done[kind] += 1

    @rule(data=st.data())
    def something_is_written(self, data: Any) -> None:
        circle = self.circle_where(data, self.actives)
        if circle is None:
            return
        by = self.one_of(data, self.actives(circle), "écrit")
        places = [None, *range(len(self.records(circle)))]
        record = self.one_of(data, places, "fiche")
        self.write_piece(circle, by, "identity" if record is None else "note", record=record)

    @rule(data=st.data())
    def an_identity_changes(self, data: Any) -> None:
        mine = [one for one in self.pieces if one.kind == "identity" and self.actives(one.home)]
        if not mine:
            return
        piece = mine[self.one_of(data, range(len(mine)), "identité")]
        by = self.rings[self.one_of(data, self.actives(piece.home), "écrit")]
        [served] = pieces_readable(by.member, [piece.id])
        piece.text += " corrigée"
        given = piece_given(
            by,
            self.told[piece.home].circle,
            {"text": piece.text},
            kind="identity",
            record=piece.record,
            piece=piece.id,
            replaces=digest_of(served.body),
        )
        assert save(by, given) == 1
        piece.shared.clear()
        self.done["rewrite"] += 1

    @rule(data=st.data())
    def a_record_is_erased(self, data: Any) -> None:
        found = list(dict.fromkeys(one.record for one in self.pieces))
        if len(found) < 2:
            return
        record = found[self.one_of(data, range(len(found)), "fiche")]
        actions.erase_record(Record.objects.get(pk=record), by="system")
        self.pieces = [one for one in self.pieces if one.record != record]
        self.permissions = [one for one in self.permissions if one.record != record]
        self.done["erase"] += 1

    # --------------------------------------------------------------------------- shares

    @rule(data=st.data(), days=st.integers(0, 12))
    def a_record_is_shared(self, data: Any, days: int) -> None:
        circle = self.circle_where(data, lambda one: self.actives(one) and self.records(one))
        if circle is None:
            return
        by = self.one_of(data, self.actives(circle), "partage")
        records = self.records(circle)
        self.share(circle, by, records[self.one_of(data, range(len(records)), "fiche")], days)
        self.done["share"] += 1

    def share(self, circle: str, name: str, record: UUID, days: int) -> None:
        [other] = set(self.told) - {circle}
        by = self.rings[name]
        held = Record.objects.get(pk=record)
        given = share_given(by, held, self.told[other].circle, until=in_days(days))
        value = {"text": f"consent {len(self.pieces)}"}
        given["consent"] = piece_given(
            by, self.told[circle].circle, value, kind="consent", record=record
        )
        share(by, held, given)
        allowed = Allowed(UUID(given["id"]), record, other, in_days(days))
        for piece in self.pieces:
            if piece.record == record:
                piece.shared[other] = allowed
        consent = UUID(given["consent"]["id"])
        self.pieces.append(Written(consent, record, circle, "consent", value["text"]))
        self.permissions.append(allowed)

    @rule(data=st.data())
    def more_of_it_is_shared(self, data: Any) -> None:
        living = [one for one in self.permissions if one.lives]
        living = [one for one in living if self.actives(self.home_of(one))]
        if not living:
            return
        allowed = living[self.one_of(data, range(len(living)), "partage")]
        by = self.rings[self.one_of(data, self.actives(self.home_of(allowed)), "partage")]
        held = Record.objects.get(pk=allowed.record)
        served = pieces_readable(by.member, pieces_of(held))
        wraps = [wrap_given(by, one, self.told[allowed.to].circle) for one in served]
        actions.wrap_more(Permission.objects.get(pk=allowed.id), given_wraps(wraps))
        for piece in self.pieces:
            if piece.record == allowed.record:
                piece.shared[allowed.to] = allowed
        self.done["share more"] += 1

    def home_of(self, allowed: Allowed) -> str:
        return next(one.home for one in self.pieces if one.record == allowed.record)

    @precondition(lambda self: any(not one.ended for one in self.permissions))
    @rule(data=st.data())
    def a_share_is_taken_back(self, data: Any) -> None:
        open_ones = [one for one in self.permissions if not one.ended]
        allowed = open_ones[self.one_of(data, range(len(open_ones)), "partage")]
        actions.unshare(Permission.objects.get(pk=allowed.id), by="system")
        allowed.ended = True
        self.drop_keys_of(allowed)
        self.done["unshare"] += 1

    def drop_keys_of(self, allowed: Allowed) -> None:
        for piece in self.pieces:
            if piece.shared.get(allowed.to) is allowed:
                del piece.shared[allowed.to]

    @rule(days=st.integers(1, 8), sweep=st.booleans())
    def days_pass(self, days: int, sweep: bool) -> None:
        before = sum(one.lives for one in self.permissions)
        self.moved.shift(timedelta(days=days))
        if sum(one.lives for one in self.permissions) < before:
            self.done["expiry"] += 1
        if sweep:
            self.sweep()

    def sweep(self) -> None:
        """What the night does."""
        over = [one for one in self.permissions if one.until < timezone.localdate()]
        keys = sum(piece.shared.get(one.to) is one for one in over for piece in self.pieces)
        assert actions.end_expired() == keys
        for one in over:
            self.drop_keys_of(one)
        self.done["sweep"] += bool(keys)

    # ------------------------------------------------------------------ what is refused

    @invariant()
    def no_key_enters_without_a_living_permission(self) -> None:
        for allowed in self.permissions:
            if allowed.lives:
                continue
            piece = next(one for one in self.pieces if one.record == allowed.record)
            given = {
                "piece": str(piece.id),
                "epoch": self.told[allowed.to].epoch,
                "key": text_of(os.urandom(81)),
            }
            before = Wrap.objects.count()
            with pytest.raises(NotPermitted):
                actions.wrap_more(Permission.objects.get(pk=allowed.id), given_wraps([given]))
            assert Wrap.objects.count() == before
            self.done["dead permission"] += 1

    @invariant()
    def nothing_enters_under_another_epoch_or_from_outside(self) -> None:
        before = Piece.objects.count()
        for told in self.told.values() if self.acted_since("refused") else ():
            seated, others = list(told.seats), [one for one in NURSES if one not in told.seats]
            for epoch in {told.epoch - 1, told.epoch + 1} - {0}:
                with pytest.raises(Stale):
                    save(self.rings[seated[0]], garbage(told.circle, epoch))
                self.done["other epoch"] += 1
            for name in others:
                with pytest.raises(NotPermitted):
                    save(self.rings[name], garbage(told.circle, told.epoch))
                self.done["outsider"] += 1
        assert Piece.objects.count() == before

    @invariant()
    def who_is_gone_is_not_heard(self) -> None:
        """Neither by the server, nor by those who read what she put in the database herself."""
        for number, circle in self.away if self.acted_since("forged") else ():
            told, hand = self.told[circle], self.hands[number]
            current = state(told.circle)
            served = forged(hand, current)
            for name in self.actives(circle)[:1]:
                held = secrets_of(self.rings[name], told.circle)
                assert opened_with(held, served)["by"] == hand.id
            assert not current.could_sign(hand.id, hand.keys.sign_public, current.epoch)
            if not any(seat.member == hand.member for seat in told.seats.values()):
                said = following(
                    current, "admit", members={**current.members, hand.id: hand.public}
                )
                wraps = {hand.id: text_of(os.urandom(81))}
                with pytest.raises(Refused):
                    send(hand, signed(hand, said, wraps=wraps))
            self.done["forged"] += 1

    @rule(data=st.data())
    def ways_of_opening_come_and_go_but_the_last_one_stays(self, data: Any) -> None:
        hand = self.rings[self.one_of(data, NURSES, "trousseau")]
        slots = list(Slot.objects.filter(ring=hand.member.pk).order_by("kind"))
        if len(slots) == 1:
            with pytest.raises(Refused, match="dernière façon"):
                actions.remove_slot(hand.member, slots[0])
            kind = "sheet" if slots[0].kind == "phrase" else "phrase"
            given = SlotGiven.model_validate(slot_given(hand, kind))
            actions.add_slot(hand.member, given)
        else:
            actions.remove_slot(hand.member, self.one_of(data, slots, "ouverture"))
        assert opened_ring(hand).keys == hand.keys
        self.done["slots"] += 1

    # ----------------------------------------------------------------------- invariants

    @invariant()
    def each_opens_what_the_model_says_and_nothing_else(self) -> None:
        ids = [piece.id for piece in self.pieces]
        texts = {piece.id: piece.text for piece in self.pieces}
        held = {
            (name, circle): secrets_of(hand, told.circle)
            for name, hand in self.rings.items()
            for circle, told in self.told.items()
        }
        names = {told.circle.pk: circle for circle, told in self.told.items()}
        for name, hand in self.rings.items():
            served = pieces_readable(hand.member, ids)
            opened = {}
            for one in served:
                try:
                    value = opened_with(held[name, names[one.through[0]]], one)
                except Unreadable:
                    continue
                opened[one.piece] = value["text"]
            through = {piece.id: self.door(name, piece) for piece in self.pieces}
            assert {one.piece for one in served} == {id for id, door in through.items() if door}
            assert opened == {
                id: texts[id]
                for id, door in through.items()
                if door and self.told[door].seats[name] is hand
            }

    def door(self, name: str, piece: Written) -> str | None:
        """The circle through which a piece reaches her: her own first, or one that shares it."""
        if name in self.told[piece.home].seats:
            return piece.home
        for other, allowed in piece.shared.items():
            if allowed.lives and name in self.told[other].seats:
                return other
        return None

    @invariant()
    def each_piece_has_a_key_for_its_circle_and_for_those_that_share_it(self) -> None:
        pks = {circle: told.circle.pk for circle, told in self.told.items()}
        rows = Wrap.objects.filter(circle__in=pks.values()).order_by("pk")
        assert set(rows.values_list("piece", "circle", "permission")) == {
            (piece.id, pks[circle], allowed and allowed.id)
            for piece in self.pieces
            for circle, allowed in {piece.home: None, **piece.shared}.items()
        }

    @invariant()
    def acts_say_what_the_model_says(self) -> None:
        if not self.acted_since("acts"):
            return
        ids = {name: hand.id for name, hand in self.rings.items()}
        for told in self.told.values():
            found = state(told.circle)
            assert found.members == {ids[who]: hand.public for who, hand in told.seats.items()}
            assert found.custodians == {ids[who]: hand.public for who, hand in told.guards.items()}
            assert (found.epoch, told.circle.epoch) == (told.epoch, told.epoch)
            seated = {str(pk) for pk in told.circle.seats.values_list("member", flat=True)}
            assert seated == set(found.members)
            for hand in self.hands:
                name = next(who for who, id in ids.items() if id == hand.id)
                for epoch in range(1, told.epoch + 2):
                    counts = hand.keys.sign_public in told.present.get(epoch, {}).get(name, ())
                    assert found.could_sign(hand.id, hand.keys.sign_public, epoch) == counts

    @invariant()
    def who_kept_everything_opens_what_she_was_given_and_nothing_later(self) -> None:
        if self.acted_since("thief"):
            self.take_secrets()
        self.copy_pieces()
        for copy in self.copies.values():
            for number, hand in enumerate(self.hands):
                self.try_to_open(copy, number, hand)
            may = {
                number
                for number in range(len(self.hands))
                if copy.epoch <= self.known.get((number, copy.through), 0)
            }
            assert copy.opened_by == may
            if copy.through == copy.home:
                late = {
                    number
                    for (number, circle), epoch in self.away.items()
                    if circle == copy.home and copy.sealed_in >= epoch
                }
                assert not copy.opened_by & late

    def take_secrets(self) -> None:
        """Every wrapped secret of the database is tried with every key that anyone ever had."""
        for circle, told in self.told.items():
            chained = {
                one.number: bytes(one.chained) for one in told.circle.epochs.order_by("number")
            }
            for row in EpochWrap.objects.filter(circle=told.circle):
                for number, hand in enumerate(self.hands):
                    secret = self.unwrapped(row, hand, str(told.circle.pk))
                    if secret is not None:
                        held = self.kept[number].setdefault(circle, {})
                        held.update(all_below(secret, chained))
            for number in self.kept:
                known = self.known.get((number, circle), 0)
                assert set(self.kept[number].get(circle, {})) == set(range(1, known + 1))

    @staticmethod
    def unwrapped(row: EpochWrap, hand: Hand, circle: str) -> EpochSecret | None:
        for member in {str(row.member_id), hand.id}:
            try:
                return EpochSecret.unwrapped(
                    bytes(row.wrapped),
                    hand.keys.seal_private,
                    circle=circle,
                    epoch=row.epoch,
                    member=member,
                )
            except Unreadable:
                continue
        return None

    def copy_pieces(self) -> None:
        names = {told.circle.pk: circle for circle, told in self.told.items()}
        rows = Wrap.objects.filter(circle__in=names).select_related("piece__record")
        for row in rows.order_by("pk"):
            if bytes(row.key) in self.copies:
                continue
            piece = row.piece
            home = piece.record.circle_id
            served = OpenedPiece(
                piece.pk,
                piece.record_id,
                piece.kind,
                home,
                piece.epoch,
                bytes(piece.body),
                bytes(row.key),
                (row.circle_id, row.epoch),
            )
            copy = Copy(served, names[home], names[row.circle_id], row.epoch, piece.epoch)
            self.copies[bytes(row.key)] = copy

    def try_to_open(self, copy: Copy, number: int, hand: Hand) -> None:
        held = self.kept[number].get(copy.through, {})
        if number in copy.opened_by or copy.tried.get(number) == len(held):
            return
        copy.tried[number] = len(held)
        if opens(copy.served, tries(held, copy)) or opens_alone(copy.served, hand):
            copy.opened_by.add(number)


def given_wraps(wraps: list[dict[str, Any]]) -> list[WrapGiven]:
    return [WrapGiven.model_validate(one) for one in wraps]


def all_below(newest: EpochSecret, chained: dict[int, bytes]) -> Secrets:
    found = {newest.epoch: newest}
    for epoch in range(newest.epoch, 1, -1):
        found[epoch - 1] = found[epoch].before(chained[epoch])
    return found


def tries(held: Secrets, copy: Copy) -> list[EpochSecret]:
    """The secret of that epoch; for want of it, all that she has, in its place."""
    circle = str(copy.served.through[0])
    if copy.epoch in held:
        return [held[copy.epoch]]
    return [EpochSecret(circle, copy.epoch, one.secret) for one in held.values()]


def opens(served: OpenedPiece, secrets: list[EpochSecret]) -> bool:
    for secret in secrets:
        try:
            opened_with({secret.epoch: secret}, served)
        except Unreadable:
            continue
        return True
    return False


def opens_alone(served: OpenedPiece, hand: Hand) -> bool:
    """Whether her own key opens the wrap: it is sealed to a circle, never to a person."""
    place = Place(
        served.kind, str(served.circle), served.epoch, str(served.record), str(served.piece)
    )
    circle, epoch = served.through
    where = place.context
    if circle != served.circle:
        where = place.shared_context(str(circle), epoch)
    try:
        opened_body(served.body, open_wrapped(hand.keys.seal_private, served.key, where), place)
    except Unreadable:
        return False
    return True


def forged(hand: Hand, circle: rules.Circle) -> OpenedPiece:
    """A note signed with her keys and sealed to the circle's public key, that is no secret."""
    place = Place("note", circle.id, circle.epoch, str(uuid4()), str(uuid4()))
    content = content_of({"by": hand.id, "text": "d’ailleurs"}, place, hand.keys.sign_private)
    key = new_key()
    return OpenedPiece(
        UUID(place.piece),
        UUID(place.record),
        place.kind,
        UUID(circle.id),
        circle.epoch,
        seal(key, padded(content), place.context),
        wrap(circle.public, key, place.context),
        (UUID(circle.id), circle.epoch),
    )


def garbage(circle: Circle, epoch: int) -> dict[str, Any]:
    """What the server cannot tell from a note."""
    return {
        "id": str(uuid4()),
        "record": str(uuid4()),
        "circle": str(circle.pk),
        "kind": "note",
        "epoch": epoch,
        "body": text_of(os.urandom(157)),
        "key": text_of(os.urandom(81)),
    }


# -------------------------------------------------------------------------------- the runs

HAPPENED = {
    "admit",
    "custodians",
    "dead permission",
    "depart",
    "erase",
    "expiry",
    "forged",
    "forget",
    "identity",
    "no custodians",
    "note",
    "other epoch",
    "outsider",
    "replace",
    "rescue",
    "rewrite",
    "share",
    "share more",
    "slots",
    "sweep",
    "unshare",
}


def live(lives: int, steps: int) -> set[str]:
    """Run so many lives of so many steps → what never happened in them."""
    Circles.done.clear()
    chosen = settings(
        max_examples=lives,
        stateful_step_count=steps,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    run_state_machine_as_test(Circles, settings=chosen)
    return HAPPENED - {what for what, times in Circles.done.items() if times}


def test_each_reads_what_she_may_whatever_the_life_of_two_circles(db):
    """Lives in which little happens prove little: three things at most may never have happened."""
    assert len(live(8, 25)) <= 3


@pytest.mark.slow
def test_each_reads_what_she_may_through_long_lives(db):
    assert len(live(10 if django_settings.CI else 100, 60)) <= (3 if django_settings.CI else 0)
