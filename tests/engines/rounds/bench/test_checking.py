"""The judge of solutions refuses each kind of fault, and knows no solver."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from ruche.engines.rounds.bench import checking
from ruche.engines.rounds.bench.checking import violations, violations_of_res
from ruche.engines.rounds.bench.cordeau import parse_instance
from ruche.engines.rounds.bench.published import Solution, solution_of
from tests.engines.rounds.bench.tiny import PENCIL, pencil

Days = list[list[list[int]]]
RIGHT: Days = [[[1, 3, 2]], [[1, 4]]]


def test_a_right_solution_has_no_violation() -> None:
    assert violations(pencil(), solution_of(pencil(), RIGHT)) == []


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ([[[1, 3, 2]], [[1]]], "Client 4 : jours de visite aucun"),
        ([[[1, 3, 2]], [[4]]], "Client 1 : jours de visite 1,"),
        ([[[1, 3, 2]], [[1, 4, 3]]], "Client 3 : jours de visite 1, 2"),
        ([[[1, 3, 3, 2]], [[1, 4]]], "Client 3 : jours de visite 1, 1"),
        ([[[1, 3], [2]], [[1, 4]]], "Jour 1 : 2 routes pour 1 véhicules"),
        ([[[1, 3, 2, 4]], [[1]]], "Jour 1, véhicule 1 : charge 4 pour une capacité de 3"),
        ([[[1, 3, 2]], [[1, 4, 9]]], "Jour 2, véhicule 1 : le client 9 n’existe pas"),
        ([[[1, 3, 2]], [[1, 4, 0]]], "Jour 2, véhicule 1 : le client 0 n’existe pas"),
        ([[[1, 3, 2]]], "La solution a 1 jours, l’instance en a 2"),
    ],
)
def test_each_fault_is_named(days: Days, told: str) -> None:
    cost = 22.0
    found = violations(pencil(), Solution(cost, tuple(tuple(map(tuple, day)) for day in days)))
    assert any(told in fault for fault in found), found


def test_a_route_that_lasts_too_long_is_named() -> None:
    short = parse_instance(PENCIL.replace("0 3\n0 3", "13.9 3\n13.9 3"), name="x")
    told = "Jour 1, véhicule 1 : durée 14.00 pour une limite de 13.9."
    assert violations(short, solution_of(short, RIGHT)) == [told]


def test_service_counts_in_the_duration() -> None:
    text = PENCIL.replace("0 3\n0 3", "14 3\n14 3").replace("3 3 4 0", "3 3 4 1")
    slow = parse_instance(text, name="x")
    assert len(violations(slow, solution_of(slow, RIGHT))) == 1


@pytest.mark.parametrize("cost", [21.98, 22.02, 0.0, float("nan")])
def test_an_announced_cost_that_is_not_the_distance_is_named(cost: float) -> None:
    wrong = Solution(cost, solution_of(pencil(), RIGHT).days)
    assert "distance recalculée 22.00" in "".join(violations(pencil(), wrong))


def test_a_published_file_is_judged_to_the_cent(tmp_path: Path) -> None:
    path = tmp_path / "crayon.res"
    path.write_text("22.004\n1 1 14 3 0 1 3 2 0\n2 1 8 2 0 1 4 0\n")
    assert violations_of_res(pencil(), path) == []
    path.write_text("22.02\n1 1 14 3 0 1 3 2 0\n2 1 8 2 0 1 4 0\n")
    assert len(violations_of_res(pencil(), path)) == 1


def test_the_judge_imports_no_solver_nor_any_search() -> None:
    tree = ast.parse(Path(checking.__file__).read_text(encoding="utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    ours = {module for module in modules if module and module.startswith("ruche")}
    assert ours == {
        "ruche.engines.rounds.bench.cordeau",
        "ruche.engines.rounds.bench.published",
    }
