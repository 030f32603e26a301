"""The contours of a territory never change between two maps: they are projected, rounded and
written as SVG paths once, and each map only chooses colours."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ruche.engines.figures.model import BadFigure, check_text

Position = tuple[float, float]
Ring = list[Position]

_EDGE = 3.0
"""Room around the contours for the thick edge of the highlighted one."""


@dataclass(frozen=True, slots=True)
class Area:
    """One territory: its code, its name, and its path."""

    code: str
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Outline:
    """Contours ready to be coloured, ``width`` × ``height`` pixels."""

    areas: tuple[Area, ...]
    width: float
    height: float
    west: float = 0.0
    north: float = 0.0
    scale: Position = (1.0, 1.0)
    """Pixels of a degree of longitude, of a degree of latitude."""

    def at(self, longitude: float, latitude: float) -> Position:
        """Where a position in degrees falls, in pixels."""
        across, down = self.scale
        return (longitude - self.west) * across, (self.north - latitude) * down

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the territories."""
        return frozenset(area.code for area in self.areas)


def prepare(
    features: Sequence[Mapping[str, Any]], width: float = 420.0, *, grain: float = 0.1
) -> Outline:
    """Project GeoJSON features (properties ``code`` and ``nom``) by plate carrée.

    The scale is true at the mean latitude; coordinates are rounded to ``grain`` pixels (at least a
    tenth), so that a border shared by two areas stays shared; holes are kept, and islets under a
    grain are dropped. Refuses other geometries than Polygon and MultiPolygon, and a code given
    twice.
    """
    if not features:
        raise BadFigure("La carte n’a aucun contour.")
    shapes = [(*_identity(feature), list(_rings(feature))) for feature in features]
    codes = [code for code, _, _ in shapes]
    if len(set(codes)) < len(codes):
        raise BadFigure("Deux contours portent le même code.")
    points = [point for _, _, rings in shapes for ring in rings for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    if not (east > west and north > south):
        raise BadFigure("Les contours n’ont pas de surface.")
    unit = (width - 2 * _EDGE) / ((east - west) * squeeze)
    left, top = west - _EDGE / (unit * squeeze), north + _EDGE / unit
    step = max(1, round(grain * 10))

    def path(rings: list[Ring]) -> str:
        drawn = [_path(ring, left, top, (unit * squeeze, unit), step) for ring in rings]
        # An islet may vanish, never a whole area.
        return "".join(part for part in drawn if len(part) > _DOT) or max(drawn, key=len)

    areas = tuple(Area(code, name, path(rings)) for code, name, rings in shapes)
    height = math.ceil((north - south) * unit + 2 * _EDGE)
    return Outline(areas, width, height, left, top, (unit * squeeze, unit))


def _identity(feature: Mapping[str, Any]) -> tuple[str, str]:
    properties = feature.get("properties") or {}
    code, name = properties.get("code"), properties.get("nom")
    check_text(code, what="Code d’un contour")
    check_text(name, what=f"Nom du contour {code}")
    return str(code), str(name)


def _rings(feature: Mapping[str, Any]) -> Iterator[Ring]:
    """Every ring of the feature, outer and inner: the even-odd rule makes the holes."""
    geometry = feature.get("geometry") or {}
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon") or not coordinates:
        raise BadFigure(f"Contour « {kind} » : un polygone est attendu.")
    for polygon in coordinates if kind == "MultiPolygon" else [coordinates]:
        for ring in polygon:
            yield [_position(point) for point in ring]


def _position(point: Sequence[float]) -> Position:
    try:
        x, y = float(point[0]), float(point[1])
    except (TypeError, ValueError, IndexError) as error:
        raise BadFigure(f"Coordonnée illisible : « {point!r} ».") from error
    if not (-360 <= x <= 360 and -89 <= y <= 89):
        raise BadFigure(f"Coordonnée hors de la Terre : ({x}, {y}).")
    return x, y


_DOT = 14
"""A path shorter than this has one point or two: « M12.5 110.5z »."""


def _path(ring: Ring, west: float, north: float, scale: Position, step: int) -> str:
    """A closed path in relative tenths of pixel; points that fall together are written once."""
    across, down = scale[0] * 10 / step, scale[1] * 10 / step
    tenths = [
        (round((x - west) * across) * step, round((north - y) * down) * step) for x, y in ring
    ]
    before = tenths[0]
    parts = [f"M{_number(before[0])} {_number(before[1])}"]
    for x, y in tenths[1:]:
        if (x, y) != before:
            right, below = _number(x - before[0]), _number(y - before[1])
            parts.append(f"l{right}{'' if below[0] == '-' else ' '}{below}")
            before = (x, y)
    return "".join(parts) + "z"


def _number(tenths: int) -> str:
    """Tenths as the shortest decimal: 10 → 1, -5 → -.5."""
    whole, rest = divmod(abs(tenths), 10)
    digits = f"{whole or ''}.{rest}" if rest else str(whole)
    return f"-{digits}" if tenths < 0 else digits
