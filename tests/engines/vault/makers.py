"""What the tests of the vault need: members with keys, a circle and its acts, a place."""

from typing import Any
from uuid import uuid4

from ruche.engines.vault.acts import Act, Circle, sign_act, verified
from ruche.engines.vault.epochs import EpochSecret
from ruche.engines.vault.pieces import Place
from ruche.engines.vault.suite import KeyPair, new_key, public_of

CIRCLE = "0b5d1c8e-5a43-4c0c-9a51-2f1f6f0f0a01"


def place(kind: str = "note", epoch: int = 1, circle: str = CIRCLE) -> Place:
    return Place(kind, circle, epoch, str(uuid4()), str(uuid4()))


def secret(epoch: int = 1, circle: str = CIRCLE) -> EpochSecret:
    return EpochSecret(circle, epoch, new_key())


def keys_of(pair: KeyPair) -> tuple[bytes, bytes]:
    return pair.seal_public, pair.sign_public


class Told:
    """A circle that is told act after act. Its people are letters."""

    def __init__(self, *members: str, custodians: tuple[str, ...] = ()) -> None:
        self.people = {who: KeyPair.draw() for who in (*members, *custodians)}
        self.members, self.custodians = list(members), list(custodians)
        self.public = public_of(new_key())
        self.recovery = public_of(new_key()) if custodians else b""
        self.epoch = 1
        self.acts: list[Act] = []
        self.act("create", by=members[0])

    def keys(self, names: list[str]) -> dict[str, tuple[bytes, bytes]]:
        return {who: keys_of(self.people[who]) for who in names}

    def statement(self, kind: str, by: str, **changed: Any) -> dict[str, Any]:
        return {
            "circle": CIRCLE,
            "number": len(self.acts) + 1,
            "previous": self.acts[-1].digest if self.acts else "",
            "kind": kind,
            "epoch": self.epoch,
            "public": self.public,
            "members": self.keys(self.members),
            "custodians": self.keys(self.custodians),
            "recovery": self.recovery,
            "by": by,
            "on": "2026-11-24",
            **changed,
        }

    def act(self, kind: str, by: str, *, approvals: Any = (), **changed: Any) -> Act:
        said = self.statement(kind, by, **changed)
        act = sign_act(said, self.people[by].sign_private, approvals=dict(approvals))
        self.acts.append(act)
        return act

    def admit(self, who: str, by: str) -> None:
        self.people.setdefault(who, KeyPair.draw())
        self.members.append(who)
        self.act("admit", by)

    def depart(self, who: str, by: str) -> None:
        self.members.remove(who)
        self.new_epoch()
        self.act("depart", by)

    def new_epoch(self) -> None:
        self.epoch += 1
        self.public = public_of(new_key())

    @property
    def circle(self) -> Circle:
        return verified(self.acts)
