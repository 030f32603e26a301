"""What the vault keeps: rings, circles and pieces, all sealed; nothing dates or orders pieces.

The tables of records (`Record`, `Piece`, `Wrap`, `Permission`) have random identifiers, no instant,
and no hidden row number in SQLite: nothing in a copy of the database tells in what order they came.
"""

from ruche.vault.models.circles import (
    Act,
    Approval,
    Ask,
    Circle,
    Custody,
    Epoch,
    EpochWrap,
    Seat,
)
from ruche.vault.models.records import Permission, Piece, Record, Wrap
from ruche.vault.models.rings import KEY, Half, KeyRing, Slot

__all__ = [
    "KEY",
    "Act",
    "Approval",
    "Ask",
    "Circle",
    "Custody",
    "Epoch",
    "EpochWrap",
    "Half",
    "KeyRing",
    "Permission",
    "Piece",
    "Record",
    "Seat",
    "Slot",
    "Wrap",
]
