"""Vectors of what is written about a person: pieces, shares, a directory."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from ruche.engines.vault.forms import bytes_of, padded, text_of
from ruche.engines.vault.pieces import IDENTITY, Place, content_of, digest_of
from ruche.engines.vault.suite import KeyPair, seal
from ruche.engines.vault.vectors.acts import DAY, secret_of
from ruche.engines.vault.vectors.given import fixed, identifier, nonce, pair
from ruche.engines.vault.vectors.primitives import hpke_case

Case = dict[str, Any]


# --------------------------------------------------------------------------------- pieces


def pieces() -> list[Case]:
    note = {"by": identifier("member a"), "text": "Rendez-vous à l’épicerie 🐝", "at": DAY}
    return [
        piece("note", note, signer=pair("member a")),
        piece("words", {"text": "Merci."}),
        piece(IDENTITY, {"given": "Marie", "family": "Exemple"}),
    ]


def piece(kind: str, value: Any, *, signer: KeyPair | None = None) -> Case:
    """A piece of the circle, in its second epoch: of what it is made, and what is kept."""
    secret = secret_of()
    place = Place(kind, secret.circle, 2, identifier("record"), identifier(f"piece {kind}"))
    content = content_of(value, place, signer.sign_private if signer else None)
    salt = fixed(f"salt {kind}")
    is_identity = kind == IDENTITY
    key = secret.identity_key(salt, place.context) if is_identity else fixed(f"key {kind}")
    handed = hpke_case(secret.deposit_public, key, place.context, f"piece {kind}")
    body = seal(key, padded(content), place.context, nonce=nonce(kind))
    return {
        **{name: getattr(place, name) for name in Place.__slots__},
        "context": place.context,
        "value": value,
        "signer": text_of(signer.sign_private) if signer else "",
        "content": text_of(content),
        "key": text_of(key),
        "nonce": text_of(nonce(kind)),
        "body": text_of(body),
        "ephemeral": "" if is_identity else handed["ephemeral"],
        "wrap": text_of(salt) if is_identity else handed["wrapped"],
        "digest": digest_of(body),
    }


def shares() -> list[Case]:
    """The keys of the pieces, handed to another circle."""
    to = secret_of("other circle", 4)
    found = []
    for case in pieces():
        place = Place(**{name: case[name] for name in Place.__slots__})
        where, key = place.shared_context(to.circle, to.epoch), bytes_in(case, "key")
        handed = hpke_case(to.deposit_public, key, where, f"share {place.kind}")
        found.append(
            {
                "piece": place.piece,
                "circle": to.circle,
                "epoch": to.epoch,
                "secret": text_of(to.secret),
                **handed,
            }
        )
    return found


def bytes_in(case: Mapping[str, Any], name: str) -> bytes:
    return bytes_of(case[name])


def directory() -> Case:
    """One row of the directory of a circle: record, piece, epoch, salt, length, body."""
    case = next(one for one in pieces() if one["kind"] == IDENTITY)
    body = bytes_in(case, "body")
    row = (
        UUID(case["record"]).bytes
        + UUID(case["piece"]).bytes
        + case["epoch"].to_bytes(4, "big")
        + bytes_in(case, "wrap")
        + len(body).to_bytes(2, "big")
        + body
    )
    return {"piece": case["piece"], "row": text_of(row)}
