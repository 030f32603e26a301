"""The acts of a circle: what the rules let through, and each thing that they refuse."""

from dataclasses import replace

import pytest

from ruche.engines.vault.acts import Act, BadAct, approval_bytes, sign_act, verified
from ruche.engines.vault.forms import context
from ruche.engines.vault.suite import KeyPair, new_key, public_of, sign
from tests.engines.vault.makers import CIRCLE, Told, keys_of


def test_a_circle_lives_its_life():
    told = Told("odile", "rose")
    told.admit("samir", by="rose")
    told.depart("rose", by="samir")
    circle = told.circle
    assert set(circle.members) == {"odile", "samir"}
    assert (circle.number, circle.epoch) == (3, 2)
    assert circle.public == told.public


def test_a_signature_made_after_a_departure_does_not_count():
    told = Told("odile", "rose")
    told.admit("samir", by="odile")
    told.depart("odile", by="rose")
    circle, key = told.circle, told.people["odile"].sign_public
    assert circle.could_sign("odile", key, 1)
    assert not circle.could_sign("odile", key, 2)
    assert circle.could_sign("samir", told.people["samir"].sign_public, 1)
    assert not circle.could_sign("samir", key, 1)


def test_a_circle_of_one_needs_custodians():
    with pytest.raises(BadAct, match="gardiennes"):
        Told("odile").circle  # noqa: B018 - asking is the test
    assert set(Told("odile", custodians=("a", "b", "c")).circle.custodians) == {"a", "b", "c"}


def test_a_departure_that_leaves_one_person_needs_custodians():
    told = Told("odile", "rose")
    told.depart("rose", by="odile")
    with pytest.raises(BadAct, match="seule personne"):
        told.circle  # noqa: B018


def test_two_custodians_bring_a_member_back_and_one_cannot():
    told = Told("odile", custodians=("a", "b", "c"))
    before, anew = told.circle, KeyPair.draw()
    text = approval_bytes(before, "odile", *keys_of(anew))
    agreed = {
        who: sign(told.people[who].sign_private, text, context("approval", CIRCLE))
        for who in ("a", "b")
    }
    told.people["odile"] = anew
    told.new_epoch()
    told.act("rescue", "odile", approvals=agreed)
    assert told.circle.members["odile"] == keys_of(anew)
    alone = told.acts[-1]
    with pytest.raises(BadAct, match="deux gardiennes"):
        verified([*told.acts[:-1], replace(alone, approvals={"a": agreed["a"]})])
    with pytest.raises(BadAct, match="signature"):
        verified([*told.acts[:-1], replace(alone, approvals={"a": agreed["a"], "b": agreed["a"]})])


def test_lost_keys_are_replaced_by_someone_else():
    told = Told("odile", "rose")
    told.people["odile"] = KeyPair.draw()
    told.new_epoch()
    told.act("replace", by="rose")
    assert told.circle.members["odile"] == keys_of(told.people["odile"])


@pytest.mark.parametrize(
    ("kind", "changed", "why"),
    [
        ("admit", {"previous": "0" * 64}, "en suit un autre"),
        ("admit", {"number": 7}, "à sa place"),
        ("admit", {"circle": "ailleurs"}, "autre cercle"),
        ("admit", {"epoch": 2}, "époque"),
        ("admit", {"public": public_of(new_key())}, "sans nouvelle époque"),
        ("admit", {"public": b"court"}, "taille"),
        ("admit", {}, "rien d'autre ne change"),
        ("depart", {"epoch": 2}, "nouvelle clé"),
        ("create", {"epoch": 2}, "premier acte"),
        ("absent", {}, "illisible"),
        ("admit", {"members": {}}, "nombre de membres"),
        ("admit", {"recovery": new_key()}, "secours"),
    ],
)
def test_what_the_rules_refuse(kind, changed, why):
    told = Told("odile", "rose")
    told.act(kind, "odile", **changed)
    with pytest.raises(BadAct, match=why) as refused:
        told.circle  # noqa: B018
    assert refused.value.number == 2


def test_a_stranger_signs_nothing():
    told = Told("odile", "rose")
    told.people["mallory"] = KeyPair.draw()
    told.admit("samir", by="mallory")
    with pytest.raises(BadAct, match="n'était pas du cercle"):
        told.circle  # noqa: B018


def test_a_swapped_key_is_refused_at_its_act():
    """The server changes the key of the epoch, or of a member, in a statement that was signed."""
    told = Told("odile", "rose")
    told.admit("samir", by="odile")
    for word in (b'"public":"', b'"seal":"'):
        act = told.acts[1]
        at = act.statement.index(word) + len(word)
        other = b"A" if act.statement[at : at + 1] != b"A" else b"B"
        swapped = act.statement[:at] + other + act.statement[at + 1 :]
        with pytest.raises(BadAct) as refused:
            verified([told.acts[0], Act(swapped, act.signature)])
        assert refused.value.number == 2


def test_who_leaves_does_not_shut_the_door_behind_her():
    told = Told("odile", "rose", "samir")
    told.depart("rose", by="rose")
    with pytest.raises(BadAct, match="fermer la porte"):
        told.circle  # noqa: B018


def test_nobody_replaces_her_own_keys():
    told = Told("odile", "rose")
    old = told.people["odile"]
    told.people["odile"] = KeyPair.draw()
    told.new_epoch()
    said = told.statement("replace", "odile")
    told.acts.append(sign_act(said, old.sign_private))
    with pytest.raises(BadAct, match="propres clés"):
        told.circle  # noqa: B018


@pytest.mark.parametrize("statement", [b"", b"[]", b"{}", b"\xff", b'{"circle":1}', b"null"])
def test_an_unreadable_act_is_told_by_its_number(statement):
    with pytest.raises(BadAct) as refused:
        verified([Act(statement, b"")])
    assert refused.value.number == 1
