"""A cell is of an allowed shape or is not; two different ones are never counted together."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruche.tallies.cells import PERIODS, BadCell, Cell, period_of, periods_between
from ruche.tallies.enums import OF_A_SITE, OF_A_TEAM, AgeBand, Gender, Meeting, Shape

TEAM, SITE = UUID(int=1), UUID(int=2)

GOOD = {
    Shape.TEAM_WEEK: Cell(Shape.TEAM_WEEK, "2026-W48", "sante.suite.ecoute", team=TEAM),
    Shape.SITE_MONTH: Cell(Shape.SITE_MONTH, "2026-11", "met", site=SITE),
    Shape.SITE_QUARTER: Cell(Shape.SITE_QUARTER, "2026-T4", "25-44/woman", site=SITE),
    Shape.SITE_YEAR: Cell(Shape.SITE_YEAR, "2026", "sante.themes.dents", site=SITE),
    Shape.NETWORK_YEAR: Cell(Shape.NETWORK_YEAR, "2026", "sante.themes.violences"),
}
"""One cell of each shape."""

each_shape = pytest.mark.parametrize("shape", Shape)


def cell(shape: Shape, **changed: object) -> Cell:
    """The cell of a shape, a few things changed."""
    return replace(GOOD[shape], **changed)  # type: ignore[arg-type]


# ----------------------------------------------------------------------------- refusals


@each_shape
def test_each_shape_has_its_own_writing_of_a_period(shape):
    for other in Shape:
        period = GOOD[other].period
        if PERIODS[other] == PERIODS[shape]:
            assert cell(shape, period=period).period == period
        else:
            with pytest.raises(BadCell, match="période"):
                cell(shape, period=period)


@pytest.mark.parametrize(
    ("shape", "period"),
    [
        (Shape.TEAM_WEEK, "2026-W00"),
        (Shape.TEAM_WEEK, "2026-W54"),
        (Shape.TEAM_WEEK, "2026-w48"),
        (Shape.TEAM_WEEK, "2026-W7"),
        (Shape.TEAM_WEEK, "2026-W48 "),
        (Shape.TEAM_WEEK, "2026-W48\n"),
        (Shape.SITE_MONTH, "2026-00"),
        (Shape.SITE_MONTH, "2026-13"),
        (Shape.SITE_MONTH, "2026-11-25"),
        (Shape.SITE_QUARTER, "2026-T0"),
        (Shape.SITE_QUARTER, "2026-T5"),
        (Shape.SITE_QUARTER, "2026-Q4"),
        (Shape.SITE_YEAR, "26"),
        (Shape.SITE_YEAR, ""),
        (Shape.NETWORK_YEAR, "20260"),
        (Shape.TEAM_WEEK, "2025-W53"),
    ],
)
def test_a_period_that_is_none_is_refused(shape, period):
    with pytest.raises(BadCell, match="période"):
        cell(shape, period=period)


@each_shape
def test_a_period_is_written_in_the_digits_that_periods_are_written_in(shape):
    arabic = GOOD[shape].period.replace("2026", "٢٠٢٦")
    with pytest.raises(BadCell, match="période"):
        cell(shape, period=arabic)


@each_shape
def test_a_cell_has_a_team_or_a_site_exactly_when_its_shape_does(shape):
    team = None if shape in OF_A_TEAM else TEAM
    with pytest.raises(BadCell, match="équipe"):
        cell(shape, team=team)
    site = None if shape in OF_A_SITE else SITE
    with pytest.raises(BadCell, match="lieu"):
        cell(shape, site=site)


@pytest.mark.parametrize(
    ("shape", "measure"),
    [
        (Shape.TEAM_WEEK, "first_ever"),
        (Shape.TEAM_WEEK, "25-44/woman"),
        (Shape.SITE_MONTH, "sante.themes.dents"),
        (Shape.SITE_MONTH, "25-44/woman"),
        (Shape.SITE_QUARTER, "met"),
        (Shape.SITE_QUARTER, "25-44"),
        (Shape.SITE_QUARTER, "25-44/"),
        (Shape.SITE_QUARTER, "/woman"),
        (Shape.SITE_QUARTER, "woman/25-44"),
        (Shape.SITE_QUARTER, "25-44/woman/man"),
        (Shape.SITE_QUARTER, "41/woman"),
        (Shape.SITE_YEAR, "met"),
        (Shape.SITE_YEAR, "sante.themes"),
        (Shape.SITE_YEAR, "sante.themes.dents.haut"),
        (Shape.SITE_YEAR, "sante.themes.Dents"),
        (Shape.SITE_YEAR, "sante.themes."),
        (Shape.SITE_YEAR, "sante.themes.alba martin"),
        (Shape.SITE_YEAR, "sante.themes." + "a" * 31),
        (Shape.NETWORK_YEAR, "met"),
        (Shape.NETWORK_YEAR, ""),
    ],
)
def test_a_measure_that_the_shape_does_not_have_is_refused(shape, measure):
    with pytest.raises(BadCell, match="mesure"):
        cell(shape, measure=measure)


def test_every_band_of_age_and_every_gender_has_its_cell():
    for age in AgeBand:
        for gender in Gender:
            assert cell(Shape.SITE_QUARTER, measure=f"{age}/{gender}")


def test_nothing_of_a_cell_can_be_changed_afterwards():
    with pytest.raises(AttributeError):
        GOOD[Shape.SITE_MONTH].measure = "first_ever"  # type: ignore[misc]


# ------------------------------------------------------------------------------ periods


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2026, 1, 1), "2026-W01"),  # a Thursday: the week belongs to the year that begins
        (date(2025, 12, 29), "2026-W01"),
        (date(2027, 1, 1), "2026-W53"),  # a Friday: to the one that ended
        (date(2027, 1, 3), "2026-W53"),
        (date(2027, 1, 4), "2027-W01"),
        (date(2024, 12, 30), "2025-W01"),
    ],
)
def test_a_week_belongs_to_the_year_of_its_thursday(day, week):
    assert period_of(Shape.TEAM_WEEK, day) == week


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 1, 1), "2026-T1"),
        (date(2026, 3, 31), "2026-T1"),
        (date(2026, 4, 1), "2026-T2"),
        (date(2026, 9, 30), "2026-T3"),
        (date(2026, 12, 31), "2026-T4"),
    ],
)
def test_a_quarter_is_three_months(day, quarter):
    assert period_of(Shape.SITE_QUARTER, day) == quarter


def test_a_month_and_a_year_follow_the_calendar_and_not_the_week():
    for shape in (Shape.SITE_YEAR, Shape.NETWORK_YEAR):
        assert period_of(shape, date(2027, 1, 1)) == "2027"
    assert period_of(Shape.SITE_MONTH, date(2027, 1, 1)) == "2027-01"
    assert period_of(Shape.SITE_MONTH, date(2026, 12, 31)) == "2026-12"


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.sampled_from(Shape))
def test_the_period_of_a_day_is_one_that_a_cell_accepts(day, shape):
    assert cell(shape, period=period_of(shape, day))


@given(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.integers(0, 800),
    st.sampled_from(Shape),
)
def test_the_periods_between_two_days_are_those_of_their_days(first, days, shape):
    last = first + timedelta(days=days)
    found = periods_between(shape, first, last)
    assert {period_of(shape, first), period_of(shape, last)} <= found
    assert period_of(shape, first - timedelta(days=400)) not in found
    assert period_of(shape, last + timedelta(days=400)) not in found
    assert len(found) <= days + 1


# --------------------------------------------------------------------------------- keys

ids = st.uuids(version=4)
words = st.from_regex(
    r"[a-z0-9][a-z0-9-]{0,29}", fullmatch=True, alphabet=st.characters(codec="ascii")
)
days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
themes = st.tuples(words, words, words).map(".".join)
ages_and_genders = st.tuples(st.sampled_from(AgeBand.values), st.sampled_from(Gender.values))
MEASURES = {
    Shape.TEAM_WEEK: themes | st.just(str(Meeting.MET)),
    Shape.SITE_MONTH: st.sampled_from(Meeting.values),
    Shape.SITE_QUARTER: ages_and_genders.map("/".join),
    Shape.SITE_YEAR: themes,
    Shape.NETWORK_YEAR: themes,
}


@st.composite
def cells(draw: st.DrawFn) -> Cell:
    """Any cell that may be counted."""
    shape = draw(st.sampled_from(Shape))
    return Cell(
        shape,
        period_of(shape, draw(days)),
        draw(MEASURES[shape]),
        team=draw(ids) if shape in OF_A_TEAM else None,
        site=draw(ids) if shape in OF_A_SITE else None,
    )


@given(cells(), cells())
def test_two_different_cells_never_share_a_key(one, other):
    assert (one.key == other.key) == (one == other)


@given(st.lists(cells(), min_size=2, max_size=30, unique=True))
def test_many_different_cells_have_as_many_keys(many):
    assert len({one.key for one in many}) == len(many)


@given(cells())
def test_the_same_cell_has_the_same_key_whoever_makes_it(one):
    again = Cell(one.shape, one.period, one.measure, team=one.team, site=one.site)
    assert again == one
    assert again.key == one.key


def test_neighbouring_cells_have_different_keys():
    """What a sloppy key would confuse: the same id as a team or as a site, a year in two shapes."""
    close = [
        *GOOD.values(),
        cell(Shape.SITE_YEAR, site=TEAM),
        cell(Shape.NETWORK_YEAR, measure="sante.themes.dents"),
        cell(Shape.TEAM_WEEK, measure="sante.themes.dents", team=SITE),
        cell(Shape.SITE_MONTH, period="2026-12"),
        cell(Shape.SITE_MONTH, measure="first_ever"),
        cell(Shape.SITE_YEAR, measure="sante-themes.dents.x"),
        cell(Shape.SITE_YEAR, measure="sante.themes-dents.x"),
    ]
    assert len({one.key for one in close}) == len(close)


@given(cells())
def test_a_key_tells_nothing_of_its_cell(one):
    assert len(one.key) == 32
    assert set(one.key) <= set("0123456789abcdef")
