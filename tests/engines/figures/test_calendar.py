from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruche.engines.figures import BadFigure, boxes, calendar_heatmap
from ruche.engines.figures.heatmap import day_in_french
from tests.engines.figures.world import (
    SECRET,
    check,
    in_table,
    patient,
    percent,
    reading,
    readings,
    texts,
)

days_of_a_year = st.dates(date(2024, 1, 1), date(2024, 12, 31))


def draw(days, **options):
    return calendar_heatmap(days, key="c", title="Visites", label=percent, **options)


def squares(figure):
    return [box for box in boxes(figure.svg) if box.kind == "mark" and box.colour != "#d5d9df"]


def test_monday_is_above_tuesday_and_weeks_go_to_the_right():
    figure = draw(
        {
            date(2026, 3, 2): reading("x", 1.0),
            date(2026, 3, 3): reading("x", 1.0),
            date(2026, 3, 9): reading("x", 1.0),
        }
    )
    monday, tuesday, next_monday = squares(figure)[:3]
    assert (tuesday.left, tuesday.top - monday.top) == (monday.left, 14)
    assert (next_monday.left - monday.left, next_monday.top) == (14, monday.top)


def test_a_larger_value_is_a_larger_square():
    figure = draw({date(2026, 3, 2): reading("x", 1.0), date(2026, 3, 3): reading("x", 9.0)})
    small, large = squares(figure)[:2]
    assert small.right - small.left < large.right - large.left


def test_a_closed_day_is_hatched_and_said():
    figure = draw({date(2026, 3, 2): reading("x", None)})
    assert squares(figure)[0].colour == "url(#c-h)"
    assert SECRET in texts(figure)
    assert in_table(figure, SECRET)
    assert f"<title>2 mars 2026\u00a0: {SECRET}</title>" in figure.svg


def test_months_are_written_in_french():
    written = texts(draw({date(2026, 3, 2): reading("x", 1.0)}))
    assert {"janv.", "févr.", "août", "déc.", "lun."} <= set(written)


def test_the_first_of_a_month_is_an_ordinal():
    assert day_in_french(date(2026, 8, 1)) == "1er août 2026"
    assert day_in_french(date(2026, 8, 2)) == "2 août 2026"


@patient
@given(st.dictionaries(days_of_a_year, readings, min_size=1, max_size=40), st.integers(1, 6))
def test_no_label_of_a_calendar_ever_touches_a_mark(days, classes):
    figure = draw(days, classes=classes)
    check(figure)
    assert all(in_table(figure, one.text) for one in days.values())


@pytest.mark.parametrize(
    "days", [{}, {date(2025, 12, 31): reading("x", 1.0), date(2026, 1, 1): reading("x", 1.0)}]
)
def test_a_calendar_shows_one_year_and_only_one(days):
    with pytest.raises(BadFigure, match="seule année"):
        draw(days)
