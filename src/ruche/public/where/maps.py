"""The map beside the list: the same numbers, on the contours of the intercommunalités."""

from collections.abc import Sequence

from django.conf import settings

from ruche.engines.figures import Figure, Pin, places_map
from ruche.geography.communes import Position
from ruche.geography.outlines import outlines
from ruche.languages import Language
from ruche.public.where.finding import position_of
from ruche.public.where.showing import Card


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
