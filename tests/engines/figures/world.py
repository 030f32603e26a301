"""Readings, strategies and checks that the tests of the figures share."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

from hypothesis import settings
from hypothesis import strategies as st

from ruche.engines.figures import RUCHE, Box, Figure, Reading, boxes, collisions, contrast
from ruche.engines.figures.boxes import outside

patient = settings(deadline=None)
"""No test asserts a time: a loaded machine is not a defect."""

SECRET = "secret statistique"


def percent(value: float) -> str:
    return f"{value:.1f}".replace(".", ",") + "\u202f%"


def reading(label: str, value: float | None, text: str | None = None) -> Reading:
    return Reading(label, value, text or (SECRET if value is None else percent(value)))


labels = st.text(min_size=1, max_size=60).filter(lambda text: not text.isspace())
values = st.one_of(
    st.floats(-1e15, 1e15), st.floats(-100, 100), st.sampled_from([0.0, -0.0, 1e-300, 12.5])
)
maybe_values = st.one_of(st.none(), values)
readings = st.builds(Reading, labels, maybe_values, labels)
positive_readings = st.builds(Reading, labels, st.one_of(st.none(), st.floats(0, 1e15)), labels)


def texts(figure: Figure) -> list[str]:
    """What is written in the drawing."""
    root = ElementTree.fromstring(figure.svg)
    return [element.text or "" for element in root.iter() if element.tag.endswith("}text")]


def check(figure: Figure) -> None:
    """What every figure promises, whatever it shows."""
    root = ElementTree.fromstring(figure.svg)
    assert root.get("role") == "img"
    title, description = root[0], root[1]
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert (title.text or "").strip()
    assert (description.text or "").strip()
    for element in root.iter():
        name = element.tag.rsplit("}", 1)[-1]
        assert name not in ("style", "script", "foreignObject", "image", "use", "a")
        assert not {"class", "style", "transform", "href"} & set(element.keys())
        assert not any(key.startswith("on") for key in set(element.keys()))
    assert "nan" not in re.sub(r">[^<]*<", "><", figure.svg)
    assert not re.search(r'[ "]-?inf', re.sub(r">[^<]*<", "><", figure.svg))
    assert clashes(figure.svg) == []
    assert outside(figure.svg) == []
    assert sizes(root) >= 11
    assert len(figure.table.columns) >= 2


def on_discs(svg: str) -> list[tuple[Box, Box]]:
    """The texts written on a mark of their own, drawn just before, and that mark."""
    drawn = boxes(svg)
    return [
        (text, mark)
        for mark, text in pairwise(drawn)
        if text.kind == "text" and mark.kind == "mark" and holds(mark, text)
    ]


def holds(mark: Box, text: Box) -> bool:
    """Is the text, light on dark, inside the mark?"""
    return (
        mark.left <= text.left
        and text.right <= mark.right
        and mark.top <= text.top
        and text.bottom <= mark.bottom
        and text.colour == RUCHE.paper
        and contrast(text.colour, mark.colour) >= 4.5
    )


def clashes(svg: str) -> list[tuple[Box, Box]]:
    """What collides, but for a number on its disc: the disc hides what was drawn before it."""
    drawn = boxes(svg)
    under = {text: drawn[: drawn.index(text)] for text, _ in on_discs(svg)}
    return [
        (text, other)
        for text, other in collisions(svg)
        if other.kind == "text" or other not in under.get(text, ())
    ]


def sizes(root: ElementTree.Element) -> float:
    """The smallest font size."""
    return min(float(e.get("font-size", "12")) for e in root.iter() if not e.tag.endswith("defs"))


def in_table(figure: Figure, text: str) -> bool:
    return any(text in row for row in figure.table.rows)
