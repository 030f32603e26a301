import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruche.engines.figures import AgeBand, BadFigure, Band, age_bands, boxes, pyramid
from tests.engines.figures.world import (
    SECRET,
    check,
    in_table,
    labels,
    patient,
    positive_readings,
    reading,
    texts,
)

TWO = [
    Band("0-59", reading("H", 10.0), reading("F", 20.0), reading("H", 5.0), reading("F", 40.0)),
    Band("60 +", reading("H", None), reading("F", 40.0)),
]


def draw(bands=TWO, **options):
    return pyramid(bands, **({"key": "p", "title": "Âges", "reference_label": "Gers"} | options))


def draw_ages(bands, **options):
    common = {"key": "a", "title": "Âges", "subject_label": "Savès"}
    return age_bands(bands, **(common | options))


def marks(figure):
    return [box for box in boxes(figure.svg) if box.kind == "mark"]


def test_both_sides_of_a_pyramid_have_the_same_scale():
    left, right, hatched, oldest = marks(draw())
    assert right.right - right.left == pytest.approx(2 * (left.right - left.left), abs=0.2)
    assert oldest.right - oldest.left == pytest.approx(2 * (right.right - right.left), abs=0.2)
    assert hatched.colour.startswith("url(")


def test_the_youngest_are_at_the_bottom():
    left, _, _, oldest = marks(draw())
    assert left.top > oldest.top


def test_the_reference_is_a_tick_at_its_value():
    figure = draw()
    left, right, *_ = marks(figure)
    ticks = sorted({box.ends[0][0] for box in boxes(figure.svg) if box.ends and box.bottom < 70})
    half = (left.right - left.left) / 2
    assert ticks[0] == pytest.approx(left.right - half, abs=0.2)
    assert ticks[-1] == pytest.approx(right.left + 2 * (right.right - right.left), abs=0.2)


def test_a_secret_band_is_written_and_never_drawn_as_zero():
    assert SECRET in texts(draw())
    assert in_table(draw(), SECRET)


@patient
@given(
    st.lists(
        st.builds(
            Band,
            labels,
            positive_readings,
            positive_readings,
            st.one_of(st.none(), positive_readings),
            st.one_of(st.none(), positive_readings),
        ),
        min_size=1,
        max_size=20,
    ),
    labels,
    st.sampled_from([320.0, 520.0]),
)
def test_no_label_of_a_pyramid_ever_touches_a_mark(bands, name, width):
    figure = draw(bands, left_label=name, right_label=name, reference_label=name, width=width)
    check(figure)
    assert all(in_table(figure, r.text) for band in bands for r in band.readings)


@patient
@given(
    st.integers(0, 3).flatmap(
        lambda n: st.tuples(
            st.lists(labels, min_size=n, max_size=n),
            st.lists(
                st.builds(AgeBand, labels, positive_readings, st.tuples(*[positive_readings] * n)),
                min_size=1,
                max_size=12,
            ),
        )
    ),
    labels,
    st.sampled_from([320.0, 520.0]),
)
def test_no_label_of_age_bands_ever_touches_a_mark(case, subject, width):
    names, bands = case
    figure = draw_ages(bands, subject_label=subject, reference_labels=names, width=width)
    check(figure)
    assert all(in_table(figure, band.reading.text) for band in bands)
    assert all(in_table(figure, r.text) for band in bands for r in band.references)


def test_each_reference_of_an_age_band_has_its_own_lane():
    same = reading("x", 10.0)
    figure = draw_ages(
        [AgeBand("0-14", same, (same, same, same))], reference_labels=("a", "b", "c")
    )
    lanes = [box for box in boxes(figure.svg) if box.kind == "segment"]
    assert len({box.top for box in lanes}) == 3
    assert len({box.right for box in lanes}) == 1


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: draw([]), "tranche"),
        (lambda: draw(width=100.0), "320"),
        (lambda: draw(left_label=""), "vide"),
        (lambda: Band("0-14", reading("H", -1.0), reading("F", 1.0)), "négative"),
        (lambda: AgeBand("0-14", reading("x", -1.0)), "négative"),
        (lambda: draw_ages([]), "tranche"),
        (lambda: draw_ages([AgeBand("0-14", reading("x", 1.0))], reference_labels=["a"]), "0 réf"),
        (
            lambda: draw_ages([AgeBand("0", reading("x", 1.0))], reference_labels=list("abcd")),
            "trois",
        ),
    ],
)
def test_ages_that_cannot_be_drawn_are_refused_in_french(attempt, message):
    with pytest.raises(BadFigure, match=message):
        attempt()
