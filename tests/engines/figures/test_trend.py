from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruche.engines.figures import BadFigure, Rupture, Series, boxes, sparkline, trend
from ruche.engines.figures.boxes import runs
from ruche.engines.figures.layout import spread
from tests.engines.figures.world import (
    SECRET,
    check,
    in_table,
    labels,
    patient,
    reading,
    texts,
    values,
)


def series(label, numbers):
    return Series(label, tuple((year, reading(label, value)) for year, value in numbers.items()))


def draw(lines, **options):
    return trend(lines, **({"key": "t", "title": "Évolution"} | options))


def joined(figure):
    """The (left, right) of every segment that joins two points: those are not vertical."""
    return [
        (min(one[0], other[0]), max(one[0], other[0]))
        for path in ElementTree.fromstring(figure.svg).iter("{http://www.w3.org/2000/svg}path")
        if path.get("stroke-width") in ("2.6", "1.6")
        for run in runs(path.get("d"))
        for one, other in pairwise(run)
    ]


def dashed(figure):
    return [
        runs(path.get("d"))[0][0][0]
        for path in ElementTree.fromstring(figure.svg).iter("{http://www.w3.org/2000/svg}path")
        if path.get("stroke-dasharray") == "3 3"
    ]


def test_years_are_as_far_apart_as_in_time():
    figure = draw([series("Gers", {2000: 1.0, 2010: 2.0, 2015: 3.0})])
    (first, second), (_, third) = joined(figure)
    assert second - first == pytest.approx(2 * (third - second), abs=0.2)


def test_a_line_stops_at_a_rupture():
    figure = draw(
        [series("Gers", {2010: 1.0, 2014: 2.0, 2018: 3.0, 2022: 4.0})],
        ruptures=[Rupture(2018, "nouveau questionnaire")],
    )
    assert len(joined(figure)) == 2
    (rupture,) = dashed(figure)
    assert all(right < rupture or left > rupture for left, right in joined(figure))
    assert "Rupture 2018\u00a0: nouveau questionnaire" in texts(figure)
    assert "nouveau questionnaire" in figure.description
    assert "nouveau questionnaire" in figure.table.caption


def test_a_line_stops_at_an_absent_value_which_is_written():
    figure = draw([series("Gers", {2010: 1.0, 2014: None, 2018: 3.0})])
    assert joined(figure) == []
    assert f"Gers, 2014\u00a0: {SECRET}" in texts(figure)
    assert in_table(figure, SECRET)


def test_the_first_and_the_last_values_are_written_beside_the_line():
    figure = draw([series("Gers", {2010: 1.0, 2014: 2.0})])
    assert {"1,0\u202f%", "Gers 2,0\u202f%"} <= set(texts(figure))


def test_a_line_that_ends_earlier_says_its_year():
    figure = draw([series("Gers", {2010: 1.0, 2014: 2.0, 2018: None})])
    assert "Gers 2,0\u202f% (2014)" in texts(figure)


def test_no_two_series_have_the_same_symbol_and_dash():
    lines = [series(f"S{i}", {2010: float(i), 2020: float(i)}) for i in range(12)]
    figure = draw(lines)
    root = ElementTree.fromstring(figure.svg)
    strokes = [
        (path.get("stroke-dasharray"), path.get("stroke"))
        for path in root.iter("{http://www.w3.org/2000/svg}path")
        if path.get("stroke-width") in ("2.6", "1.6")
    ]
    assert len(strokes) == 12
    check(figure)


def some_series(labels_):
    points = st.dictionaries(st.integers(1990, 2030), st.one_of(st.none(), values), min_size=1)
    return st.builds(series, labels_, points)


some_ruptures = st.lists(st.builds(Rupture, st.integers(1985, 2035), labels), max_size=4)


@patient
@given(
    st.lists(some_series(labels), min_size=1, max_size=12, unique_by=lambda one: one.label),
    some_ruptures,
    st.one_of(st.none(), labels),
    st.booleans(),
    st.sampled_from([360.0, 560.0]),
)
def test_no_label_of_a_trend_touches_a_mark_and_no_line_crosses_a_rupture(
    lines, ruptures, unit, zero, width
):
    figure = draw(lines, ruptures=ruptures, unit_label=unit, include_zero=zero, width=width)
    check(figure)
    years = {year for one in lines for year, _ in one.points}
    assert len(dashed(figure)) == len({r for r in ruptures if min(years) < r.year <= max(years)})
    for rupture in dashed(figure):
        assert all(right <= rupture or left >= rupture for left, right in joined(figure))
    expected = 0
    for one in lines:
        for (before, first), (after, second) in pairwise(one.points):
            known = first.value is not None and second.value is not None
            expected += known and not any(before < r.year <= after for r in ruptures)
        assert all(in_table(figure, r.text) for _, r in one.points)
    assert len(joined(figure)) == expected


@patient
@given(some_series(labels), some_ruptures)
def test_a_sparkline_joins_only_what_can_be_compared(one, ruptures):
    figure = sparkline(one.points, key="e", title="Taux", ruptures=ruptures)
    check(figure)
    assert texts(figure) == []
    comparable = sum(
        first.value is not None
        and second.value is not None
        and not any(before < r.year <= after for r in ruptures)
        for (before, first), (after, second) in pairwise(one.points)
    )
    assert len(joined(figure)) == comparable
    assert all(in_table(figure, r.text) for _, r in one.points)


def test_a_sparkline_whose_last_value_is_secret_is_hatched():
    points = [(2010, reading("x", 1.0)), (2015, reading("x", None))]
    figure = sparkline(points, key="e", title="Taux")
    assert any(box.colour.startswith("url(") for box in boxes(figure.svg))
    assert SECRET in figure.description


@patient
@given(st.lists(st.floats(-1000, 1000), min_size=1, max_size=15))
def test_labels_pushed_apart_keep_their_order_and_their_distance(wanted):
    places = spread(wanted, 15, low=0, high=400)
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    for before, after in pairwise(order):
        assert places[after] - places[before] >= 15 - 1e-6
    assert min(places) >= 0
    assert max(places) <= 400 + 1e-6


@patient
@given(st.lists(st.floats(0, 400), min_size=1, max_size=15, unique=True))
def test_labels_already_apart_are_not_moved(wanted):
    ordered = [60.0 * i + wanted[0] / 10 for i in range(5)]
    assert spread(ordered, 15, low=0, high=400) == pytest.approx(ordered)


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: draw([]), "une courbe"),
        (lambda: draw([series(f"S{i}", {2000: 1.0}) for i in range(13)]), "12"),
        (lambda: draw([series("a", {2000: 1.0})] * 2), "même nom"),
        (lambda: draw([series("a", {2000: 1.0})], highlight="b"), "« b »"),
        (lambda: draw([series("a", {2000: 1.0})], width=100.0), "360"),
        (lambda: Series("a", ()), "vide"),
        (lambda: Series("a", ((2000, reading("a", 1.0)),) * 2), "deux fois"),
        (lambda: Series("a", ((2000.5, reading("a", 1.0)),)), "année"),
        (lambda: Rupture(0, "x"), "année"),
        (lambda: sparkline([], key="e", title="Taux"), "vide"),
    ],
)
def test_an_evolution_that_cannot_be_drawn_is_refused_in_french(attempt, message):
    with pytest.raises(BadFigure, match=message):
        attempt()
