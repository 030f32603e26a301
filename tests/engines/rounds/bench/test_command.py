"""The command compares three plans on one instance and prints one line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from ruche.engines.rounds.bench.checking import violations, violations_of_res
from ruche.engines.rounds.bench.command import bench_pvrp
from ruche.engines.rounds.bench.cordeau import parse_instance
from ruche.engines.rounds.bench.naive import plan_naively
from ruche.engines.rounds.bench.random_patterns import plan_on_random_days
from ruche.engines.rounds.errors import RoundsError, UnreadableRounds
from tests.engines.rounds.bench.tiny import BEST_WITH_A_PENCIL, PENCIL, drawn, pencil


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "crayon"
    path.write_text(PENCIL)
    return path


def test_a_line_and_a_file_that_the_judge_accepts(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("pyvrp", reason="PyVRP n’est pas installé")
    out = tmp_path / "crayon.res"
    bench_pvrp(path, seconds=0, seed=1, out=out, best_known=22.0, iterations=200)
    line = json.loads(capsys.readouterr().out)
    assert line["instance"] == "crayon"
    assert line["ours"] == BEST_WITH_A_PENCIL
    assert line["gap"] == 0
    assert line["repeatable"] is True
    assert line["random_patterns"] >= BEST_WITH_A_PENCIL
    assert violations_of_res(pencil(), out) == []


def test_a_file_that_is_not_an_instance_is_refused(path: Path) -> None:
    path.write_text("5 1 1 1\n")
    with pytest.raises(UnreadableRounds, match="type 5"):
        bench_pvrp(path, seconds=0, seed=1, iterations=1)


def test_without_pyvrp_the_baseline_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyvrp", None)
    with pytest.raises(RoundsError, match="pip install pyvrp"):
        plan_on_random_days(pencil(), seconds=0, seed=1, iterations=1)


def test_the_naive_plan_takes_the_first_days_and_the_nearest_customer() -> None:
    """Everyone with a choice asks for day 2; the fourth does not fit any more and takes day 1.

    Day 2 from the depot: 4, at a distance of 1, then 1, then 3. The second is left.
    """
    naive = plan_naively(pencil())
    assert naive.days == (((2, 1),), ((4, 1, 3),))
    assert violations(pencil(), naive) == []


@pytest.mark.parametrize("seed", range(8))
def test_the_naive_plan_breaks_no_rule_of_the_calendar(seed: int) -> None:
    """It may overload a vehicle, but each customer has the days it asked for."""
    faults = violations(drawn(seed), plan_naively(drawn(seed)))
    assert not [fault for fault in faults if "Client" in fault or "routes pour" in fault]


def test_days_that_cannot_be_routed_are_no_plan() -> None:
    pytest.importorskip("pyvrp", reason="PyVRP n’est pas installé")
    tight = parse_instance(PENCIL.replace("0 3\n0 3", "0 2\n0 2"), name="serré")
    assert plan_on_random_days(tight, seconds=0, seed=2, iterations=20) is None


def test_random_days_are_routed_within_the_rules() -> None:
    pytest.importorskip("pyvrp", reason="PyVRP n’est pas installé")
    drawn_plan = plan_on_random_days(pencil(), seconds=0, seed=2, iterations=20)
    assert drawn_plan is not None
    assert violations(pencil(), drawn_plan) == []
