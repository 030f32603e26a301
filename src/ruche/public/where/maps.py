"""The map beside the list: the same numbers, on the contours of the intercommunalités."""

from collections.abc import Sequence
from functools import cache

from django.conf import settings

from ruche.engines.figures import Figure, Outline, Pin, places_map, prepare
from ruche.engines.portraits.geography import load_reference
from ruche.engines.portraits.geography.contours import contours_of
from ruche.geography.communes import Position
from ruche.languages import Language
from ruche.public.where.finding import position_of
from ruche.public.where.showing import Card

WIDTHS = (420.0, 800.0, 1400.0)
"""Pixels of the whole département: the nearer the sites, the wider it is drawn."""

GRAIN = 0.8


@cache
def outlines(departement: str) -> tuple[Outline, ...]:
    """The contours of the intercommunalités of a département, at each width; none overseas."""
    features = contours_of(load_reference().epcis_touching(departement), "epci")
    return tuple(prepare(features, width, grain=GRAIN) for width in WIDTHS) if features else ()


def map_of(
    cards: Sequence[Card], language: Language, *, here: Position | None, place: str
) -> Figure | None:
    """Nothing when no site of the page has a position, or when there is no contour."""
    drawn = outlines(settings.NETWORK_DEPARTEMENT)
    pins = [
        Pin(card.number, card.site.name, *where)
        for card in cards
        if (where := position_of(card.site))
    ]
    if not pins or not drawn:
        return None
    words = language.words["result"]
    return places_map(
        drawn,
        pins,
        key="lieux",
        title=words["map"],
        description=words["map_text"],
        columns=("№", words["map"]),
        here=here,
        here_label=place if here else "",
    )
