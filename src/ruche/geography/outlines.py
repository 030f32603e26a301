"""The contours of a département, ready to carry a map: drawn once, wider and wider."""

from functools import cache

from ruche.engines.figures import Outline, prepare
from ruche.engines.portraits.geography import load_reference
from ruche.engines.portraits.geography.contours import contours_of

WIDTHS = (420.0, 800.0, 1400.0)
"""Pixels of the whole département: the nearer the places, the wider it is drawn."""

GRAIN = 0.8


@cache
def outlines(departement: str) -> tuple[Outline, ...]:
    """The contours of the intercommunalités of a département, at each width; none overseas."""
    features = contours_of(load_reference().epcis_touching(departement), "epci")
    return tuple(prepare(features, width, grain=GRAIN) for width in WIDTHS) if features else ()
