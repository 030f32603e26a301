"""Reading a drawing back: which texts and marks it holds and where, to prove that none collides.

It understands the SVG that this engine writes (no transform, no style). Texts are boxes as wide as
``text.py`` bounds them; a filled mark is the box around it; a line is kept as its segments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Literal
from xml.etree import ElementTree

from ruche.engines.figures.text import ASCENT, DESCENT, SIZE, text_width

_TOKEN = re.compile(r"([MmLlHhVvZz])|([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)")
_ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "Z": 0}
_INHERITED = ("font-size", "font-weight", "text-anchor", "fill", "stroke", "stroke-width")
_TOUCH = 0.05
"""Coordinates are rounded to a tenth: less than this is contact, not collision."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """What a text or a mark covers; ``ends`` are those of a stroked segment."""

    kind: Literal["text", "mark", "segment"]
    left: float
    top: float
    right: float
    bottom: float
    content: str = ""
    ends: tuple[Point, Point] | None = None
    colour: str = ""


def boxes(svg: str) -> list[Box]:
    """Every text and every mark of ``svg``, in the order in which they are drawn."""
    return list(_walk(_parsed(svg), {"font-size": f"{SIZE:g}"}))


def _parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - a drawing made here, never a file received


def _walk(element: ElementTree.Element, inherited: dict[str, str]) -> Iterator[Box]:
    here = inherited | {k: v for k, v in element.items() if k in _INHERITED}
    tag = element.tag.rsplit("}", 1)[-1]
    if tag in ("defs", "title", "desc"):
        return
    if tag == "text":
        yield _text_box(element, here)
    elif tag in ("rect", "circle", "path"):
        yield from _marks(tag, element, here)
    else:
        for child in element:
            yield from _walk(child, here)


def _text_box(element: ElementTree.Element, here: dict[str, str]) -> Box:
    content = element.text or ""
    size = float(here["font-size"])
    width = text_width(content, size=size, bold=here.get("font-weight") == "bold")
    x, y = float(element.get("x", "0")), float(element.get("y", "0"))
    left = x - width * {"middle": 0.5, "end": 1.0}.get(here.get("text-anchor", "start"), 0.0)
    colour = here.get("fill", "")
    top, bottom = y - ASCENT * size, y + DESCENT * size
    return Box("text", left, top, left + width, bottom, content, colour=colour)


def _marks(tag: str, element: ElementTree.Element, here: dict[str, str]) -> Iterator[Box]:
    number = {k: float(v) for k, v in element.items() if k in ("x", "y", "width", "height", "r")}
    if tag == "rect":
        left, top = number.get("x", 0.0), number.get("y", 0.0)
        right, bottom = left + number["width"], top + number["height"]
        yield Box("mark", left, top, right, bottom, colour=here.get("fill", ""))
    elif tag == "circle":
        x, y, r = float(element.get("cx", "0")), float(element.get("cy", "0")), number["r"]
        yield Box("mark", x - r, y - r, x + r, y + r, colour=here.get("fill", ""))
    else:
        yield from _path_marks(element.get("d", ""), here)


def _path_marks(d: str, here: dict[str, str]) -> Iterator[Box]:
    if here.get("fill") != "none":
        for run in runs(d):
            xs, ys = [x for x, _ in run], [y for _, y in run]
            if len(run) > 1:
                fill = here.get("fill", "")
                yield Box("mark", min(xs), min(ys), max(xs), max(ys), colour=fill)
        return
    half = float(here.get("stroke-width", "1")) / 2
    for run in runs(d):
        for (x1, y1), (x2, y2) in pairwise(run):
            yield Box(
                "segment",
                min(x1, x2) - half,
                min(y1, y2) - half,
                max(x1, x2) + half,
                max(y1, y2) + half,
                ends=((x1, y1), (x2, y2)),
                colour=here.get("stroke", ""),
            )


def runs(d: str) -> list[list[Point]]:
    """The polylines of a path, in absolute coordinates."""
    found: list[list[Point]] = []
    x = y = 0.0
    for letter, numbers in _commands(d):
        x, y = _next_point(letter, numbers, x, y, found)
        if letter in "Mm":
            found.append([])
        found[-1].append((x, y))
    return found


def _next_point(
    letter: str, numbers: list[float], x: float, y: float, found: list[list[Point]]
) -> Point:
    base_x, base_y = (x, y) if letter.islower() else (0.0, 0.0)
    match letter.upper():
        case "H":
            return base_x + numbers[0], y
        case "V":
            return x, base_y + numbers[0]
        case "Z":
            return found[-1][0]
        case _:
            return base_x + numbers[-2], base_y + numbers[-1]


def _commands(d: str) -> Iterator[tuple[str, list[float]]]:
    letter, numbers = "", list[float]()
    for command, number in _TOKEN.findall(d):
        if command:
            letter, numbers = command, []
            if command in "Zz":
                yield letter, []
        else:
            numbers.append(float(number))
            if len(numbers) == _ARGUMENTS[letter.upper()]:
                yield letter, numbers
                letter, numbers = {"M": "L", "m": "l"}.get(letter, letter), []


def overlap(one: Box, other: Box) -> bool:
    """Do the two cover a common area, beyond the rounding of coordinates?"""
    if (
        one.right - other.left <= _TOUCH
        or other.right - one.left <= _TOUCH
        or one.bottom - other.top <= _TOUCH
        or other.bottom - one.top <= _TOUCH
    ):
        return False
    if one.ends and not other.ends:
        return _crosses(one.ends, other)
    if other.ends and not one.ends:
        return _crosses(other.ends, one)
    return True


def _crosses(ends: tuple[Point, Point], box: Box) -> bool:
    """Does the segment go through the box? (Liang and Barsky, 1984.)"""
    (x1, y1), (x2, y2) = ends
    enter, leave = 0.0, 1.0
    for step, before, after in (
        (x2 - x1, box.left - x1, box.right - x1),
        (y2 - y1, box.top - y1, box.bottom - y1),
    ):
        if step == 0.0:
            if before > 0.0 or after < 0.0:
                return False
            continue
        first, last = sorted((before / step, after / step))
        enter, leave = max(enter, first), min(leave, last)
    return enter <= leave


def collisions(svg: str) -> list[tuple[Box, Box]]:
    """The pairs (text, text) or (text, mark) that overlap: a figure well made has none."""
    found = boxes(svg)
    texts = [box for box in found if box.kind == "text"]
    marks = [box for box in found if box.kind != "text"]
    pairs = [pair for pair in combinations(texts, 2) if overlap(*pair)]
    return pairs + [(text, mark) for text in texts for mark in marks if overlap(text, mark)]


def outside(svg: str) -> list[Box]:
    """What goes out of the drawing, and would be cut."""
    _, _, width, height = map(float, _parsed(svg).get("viewBox", "").split())
    return [
        box
        for box in boxes(svg)
        if box.left < -_TOUCH
        or box.top < -_TOUCH
        or box.right > width + _TOUCH
        or box.bottom > height + _TOUCH
    ]
