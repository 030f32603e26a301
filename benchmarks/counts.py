"""Ten thousand touches of « + 1 » by fifty clients at once: is one lost, or counted twice?

    PYTHONPATH=src python -m benchmarks --only counts [--full]

« Ours » is `ruche.seances.actions.add` on a SQLite file, as the embedded product runs it: fifty
processes, each with its own connection. One touch in five is sent again, half of these by another
client at the same moment, as a network that hesitates does. « Other » is what one writes first:
read the total, add one, save; it keeps no identifier, so that every touch sent again counts twice,
and two at the same moment may count once.
"""

import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any
from uuid import UUID

from benchmarks.measuring import claim, conditions, in_the_product

INCREMENTS, CLIENTS, SEED = 10_000, 50, 32
A_TENTH = 10
SENT_AGAIN = 0.2
MOST_TRIES = 1_000


def run(full: bool) -> Iterator[dict[str, Any]]:
    """One line for the errors, one for the rate. `full`: ten thousand touches, not a tenth."""
    increments = INCREMENTS if full else INCREMENTS // A_TENTH
    ours, naive = in_process(increments, "ours"), in_process(increments, "naive")
    told = conditions(touches=increments, sent=ours["sent"], clients=CLIENTS, database="SQLite WAL")
    yield claim(
        "touches lost or counted twice",
        ours=ours["lost"] + ours["doubled"],
        other=naive["lost"] + naive["doubled"],
        ratio=0.0,
        bar=0,
        holds=ours["lost"] + ours["doubled"] == 0,
        conditions=f"{told}, lost {ours['lost']}, doubled {ours['doubled']}",
    )
    yield claim(
        "touches received per second",
        ours=ours["sent"] / ours["seconds"],
        other=naive["sent"] / naive["seconds"],
        bar=50,
        holds=ours["sent"] / ours["seconds"] >= 50,
        conditions=f"{told}, busy {ours['busy']}, slowest {ours['slowest']:.2f} s",
    )


def in_process(
    increments: int, way: str = "ours", *, clients: int = CLIENTS, **environment: str
) -> dict[str, Any]:
    """The torture in a fresh process with a new database; `DATABASE_URL` may name another one."""
    return in_the_product("benchmarks.counts", increments, clients, way, **environment)


# ------------------------------------------------------------------- inside the process


def torture(increments: int, clients: int, way: str) -> dict[str, Any]:
    """Send every touch, some twice, and compare the totals with what was really touched."""
    from django.db import connections

    from ruche.seances.models import Count, SpentIncrement

    seance = a_seance()
    touches = drawn(increments)
    sent = with_resends(touches)
    if way == "naive":
        write_rows(seance)
    connections.close_all()  # a child never uses the connection of its parent
    start = time.perf_counter()
    with ProcessPoolExecutor(clients, mp_context=get_context("fork")) as pool:
        shares = [sent[rank::clients] for rank in range(clients)]
        ended = list(pool.map(client, shares, [seance.pk] * clients, [way] * clients))
    seconds = time.perf_counter() - start
    expected: dict[tuple[str, str], int] = {}
    for _, *where in touches:
        expected[where[0], where[1]] = expected.get((where[0], where[1]), 0) + 1
    rows = Count.objects.order_by("pk").values_list("measure", "band", "total")
    totals = {(measure, band): total for measure, band, total in rows}
    gaps = [totals.get(key, 0) - wanted for key, wanted in expected.items()]
    return {
        "lost": -sum(gap for gap in gaps if gap < 0),
        "doubled": sum(gap for gap in gaps if gap > 0),
        "rows": len(totals),
        "identifiers": SpentIncrement.objects.count(),
        "sent": len(sent),
        "busy": sum(busy for busy, _ in ended),
        "slowest": max(slowest for _, slowest in ended),
        "seconds": seconds,
    }


Touch = tuple[UUID, str, str]
"""Identifier, measure, band."""


def drawn(increments: int) -> list[Touch]:
    chance = random.Random(SEED)
    places = [("passages", band) for band in ("children", "adults", "elders", "")]
    places.append(("households", ""))
    return [(UUID(int=chance.getrandbits(128)), *chance.choice(places)) for _ in range(increments)]


def with_resends(touches: list[Touch]) -> list[Touch]:
    """Each touch once, one in five again: the next client has it at the same moment, or later."""
    chance, sent = random.Random(SEED + 1), []
    later: list[Touch] = []
    for touch in touches:
        sent.append(touch)
        if chance.random() < SENT_AGAIN:
            (sent if chance.random() < 0.5 else later).append(touch)
    return sent + later


def client(touches: list[Touch], seance: UUID, way: str) -> tuple[int, float]:
    """Send touches one after the other; one that the database is too busy for is sent again.

    How many times it was busy, and the longest wait in seconds.
    """
    from django.db import OperationalError

    from ruche.seances.models import Seance

    busy, slowest = 0, 0.0
    found = Seance(pk=seance)
    count = {"ours": count_ours, "naive": count_naively}[way](found)
    for touch in touches:
        begun = time.perf_counter()
        for _ in range(MOST_TRIES):
            try:
                count(touch)
                break
            except OperationalError:
                busy += 1
        else:
            raise RuntimeError("the database never answered")
        slowest = max(slowest, time.perf_counter() - begun)
    return busy, slowest


def count_ours(seance: Any) -> Callable[[Touch], Any]:
    from ruche.seances.actions import add
    from ruche.seances.enums import Measure

    def count(touch: Touch) -> Any:
        increment, measure, band = touch
        return add(seance, Measure(measure), increment=increment, by="system", band=band)

    return count


def count_naively(seance: Any) -> Callable[[Touch], Any]:
    """Read, add one, save: two requests at the same moment read the same total."""
    from ruche.seances.models import Count

    def count(touch: Touch) -> Any:
        _, measure, band = touch
        held = Count.objects.get(seance=seance, participation=None, measure=measure, band=band)
        held.total += 1
        held.save(update_fields=["total"])

    return count


def write_rows(seance: Any) -> None:
    """The naive way finds its rows there: it is not asked to create them."""
    from ruche.seances.models import Count

    for measure, band in {(measure, band) for _, measure, band in drawn(INCREMENTS // A_TENTH)}:
        Count.objects.create(seance=seance, measure=measure, band=band)


def a_seance() -> Any:
    """A séance of today, in a database that holds nothing else."""
    from datetime import time as hour

    from django.core.management import call_command
    from django.utils import timezone

    from ruche.geography.models import Territory
    from ruche.places.models import Site
    from ruche.seances.models import Seance

    call_command("migrate", verbosity=0)
    commune, _ = Territory.objects.get_or_create(
        address="32013",
        defaults={
            "level": "COM",
            "code": "32013",
            "name": "Auch",
            "title": "Auch",
            "official": "Auch",
            "tncc": 0,
            "inside": "à",
            "search_name": "auch",
        },
    )
    site = Site.objects.create(name="Lieu d’essai", commune=commune, address="1 place d’essai")
    return Seance.objects.create(site=site, day=timezone.localdate(), starts=hour(9), ends=hour(12))


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(torture(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])))
