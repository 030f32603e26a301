"""Facts drawn: the one place where `engines.portraits` meets `engines.figures`.

Every drawing takes facts that are already computed and texts that are already written; it chooses a
form, and nothing else.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from ruche.engines import figures
from ruche.engines.figures import AgeBand, Outline, Reading, Rupture, Series
from ruche.engines.portraits.catalogue import Indicator
from ruche.engines.portraits.facts import (
    Fact,
    Figure,
    Point,
    Portrait,
    split_value,
    write_number,
    write_value,
)
from ruche.engines.portraits.geography.contours import Kind, contours_of
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.states import State

KINDS = ("departement", "region", "france", "peers")
"""References that a strip can mark; the intercommunalité of a commune stands in the table only."""

AGES = ("pop_0014", "pop_1524", "pop_2554", "pop_5564", "pop_6579", "pop_80p")
AGE_LABELS = ("0-14 ans", "15-24 ans", "25-54 ans", "55-64 ans", "65-79 ans", "80 ans ou plus")

WIDTH = 416.0
"""Two drawings stand side by side on a wide page, and each fills a phone."""

MAP_WIDTH = 416.0
GRAIN: dict[Kind, float] = {"communes_gers": 0.5, "epci": 0.5, "departements": 0.5, "regions": 1.0}
"""Pixels to which contours are rounded: finer ones weigh more and show no more."""


def reading(indicator: Indicator, label: str, figure: Figure) -> Reading:
    """A figure as the drawing engine wants it: a number and its words, or the words alone."""
    value = figure.value if figure.state is State.VALUE else None
    return Reading(label, value, write_value(indicator, value, figure.state))


def position_strip(portrait: Portrait, fact: Fact) -> figures.Figure:
    """Where the territory stands among its group and its references."""
    indicator = fact.indicator
    references = [
        figures.Reference(ref.kind, reading(indicator, ref.label, ref.figure))  # type: ignore[arg-type]
        for ref in fact.references
        if ref.kind in KINDS and ref.figure.value is not None
    ]
    margin = fact.figure.margin
    return figures.strip(
        reading(indicator, portrait.territory.title, fact.figure),
        key=f"bande-{indicator.id}",
        title=indicator.label,
        references=references,
        peers_values=[value for _, value in fact.group],
        group_label=portrait.group_label or "Groupe",
        margin=margin if margin and fact.known else None,
        margin_text=margin_text(fact),
    )


def margin_text(fact: Fact) -> str | None:
    """« ± 1,4 point »"""
    margin = fact.figure.margin
    if not margin or not fact.known:
        return None
    from ruche.french.numbers import NBSP, counted

    return f"±{NBSP}{counted(margin, 'point', decimals=max(1, fact.indicator.decimals))}"


def ages(portrait: Portrait) -> figures.Figure | None:
    """Age bands against the references: the census by age and sex is not published at hand."""
    facts = [portrait.get(name) for name in AGES]
    known = [fact for fact in facts if fact and fact.known]
    if len(known) < len(AGES):
        return None
    kinds = [
        ref.kind for ref in known[0].references if ref.kind in ("departement", "region", "france")
    ]
    bands = []
    for label, fact in zip(AGE_LABELS, known, strict=True):
        references = [fact.reference(kind) for kind in kinds]
        bands.append(
            AgeBand(
                label,
                reading(fact.indicator, label, fact.figure),
                tuple(reading(fact.indicator, r.label, r.figure) for r in references if r),
            )
        )
    labels = [ref.label for ref in known[0].references if ref.kind in kinds]
    return figures.age_bands(
        bands,
        key="ages",
        title=f"Âge des habitants, {known[0].figure.year}",
        subject_label=portrait.territory.title,
        reference_labels=labels,
        width=WIDTH,
    )


def history(portrait: Portrait, fact: Fact) -> figures.Figure | None:
    """The years of an indicator, for the territory and its references; cut at each rupture."""
    if sum(point.value is not None for point in fact.figure.history) < 2:
        return None
    series = [_series(fact.indicator, portrait.territory.title, fact.figure)]
    for ref in () if fact.indicator.extensive else fact.references:
        if ref.kind in ("departement", "region", "france") and _has_history(ref.figure):
            series.append(_series(fact.indicator, ref.label, ref.figure))
    return figures.trend(
        series,
        key=f"serie-{fact.indicator.id}",
        title=fact.indicator.label,
        ruptures=ruptures(fact.indicator),
        unit_label=fact.indicator.unit,
        width=WIDTH,
    )


def _has_history(figure: Figure) -> bool:
    return any(point.value is not None for point in figure.history)


def _series(indicator: Indicator, label: str, figure: Figure) -> Series:
    points = tuple((p.year, Reading(label, p.value, _short(indicator, p))) for p in figure.history)
    return Series(label, points)


def _short(indicator: Indicator, point: Point) -> str:
    """The value as the end of a line bears it: its unit is written once, above the drawing."""
    if point.value is None or indicator.unit.startswith(("%", "‰")):
        return write_value(indicator, point.value, point.state)
    return split_value(indicator, point.value)[0]


def ruptures(indicator: Indicator) -> list[Rupture]:
    """The drawing engine counts a rupture from the first year of the new series."""
    return [Rupture(item.after + 1, "rupture de série") for item in indicator.breaks]


def bars(
    indicator: Indicator,
    rows: Iterable[tuple[str, Figure]],
    *,
    title: str,
    highlight: str | None = None,
    reference: Reading | None = None,
) -> figures.Figure | None:
    """Territories from the highest value to the lowest."""
    readings = [reading(indicator, name, figure) for name, figure in rows]
    if len(readings) < 2:
        return None
    return figures.ranked_bars(
        readings,
        key=f"classement-{indicator.id}",
        title=title,
        highlight=highlight,
        reference=reference,
        unit_label=indicator.unit,
        width=WIDTH,
    )


@cache
def outline(kind: Kind, codes: tuple[str, ...], width: float) -> Outline | None:
    """Contours ready to be coloured: a file of the product, projected once."""
    features = contours_of(codes, kind)
    return figures.prepare(features, width, grain=GRAIN[kind]) if features else None


CONTOURS: dict[Level, Kind] = {
    Level.COMMUNE: "communes_gers",
    Level.EPCI: "epci",
    Level.DEPARTEMENT: "departements",
    Level.REGION: "regions",
}


def level_map(
    indicator: Indicator,
    values: Mapping[str, tuple[str, Figure]],
    *,
    level: Level,
    title: str,
    highlight: str | None = None,
    width: float = MAP_WIDTH,
) -> figures.Figure | None:
    """A map of one level. `values`: official code → (name, figure)."""
    kind = CONTOURS.get(level)
    if kind is None:
        return None
    drawn = outline(kind, tuple(sorted(values)), width)
    if drawn is None:
        return None
    known = {
        code: reading(indicator, name, figure)
        for code, (name, figure) in values.items()
        if code in drawn.codes
    }
    if not any(item.value is not None for item in known.values()):
        return None
    return figures.choropleth(
        drawn,
        known,
        key=f"carte-{indicator.id}",
        title=title,
        label=writer(indicator),
        highlight=highlight if highlight in drawn.codes else None,
        value_label=indicator.unit,
    )


def writer(indicator: Indicator) -> Callable[[float], str]:
    """How the bounds of the classes are written."""
    return lambda value: write_number(indicator, value)


def comparison_bars(fact_of: Sequence[tuple[str, Fact]]) -> figures.Figure | None:
    """Two to four territories side by side, on one indicator."""
    known = [(name, fact.figure) for name, fact in fact_of]
    if sum(figure.value is not None for _, figure in known) < 2:
        return None
    return bars(fact_of[0][1].indicator, known, title=fact_of[0][1].indicator.label)
