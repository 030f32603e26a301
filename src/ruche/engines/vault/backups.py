"""What the server gives, read again: rings, circles and pieces, all sealed, as JSON files.

A file holds one answer of the server, or several: `{"ring": …, "circles": […], "pieces": […]}`.
Files that are read together are put together. One that is not of that form is refused whole, and
the message says where.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from ruche.engines.vault.acts import Act
from ruche.engines.vault.forms import Unreadable, bytes_of
from ruche.engines.vault.pieces import Piece, Place
from ruche.engines.vault.ring import Slot, SlotKind

__all__ = ["Backup", "KeptCircle", "KeptPiece", "KeptRing", "load_json", "read_backup"]

KNOWN = {"ring", "circles", "pieces", "keys"}
Keys = tuple[bytes, bytes]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class KeptRing:
    """A sealed ring and its slots."""

    member: str
    version: int
    sealed: bytes
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class KeptCircle:
    """A circle as it is given to one of its members."""

    id: str
    name: str
    acts: tuple[Act, ...]
    epochs: Mapping[int, tuple[bytes, bytes]]
    """Epoch → its public key, and the secret of the epoch before, sealed."""
    wrap: tuple[int, bytes] | None
    """The epoch whose secret was confided to the member, and that secret, sealed to her."""


@dataclass(frozen=True, slots=True)
class KeptPiece:
    """A sealed piece, and the circle and epoch to which its key is sealed."""

    piece: Piece
    through: tuple[str, int]


@dataclass(slots=True)
class Backup:
    """Everything that the files held."""

    ring: KeptRing | None = None
    circles: dict[str, KeptCircle] = field(default_factory=dict)
    pieces: list[KeptPiece] = field(default_factory=list)
    keys: dict[str, Keys] = field(default_factory=dict)
    """Member → her public keys, as the server shows them."""


def read_backup(paths: Iterable[Path]) -> Backup:
    """What these files hold, together; `Unreadable`, in French, for one that is not of the form."""
    backup = Backup()
    for path in paths:
        _add(backup, load_json(path), path.name)
    return backup


def load_json(path: Path) -> Any:
    """The value of a JSON file; `Unreadable` says the line and the column of what is wrong."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        where = f"ligne {error.lineno}, colonne {error.colno}"
        raise Unreadable(
            f"{path.name} n'est pas un fichier JSON entier ({where}) : reprenez la sauvegarde."
        ) from error
    except (OSError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"{path.name} ne se lit pas : vérifiez son chemin.") from error


def _add(backup: Backup, given: Any, name: str) -> None:
    if not isinstance(given, dict) or not given.keys() & KNOWN:
        raise Unreadable(
            f"{name} ne contient rien de connu : il y faut {', '.join(sorted(KNOWN))}."
        )
    if given.get("ring"):
        if backup.ring:
            raise Unreadable(f"{name} apporte un second trousseau : n'en donnez qu'un.")
        backup.ring = _told(f"{name}, ring", _ring, given["ring"])
    for at, circle in enumerate(given.get("circles") or ()):
        read = _told(f"{name}, circles[{at}]", _circle, circle)
        backup.circles[read.id] = read
    for at, piece in enumerate(given.get("pieces") or ()):
        backup.pieces.append(_told(f"{name}, pieces[{at}]", _piece, piece))
    for member, keys in (given.get("keys") or {}).items():
        backup.keys[member] = _told(f"{name}, keys", _keys, keys)


def _told(where: str, read: Callable[[Any], T], given: Any) -> T:
    """Whatever is wrong is told with its place."""
    try:
        return read(given)
    except KeyError as error:
        raise Unreadable(f"{where} : il manque {error}.") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise Unreadable(f"{where} : la forme n'est pas celle attendue ({error}).") from error


def _ring(given: Any) -> KeptRing:
    slots = tuple(
        Slot(str(one["id"]), SlotKind(one["kind"]), bytes_of(one["salt"]), bytes_of(one["sealed"]))
        for one in given["slots"]
    )
    return KeptRing(str(given["member"]), int(given["version"]), bytes_of(given["sealed"]), slots)


def _circle(given: Any) -> KeptCircle:
    wrap = given.get("wrap")
    return KeptCircle(
        id=str(given["id"]),
        name=str(given.get("name", "")),
        acts=tuple(_act(one) for one in given["acts"]),
        epochs={
            int(one["number"]): (bytes_of(one["public"]), bytes_of(one["chained"]))
            for one in given.get("epochs", ())
        },
        wrap=(int(wrap["epoch"]), bytes_of(wrap["wrapped"])) if wrap else None,
    )


def _act(given: Any) -> Act:
    approvals = {who: bytes_of(one) for who, one in given.get("approvals", {}).items()}
    return Act(bytes_of(given["statement"]), bytes_of(given["signature"]), approvals)


def _piece(given: Any) -> KeptPiece:
    names = ("kind", "circle", "epoch", "record", "piece")
    kind, circle, epoch, record, piece = (given[name] for name in names)
    place = Place(str(kind), str(circle), int(epoch), str(record), str(piece))
    through = given.get("through") or {"circle": circle, "epoch": epoch}
    sealed = Piece(place, bytes_of(given["body"]), bytes_of(given["wrap"]))
    return KeptPiece(sealed, (str(through["circle"]), int(through["epoch"])))


def _keys(given: Any) -> Keys:
    return bytes_of(given["seal"]), bytes_of(given["sign"])
