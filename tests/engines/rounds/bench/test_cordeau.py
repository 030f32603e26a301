"""An instance is read whole, or refused with its line."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from ruche.engines.rounds.bench.cordeau import parse_instance, read_instance
from ruche.engines.rounds.errors import UnreadableRounds
from tests.engines.rounds.bench.tiny import PENCIL, pencil


def test_an_instance_says_its_fleet_its_days_and_its_customers() -> None:
    instance = pencil()
    assert (instance.vehicles, instance.days, len(instance.customers)) == (1, 2, 4)
    assert instance.customers[0].patterns == ((0, 1),)
    assert instance.customers[0].frequency == 2


def test_combinations_are_read_from_left_to_right() -> None:
    """The example of the format: with five days, 10 is 01010, days 2 and 4."""
    text = "1 1 1 5\n" + "0 9\n" * 5 + "0 0 0 0 0 0 0\n1 1 1 0 1 2 2 10 17\n"
    assert parse_instance(text, name="x").customers[0].patterns == ((1, 3), (0, 4))


def test_a_zero_means_no_limit() -> None:
    assert pencil().longest == (math.inf, math.inf)
    assert pencil().capacities == (3, 3)


def test_the_short_depot_row_of_the_oldest_files_is_read() -> None:
    short = PENCIL.replace("0 0 0 0 0 0 0", "0 0 0")
    assert parse_instance(short, name="crayon") == pencil()


def test_distance_load_and_duration_follow_the_format() -> None:
    text = "1 1 2 1\n9 9\n0 0 0 0 0 0 0\n1 3 0 2 5 1 1 1\n2 3 4 1 1 1 1 1\n"
    instance = parse_instance(text, name="x")
    assert instance.length((1, 2)) == pytest.approx(12)
    assert instance.duration((1, 2)) == pytest.approx(15)
    assert instance.load((1, 2)) == 6


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("1 1 4 2", "5 1 4 2", "Ligne 1 : type 5"),
        ("1 1 4 2", "1 0 4 2", "Ligne 1 : il faut au moins un véhicule"),
        ("1 1 4 2", "1 1 5 2", "son en-tête en annonce 9"),
        ("1 1 4 2", "1 1 4", "Ligne 1 : le champ 4"),
        ("0 3\n0 3", "0 3\n0 -3", "Ligne 3 : le champ 2 est négatif"),
        ("0 0 0 0 0 0 0", "7 0 0 0 0 0 0", "Ligne 4 : le dépôt"),
        ("2 0 4 0", "9 0 4 0", "Ligne 6 : le client 2 est attendu"),
        ("2 0 4 0", "2 0 quatre 0", "Ligne 6 : le champ 3 n’est pas un nombre"),
        ("2 0 4 0", "2 0 nan 0", "Ligne 6 : le champ 3 n’est pas un nombre fini"),
        ("1 3 0 0 1 2 1 3", "1 3 0 0 1 2 1 4", "Ligne 5 : la combinaison 4 dépasse les 2 jours"),
        ("1 3 0 0 1 2 1 3", "1 3 0 0 1 2 1 1", "Ligne 5 : la combinaison 1 a 1 jours"),
        ("1 3 0 0 1 2 1 3", "1 3 0 0 1 2 2 3", "Ligne 5 : 2 combinaisons de jours annoncées"),
        ("1 3 0 0 1 2 1 3", "1 3 0 0 1 2 0", "Ligne 5 : aucune combinaison"),
        ("1 3 0 0 1 2 1 3", "1 3 0 0 1 2.5 1 3", "Ligne 5 : le champ 6 n’est pas un nombre entier"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(before: str, after: str, told: str) -> None:
    text = PENCIL.replace(before, after)
    assert text != PENCIL
    with pytest.raises(UnreadableRounds, match=told):
        parse_instance(text, name="crayon")


def test_an_empty_file_and_a_file_that_is_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableRounds, match="vide"):
        parse_instance(" \n", name="x")
    (tmp_path / "x").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UnreadableRounds, match="lisible"):
        read_instance(tmp_path / "x")
    with pytest.raises(UnreadableRounds, match="lisible"):
        read_instance(tmp_path / "absent")
