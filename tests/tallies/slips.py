"""What a phone does with its increments: seal each alone, shuffle them, name the batch."""

from collections.abc import Sequence
from os import urandom
from typing import Any

from ruche.encounters.payloads import CLIENT, BatchGiven
from ruche.engines.vault.forms import canonical, context, padded, text_of
from ruche.engines.vault.suite import wrap
from ruche.tallies.actions import batch_id, intake_key
from ruche.tallies.cells import Cell
from ruche.tallies.models import IntakeKey


def said(cell: Cell) -> dict[str, str]:
    """A cell as phones write it."""
    found = {"shape": str(cell.shape), "period": cell.period, "measure": cell.measure}
    found |= {"team": str(cell.team)} if cell.team else {}
    return found | ({"site": str(cell.site)} if cell.site else {})


def sealed(content: Any, key: IntakeKey | None = None, *, where: str = "") -> bytes:
    """A slip; `content` is a cell, or anything that a phone could write in its place."""
    key = key or intake_key()
    told = said(content) if isinstance(content, Cell) else content
    text = told if isinstance(told, bytes) else canonical(told)
    return wrap(bytes(key.public), padded(text), where or context("slip", str(key.pk)))


def batch(slips: Sequence[bytes], key: IntakeKey | None = None, **changed: Any) -> BatchGiven:
    """What is posted. `changed`: other words in the place of those that the phone wrote."""
    key, salt = key or intake_key(), urandom(16)
    words = {
        "client": CLIENT,
        "id": batch_id(salt, slips),
        "salt": text_of(salt),
        "key": str(key.pk),
        "slips": [text_of(slip) for slip in slips],
    }
    return BatchGiven.model_validate({**words, **changed})


def batch_of(*contents: Any) -> BatchGiven:
    return batch([sealed(one) for one in contents])
