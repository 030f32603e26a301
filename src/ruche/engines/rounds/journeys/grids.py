"""From journeys gathered one by one, or block by block, to a whole table without holes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from ruche.engines.rounds.errors import BadTravel
from ruche.engines.rounds.travel import Journey, Pair, Travel

SHOWN = 5
"""Missing journeys that a message names; the others are counted."""


def travel_of(places: Sequence[str], journeys: Mapping[Pair, Journey], source: str) -> Travel:
    """The table of these places. A place is at zero from itself unless `journeys` says otherwise.

    Raises `BadTravel` for a hole, naming the first missing pairs and counting the others.
    """
    found = {(place, place): (0, 0) for place in places} | dict(journeys)
    holes = [pair for pair in product(places, places) if pair not in found]
    if holes:
        raise BadTravel(_said_of(holes, source))
    return Travel(
        places=tuple(places),
        minutes=tuple(tuple(found[a, b][0] for b in places) for a in places),
        metres=tuple(tuple(found[a, b][1] for b in places) for a in places),
        source=source,
    )


def _said_of(holes: Sequence[Pair], source: str) -> str:
    named = ", ".join(f"{origin} → {target}" for origin, target in holes[:SHOWN])
    others = len(holes) - SHOWN
    more = f" et {others} autre{'s' if others > 1 else ''}" if others > 0 else ""
    return (
        f"Il manque des trajets ({source}) : {named}{more}. Complétez-les, ou vérifiez "
        "l’emplacement de ces lieux."
    )


def blocks(places: Sequence[str], *, side: int) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Origins and targets, at most `side` of each, which together cover every pair of places."""
    parts = [places[rank : rank + side] for rank in range(0, len(places), side)]
    for origins, targets in product(parts, parts):
        if len({*origins, *targets}) > 1:  # from a place to itself, there is nothing to ask
            yield origins, targets


def whole_minutes(seconds: float) -> int:
    """Rounded up: someone late is worse than someone early. A float's dust is not a minute."""
    return math.ceil(seconds / 60 - 1e-9)
