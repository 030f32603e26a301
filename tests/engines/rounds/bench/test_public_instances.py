"""The published solutions are right by our judge.

`PVRP_INSTANCES` names their folder; it has p01, p02… and `sol/p01.res`… as in the collection of
Cordeau et al. (1997). (Not RUCHE_…: the product refuses the settings that it does not know.)
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ruche.engines.rounds.bench.checking import violations, violations_of_res
from ruche.engines.rounds.bench.cordeau import read_instance
from ruche.engines.rounds.bench.search import solve_pvrp

BEST_KNOWN_P14 = 954.81

DUMMY = ["Client 51 : jours de visite aucun, combinaison non permise."]
"""p01 has a 51st row, at the depot, that only holds a vehicle back; its solution leaves it out."""


def public(name: str) -> Path:
    folder = os.environ.get("PVRP_INSTANCES")
    if not folder:
        pytest.skip("PVRP_INSTANCES ne nomme pas le dossier des instances publiques")
    path = Path(folder) / name
    if not path.exists():
        pytest.skip(f"{name} est absent du dossier PVRP_INSTANCES")
    return path


@pytest.mark.parametrize("name", ["p02", "p14", "pr01", "pr02", "pr07"])
def test_a_published_solution_is_right(name: str) -> None:
    assert violations_of_res(read_instance(public(name)), public(f"sol/{name}.res")) == []


def test_the_published_solution_of_p01_leaves_its_dummy_customer_out() -> None:
    assert violations_of_res(read_instance(public("p01")), public("sol/p01.res")) == DUMMY


def test_the_search_comes_near_the_best_known_of_p14() -> None:
    instance = read_instance(public("p14"))
    found = solve_pvrp(instance, seconds=0, seed=1, iterations=6000)
    assert violations(instance, found) == []
    assert found.cost <= 1.02 * BEST_KNOWN_P14
