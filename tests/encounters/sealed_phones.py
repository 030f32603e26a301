"""Phones, played by the Python engine: they seal what they note for others, and open nothing.

A `Phone` does what the offline client does: encounters wait in its outbox, deposits leave first,
increments of five encounters or more are mixed in a batch, facts leave last and in another order.
What it sends is what the client posts: dictionaries that JSON can carry, that a test may change.
"""

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.test import Client
from django.utils import timezone

from ruche.accounts.enums import Role
from ruche.accounts.models import Member
from ruche.encounters.actions import receive_deposits
from ruche.encounters.counting import Answers, Where, cells_of
from ruche.encounters.definitions import Definition
from ruche.encounters.models import (
    Deposit,
    Facts,
    FiledDeposit,
    Form,
    FormUse,
    MeasuringCircle,
    Permit,
    Promise,
    Quarantined,
)
from ruche.encounters.payloads import CLIENT, DepositGiven
from ruche.encounters.shipped import shipped_forms
from ruche.engines.vault.forms import bytes_of, canonical, padded, text_of
from ruche.engines.vault.pieces import Piece as SealedPiece
from ruche.engines.vault.pieces import Place, content_of, open_piece
from ruche.engines.vault.suite import new_key, seal, wrap
from ruche.journal.models import Entry
from ruche.places.models import Site
from ruche.seances.enums import Answer
from ruche.seances.models import Team
from ruche.tallies.cells import Cell
from ruche.tallies.models import SpentBatch, Tally
from ruche.vault.models import Act, Circle, Piece, Record, Wrap
from tests.members import browser_of, someone
from tests.seances.field import a_seance, a_site, a_team, there, today
from tests.tallies.slips import batch, sealed
from tests.vault.played_browsers import (
    Given,
    Hand,
    creation,
    piece_given,
    secrets_of,
    send,
    with_a_ring,
)

DEPOSITS, FACTS, COUNTERS = "/saisie/rencontres/", "/saisie/faits/", "/saisie/compteurs/"
QUARANTINE, PACK, BAG = "/saisie/quarantaine/", "/saisie/preparer/", "/saisie/sac/"
FILE, DISMISS = "/rencontres/a-ranger/ranger/", "/rencontres/a-ranger/effacer/"

MIXED, TOGETHER, FACTS_TOGETHER, MOST_SLIPS = 5, 100, 20, 2_000
"""As in `outbox.js` and `sending.js`."""


# ------------------------------------------------------------------------------- sealing


def public_of(circle: Circle, epoch: int | None = None) -> tuple[int, bytes]:
    """An epoch of a circle, the newest unless told, and the key to which phones seal."""
    publics = {}
    for act in Act.objects.filter(circle=circle).order_by("number"):
        said = json.loads(bytes(act.statement))
        publics[said["epoch"]] = bytes_of(said["public"])
    chosen = epoch or max(publics)
    return chosen, publics[chosen]


def envelope_given(
    circle: Circle,
    value: Any,
    *,
    kind: str = "fact",
    id: UUID | str | None = None,
    key: tuple[int, bytes] | None = None,
    **changed: Any,
) -> Given:
    """Anything sealed for a circle of which the phone knows the public key only."""
    epoch, public = key or public_of(circle)
    name = str(id or drawn_id())
    place = Place(kind, str(circle.pk), epoch, name, name)
    own = new_key()
    body = seal(own, padded(content_of(value, place, None)), place.context)
    given = {"id": name, "circle": str(circle.pk), "epoch": epoch, "body": text_of(body)}
    return {**given, "key": text_of(wrap(public, own, place.context)), **changed}


def deposit_given(circle: Circle, said: Mapping[str, Any] | None = None, **more: Any) -> Given:
    """An encounter, sealed for a circle; `site` and `month` say that something was promised."""
    text = canonical(said or {"note": "Venue avec sa sœur."}).decode()
    return envelope_given(circle, {"text": text}, kind="deposit", **more)


def facts_given(circle: Circle, *facts: Mapping[str, Any], **more: Any) -> Given:
    """Joint facts, sealed for those who measure."""
    return envelope_given(circle, list(facts) or [{"form": "sante", "answers": {}}], **more)


def drawn_id(chance: random.Random | None = None) -> UUID:
    """A random identifier, as browsers draw them."""
    return UUID(int=(chance or random.SystemRandom()).getrandbits(128), version=4)


def opened_deposit(hand: Hand, deposit: Deposit) -> Any:
    """What an encounter says, for someone of its circle."""
    name = str(deposit.pk)
    place = Place("deposit", str(deposit.circle_id), deposit.epoch, name, name)
    sealed_piece = SealedPiece(place, bytes(deposit.body), bytes(deposit.key))
    secret = secrets_of(hand, deposit.circle)[deposit.epoch]
    return json.loads(open_piece(sealed_piece, secret)["text"])


def filing_given(
    hand: Hand,
    deposit: Deposit,
    *,
    record: UUID | str | None = None,
    promised: Iterable[tuple[Site, date]] = (),
    **changed: Any,
) -> Given:
    """What the tray posts: an identity when the person is new, the encounter, what was promised."""
    said, pieces = opened_deposit(hand, deposit), []
    if record is None:
        pieces.append(piece_given(hand, deposit.circle, {"given": "Alba"}, kind="identity"))
        record = pieces[0]["record"]
    encounter = {"met": said, "text": "Permanence santé."}
    pieces.append(piece_given(hand, deposit.circle, encounter, kind="encounter", record=record))
    promises = []
    for site, month in promised:
        words = {"kind": "call", "words": "le dentiste"}
        piece = piece_given(hand, deposit.circle, words, kind="promise", record=record)
        pieces.append(piece)
        promises.append({"piece": piece["id"], "site": str(site.pk), "month": month.isoformat()})
    given = {"deposit": str(deposit.pk), "pieces": pieces, "promises": promises}
    return {**given, **changed}


# ------------------------------------------------------------------------------- posting


def posted(who: Member | Client, address: str, body: Any, **changed: Any) -> Any:
    """What the server answers to JSON; `body` as bytes goes as it is."""
    client = who if isinstance(who, Client) else browser_of(who)
    content = body if isinstance(body, bytes) else json.dumps({**body, **changed}).encode()
    return client.post(address, content, content_type="application/json")


def from_phone(who: Member | Client, address: str, **body: Any) -> Any:
    """The same, from the offline client: it says which one it is."""
    return posted(who, address, {"client": CLIENT, **body})


def send_deposits(who: Member | Client, *deposits: Given, settled: Sequence[Any] = ()) -> Given:
    """What became of these encounters."""
    names = [str(one) for one in settled]
    answer = from_phone(who, DEPOSITS, deposits=list(deposits), settled=names)
    assert answer.status_code == 200, answer.content
    found: Given = answer.json()
    return found


def send_facts(who: Member | Client, *envelopes: Given) -> Given:
    """What became of these envelopes."""
    answer = from_phone(who, FACTS, envelopes=list(envelopes))
    assert answer.status_code == 200, answer.content
    found: Given = answer.json()
    return found


def kept_in_tray(member: Member, circle: Circle, **more: Any) -> Deposit:
    """An encounter that waits to be filed."""
    given = deposit_given(circle, **more)
    receive_deposits(member, [DepositGiven.model_validate(given)])
    return Deposit.objects.get(pk=given["id"])


WRITTEN = (
    *(Deposit, FiledDeposit, Facts, Promise, Quarantined, Permit, Tally, SpentBatch),
    *(Record, Piece, Wrap, Entry),
)


def everything() -> dict[str, list[Given]]:
    """All that receiving, filing and deciding may write: compared, it says that nothing was."""
    tables: dict[str, Any] = {model.__name__: model._default_manager for model in WRITTEN}
    return {name: list(rows.order_by("pk").values()) for name, rows in tables.items()}


# -------------------------------------------------------------------------------- phones


@dataclass(eq=False)
class Met:
    """An encounter, and what left of it: known to the test, never to the server."""

    answers: Answers
    cells: list[Cell]
    deposit: str = ""
    fact: str = ""
    batch: str = ""


@dataclass
class Pool:
    """Increments and facts of an encounter, that wait to be mixed with those of others."""

    met: Met
    slips: list[bytes]
    fact: Given | None


@dataclass(eq=False)
class Phone:
    """A phone in someone's hands. `chance` draws its identifiers and its shuffles."""

    member: Member
    team: Team | None
    site: Site
    form: Definition
    circle: Circle | None = None
    measuring: Circle | None = None
    day: date = field(default_factory=timezone.localdate)
    chance: random.Random = field(default_factory=random.SystemRandom)
    deposits: list[Given] = field(default_factory=list)
    pools: list[Pool] = field(default_factory=list)
    _keys: dict[UUID, tuple[int, bytes]] = field(default_factory=dict)

    def meet(self, answers: Answers, *, mode: str = "anonymous", note: str = "") -> Met:
        """Seal an encounter; it waits in the outbox."""
        where = Where(self.day, self.site.pk, self.team.pk if self.team else None)
        met = Met(answers, cells_of(self.form, answers, where))
        pool = Pool(met, [sealed(cell) for cell in met.cells], None)
        if mode == "anonymous" and self.measuring:
            pool.fact = self._fact(answers)
            met.fact = pool.fact["id"]
        if self.circle and (mode != "anonymous" or note):
            self.deposits.append(self._deposit({"mode": mode, "note": note, "answers": answers}))
            met.deposit = self.deposits[-1]["id"]
        self.pools.append(pool)
        return met

    def _deposit(self, said: Given) -> Given:
        assert self.circle is not None
        told = {**said, "by": str(self.member.pk), "site": str(self.site.pk)}
        id = drawn_id(self.chance)
        return deposit_given(self.circle, told, id=id, key=self._key(self.circle))

    def _fact(self, answers: Answers) -> Given:
        assert self.measuring is not None
        fact = {"form": self.form.key, "month": f"{self.day:%Y-%m}", "answers": answers}
        id = drawn_id(self.chance)
        return facts_given(self.measuring, fact, id=id, key=self._key(self.measuring))

    def _key(self, circle: Circle) -> tuple[int, bytes]:
        """Believed once, then kept, as a phone does."""
        if circle.pk not in self._keys:
            self._keys[circle.pk] = public_of(circle)
        return self._keys[circle.pk]

    # ------------------------------------------------------------------------- leaving

    def sync(self, *, all: bool = False) -> list[tuple[str, Given]]:
        """The requests of one sending, in their order; the outbox forgets what they carry."""
        requests = [
            (DEPOSITS, {"client": CLIENT, "deposits": some, "settled": []})
            for some in portions(sorted(self.deposits, key=itemgetter("id")), TOGETHER)
        ]
        self.deposits = []
        facts: list[Given] = []
        while self.pools and (all or len(self.pools) >= MIXED):
            taken = self._mixed()
            requests.append((COUNTERS, self._batch(taken)))
            facts += [pool.fact for pool in taken if pool.fact]
        for some in portions(facts, FACTS_TOGETHER):
            self.chance.shuffle(some)
            requests.append((FACTS, {"client": CLIENT, "envelopes": some}))
        return requests

    def _mixed(self) -> list[Pool]:
        """In the order of their identifiers, that are random: as a browser's store gives them."""
        taken, room = [], MOST_SLIPS
        self.chance.shuffle(self.pools)
        while self.pools and len(self.pools[-1].slips) <= room:
            taken.append(self.pools.pop())
            room -= len(taken[-1].slips)
        return taken

    def _batch(self, taken: Sequence[Pool]) -> Given:
        slips = [slip for pool in taken for slip in pool.slips]
        self.chance.shuffle(slips)
        found: Given = batch(slips).model_dump(mode="json")
        for pool in taken:
            pool.met.batch = found["id"]
        return found


def portions(items: list[Any], size: int) -> list[list[Any]]:
    return [items[at : at + size] for at in range(0, len(items), size)]


def answers_to(form: Definition, chance: random.Random) -> Answers:
    """Something that may be answered: each question, or not."""
    found: dict[str, list[str]] = {}
    for question in form.fields:
        keys = [option.key for option in question.options]
        most = min(2, len(keys)) if question.many else 1
        if not question.at_first and chance.random() < 0.9:
            found[question.key] = chance.sample(keys, chance.randint(1, most))
    return found


# --------------------------------------------------------------------------------- world


def in_the_field(team_of: int = 3) -> SimpleNamespace:
    """Nurses with a form, their circle, those who measure, advisers beside; a séance today.

    `odile`, `rose`, `samir`: nurses of one team and one circle, of which three volunteers keep the
    recovery key. `karim`, `lea`: advisers, in another circle. `odile`, `rose` and `lea` measure.
    """
    nurses = [with_a_ring(someone(Role.NURSE)) for _ in range(team_of)]
    guards = [with_a_ring(someone(Role.SITE_VOLUNTEER)) for _ in range(3)]
    advisers = [with_a_ring(someone(Role.DIGITAL_ADVISER)) for _ in range(2)]
    names = ("odile", "rose", "samir")
    found = SimpleNamespace(**dict(zip(names, nurses, strict=False)), hands=nurses)
    found.karim, found.lea = advisers
    found.nurses = send(nurses[0], creation(nurses[0], nurses, guards))
    found.advisers = send(found.karim, creation(found.karim, advisers))
    found.measure = send(nurses[0], creation(nurses[0], [*nurses[:2], found.lea]))
    MeasuringCircle.objects.update_or_create(pk=1, defaults={"circle": found.measure})
    found.form = shipped_forms()["sante"]
    found.team = a_team(*(hand.member for hand in nurses))
    found.use = FormUse.objects.create(
        form=Form.objects.get(key="sante"), team=found.team, circle=found.nurses
    )
    found.site = a_site()
    found.seance = a_seance(found.site, today())
    there(found.seance, found.team, Answer.CONFIRMED)
    return found


def phone_of(hand: Hand, place: SimpleNamespace, **more: Any) -> Phone:
    """Her phone, at the séance of today."""
    told = {"circle": place.nurses, "measuring": place.measure, **more}
    return Phone(hand.member, place.team, told.pop("site", place.site), place.form, **told)
