"""A solution goes through a `.res` file unchanged."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruche.engines.rounds.bench.published import parse_res, read_res, solution_of, write_res
from ruche.engines.rounds.errors import UnreadableRounds
from tests.engines.rounds.bench.tiny import pencil

SOLVED = [[[1, 3, 2]], [[1, 4]]]


def test_a_solution_written_then_read_is_the_same(tmp_path: Path) -> None:
    solution = solution_of(pencil(), SOLVED)
    write_res(pencil(), solution, tmp_path / "crayon.res")
    again = read_res(tmp_path / "crayon.res", days=2)
    assert again.days == solution.days
    assert again.cost == pytest.approx(solution.cost, abs=0.005)


def test_the_file_has_the_published_form(tmp_path: Path) -> None:
    write_res(pencil(), solution_of(pencil(), SOLVED), tmp_path / "crayon.res")
    assert (tmp_path / "crayon.res").read_text() == (
        "22.00\n1 1 14.00 3.00 0 1 3 2 0\n2 1 8.00 2.00 0 1 4 0\n"
    )


def test_the_carriage_returns_of_old_files_are_read() -> None:
    assert parse_res("8.00\r\n2   1   8.0   2   0 1 4 0 \r\n", days=2).days == ((), ((1, 4),))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "vide"),
        ("1 2\n", "Ligne 1 : le coût"),
        ("22\n1 1 14 3\n", "Ligne 2 : une route"),
        ("22\n1 1 14 x 0 1 0\n", "Ligne 2 : une route"),
        ("22\n\n3 1 14 3 0 1 0\n", "Ligne 3 : le jour 3"),
        ("22\n1 1 14 3 0 1 2\n", "Ligne 2 : une route part du dépôt"),
    ],
)
def test_what_is_not_a_solution_is_refused_with_its_line(text: str, told: str) -> None:
    with pytest.raises(UnreadableRounds, match=told):
        parse_res(text, days=2)
