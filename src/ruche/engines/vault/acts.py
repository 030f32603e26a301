"""The signed acts of a circle: who is in it, since when, under which key. Checked without a secret.

Each act states the whole circle after it, carries the digest of the act before, and is signed by
someone who was a member before it. Browsers and the server check the same rules: whoever serves
another key, another member or a shorter list is seen.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from ruche.engines.vault.forms import Unreadable, bytes_of, canonical, context, text_of
from ruche.engines.vault.suite import KEY, sign, verify

__all__ = [
    "Act",
    "ActKind",
    "BadAct",
    "Circle",
    "approval_bytes",
    "check_approval",
    "sign_act",
    "verified",
]

MOST_MEMBERS = 60
CUSTODIANS, APPROVALS = 3, 2


class BadAct(Unreadable):
    """An act that the rules refuse. In French; `number` says which."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"Acte {number} du cercle : {why}")
        self.number = number


class ActKind(StrEnum):
    """What an act does."""

    CREATE = "create"
    ADMIT = "admit"
    DEPART = "depart"
    REPLACE = "replace"
    CUSTODIANS = "custodians"
    RESCUE = "rescue"


OPENS_AN_EPOCH = {ActKind.DEPART, ActKind.REPLACE, ActKind.CUSTODIANS, ActKind.RESCUE}
TEXTS = ("circle", "previous", "kind", "public", "recovery", "by", "on")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
PERSON = re.compile(r"[a-z0-9-]*[a-z-][a-z0-9-]*")
"""How a member is named: never a plain number, which browsers would put in another order."""

FIELDS = {
    "circle",
    "number",
    "previous",
    "kind",
    "epoch",
    "public",
    "members",
    "custodians",
    "recovery",
    "by",
    "on",
}


@dataclass(frozen=True, slots=True)
class Act:
    """An act as it is kept: the exact bytes that were signed, and the signatures."""

    statement: bytes
    signature: bytes
    approvals: Mapping[str, bytes] = field(default_factory=dict)
    """For a rescue: custodian → her signature."""

    @property
    def digest(self) -> str:
        return sha256(self.statement).hexdigest()


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle after its last act."""

    id: str
    number: int
    digest: str
    epoch: int
    public: bytes
    members: Mapping[str, tuple[bytes, bytes]]
    """Member → the keys `seal` and `sign` that she has here."""
    custodians: Mapping[str, tuple[bytes, bytes]]
    recovery: bytes
    once: Mapping[int, Mapping[str, frozenset[bytes]]]
    """Epoch → everyone who was in it, with the keys that could sign then."""
    signed_by: str
    """Who signed the last act."""

    def could_sign(self, member: str, sign_public: bytes, epoch: int) -> bool:
        """Whether a signature of this key counts in this epoch: after a departure, it does not."""
        return sign_public in self.once.get(epoch, {}).get(member, frozenset())


def sign_act(statement: Mapping[str, Any], signing_key: bytes, **more: Any) -> Act:
    """An act, signed. `statement` holds exactly `FIELDS`; keys are bytes, written as texts."""
    text = canonical(_written(statement))
    return Act(text, sign(signing_key, text, context("act", statement["circle"])), **more)


def approval_bytes(circle: Circle, member: str, seal_public: bytes, sign_public: bytes) -> bytes:
    """What two custodians sign so that someone may come back: the circle as it stands, her keys."""
    keys = {"seal": text_of(seal_public), "sign": text_of(sign_public)}
    return canonical({"circle": circle.id, "head": circle.digest, "member": member, "keys": keys})


def verified(acts: Iterable[Act]) -> Circle:
    """The circle after these acts, from the first; `BadAct` at the first that breaks a rule."""
    circle: Circle | None = None
    for number, act in enumerate(acts, start=1):
        try:
            circle = _after(circle, act)
        except BadAct:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            why = str(error) if isinstance(error, Unreadable) else "il est illisible."
            raise BadAct(number, why) from error
    if circle is None:
        raise BadAct(1, "il manque.")
    return circle


def _after(before: Circle | None, act: Act) -> Circle:
    said = json.loads(act.statement)
    _check_form(said)
    if canonical(said) != act.statement:
        raise Unreadable("il n'a pas la forme attendue.")
    number = before.number + 1 if before else 1
    _demand(said["number"] == number, number, "il n'est pas à sa place.")
    _demand(said["previous"] == (before.digest if before else ""), number, "il en suit un autre.")
    kind = ActKind(said["kind"])
    members, custodians = _keys(said["members"]), _keys(said["custodians"])
    _demand((kind is ActKind.CREATE) == (before is None), number, "le premier acte crée le cercle.")
    _demand(before is None or said["circle"] == before.id, number, "il est d'un autre cercle.")
    _demand(0 < len(members) <= MOST_MEMBERS, number, "le nombre de membres n'est pas permis.")
    _demand(len(custodians) in (0, CUSTODIANS), number, "il faut trois gardiennes ou aucune.")
    _demand(
        bool(custodians) == bool(said["recovery"]), number, "une clé de secours a des gardiennes."
    )
    _demand(
        len(members) > 1 or bool(custodians),
        number,
        "un cercle d'une seule personne a besoin de trois gardiennes.",
    )
    opens = before is None or kind in OPENS_AN_EPOCH
    epoch = (before.epoch if before else 0) + (1 if opens else 0)
    _demand(said["epoch"] == epoch, number, "son époque n'est pas la bonne.")
    public, recovery = bytes_of(said["public"]), bytes_of(said["recovery"])
    _demand(len(public) == KEY, number, "sa clé n'a pas la bonne taille.")
    _demand(len(recovery) in (0, KEY), number, "sa clé de secours n'a pas la bonne taille.")
    by = said["by"]
    signers = members if before is None or kind is ActKind.RESCUE else before.members
    _demand(by in signers, number, "qui le signe n'était pas du cercle.")
    verify(signers[by][1], act.signature, act.statement, context("act", said["circle"]))
    if before is not None:
        _check_change(before, kind, members, custodians, public, recovery, by, act, number)
    once: dict[int, dict[str, frozenset[bytes]]] = {
        at: dict(who) for at, who in (before.once if before else {}).items()
    }
    present = once.setdefault(epoch, {})
    for member, keys in members.items():
        present[member] = present.get(member, frozenset()) | {keys[1]}
    return Circle(
        said["circle"], number, act.digest, epoch, public, members, custodians, recovery, once, by
    )


def _check_form(said: Any) -> None:
    """Fields and types that every reader understands alike: a browser must not read another act."""
    if (
        not isinstance(said, dict)
        or set(said) != FIELDS
        or any(type(said[name]) is not int for name in ("number", "epoch"))
        or any(type(said[name]) is not str for name in TEXTS)
        or not DAY.fullmatch(said["on"])
    ):
        raise Unreadable("il n'a pas la forme attendue.")


def _check_change(
    before: Circle,
    kind: ActKind,
    members: Mapping[str, tuple[bytes, bytes]],
    custodians: Mapping[str, tuple[bytes, bytes]],
    public: bytes,
    recovery: bytes,
    by: str,
    act: Act,
    number: int,
) -> None:
    """What each kind of act may change, and nothing more."""
    came, gone = members.keys() - before.members.keys(), before.members.keys() - members.keys()
    changed = {
        one for one in members.keys() & before.members.keys() if members[one] != before.members[one]
    }
    moves = (len(came), len(gone), len(changed))
    if kind in OPENS_AN_EPOCH:
        _demand(public != before.public, number, "une nouvelle époque a une nouvelle clé.")
    else:
        _demand(public == before.public, number, "sa clé a changé sans nouvelle époque.")
    if kind is not ActKind.CUSTODIANS:
        same = custodians == before.custodians and recovery == before.recovery
        _demand(same, number, "les gardiennes ont changé sans que ce soit dit.")
    if kind is ActKind.ADMIT:
        _demand(moves == (1, 0, 0), number, "une personne entre, et rien d'autre ne change.")
    elif kind is ActKind.DEPART:
        _demand(
            moves[0] == 0 and moves[1] > 0 and moves[2] == 0, number, "quelqu'un part, c'est tout."
        )
        _demand(by in members, number, "qui part ne peut pas fermer la porte.")
    elif kind is ActKind.REPLACE:
        _demand(moves == (0, 0, 1), number, "une personne change de clés, et rien d'autre.")
        _demand(by not in changed, number, "on ne remplace pas ses propres clés.")
    elif kind is ActKind.CUSTODIANS:
        _demand(moves == (0, 0, 0), number, "seules les gardiennes changent.")
        _demand(
            recovery != before.recovery, number, "de nouvelles gardiennes ont une nouvelle clé."
        )
    else:
        _demand(moves[1] == 0 and came | changed == {by}, number, "une seule personne revient.")
        _check_approvals(before, by, members[by], act, number)


def check_approval(circle: Circle, custodian: str, signature: bytes, text: bytes) -> None:
    """Pass in silence, or raise `Unreadable`: `text` comes from `approval_bytes`."""
    if custodian not in circle.custodians:
        raise Unreadable("ce n'est pas une gardienne.")
    verify(circle.custodians[custodian][1], signature, text, context("approval", circle.id))


def _check_approvals(
    before: Circle, by: str, keys: tuple[bytes, bytes], act: Act, number: int
) -> None:
    """Two custodians signed for these keys, on the circle as it stood."""
    text = approval_bytes(before, by, *keys)
    for custodian, signature in act.approvals.items():
        check_approval(before, custodian, signature, text)
    _demand(len(act.approvals) >= APPROVALS, number, "il faut l'accord de deux gardiennes.")


def _keys(said: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[bytes, bytes]]:
    found = {who: (bytes_of(keys["seal"]), bytes_of(keys["sign"])) for who, keys in said.items()}
    if any(len(key) != KEY for pair in found.values() for key in pair):
        raise Unreadable("une clé n'a pas 32 octets.")
    if not all(PERSON.fullmatch(who) for who in found):
        raise Unreadable("une personne n'y est pas désignée comme il faut.")
    return found


def _written(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Keys as texts, whatever the depth."""

    def text(value: Any) -> Any:
        if isinstance(value, bytes):
            return text_of(value)
        if isinstance(value, tuple):
            return {"seal": text(value[0]), "sign": text(value[1])}
        if isinstance(value, Mapping):
            return {key: text(inner) for key, inner in value.items()}
        return value

    return {key: text(value) for key, value in statement.items()}


def _demand(condition: bool, number: int, why: str) -> None:
    if not condition:
        raise BadAct(number, why)
