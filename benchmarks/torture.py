"""Encounters under torture: how many are lost or counted twice when everything is killed.

    PYTHONPATH=src python -m benchmarks --only torture [--full]

Server and browser, in processes of their own, are killed at any moment while two tabs write and
send over a network that flaps (`tests/browser/torture_of_phones.py`); each torture has its seed.
`full` gives three tortures of 50 kills at least over 2 000 encounters, otherwise one of a tenth.
What it is compared with is a browser without storage buckets, where the outbox has no second copy.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measuring import claim, conditions
from benchmarks.vault import _settings

SEEDS, A_TENTH = (1789, 11, 7), 10


def run(full: bool) -> Iterator[dict[str, Any]]:
    """Lost and doubled, for each seed."""
    _settings()
    from playwright.sync_api import sync_playwright

    from tests.browser.torture_of_phones import Service, tortured

    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared"
        Service(prepared).prepare()
        with sync_playwright() as playwright:  # type: ignore[attr-defined]
            for seed in SEEDS if full else SEEDS[:1]:
                twice, once = (
                    tortured(
                        playwright.chromium, prepared, Path(folder) / f"{seed} {has_copy}",
                        seed=seed, share=1 if full else A_TENTH, has_copy=has_copy,
                    ).told()
                    for has_copy in (True, False)
                )  # fmt: skip
                yield _lost(seed, twice, once)


def _lost(seed: int, ours: dict[str, Any], once: dict[str, Any]) -> dict[str, Any]:
    return claim(
        f"Encounters lost or doubled under torture, seed {seed}",
        ours=_missing(ours),
        other=_missing(once),
        bar=0,
        ratio=_missing(ours) / max(1, _missing(once)),
        holds=_missing(ours) == 0 and ours["counters agree"] and ours["unsent"] == 0,
        conditions=conditions(**ours, other=f"kept once, bases begun again {once['wiped']} times"),
    )


def _missing(told: dict[str, Any]) -> int:
    return int(told["lost"]) + int(told["doubled"])
