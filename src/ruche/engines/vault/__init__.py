"""The vault's format in Python: what the browser seals, this opens, checks and writes too.

The product never opens anything on the server: browsers do, in `ruche/vault/*.js`. This engine is
the second, independent reading of the format of `docs/coffre.md`: it proves that what we keep can
be read without us, restores and exports what a phrase opens, and gives the tests their witness. It
also checks, on the server, what needs no secret: the signed acts of a circle.
"""

from ruche.engines.vault.acts import Act, BadAct, Circle, sign_act, verified
from ruche.engines.vault.cards import Card, ThreadKey
from ruche.engines.vault.epochs import EpochSecret
from ruche.engines.vault.forms import TooLarge, Unreadable
from ruche.engines.vault.pieces import Piece, Place, open_piece, seal_piece, share_key
from ruche.engines.vault.ring import Ring, Slot, open_ring, open_slot, seal_ring
from ruche.engines.vault.suite import KeyPair

__all__ = [
    "Act",
    "BadAct",
    "Card",
    "Circle",
    "EpochSecret",
    "KeyPair",
    "Piece",
    "Place",
    "Ring",
    "Slot",
    "ThreadKey",
    "TooLarge",
    "Unreadable",
    "open_piece",
    "open_ring",
    "open_slot",
    "seal_piece",
    "seal_ring",
    "share_key",
    "sign_act",
    "verified",
]
