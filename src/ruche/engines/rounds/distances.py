"""Journeys as the crow flies, lengthened: what one has before asking a road engine.

The figure says so (`source`); `Travel.corrected` takes in what someone knows better.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from ruche.engines.rounds.errors import BadTravel
from ruche.engines.rounds.travel import Travel
from ruche.french.numbers import NBSP

EARTH_METRES = 6_371_008.8
"""Mean radius of the Earth (IUGG)."""


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees, WGS 84."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise BadTravel(
                f"Le point ({self.latitude}, {self.longitude}) n’existe pas : la latitude va de "
                "−90 à 90, la longitude de −180 à 180."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Roads:
    """How a straight line becomes a journey: detour, speed, and minutes to leave and to park."""

    detour: float = 1.3
    kilometres_per_hour: float = 60.0
    minutes_each: int = 3


def metres_between(one: Point, other: Point) -> float:
    """Along the great circle (haversine)."""
    a, b = math.radians(one.latitude), math.radians(other.latitude)
    half_height = math.sin((b - a) / 2)
    half_width = math.sin(math.radians(other.longitude - one.longitude) / 2)
    chord = half_height**2 + math.cos(a) * math.cos(b) * half_width**2
    return 2 * EARTH_METRES * math.asin(min(1.0, math.sqrt(chord)))


def great_circle(points: Mapping[str, Point], roads: Roads = Roads()) -> Travel:
    """Journeys between points."""
    names = tuple(points)
    journeys = [[_journey(points[a], points[b], roads, same=a == b) for b in names] for a in names]
    said = f"vol d’oiseau × {roads.detour:g}, {roads.kilometres_per_hour:g}{NBSP}km/h"
    said = said.replace(".", ",")
    return Travel(
        places=names,
        minutes=tuple(tuple(minutes for minutes, _metres in row) for row in journeys),
        metres=tuple(tuple(metres for _minutes, metres in row) for row in journeys),
        source=said,
    )


def _journey(one: Point, other: Point, roads: Roads, *, same: bool) -> tuple[int, int]:
    if same:
        return 0, 0
    metres = metres_between(one, other) * roads.detour
    minutes = metres / 1000 / roads.kilometres_per_hour * 60
    return math.ceil(minutes - 1e-9) + roads.minutes_each, round(metres)
