import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruche.engines.figures import BadFigure, boxes, ranked_bars
from tests.engines.figures.world import (
    SECRET,
    check,
    in_table,
    labels,
    patient,
    reading,
    readings,
    texts,
)

THREE = [reading("Alpha", 10.0), reading("Béta", 20.0), reading("Gamma", None)]


def draw(rows=THREE, **options):
    return ranked_bars(rows, **({"key": "k", "title": "Trois territoires"} | options))


def bars(figure):
    return [box for box in boxes(figure.svg) if box.kind == "mark"]


def test_a_bar_twice_as_long_says_twice_as_much():
    widths = [box.right - box.left for box in bars(draw())][:2]
    assert widths[0] == pytest.approx(2 * widths[1], abs=0.15)


def test_the_highest_comes_first_and_what_has_no_number_last():
    names = [text for text in texts(draw()) if text in ("Alpha", "Béta", "Gamma")]
    assert names == ["Béta", "Alpha", "Gamma"]


def test_the_lowest_comes_first_when_asked():
    rows = draw(order="ascending").table.rows
    assert [row[0] for row in rows] == ["Alpha", "Béta", "Gamma"]


def test_a_secret_value_is_written_and_never_drawn_as_zero():
    figure = draw()
    assert SECRET in texts(figure)
    assert in_table(figure, SECRET)
    hatched = [box for box in bars(figure) if box.colour.startswith("url(")]
    assert len(hatched) == 1
    assert "0,0\u202f%" not in texts(figure)


def test_equal_values_share_their_rank():
    figure = draw([reading("A", 3.0), reading("B", 5.0), reading("C", 3.0), reading("D", 1.0)])
    assert [row[2] for row in figure.table.rows] == ["1", "2", "2", "4"]


def test_a_negative_bar_goes_to_the_left_of_zero():
    figure = draw([reading("A", -2.0), reading("B", 2.0)])
    positive, negative = bars(figure)
    assert negative.right == pytest.approx(positive.left, abs=0.15)
    check(figure)


def test_the_reference_is_a_line_at_its_value():
    figure = draw(reference=reading("Gers", 20.0))
    lines = {box.ends[0][0] for box in boxes(figure.svg) if box.ends}
    longest = max(box.right for box in bars(figure))
    assert max(lines) == pytest.approx(longest, abs=0.15)
    assert in_table(figure, "Gers")


def test_a_reference_without_number_is_written_and_has_no_line():
    figure = draw(reference=reading("Gers", None))
    assert f"Gers\u00a0: {SECRET}" in texts(figure)
    assert len({box.ends[0][0] for box in boxes(figure.svg) if box.ends}) == 1


@pytest.mark.parametrize("place", [0, 3, 35, 36, 41, 640, 1296, 1299])
def test_among_thirteen_hundred_the_highlight_its_neighbours_and_the_best_are_drawn(place):
    rows = [reading(f"T{i}", 2000.0 - i) for i in range(1300)]
    figure = draw(rows, highlight=f"T{place}")
    written = texts(figure)
    assert {f"T{i}" for i in range(max(0, place - 4), min(1300, place + 5))} <= set(written)
    assert {"T0", "T1", "T2"} <= set(written)
    drawn = len(bars(figure))
    assert drawn <= 40
    hidden = [
        int("".join(c for c in text if c.isdigit())) for text in written if "dessinée" in text
    ]
    assert sum(hidden) + drawn == 1300
    assert len(figure.table.rows) == 1300
    check(figure)


@patient
@given(
    st.lists(readings, min_size=2, max_size=60),
    st.one_of(st.none(), readings),
    st.integers(0, 59),
    labels,
    st.sampled_from([320.0, 560.0, 800.0]),
    st.sampled_from(["descending", "ascending", "given"]),
)
def test_no_label_of_a_ranking_ever_touches_a_mark(rows, reference, chosen, unit, width, order):
    figure = draw(
        rows,
        highlight=rows[chosen % len(rows)].label,
        reference=reference,
        unit_label=unit,
        width=width,
        order=order,
    )
    check(figure)
    assert all(in_table(figure, row.text) for row in rows)


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        ([], {}, "deux valeurs"),
        (THREE[:1], {}, "deux valeurs"),
        (THREE, {"highlight": "Delta"}, "Delta"),
        (THREE, {"order": "alphabetical"}, "Ordre"),
        (THREE, {"limit": 3}, "douze"),
        (THREE, {"width": 100.0}, "320"),
        (THREE, {"unit_label": " "}, "vide"),
        (THREE, {"title": ""}, "vide"),
        (THREE, {"key": "deux mots"}, "clé"),
    ],
)
def test_a_ranking_that_cannot_be_drawn_is_refused_in_french(rows, options, message):
    with pytest.raises(BadFigure, match=message):
        draw(rows, **options)
