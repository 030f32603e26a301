"""A map of places: every pin is seen, none covers another, each says its name."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruche.engines.figures import BadFigure, Pin, boxes, places_map, prepare

SQUARE = {
    "properties": {"code": "1", "nom": "Carré"},
    "geometry": {"type": "Polygon", "coordinates": [[[0, 43], [1, 43], [1, 44], [0, 44], [0, 43]]]},
}
OUTLINES = tuple(prepare([SQUARE], width) for width in (420.0, 800.0, 1400.0))


def drawn(*pins: Pin, **more):
    options = {"key": "p", "title": "Lieux", "description": "Des lieux", "columns": ("№", "Lieu")}
    return places_map(OUTLINES, pins, **{**options, **more})


def pins_at(places) -> list[Pin]:
    return [Pin(rank, f"Lieu {rank}", *place) for rank, place in enumerate(places, start=1)]


def discs(svg: str) -> list[tuple[float, float]]:
    found = re.findall(r'<circle cx="([\d.-]+)" cy="([\d.-]+)"', svg)
    return [(float(x), float(y)) for x, y in found]


degrees = st.tuples(st.floats(43, 44), st.floats(0, 1))


@given(st.lists(degrees, min_size=1, max_size=12))
def test_no_pin_covers_another_and_all_are_inside(places):
    figure = drawn(*pins_at(places))
    found = discs(figure.svg)
    assert len(found) == len(places)
    for rank, (x, y) in enumerate(found):
        assert 10 <= x <= figure.width - 10
        assert 10 <= y <= figure.height - 10
        for a, b in found[:rank]:
            assert (x - a) ** 2 + (y - b) ** 2 >= 21**2


def test_twelve_pins_at_the_same_place_are_all_seen():
    figure = drawn(*pins_at([(43.5, 0.5)] * 12))
    numbers = [box.content for box in boxes(figure.svg) if box.kind == "text"]
    assert numbers == [str(rank) for rank in range(1, 13)]


def test_places_that_are_near_are_shown_on_a_wider_outline():
    near = drawn(*pins_at([(43.5, 0.5), (43.51, 0.51)]))
    far = drawn(*pins_at([(43.05, 0.05), (43.95, 0.95)]))
    between = [abs(one[0] - other[0]) for one, other in (discs(near.svg), discs(far.svg))]
    assert between[0] / 0.01 > 2 * between[1] / 0.9


def test_north_is_up_and_east_is_right():
    south_west, north_east = discs(drawn(*pins_at([(43.1, 0.1), (43.9, 0.9)])).svg)
    assert south_west[0] < north_east[0]
    assert south_west[1] > north_east[1]


def test_the_table_says_the_number_and_the_name():
    figure = drawn(Pin(7, "La Halle", 43.5, 0.5))
    assert figure.table.rows == (("7", "La Halle"),)
    assert "<title>7. La Halle</title>" in figure.svg


def test_a_cross_shows_who_looks():
    assert (
        "<title>Mirande</title>"
        in drawn(*pins_at([(43.5, 0.5)]), here=(43.2, 0.2), here_label="Mirande").svg
    )


@pytest.mark.parametrize(
    ("pins", "more"),
    [([], {}), ([Pin(1, " ", 43.5, 0.5)], {}), (pins_at([(43.5, 0.5)]), {"here": (43.5, 0.5)})],
)
def test_a_map_that_says_nothing_is_refused(pins, more):
    with pytest.raises(BadFigure):
        drawn(*pins, **more)
