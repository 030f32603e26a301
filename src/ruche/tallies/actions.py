"""Add increments to counters: a batch whole or not at all, and once.

Increments come in batches, shuffled, each sealed alone. They are opened in memory, summed, added,
and forgotten: what stays is the totals, the identifier of the batch, and the day. No line of the
journal dates them.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from ruche.core.once import insert_once
from ruche.engines.vault.forms import context, unpadded
from ruche.engines.vault.suite import KeyPair, open_wrapped
from ruche.tallies.cells import BadCell, Cell
from ruche.tallies.enums import Shape
from ruche.tallies.models import IntakeKey, SpentBatch, Tally

SLIP = "slip"
CELLS_A_STATEMENT = 100
MOST_SLIPS = 4_000
"""Slips in one batch: some three hundred encounters."""

Allowed = Callable[[Cell], bool]


class BadBatch(ValueError):
    """A batch that cannot be added; nothing of it was. In French."""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a batch."""

    counted: int
    """Slips that were added, now or an earlier time."""
    refused: tuple[int, ...] = ()
    """Places in the batch of the slips that nobody may count."""
    again: bool = False
    """The batch had already been added."""


def intake_key() -> IntakeKey:
    """The key to which phones seal today, drawn at the first need."""
    found = IntakeKey.objects.last()
    if found is None:
        pair = KeyPair.draw()
        found = IntakeKey.objects.create(public=pair.seal_public, private=pair.seal_private)
    return found


def batch_id(salt: bytes, slips: Iterable[bytes]) -> str:
    """The identifier of a batch: the digest of its salt and of its slips, in their order.

    A batch that was changed has another one. The salt is not kept: the identifier tells nothing.
    """
    digest = sha256(salt)
    for slip in slips:
        digest.update(sha256(slip).digest())
    return digest.hexdigest()


def add_batch(
    id: str, salt: bytes, key: UUID, slips: Sequence[bytes], *, allowed: Allowed
) -> Added:
    """Open the slips, add those that `allowed` lets in, once. Refuses (`BadBatch`) a changed batch.

    A slip that does not open, or that nobody may count, is left out and named by its place: the
    others are counted.
    """
    if len(slips) > MOST_SLIPS:
        raise BadBatch("Ce lot de compteurs est trop gros.")
    if batch_id(salt, slips) != id:
        raise BadBatch("Ce lot de compteurs a changé en route : il n’a pas été ajouté.")
    intake = IntakeKey.objects.filter(pk=key).first()
    if intake is None:
        raise BadBatch("Ce lot est scellé pour une clé que le serveur n’a plus.")
    cells = [_cell_in(slip, intake, allowed) for slip in slips]
    sums = Counter(cell for cell in cells if cell is not None)
    refused = tuple(place for place, cell in enumerate(cells) if cell is None)
    return Added(sums.total(), refused, again=not _add_once(id, sums))


def _cell_in(slip: bytes, intake: IntakeKey, allowed: Allowed) -> Cell | None:
    try:
        content = open_wrapped(bytes(intake.private), slip, context(SLIP, str(intake.pk)))
        cell = cell_of(json.loads(unpadded(content)))
    except (ValueError, RecursionError):  # BadCell and Unreadable among them
        return None
    return cell if allowed(cell) else None


def cell_of(said: Mapping[str, Any]) -> Cell:
    """The cell that a slip names; `BadCell` for anything else, an amount among them: it is one."""
    if not isinstance(said, dict) or not set(said) <= {
        "shape",
        "period",
        "measure",
        "team",
        "site",
    }:
        raise BadCell("Ce n’est pas un compteur.")
    try:
        return Cell(
            shape=Shape(said["shape"]),
            period=str(said["period"]),
            measure=str(said["measure"]),
            team=UUID(said["team"]) if "team" in said else None,
            site=UUID(said["site"]) if "site" in said else None,
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise BadCell("Ce n’est pas un compteur.") from error


@transaction.atomic
def _add_once(id: str, sums: Mapping[Cell, int]) -> bool:
    """False when the batch had already been added. The totals move with its identifier."""
    if not insert_once(SpentBatch(pk=id)):
        return False
    add(sums)
    return True


COLUMNS = ("id", "shape", "team_id", "site_id", "period", "measure", "total")


@transaction.atomic
def add(sums: Mapping[Cell, int]) -> None:
    """Raise these totals, always in the same order: two batches never lock each other.

    One statement for many cells, written by hand: the ORM can set a total, not add to it.
    """
    cells = sorted(sums, key=lambda cell: cell.key)
    for at in range(0, len(cells), CELLS_A_STATEMENT):
        _raise([(cell, sums[cell]) for cell in cells[at : at + CELLS_A_STATEMENT]])


def _as_stored(value: Any) -> Any:
    if not isinstance(value, UUID):
        return value
    return value if connection.features.has_native_uuid_field else value.hex


def _raise(some: Sequence[tuple[Cell, int]]) -> None:
    table = connection.ops.quote_name(Tally._meta.db_table)
    one_row = f"({', '.join(['%s'] * len(COLUMNS))})"
    values = [
        _as_stored(value)
        for cell, count in some
        for value in (
            cell.key, cell.shape, cell.team, cell.site, cell.period, cell.measure, count
        )
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(COLUMNS)})"  # noqa: S608 - names of our own
            f" VALUES {', '.join([one_row] * len(some))}"
            f" ON CONFLICT (id) DO UPDATE SET total = {table}.total + EXCLUDED.total",
            values,
        )
