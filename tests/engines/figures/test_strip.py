import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruche.engines.figures import RUCHE, BadFigure, Reference, boxes, strip, strip_legend
from tests.engines.figures.world import (
    SECRET,
    check,
    in_table,
    labels,
    patient,
    reading,
    readings,
    texts,
    values,
)

KINDS = ("departement", "region", "france", "peers")
GERS = Reference("departement", reading("Gers", 15.0))


def draw(subject, **options):
    return strip(subject, **({"key": "s", "title": "Taux de pauvreté"} | options))


def circle(figure):
    return next(b for b in boxes(figure.svg) if b.kind == "mark" and b.colour == RUCHE.accent)


def test_a_territory_halfway_between_the_extremes_is_drawn_in_the_middle():
    figure = draw(reading("Savès", 15.0), peers_values=[10.0, 20.0])
    place = circle(figure)
    assert (place.left + place.right) / 2 == pytest.approx(110.0)


def test_a_strip_writes_nothing_when_it_has_a_number():
    assert texts(draw(reading("Savès", 15.0), references=[GERS], peers_values=[1.0, 2.0])) == []


def test_a_secret_strip_keeps_its_marks_and_writes_why():
    figure = draw(reading("Savès", None), references=[GERS], peers_values=[10.0, 20.0])
    assert texts(figure) == [SECRET]
    assert in_table(figure, SECRET)
    marks = [box for box in boxes(figure.svg) if box.kind != "text"]
    assert not any(box.colour == RUCHE.accent for box in marks)
    assert len([box for box in marks if box.colour == RUCHE.muted]) == 2
    assert len([box for box in marks if box.colour == RUCHE.ink]) == 1


def test_a_strip_without_any_number_still_says_why():
    assert texts(draw(reading("Savès", None))) == [SECRET]


def test_each_kind_of_reference_has_its_own_shape():
    drawings = {
        kind: draw(reading("x", 1.0), references=[Reference(kind, reading("y", 2.0))]).svg
        for kind in KINDS
    }
    assert len(set(drawings.values())) == len(KINDS)


def test_the_territory_never_hides_a_reference_that_it_equals():
    figure = draw(reading("x", 15.0), references=[GERS], peers_values=[1.0, 30.0])
    subject = circle(figure)
    (diamond,) = [b for b in boxes(figure.svg) if b.colour == RUCHE.ink]
    assert diamond.left == pytest.approx(subject.left)
    assert diamond.bottom < subject.top


def test_the_margin_is_drawn_to_its_length_and_said():
    figure = draw(
        reading("x", 15.0), peers_values=[10.0, 20.0], margin=2.5, margin_text="± 2,5 points"
    )
    (bar,) = [b for b in boxes(figure.svg) if b.kind == "segment" and b.bottom - b.top == 4]
    assert bar.ends[1][0] - bar.ends[0][0] == pytest.approx(102.0, abs=0.2)
    assert in_table(figure, "± 2,5 points")
    assert "± 2,5 points" in figure.description


@patient
@given(
    readings,
    st.lists(st.builds(Reference, st.sampled_from(KINDS), readings), max_size=5),
    st.lists(values, max_size=20),
    st.one_of(st.none(), st.floats(0, 1e6)),
    st.sampled_from([80.0, 220.0]),
)
def test_no_label_of_a_strip_ever_touches_a_mark(subject, references, peers, margin, width):
    figure = draw(subject, references=references, peers_values=peers, margin=margin, width=width)
    check(figure)
    assert all(in_table(figure, r.reading.text) for r in references)
    assert in_table(figure, subject.text)


@patient
@given(labels, st.lists(st.tuples(st.sampled_from(KINDS), labels), max_size=4), labels)
def test_no_label_of_the_legend_ever_touches_a_symbol(subject, references, label):
    check(strip_legend(subject, references, key="l", group_label=label, margin_label=label))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e300])
def test_a_group_with_what_is_not_a_number_is_refused(value):
    with pytest.raises(BadFigure, match="Groupe comparé"):
        draw(reading("x", 1.0), peers_values=[1.0, value])


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: draw(reading("x", 1.0), margin=-1.0), "marge"),
        (lambda: draw(reading("x", 1.0), margin=math.nan), "marge"),
        (lambda: draw(reading("x", 1.0), width=10.0), "80"),
        (lambda: Reference("canton", reading("x", 1.0)), "canton"),
    ],
)
def test_a_strip_that_cannot_be_drawn_is_refused_in_french(attempt, message):
    with pytest.raises(BadFigure, match=message):
        attempt()
