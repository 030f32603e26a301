import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruche.engines.figures import BadFigure, Reading, boxes, choropleth, classify, prepare
from tests.engines.figures.world import (
    SECRET,
    check,
    in_table,
    labels,
    patient,
    percent,
    reading,
    texts,
)

SHARED = Path(__file__).parents[4] / "shared/data/geo/epci_gers_2025.geojson"


def square(code, west, south=43.0, side=0.5, hole=False):
    def ring(margin):
        low, high = margin, side - margin
        corners = [(low, low), (high, low), (high, high), (low, high), (low, low)]
        return [[west + x, south + y] for x, y in corners]

    coordinates = [ring(0.0), ring(0.1)] if hole else [ring(0.0)]
    geometry = {"type": "Polygon", "coordinates": coordinates}
    return {"properties": {"code": code, "nom": f"Carré {code}"}, "geometry": geometry}


ROW = [square(str(i), i * 0.5) for i in range(6)]
OUTLINE = prepare(ROW)


def draw(values, features=OUTLINE, **options):
    common = {"key": "m", "title": "Carte", "label": percent}
    return choropleth(features, values, **(common | options))


def numbered(numbers):
    return {str(i): reading(f"T{i}", number) for i, number in enumerate(numbers)}


def fills(figure, count=6):
    return [box.colour for box in boxes(figure.svg) if box.kind == "mark"][:count]


def test_a_square_of_the_gers_is_as_wide_as_the_cosine_of_its_latitude():
    outline = prepare([square("1", 0.0)], 206.0)
    box = boxes(draw({}, outline).svg)[0]
    ratio = (box.right - box.left) / (box.bottom - box.top)
    assert ratio == pytest.approx(0.7284, abs=0.002)  # cos 43.25°


def test_a_hole_is_kept():
    outline = prepare([square("1", 0.0, hole=True)])
    assert outline.areas[0].path.count("M") == 2
    assert 'fill-rule="evenodd"' in draw({}, outline).svg


def test_five_classes_of_quantiles_hold_one_value_each():
    assert len(set(fills(draw(numbered([1.0, 2.0, 3.0, 4.0, 5.0, None]))))) == 6


def test_a_secret_territory_is_hatched_and_the_legend_says_why():
    figure = draw(numbered([1.0, 2.0, 3.0, 4.0, 5.0, None]))
    assert fills(figure)[5].startswith("url(")
    assert f"{SECRET} (1)" in texts(figure)
    assert in_table(figure, SECRET)
    assert f"T5\u00a0: {SECRET}</title>" in figure.svg


def test_a_contour_without_value_is_not_drawn_as_zero():
    figure = draw(numbered([1.0, 2.0]), missing_text="hors du Gers")
    assert fills(figure)[2:] == ["url(#m-h)"] * 4
    assert "hors du Gers (4)" in texts(figure)
    assert in_table(figure, "Carré 3")


def test_the_highlight_is_a_thick_contour_and_a_line_of_the_legend():
    figure = draw(numbered([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), highlight="2")
    assert f"T2\u00a0: {percent(3.0)}" in texts(figure)
    assert 'stroke-width="2.6"' in figure.svg
    check(figure)


def test_imposed_bounds_are_those_of_the_classes():
    figure = draw(numbered([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), bounds=[3.0])
    assert len(set(fills(figure))) == 2
    assert fills(figure)[0] == fills(figure)[1] != fills(figure)[2]


numbers = st.lists(
    st.one_of(st.none(), st.floats(-1e15, 1e15), st.integers(0, 4).map(float)),
    min_size=0,
    max_size=6,
)


@patient
@given(numbers, st.integers(1, 6), st.sampled_from(["quantile", "equal"]), labels, st.booleans())
def test_no_label_of_a_map_touches_a_mark_and_equal_values_share_a_colour(
    given_numbers, classes, method, missing, marked
):
    figure = draw(
        numbered(given_numbers),
        classes=classes,
        method=method,
        missing_text=missing,
        highlight="0" if marked else None,
    )
    check(figure)
    colours = fills(figure)
    for i, one in enumerate(given_numbers):
        for j, other in enumerate(given_numbers):
            if one is not None and other is not None and percent(one) == percent(other):
                assert colours[i] == colours[j]
    assert all(in_table(figure, SECRET) for number in given_numbers if number is None)


@patient
@given(
    st.lists(
        st.one_of(st.floats(-1e6, 1e6), st.integers(0, 5).map(float)), min_size=1, max_size=80
    ),
    st.integers(1, 6),
    st.sampled_from(["quantile", "equal"]),
)
def test_every_value_is_within_the_bounds_of_its_class_and_no_class_is_empty(
    given_values, classes, method
):
    found = classify(given_values, label=percent, classes=classes, method=method)
    assert 1 <= len(found.bounds) <= min(classes, len(set(given_values)))
    assert sum(found.counts) == len(given_values)
    assert min(found.counts) > 0
    for value in given_values:
        low, high = found.bounds[found.of(value)]
        assert low <= value <= high
    written = [(percent(low), percent(high)) for low, high in found.bounds]
    assert all(a[1] != b[0] for a, b in pairwise(written))


def test_quantiles_share_the_territories_equally_when_they_can():
    found = classify([float(i) for i in range(20)], label=percent, classes=5)
    assert found.counts == (4, 4, 4, 4, 4)


def test_equal_intervals_share_the_span_equally():
    found = classify([0.0, 1.0, 9.0, 10.0], label=percent, classes=2, method="equal")
    assert found.bounds == ((0.0, 1.0), (9.0, 10.0))


@pytest.mark.skipif(not SHARED.exists(), reason="the contours of the Gers are not beside us")
def test_the_gers_is_drawn_whole():
    features = json.loads(SHARED.read_text(encoding="utf-8"))["features"]
    outline = prepare(features)
    values = {area.code: reading(area.name, float(i)) for i, area in enumerate(outline.areas)}
    figure = draw(values, outline, highlight="243200409")
    check(figure)
    assert len(figure.table.rows) == 17
    assert len(figure.svg) < 25_000


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: prepare([]), "aucun contour"),
        (lambda: prepare([square("1", 0.0), square("1", 1.0)]), "même code"),
        (lambda: prepare([{"properties": {}, "geometry": {}}]), "Code"),
        (lambda: prepare([square("1", 0.0) | {"geometry": {"type": "Point"}}]), "polygone"),
        (lambda: prepare([square("1", 0.0) | {"geometry": None}]), "polygone"),
        (lambda: prepare([square("1", 0.0, south=200.0)]), "hors de la Terre"),
        (lambda: prepare([square("1", float("nan"))]), "hors de la Terre"),
        (lambda: prepare([square("1", 0.0, side=0.0)]), "surface"),
        (lambda: draw({"99": reading("x", 1.0)}), "99"),
        (lambda: draw({}, highlight="99"), "99"),
        (lambda: draw({}, classes=7), "classes"),
        (lambda: draw(numbered([1.0]), method="jenks"), "jenks"),
        (lambda: draw(numbered([1.0]), bounds=[float("nan")]), "Seuil"),
        (lambda: draw(numbered([1.0]), label=lambda _: ""), "Borne"),
    ],
)
def test_a_map_that_cannot_be_drawn_is_refused_in_french(attempt, message):
    with pytest.raises(BadFigure, match=message):
        attempt()


def test_a_coordinate_that_is_not_a_number_is_refused():
    bad = square("1", 0.0)
    bad["geometry"]["coordinates"][0][0] = ["est", "nord"]
    with pytest.raises(BadFigure, match="illisible"):
        prepare([bad])


def test_the_name_given_with_the_value_is_the_one_shown():
    figure = draw({"0": Reading("Bas-Armagnac", 3.0, "3,0\u202f%")})
    assert "<title>Bas-Armagnac\u00a0: 3,0\u202f%</title>" in figure.svg
    assert figure.table.rows[0] == ("Bas-Armagnac", "3,0\u202f%")
