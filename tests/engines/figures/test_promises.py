import dataclasses
import math
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruche.engines.figures import (
    RUCHE,
    BadFigure,
    Palette,
    Reading,
    Table,
    collisions,
    contrast,
    ranked_bars,
)
from ruche.engines.figures.boxes import Box, boxes, overlap, runs
from ruche.engines.figures.gallery import examples
from ruche.engines.figures.text import CLEAN, ESCAPES, clean, ems, escape, fit, text_width, wrap
from tests.engines.figures.world import check, on_discs, patient, reading, texts

HOSTILE = ["<script>alert(1)</script>", '"><b onload="x', "& ' \x00 \ud800 \n", "]]>", "{0} %s %"]
GALLERY = examples()


@pytest.mark.parametrize("name", GALLERY)
def test_every_example_keeps_the_promises_of_a_figure(name):
    check(GALLERY[name])


def test_the_same_data_gives_the_same_drawing():
    again = examples()
    assert all(again[name] == figure for name, figure in GALLERY.items())


def test_several_figures_of_a_page_share_no_id():
    ids = [
        element.get("id")
        for figure in GALLERY.values()
        for element in ElementTree.fromstring(figure.svg).iter()
        if element.get("id")
    ]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("label", HOSTILE)
def test_a_hostile_label_comes_out_escaped(label):
    rows = [Reading(label, 1.0, label), reading("autre", 2.0)]
    figure = ranked_bars(rows, key="k", title=label, highlight=label, unit_label=label)
    check(figure)
    assert "<script" not in figure.svg
    assert "<b " not in figure.svg


@patient
@given(st.text())
def test_any_text_makes_a_readable_document(text):
    ElementTree.fromstring(f'<a b="{escape(text)}">{escape(text)}</a>')


def test_what_must_be_escaped_is_always_found():
    assert all(escape(chr(code)) == change for code, change in ESCAPES.items())
    assert all(clean(chr(code)) == change for code, change in CLEAN.items())
    assert escape("Cœur d’Astarac\u00a0: 15,9\u202f%") == "Cœur d’Astarac\u00a0: 15,9\u202f%"


def test_every_text_and_every_mark_is_seen_by_weak_eyes():
    assert all(contrast(colour, RUCHE.paper) >= 4.5 for colour in RUCHE.text_colours)
    assert all(contrast(colour, RUCHE.wash) >= 4.5 for colour in RUCHE.text_colours)
    assert all(contrast(colour, RUCHE.paper) >= 3 for colour in RUCHE.mark_colours)


def test_contrast_is_that_of_the_norm():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("name", GALLERY)
def test_no_text_is_written_in_a_colour_that_is_not_for_text(name):
    svg = GALLERY[name].svg
    light = {text for text, _ in on_discs(svg)}
    used = {box.colour for box in boxes(svg) if box.kind == "text" and box not in light}
    assert used <= set(RUCHE.text_colours)


@pytest.mark.parametrize("name", GALLERY)
def test_no_mark_that_carries_a_value_is_too_pale(name):
    quiet = {RUCHE.paper, RUCHE.wash, RUCHE.rule, "none", *RUCHE.sequential}
    used = {box.colour for box in boxes(GALLERY[name].svg) if box.kind != "text"}
    carriers = {colour for colour in used - quiet if not colour.startswith("url(")}
    assert carriers <= set(RUCHE.mark_colours)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e300, 10**400, "12", [1]])
def test_what_is_not_a_finite_number_is_refused(value):
    with pytest.raises(BadFigure):
        Reading("x", value, "x")


@pytest.mark.parametrize(("label", "text"), [("", "x"), (" \u00a0", "x"), ("x", ""), (None, "x")])
def test_a_blank_text_is_refused(label, text):
    with pytest.raises(BadFigure):
        Reading(label, 1.0, text)


def test_an_integer_is_a_number():
    assert Reading("x", 3, "3").value == 3


def test_a_row_shorter_than_the_table_is_refused():
    with pytest.raises(BadFigure, match="1 cases"):
        Table("x", ("a", "b"), (("1",),))


@pytest.mark.parametrize(
    "change", [{"ink": "red"}, {"sequential": ()}, {"sequential": ("#12345",)}, {"rule": "#12"}]
)
def test_a_palette_of_unreadable_colours_is_refused(change):
    with pytest.raises(BadFigure, match="Palette"):
        Palette(**change)


def test_another_palette_changes_the_colours_of_a_figure():
    rows = [reading("A", 1.0), reading("B", 2.0)]
    palette = dataclasses.replace(RUCHE, bar="#123456")
    assert "#123456" in ranked_bars(rows, key="k", title="t", palette=palette).svg


@patient
@given(st.text(max_size=80), st.floats(20, 300), st.booleans())
def test_a_text_cut_to_fit_fits(text, room, bold):
    cut = fit(text, room, bold=bold)
    assert text_width(cut, bold=bold) <= room or cut == "…"
    assert len(wrap(text, room, bold=bold)) <= 2
    assert all(
        text_width(line, bold=bold) <= room or line == "…" for line in wrap(text, room, bold=bold)
    )


def test_a_long_name_is_written_on_two_lines_before_it_is_cut():
    name = "Communauté de communes des Coteaux"
    assert " ".join(wrap(name, 150)) == name
    assert len(wrap(name, 150)) == 2


def test_widths_are_never_narrower_than_those_of_dejavu_sans():
    # Advances of DejaVu Sans Book, in thousandths of em.
    published = {"W": 989, "i": 278, "m": 974, "0": 636, "%": 950, "é": 615, "Œ": 1070, " ": 318}
    assert all(ems(letter) * 1000 >= advance for letter, advance in published.items())


def test_two_texts_one_on_the_other_are_a_collision():
    svg = '<svg viewBox="0 0 9 9"><text x="0" y="20">ab</text><text x="5" y="22">cd</text></svg>'
    assert len(collisions(svg)) == 1


def test_a_line_through_a_text_is_a_collision_and_one_beside_it_is_not():
    text = '<text x="10" y="20">abcdef</text>'
    through = '<path d="M0 0L60 30" fill="none" stroke-width="1"/>'
    beside = '<path d="M0 30L0 0L60 0" fill="none" stroke-width="1"/>'
    assert collisions(f"<svg>{text}{through}</svg>")
    assert not collisions(f"<svg>{text}{beside}</svg>")


@patient
@given(st.tuples(*[st.floats(-20, 20)] * 4))
def test_a_segment_crosses_a_box_when_one_of_its_points_is_inside(ends):
    x1, y1, x2, y2 = ends
    box = Box("text", -5, -5, 5, 5)
    segment = Box(
        "segment", min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2), ends=((x1, y1), (x2, y2))
    )
    points = [(x1 + (x2 - x1) * i / 500, y1 + (y2 - y1) * i / 500) for i in range(501)]
    if any(abs(x) < 4.9 and abs(y) < 4.9 for x, y in points):
        assert (
            overlap(segment, box)
            or segment.right - segment.left < 0.1
            or (segment.bottom - segment.top < 0.1)
        )
    elif all(abs(x) > 5.2 or abs(y) > 5.2 for x, y in points):
        assert not overlap(segment, box)


def test_a_path_is_read_in_its_short_forms():
    assert runs("M1 2l3-1h2v.5H0V9z") == [
        [(1, 2), (4, 1), (6, 1), (6, 1.5), (0, 1.5), (0, 9), (1, 2)]
    ]
    assert runs("M0 0 1 1m1 1l1 0") == [[(0, 0), (1, 1)], [(2, 2), (3, 2)]]


def test_texts_of_a_figure_are_in_french():
    assert "Repère" in GALLERY["bars"].description
    hidden = [text for text in texts(GALLERY["bars-many"]) if "dessinées" in text]
    assert hidden == ["⋯ 883\u00a0valeurs non dessinées", "⋯ 352\u00a0valeurs non dessinées"]
    assert "1\u202f235\u00a0non dessinées" in GALLERY["bars-many"].description
