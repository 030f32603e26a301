"""How long do the fifteen booklets of the Gers take, from facts to accessible PDFs?

    PYTHONPATH=src python benchmarks/booklets.py [--full]

prints one JSON line per claim. The portraits are those of the shipped edition, read without a
database. Each run has a fresh process, since the typesetter remembers what it already laid out.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

DEPARTEMENT = "32"
BAR_S = 5.0
RUNS = 5
FULL_RUNS = 15


def run(full: bool) -> Iterator[dict[str, Any]]:
    """One dict per claim. ``full`` makes more runs."""
    runs = FULL_RUNS if full else RUNS
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=fresh, max_tasks_per_child=1) as processes:
        measured = list(processes.map(seconds, range(runs)))
    ours = statistics.median(spent for spent, _, _ in measured)
    _, count, size = measured[0]
    yield {
        "claim": f"{count} booklets of a territory as PDF/UA-1, in seconds",
        "ours": round(ours, 2),
        "other": BAR_S,
        "ratio": round(ours / BAR_S, 3),
        "bar": 1.0,
        "holds": ours <= BAR_S,
        "conditions": (
            f"shipped edition; drawings, content and typesetting; median of {runs} runs, each in a"
            f" fresh process; {size // count // 1000} kB a booklet; {os.cpu_count()} cores"
        ),
    }


def seconds(_: int) -> tuple[float, int, int]:
    """Time to make every booklet once, how many there are, and their bytes."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ruche.settings_test")
    import django

    django.setup()
    from ruche.engines.portraits.booklet import booklet_content, compile_booklet
    from ruche.territories.booklets import NETWORK, compose

    portraits, group = shipped()
    start, size = time.perf_counter(), 0
    for portrait in portraits:
        drawings = compose(portrait, group)
        content = booklet_content(portrait, drawings, edition_date="2026-03-12", network=NETWORK)
        size += len(compile_booklet(content))
    return time.perf_counter() - start, len(portraits), size


def shipped() -> tuple[list[Any], Any]:
    """The portraits of the intercommunalités of the département, and their group."""
    import polars as pl

    from ruche.engines.portraits.catalogue import load_catalogue
    from ruche.engines.portraits.geography import load_reference
    from ruche.engines.portraits.portraying import Portraitist
    from ruche.territories.booklets import COMPARED, Group
    from ruche.territories.shipped import shipped_edition

    geography = load_reference()
    portraitist = Portraitist(shipped_edition(), load_catalogue(), geography)
    epcis = geography.epcis.filter(pl.col("departement") == DEPARTEMENT)
    portraits = [portraitist.portrait(code) for code in sorted(epcis["code"])]
    figures = {
        name: {p.territory.code: p.by_id[name].figure for p in portraits}
        for name in COMPARED.values()
    }
    return portraits, Group({p.territory.code: p.territory.title for p in portraits}, figures)


if __name__ == "__main__":
    for claim in run("--full" in sys.argv[1:]):
        print(json.dumps(claim, ensure_ascii=False))
