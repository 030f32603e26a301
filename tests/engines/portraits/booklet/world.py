"""Portraits that no producer published, from a seed: every state, every kind of figure."""

import random
from collections.abc import Mapping
from functools import cache

from ruche.engines.portraits.booklet import BookletDrawings, Drawing
from ruche.engines.portraits.catalogue import Catalogue, Indicator, load_catalogue
from ruche.engines.portraits.facts import (
    Figure,
    PeerTerritory,
    Point,
    Portrait,
    Territory,
    build_portrait,
)
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.states import State
from ruche.french.toponyms import FRANCE, Toponym

HOSTILE = '#panic() *gras* $x^2$ <a> \\ " @renvoi _souligné_ `code` [x] // ~ -- &amp;'
"""Everything that means something to a typesetter."""

DATE = "2026-03-12"
NETWORK = "GIP Gers Solidaire"
GERS = Territory(Level.DEPARTEMENT, "32", "dep-32", Toponym("Gers", 2, "Gers"), 192_000, 461)
OCCITANIE = Territory(Level.REGION, "76", "reg-76", Toponym("Occitanie", 1, "Occitanie", "en"))
COUNTRY = Territory(Level.FRANCE, "FR", "france", FRANCE)
WITHOUT_VALUE = {
    "pop_densite": State.NOT_PUBLISHED,
    "rev_pauvrete": State.SECRET,
    "log_hlm": State.NOT_APPLICABLE,
    "csp_agri": State.MISSING,
}
"""An indicator for each reason of not having a figure."""

ESTIMATED = "pop_75p"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="360" height="120" viewBox="0 0 360 120">'
    '<rect width="200" height="60" fill="#1f5b4b"/></svg>'
)


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


def territory(name: str = "Bas-Armagnac") -> Territory:
    return Territory(Level.EPCI, "243200409", "243200409", Toponym(name, 2, name), 8_727, 26)


def portrait(
    name: str = "Bas-Armagnac",
    *,
    seed: int = 32,
    states: Mapping[str, State] = WITHOUT_VALUE,
    known: bool = True,
) -> Portrait:
    """A whole portrait; with `known` false, nothing is known of the territory."""
    chance = random.Random(seed)
    ours = {i.id: _figure(i, chance, states.get(i.id)) for i in catalogue().indicators}
    references = [
        (kind, other, {i.id: _figure(i, chance, None) for i in catalogue().indicators})
        for kind, other in (("departement", GERS), ("region", OCCITANIE), ("france", COUNTRY))
    ]
    return build_portrait(
        territory(name),
        edition="2026-1",
        catalogue=catalogue(),
        figures=ours if known else {},
        references=references,  # type: ignore[arg-type]
        group={i.id: _group(i, ours[i.id], chance) for i in catalogue().indicators},
        peers=[_peer(number) for number in range(10)] if known else (),
        group_label="les 15 intercommunalités du Gers",
    )


def _number(indicator: Indicator, chance: random.Random) -> float:
    return round(chance.uniform(2, 40), indicator.decimals)


def _figure(indicator: Indicator, chance: random.Random, state: State | None) -> Figure:
    """The newest figure that the first formula of the indicator gives."""
    formula = indicator.formula[0]
    year = max(formula.years)
    value = _number(indicator, chance)
    if state:
        return Figure(year=year, value=None, state=state, source=formula.source)
    return Figure(
        year=year,
        value=value,
        state=State.VALUE,
        estimated=indicator.id == ESTIMATED,
        source=formula.source,
        margin=1.4 if indicator.share else None,
        rank=3,
        count=15,
        peers=(value - 2, value + chance.choice((-1, 1)), value + 2),
        history=tuple(Point(y, value - 1, State.VALUE) for y in (2011, 2016, year)),
    )


def _group(indicator: Indicator, ours: Figure, chance: random.Random) -> list[tuple[str, float]]:
    others = [(f"T{number}", _number(indicator, chance)) for number in range(14)]
    return [*others, ("243200409", ours.value)] if ours.value is not None else others


def _peer(number: int) -> PeerTerritory:
    name = f"Pays comparable {number}"
    other = Territory(Level.EPCI, f"T{number}", f"T{number}", Toponym(name, 0, name), 9_000)
    return PeerTerritory(other, 0.3, ("pop_75p", "log_vac"), ("emp_agri", "rev_median"))


def drawing(alt: str = "Un rectangle vert.") -> Drawing:
    return Drawing(SVG, alt, "Un dessin", "Source : Insee.", note="Ce qu’il faut lire.")


def drawings(subject: Portrait) -> BookletDrawings:
    """As many drawings as a true booklet has, each one a rectangle."""
    return BookletDrawings(
        cover=drawing(),
        legend=drawing(),
        strips={fact.indicator.id: drawing() for fact in subject.known},
        themes={theme.id: [drawing() for _ in range(4)] for theme in catalogue().themes},
    )
