"""Decode a TopoJSON and thin its lines arc by arc, so that two neighbours keep one border.

In a topology a border between two territories is stored once, as an arc that both use. Thinning
arcs, whose ends never move, cannot open a gap between neighbours; thinning polygons would.
"""

from collections.abc import Iterable, Mapping
from typing import Any

Point = tuple[int, int]
"""Longitude and latitude, in whole steps of the precision."""

Ring = list[Point]
Polygons = list[list[Ring]]
"""Of each polygon, its outline and then its holes."""


def polygons_by_code(
    topology: Mapping[str, Any], *, code: str, precision: float, tolerance: float
) -> dict[str, Polygons]:
    """The polygons of each territory, on a grid of `precision` degrees.

    `code` names the property that holds its code; arcs are thinned to `tolerance` degrees (0 keeps
    every point). A ring that thinning would flatten keeps all its points.
    """
    fine = [_quantise(arc, topology["transform"], precision) for arc in topology["arcs"]]
    steps = tolerance / precision
    thin = [simplify(arc, steps) for arc in fine] if tolerance else fine
    (collection,) = topology["objects"].values()
    return {
        str(geometry["properties"][code]): _without_specks(
            [[_ring(arcs, thin, fine) for arcs in polygon] for polygon in _polygons(geometry)]
        )
        for geometry in collection["geometries"]
    }


def _without_specks(polygons: Polygons) -> Polygons:
    """Without the islets and the holes that the source itself draws as a point or a line."""
    drawn = [[ring for ring in polygon if len(set(ring)) >= 3] for polygon in polygons]
    return [polygon for polygon in drawn if polygon]


def _polygons(geometry: Mapping[str, Any]) -> list[list[list[int]]]:
    arcs: list[Any] = geometry["arcs"]
    return [arcs] if geometry["type"] == "Polygon" else arcs


def _quantise(
    arc: Iterable[tuple[int, int]], transform: Mapping[str, Any], precision: float
) -> Ring:
    """Undo the deltas and the transform of the topology; round to our grid."""
    (scale_x, scale_y), (left, bottom) = transform["scale"], transform["translate"]
    x = y = 0
    points: Ring = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        points.append(
            (round((x * scale_x + left) / precision), round((y * scale_y + bottom) / precision))
        )
    return points


def _ring(arcs: Iterable[int], thin: list[Ring], fine: list[Ring]) -> Ring:
    """Arcs end to end; a negative index is an arc walked backwards."""
    arcs = list(arcs)
    ring = _chain(arcs, thin)
    return ring if len(set(ring)) >= 3 else _chain(arcs, fine)


def _chain(arcs: Iterable[int], lines: list[Ring]) -> Ring:
    ring: Ring = []
    for index in arcs:
        line = lines[index] if index >= 0 else lines[~index][::-1]
        ring += [p for i, p in enumerate(line) if not ring or i or p != ring[-1]]
    return without_repeats(ring)


def without_repeats(ring: Ring) -> Ring:
    """The ring without a point said twice in a row (rounding makes some)."""
    return [p for i, p in enumerate(ring) if i == 0 or p != ring[i - 1]]


def simplify(line: Ring, tolerance: float) -> Ring:
    """Douglas and Peucker (1973): keep a point when it is farther than `tolerance` from the chord.

    The two ends are always kept.
    """
    kept = {0, len(line) - 1}
    stack = [(0, len(line) - 1)]
    while stack:
        first, last = stack.pop()
        farthest, distance = 0, tolerance
        for i in range(first + 1, last):
            away = _distance(line[i], line[first], line[last])
            if away > distance:
                farthest, distance = i, away
        if farthest:
            kept.add(farthest)
            stack += [(first, farthest), (farthest, last)]
    return [line[i] for i in sorted(kept)]


def _distance(point: Point, a: Point, b: Point) -> float:
    """From a point to a segment."""
    (px, py), (ax, ay), (bx, by) = point, a, b
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    t = 0.0 if length == 0 else max(0.0, min(1.0, ((px - ax) * dx + (py - ay) * dy) / length))
    x, y = px - ax - t * dx, py - ay - t * dy
    return float((x * x + y * y) ** 0.5)
