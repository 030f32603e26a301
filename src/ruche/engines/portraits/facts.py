"""A portrait as facts: each figure with its references, its group, its certainty.

Pages, sentences, booklets, JSON and CSV are all made from these objects, so that they cannot say
different things. They are built from plain rows, whether these come from a database or a file.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf, pi, sqrt
from typing import Any, Literal

from ruche.engines.portraits.catalogue import Catalogue, Indicator, Source
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.margins import RATE_SMALL, Meaning, Outcome, meaning, outcome
from ruche.engines.portraits.states import State
from ruche.french.numbers import NBSP, THIN, number, signed
from ruche.french.toponyms import Toponym

ReferenceKind = Literal["epci", "departement", "region", "france", "peers"]


@dataclass(frozen=True, slots=True)
class Point:
    """One year of an indicator."""

    year: int
    value: float | None
    state: State
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one territory, with everything that was computed about it."""

    year: int
    value: float | None
    state: State
    estimated: bool = False
    source: str = ""
    num: float | None = None
    den: float | None = None
    margin: float | None = None
    rank: int | None = None
    count: int | None = None
    rank_wide: int | None = None
    count_wide: int | None = None
    percentile: float | None = None
    peers: tuple[float, float, float] | None = None
    """First quartile, median, third quartile of the ten comparable territories."""
    history: tuple[Point, ...] = ()

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Figure":
        """From a row of an edition or of the database. A null state means missing."""
        get, state = row.get, row["state"]
        median, history = get("peers_median"), get("history")
        return cls(
            row["year"],
            row["value"],
            State.MISSING if state is None else STATES[state],
            bool(get("estimated")),
            get("source") or "",
            get("num"),
            get("den"),
            get("margin"),
            get("rank"),
            get("count"),
            get("rank_wide"),
            get("count_wide"),
            get("percentile"),
            None if median is None else (row["peers_low"], median, row["peers_high"]),
            tuple(
                Point(year, value, STATES[code], bool(estimated))
                for year, value, code, estimated in history
            )
            if history
            else (),
        )


STATES = {state.value: state for state in State}

UNKNOWN = Figure(year=0, value=None, state=State.MISSING)


@dataclass(frozen=True, slots=True)
class Territory:
    """Who the portrait is about, or is compared with."""

    level: Level
    code: str
    address: str
    """The code as addresses write it: `243200409`, `dep-32`, `reg-76`, `france`, `32013`."""
    toponym: Toponym
    population: int | None = None
    communes: int | None = None

    @property
    def title(self) -> str:
        return self.toponym.title


@dataclass(frozen=True, slots=True)
class Reference:
    """Another territory's figure beside ours, and what may be said of the difference."""

    kind: ReferenceKind
    label: str
    territory: Territory | None
    figure: Figure
    outcome: Outcome
    meaning: Meaning


@dataclass(frozen=True)
class Fact:
    """One indicator of one portrait."""

    indicator: Indicator
    source: Source | None
    original: str
    figure: Figure
    references: tuple[Reference, ...] = ()
    group: tuple[tuple[str, float], ...] = ()
    """Address and value of the territories of the home group that have the figure."""
    group_margins: Mapping[str, float] = field(default_factory=dict)
    """Address → margin, for those of the group whose figure has one."""

    @property
    def known(self) -> bool:
        return self.figure.state is State.VALUE and self.figure.value is not None

    @property
    def third_party(self) -> bool:
        return bool(self.source and self.source.third_party)

    @cached_property
    def text(self) -> str:
        """The value with its unit, or the words of its state."""
        return self.write(self.figure)

    def write(self, figure: Figure) -> str:
        return write_value(self.indicator, figure.value, figure.state)

    def reference(self, kind: ReferenceKind) -> Reference | None:
        return next((ref for ref in self.references if ref.kind == kind), None)

    @property
    def reading(self) -> Reference | None:
        """The reference against which a portrait reads: the département, then the région…"""
        order: tuple[ReferenceKind, ...] = ("departement", "region", "france")
        found = (self.reference(kind) for kind in order)
        return next((ref for ref in found if ref and ref.figure.value is not None), None)

    @property
    def provenance(self) -> str:
        """Producer and year in words; a third party's computation says so."""
        if self.source is None:
            return ""
        if self.third_party:
            return (
                f"repris d’un calcul tiers à partir de «{NBSP}{self.original}{NBSP}», "
                "à remplacer par l’import du fichier du producteur"
            )
        return f"{self.source.producer}, {self.source.title}"


@dataclass(frozen=True)
class PeerTerritory:
    """A comparable territory and the reasons why it is comparable."""

    territory: Territory
    distance: float
    closest: tuple[str, ...]
    farthest: tuple[str, ...]


@dataclass(frozen=True)
class Portrait:
    """Everything known about one territory in one edition."""

    territory: Territory
    edition: str
    facts: tuple[Fact, ...]
    peers: tuple[PeerTerritory, ...] = ()
    parents: tuple[Territory, ...] = ()
    group_label: str = ""
    """Who the home rank is among: « les 15 intercommunalités du Gers »."""
    catalogue: Catalogue | None = field(default=None, repr=False)

    @cached_property
    def group_size(self) -> int:
        """How many territories the home group has; some may lack a given figure."""
        return max((len(fact.group) for fact in self.facts), default=0)

    @cached_property
    def by_id(self) -> dict[str, Fact]:
        return {fact.indicator.id: fact for fact in self.facts}

    def get(self, indicator: str) -> Fact | None:
        return self.by_id.get(indicator)

    def of_theme(self, theme: str) -> list[Fact]:
        return [fact for fact in self.facts if fact.indicator.theme == theme]

    @property
    def known(self) -> list[Fact]:
        return [fact for fact in self.facts if fact.known]


SILENT_UNITS = {"indice", "rapport", "emplois"}
RATES_OF_CHANGE = {"% par an", "% de variation"}
"""Units whose values always carry their sign."""


def write_value(indicator: Indicator, value: float | None, state: State) -> str:
    """« 16,8 % », « 21 060 € par an », « secret statistique »: never blank, never a false zero."""
    if state is not State.VALUE or value is None:
        return (State.MISSING if state is State.VALUE else state).label
    return write_number(indicator, value)


def write_number(indicator: Indicator, value: float, *, sign: bool = False) -> str:
    """A number with the unit and the decimals of its indicator."""
    writer = signed if sign or indicator.unit in RATES_OF_CHANGE else number
    text = writer(value, indicator.decimals)
    if indicator.unit in SILENT_UNITS:
        return text
    unit = "%" if indicator.unit == "% de variation" else indicator.unit
    if unit.startswith(("%", "‰")):
        return f"{text}{THIN}{unit}"
    return f"{text}{NBSP}{unit}"


def split_value(indicator: Indicator, value: float) -> tuple[str, str]:
    """The number and its unit apart: (« 21 060 », « € par an »)."""
    writer = signed if indicator.unit in RATES_OF_CHANGE else number
    unit = "" if indicator.unit in SILENT_UNITS else indicator.unit.removesuffix(" de variation")
    return writer(value, indicator.decimals), unit


def compare(indicator: Indicator, ours: Figure, theirs: Figure) -> tuple[Outcome, Meaning]:
    """What may be said of two figures; nothing of two years, or of two sizes."""
    if ours.year != theirs.year or indicator.extensive:
        return Outcome.NOT_COMPARED, Meaning.NEUTRAL
    found = outcome(
        ours.value,
        theirs.value,
        margin=margin_beside(indicator, ours, theirs.value),
        reference_margin=theirs.margin,
        resolution=indicator.resolution,
    )
    return found, meaning(found, ours.value, theirs.value, indicator.polarity)


RULE_OF_THREE = 300 / RATE_SMALL
"""A survey of n that finds nobody leaves up to 3/n, at 95 %; n is a fifth of those there."""


def margin_beside(indicator: Indicator, ours: Figure, reference: float | None) -> float | None:
    """Our margin as it would be if the truth were the reference, when that is the wider one.

    The usual margin shrinks with a small share, and vanishes at zero: a survey that happened to
    find few would be surer of itself than one that found many.
    """
    margin, value = ours.margin, ours.value
    if margin is None or value is None or reference is None or not indicator.share:
        return margin
    spread, theirs = (p * (100 - p) for p in (min(max(x, 0.0), 100.0) for x in (value, reference)))
    if spread > 0:
        return margin * max(1.0, sqrt(theirs / spread))
    if indicator.sampling != "complementary":
        return margin
    return max(margin, RULE_OF_THREE / ours.den) if ours.den else inf


def make_reference(
    indicator: Indicator,
    ours: Figure,
    theirs: Figure,
    *,
    kind: ReferenceKind,
    label: str,
    territory: Territory | None = None,
) -> Reference:
    found, read = compare(indicator, ours, theirs)
    return Reference(kind, label, territory, theirs, found, read)


MEDIAN_OF_TEN = sqrt(pi / 2 / 10)
"""Spread of the median of ten draws over the spread of one (normal law)."""


def peers_reference(indicator: Indicator, ours: Figure) -> Reference | None:
    """The median of the ten comparable territories, as one more reference.

    The margin of each peer is unknown here; ours, of a territory like them, stands for theirs.
    """
    if ours.peers is None:
        return None
    margin = None if ours.margin is None else MEDIAN_OF_TEN * ours.margin
    theirs = Figure(year=ours.year, value=ours.peers[1], state=State.VALUE, margin=margin)
    label = "territoires comparables (médiane)"
    return make_reference(indicator, ours, theirs, kind="peers", label=label)


def build_portrait(
    territory: Territory,
    *,
    edition: str,
    catalogue: Catalogue,
    figures: Mapping[str, Figure],
    references: Sequence[tuple[ReferenceKind, Territory, Mapping[str, Figure]]],
    group: Mapping[str, Sequence[tuple[str, float]]],
    group_margins: Mapping[str, Mapping[str, float]] | None = None,
    peers: Iterable[PeerTerritory] = (),
    group_label: str = "",
) -> Portrait:
    """Put the figures of a territory beside those of its references.

    `figures` are by indicator id; an indicator of the catalogue that is not there is missing, and
    keeps its place in the portrait with its reason.
    """
    facts = []
    for indicator in catalogue.indicators:
        ours = figures.get(indicator.id, UNKNOWN)
        around = [
            make_reference(
                indicator,
                ours,
                theirs.get(indicator.id, UNKNOWN),
                kind=kind,
                label=other.title,
                territory=other,
            )
            for kind, other, theirs in references
        ]
        peer = peers_reference(indicator, ours)
        facts.append(
            Fact(
                indicator=indicator,
                source=catalogue.source_by_id.get(ours.source),
                original=_original(indicator, ours),
                figure=ours,
                references=(*around, peer) if peer else tuple(around),
                group=tuple(group.get(indicator.id, ())),
                group_margins=(group_margins or {}).get(indicator.id, {}),
            )
        )
    return Portrait(
        territory=territory,
        edition=edition,
        facts=tuple(facts),
        peers=tuple(peers),
        parents=tuple(other for _, other, _ in references),
        group_label=group_label,
        catalogue=catalogue,
    )


def _original(indicator: Indicator, figure: Figure) -> str:
    """The producer behind a third party's figure."""
    for formula in indicator.formula:
        if formula.source == figure.source and figure.year in formula.years and formula.original:
            return formula.original
    return next((f.original for f in indicator.formula if f.original), "")
