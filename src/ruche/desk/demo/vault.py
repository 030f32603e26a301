"""Rings and a circle for the demo world, made here because its characters have no browser.

In the demo world only: the phrase of every character is known to all, and this program draws their
keys. In the product, keys are drawn in browsers and never seen by the server.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from ruche.accounts.models import Member
from ruche.engines.vault.acts import sign_act
from ruche.engines.vault.epochs import EpochSecret
from ruche.engines.vault.forms import context, text_of
from ruche.engines.vault.pieces import Place, seal_piece
from ruche.engines.vault.ring import Ring, SlotKind, make_slot, seal_ring
from ruche.engines.vault.shamir import split
from ruche.engines.vault.suite import KeyPair, new_key, public_of, wrap
from ruche.vault import actions
from ruche.vault.models import Circle
from ruche.vault.payloads import ActGiven, PieceGiven, RingGiven

PHRASE = "tisane cerise lanterne violon guitare brioche abricot"
"""The phrase that opens the ring of every character. Known to all, on purpose."""

NURSES = ("odile", "rose", "samir", "jeanne")
ADVISERS = ("karim", "lea", "hugo")
CUSTODIANS = ("bernard", "solange", "ines")
MEASURERS = ("odile", "lea")
CIRCLE, RIGHTS, MEASURE = "Infirmières et infirmier", "Accès aux droits", "Mesure"
PURPOSES = {
    CIRCLE: "Se souvenir de ce qui a été dit et promis, d’une permanence à l’autre.",
    RIGHTS: "Suivre une démarche jusqu’à sa réponse.",
    MEASURE: "Croiser ce que disent les rencontres, sans aucun nom.",
}

GIVEN, FAMILY = (
    tuple(names.split())
    for names in (
        "Alba Brice Cyrielle Driss Eulalie Firmin Ghislaine Hamid Isaure Jovan Kadiatou Léopold"
        " Maëlys Nassim Octavie Pacôme Quitterie Raïssa Solène Tancrède",
        "Abricotier Bellegarde Cantegrel Dufoulard Estebanet Fontclaire Garrigou Hautbois"
        " Imbertal Jasmin Kerval Lacabane Mirabelle Noisetier Olivette Pimprenelle Quenouille"
        " Romarin Saladelle Tournesol",
    )
)
"""Openly fictitious: nobody is called so."""


@dataclass(frozen=True)
class DemoKeys:
    """The keys that this program drew: only a demo knows them."""

    pairs: Mapping[str, KeyPair]
    """Character → her keys."""
    secrets: Mapping[str, EpochSecret]
    """Name of a circle → its secret."""


def build_vault(members: Mapping[str, Member], today: date, chance: random.Random) -> DemoKeys:
    """Rings for those who are in a circle or keep its recovery; three circles; persons."""
    pairs = {key: KeyPair.draw() for key in (*NURSES, *ADVISERS, *CUSTODIANS)}
    _rings(members, pairs)
    seated = {CIRCLE: NURSES, RIGHTS: ADVISERS, MEASURE: MEASURERS}
    made = {name: _circle(name, people, members, pairs, today) for name, people in seated.items()}
    circle, secret = made[CIRCLE]
    _persons(members["odile"], pairs["odile"], circle, secret, today, chance)
    return DemoKeys(pairs, {name: secret for name, (_, secret) in made.items()})


def _rings(members: Mapping[str, Member], pairs: Mapping[str, KeyPair]) -> None:
    pins = {
        str(members[key].pk): {"seal": text_of(pair.seal_public), "sign": text_of(pair.sign_public)}
        for key, pair in pairs.items()
    }
    for key, pair in pairs.items():
        member = str(members[key].pk)
        ring = Ring(pair, pins={who: pin for who, pin in pins.items() if who != member})
        sealed, ring_key = seal_ring(ring, member=member)
        slot = make_slot(
            ring_key, member=member, id=str(uuid4()), kind=SlotKind.PHRASE, secret=PHRASE
        )
        given = {
            "seal_public": text_of(pair.seal_public),
            "sign_public": text_of(pair.sign_public),
            "sealed": text_of(sealed),
            "version": 1,
            "slots": [
                {
                    "id": slot.id,
                    "kind": slot.kind,
                    "salt": text_of(slot.salt),
                    "sealed": text_of(slot.sealed),
                }
            ],
        }
        actions.make_ring(members[key], RingGiven.model_validate(given))


def _circle(
    name: str,
    people: Sequence[str],
    members: Mapping[str, Member],
    pairs: Mapping[str, KeyPair],
    today: date,
) -> tuple[Circle, EpochSecret]:
    id, recovery = uuid4(), new_key()
    secret = EpochSecret(str(id), 1, new_key())
    author, seated, guards = (
        members[people[0]],
        _public_keys(people, members, pairs),
        _public_keys(CUSTODIANS, members, pairs),
    )
    act = sign_act(
        {
            "circle": str(id),
            "number": 1,
            "previous": "",
            "kind": "create",
            "epoch": 1,
            "public": secret.deposit_public,
            "members": seated,
            "custodians": guards,
            "recovery": public_of(recovery),
            "by": str(author.pk),
            "on": today.isoformat(),
        },
        pairs[people[0]].sign_private,
    )
    parts = {
        who: text_of(wrap(guards[who][0], part, context("custody", str(id), 1, who)))
        for who, part in zip(guards, split(recovery), strict=True)
    }
    given = {
        "circle": str(id),
        "name": name,
        "purpose": PURPOSES[name],
        "statement": text_of(act.statement),
        "signature": text_of(act.signature),
        "recovery": text_of(secret.wrapped_for_recovery(public_of(recovery))),
        "wraps": {who: text_of(secret.wrapped_to(who, pair[0])) for who, pair in seated.items()},
        "parts": parts,
    }
    return actions.append_act(author, ActGiven.model_validate(given)), secret


def _public_keys(
    keys: Sequence[str], members: Mapping[str, Member], pairs: Mapping[str, KeyPair]
) -> dict[str, tuple[bytes, bytes]]:
    return {str(members[key].pk): (pairs[key].seal_public, pairs[key].sign_public) for key in keys}


def _persons(
    author: Member,
    pair: KeyPair,
    circle: Circle,
    secret: EpochSecret,
    today: date,
    chance: random.Random,
) -> None:
    """Forty persons who do not exist, some with a note; one is known by a nickname only."""
    pieces: list[PieceGiven] = []
    for number in range(40):
        record = uuid4()
        identity = {
            "given": GIVEN[number % len(GIVEN)],
            "family": FAMILY[chance.randrange(len(FAMILY))],
            "birth": str(chance.randrange(1940, 2004)),
            "phone": f"05 62 00 {chance.randrange(100):02} {chance.randrange(100):02}",
        }
        if number == 0:
            identity = {"alias": "La dame au vélo vert"}
        pieces.append(demo_piece("identity", identity, record, circle, secret))
        if number % 4 == 0:
            note = {
                "by": str(author.pk),
                "at": datetime(today.year, today.month, 1, 14, 30).isoformat() + "Z",
                "text": "Venue avec une voisine. Cherche où faire faire des lunettes.",
                "after": [],
            }
            pieces.append(demo_piece("note", note, record, circle, secret, pair.sign_private))
    actions.save_pieces(author, pieces)


def demo_piece(
    kind: str,
    value: Mapping[str, Any],
    record: UUID,
    circle: Circle,
    secret: EpochSecret,
    signing_key: bytes | None = None,
) -> PieceGiven:
    """A piece, sealed for its own circle, as a browser would post it."""
    place = Place(kind, str(circle.pk), secret.epoch, str(record), str(uuid4()))
    piece = seal_piece(value, place, secret, signing_key=signing_key)
    given = {
        "id": place.piece,
        "record": place.record,
        "circle": place.circle,
        "kind": kind,
        "epoch": place.epoch,
        "body": text_of(piece.body),
        "key": text_of(piece.wrap),
    }
    return PieceGiven.model_validate(given)
