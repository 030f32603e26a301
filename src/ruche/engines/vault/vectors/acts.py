"""Circles told act after act for the test vectors: one that holds, and many that do not."""

from collections.abc import Sequence
from typing import Any

from ruche.engines.vault.acts import Act, Circle, approval_bytes, sign_act, verified
from ruche.engines.vault.epochs import EpochSecret
from ruche.engines.vault.forms import context, text_of
from ruche.engines.vault.suite import KeyPair, public_of, sign
from ruche.engines.vault.vectors.given import fixed, identifier, keys_of, pair

__all__ = ["act_vectors", "refused_acts", "secret_of", "written"]

DAY = "2026-11-24"


def secret_of(circle: str = "circle", epoch: int = 2) -> EpochSecret:
    return EpochSecret(identifier(circle), epoch, fixed(f"secret {circle} {epoch}"))


def written(keys: tuple[bytes, bytes]) -> dict[str, str]:
    return {"seal": text_of(keys[0]), "sign": text_of(keys[1])}


class Story:
    """A circle told act after act, by people whose keys are given."""

    def __init__(self) -> None:
        self.acts: list[Act] = []
        self.epoch = 0
        self.public = b""
        self.recovery = b""
        self.people: dict[str, KeyPair] = {}
        self.members: list[str] = []
        self.custodians: list[str] = []

    def key_of(self, who: str) -> KeyPair:
        return self.people.setdefault(who, pair(who))

    def named(self, who: Sequence[str]) -> dict[str, tuple[bytes, bytes]]:
        return {identifier(one): keys_of(self.key_of(one)) for one in who}

    def turn(self) -> None:
        """A new epoch."""
        self.epoch += 1
        self.public = secret_of(epoch=self.epoch).deposit_public

    def act(self, kind: str, by: str, *, signer: KeyPair | None = None, **changed: Any) -> Act:
        approvals = changed.pop("approvals", {})
        said = {
            "circle": identifier("circle"),
            "number": len(self.acts) + 1,
            "previous": self.acts[-1].digest if self.acts else "",
            "kind": kind,
            "epoch": self.epoch,
            "public": self.public,
            "members": self.named(self.members),
            "custodians": self.named(self.custodians),
            "recovery": self.recovery,
            "by": identifier(by),
            "on": DAY,
            **changed,
        }
        key = (signer or self.key_of(by)).sign_private
        self.acts.append(sign_act(said, key, approvals=approvals))
        return self.acts[-1]

    @property
    def circle(self) -> Circle:
        return verified(self.acts)


def story() -> Story:
    """Created by two, a third admitted, one gone, custodians, keys replaced, one come back."""
    told = Story()
    told.members = ["member a", "member b"]
    told.turn()
    told.act("create", "member a")
    told.members.append("member c")
    told.act("admit", "member b")
    told.members.remove("member b")
    told.turn()
    told.act("depart", "member c")
    told.custodians = ["custodian d", "custodian e", "custodian f"]
    told.recovery = public_of(fixed("recovery"))
    told.turn()
    told.act("custodians", "member a")
    told.people["member c"] = pair("member c, again")
    told.turn()
    told.act("replace", "member a")
    come_back(told)
    return told


def come_back(told: Story) -> None:
    """Member a lost her keys: two custodians sign for the new ones."""
    before, anew = told.circle, pair("member a, again")
    text = approval_bytes(before, identifier("member a"), *keys_of(anew))
    approvals = {
        identifier(who): sign(told.key_of(who).sign_private, text, context("approval", before.id))
        for who in ("custodian d", "custodian e")
    }
    told.people["member a"] = anew
    told.turn()
    told.act("rescue", "member a", approvals=approvals)


def act_vectors() -> dict[str, Any]:
    told = story()
    before, after = verified(told.acts[:-1]), told.circle
    approval = approval_bytes(before, identifier("member a"), *keys_of(pair("member a, again")))
    return {
        "acts": [act_case(act) for act in told.acts],
        "approval": {
            "text": approval.decode(),
            "context": context("approval", before.id),
        },
        "circle": {
            "id": after.id,
            "number": after.number,
            "digest": after.digest,
            "epoch": after.epoch,
            "public": text_of(after.public),
            "members": {who: written(keys) for who, keys in after.members.items()},
            "custodians": {who: written(keys) for who, keys in after.custodians.items()},
            "recovery": text_of(after.recovery),
            "signed_by": after.signed_by,
            "once": {
                str(epoch): {
                    who: [text_of(key) for key in sorted(keys)]
                    for who, keys in sorted(present.items())
                }
                for epoch, present in after.once.items()
            },
        },
    }


def act_case(act: Act) -> dict[str, Any]:
    return {
        "statement": text_of(act.statement),
        "signature": text_of(act.signature),
        "approvals": {who: text_of(given) for who, given in act.approvals.items()},
        "digest": act.digest,
    }


def refused_acts() -> list[dict[str, Any]]:
    """Circles whose last act is refused."""
    return [
        wrong("another act before", previous="0" * 64),
        wrong("another number", number=7),
        wrong("another circle", circle=identifier("other circle")),
        wrong("an epoch too soon", epoch=2),
        wrong("another key without an epoch", public=public_of(fixed("another"))),
        wrong("a key too short", public=b"court"),
        wrong("nobody enters", members={}, admits=False),
        wrong("a recovery key without custodians", recovery=public_of(fixed("another"))),
        wrong("another kind", kind="absent"),
        wrong("created twice", kind="create"),
        wrong("a stranger signs", by="stranger"),
        wrong("signed by another key", signer=pair("stranger")),
        wrong("a field too many", more=True),
        {"why": "spaces", "number": 2, "acts": spaced()},
        {"why": "no act", "number": 1, "acts": []},
    ]


def wrong(why: str, **changed: Any) -> dict[str, Any]:
    told = Story()
    told.members = ["member a", "member b"]
    told.turn()
    told.act("create", "member a")
    if changed.pop("admits", True):
        told.members.append("member c")
    kind, by = changed.pop("kind", "admit"), changed.pop("by", "member a")
    told.act(kind, by, **changed)
    return {"why": why, "number": 2, "acts": [act_case(act) for act in told.acts]}


def spaced() -> list[dict[str, Any]]:
    """The same act, well signed, but written with a space."""
    told = Story()
    told.members = ["member a", "member b"]
    told.turn()
    told.act("create", "member a")
    told.members.append("member c")
    text = told.act("admit", "member a").statement.replace(b'","', b'", "', 1)
    where = context("act", identifier("circle"))
    told.acts[-1] = Act(text, sign(told.key_of("member a").sign_private, text, where))
    return [act_case(act) for act in told.acts]
