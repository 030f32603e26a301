"""What pages ask of the editions: a portrait, a ranking, a comparison, in a handful of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Count, Sum

from ruche.engines.portraits.catalogue import Catalogue, Indicator, load_catalogue
from ruche.engines.portraits.facts import (
    Figure as FigureFact,
)
from ruche.engines.portraits.facts import (
    PeerTerritory,
    Portrait,
    ReferenceKind,
    build_portrait,
)
from ruche.engines.portraits.facts import (
    Territory as TerritoryFact,
)
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.states import State
from ruche.geography.models import FRANCE_ADDRESS, Territory
from ruche.territories.models import Edition, Figure, Peer

FIELDS = (
    "indicator", "year", "value", "state", "estimated", "source", "num", "den", "margin",
    "rank", "count", "rank_wide", "count_wide", "percentile",
    "peers_low", "peers_median", "peers_high", "history",
)  # fmt: skip

Figures = dict[str, FigureFact]


@cache
def catalogue() -> Catalogue:
    """The catalogue of indicators: a file of the product, read once."""
    return load_catalogue()


def as_fact(territory: Territory) -> TerritoryFact:
    """A row of the database as the engine knows territories."""
    return TerritoryFact(
        level=territory.scale,
        code=territory.code,
        address=territory.address,
        toponym=territory.toponym,
        population=territory.population,
        communes=territory.communes,
    )


def figures_of(edition: Edition, addresses: Iterable[str]) -> dict[str, Figures]:
    """Every figure of a few territories: address → indicator → figure."""
    rows = (
        Figure.objects.of(edition)
        .filter(territory__in=list(addresses))
        .order_by()
        .values_list("territory_id", *FIELDS)
    )
    found: dict[str, Figures] = {}
    for address, *cells in rows.iterator(chunk_size=2_000):
        row = dict(zip(FIELDS, cells, strict=True))
        found.setdefault(address, {})[row["indicator"]] = FigureFact.from_row(row)
    return found


def home_territories(territory: Territory) -> list[Territory]:
    """The territories among which this one is ranked first, by title."""
    match territory.scale:
        case Level.COMMUNE:
            wanted = {"level": Level.COMMUNE, "epci": territory.epci}
        case Level.EPCI:
            wanted = {"level": Level.EPCI, "departement": territory.departement}
        case Level.DEPARTEMENT:
            wanted = {"level": Level.DEPARTEMENT, "region": territory.region}
        case Level.REGION:
            wanted = {"level": Level.REGION}
        case _:
            return []
    return list(Territory.objects.filter(**wanted).order_by("title"))


@dataclass(frozen=True)
class Family:
    """The territories around one: those above it by kind, nearest first, and its home group."""

    parents: dict[str, Territory]
    group: list[Territory]

    @property
    def addresses(self) -> list[str]:
        """Addresses of the group."""
        return [territory.pk for territory in self.group]


def family_of(territory: Territory) -> Family:
    """Two queries."""
    return Family(parents_of(territory), home_territories(territory))


def group_label(territory: Territory, count: int, parents: Mapping[str, Territory]) -> str:
    """« les 15 intercommunalités du Gers », as sentences say it; nothing for a group of one."""
    if count < 2:
        return ""
    match territory.scale:
        case Level.COMMUNE if "epci" in parents:
            return f"les {count} communes {parents['epci'].toponym.of}"
        case Level.EPCI if "departement" in parents:
            return f"les {count} intercommunalités {parents['departement'].toponym.of}"
        case Level.DEPARTEMENT if "region" in parents:
            return f"les {count} départements {parents['region'].toponym.of}"
        case Level.REGION:
            return f"les {count} régions de France"
    return ""


@dataclass(frozen=True)
class GroupFigures:
    """The values of a group, and their margins, by indicator."""

    values: dict[str, list[tuple[str, float]]]
    margins: dict[str, dict[str, float]]


def group_figures(edition: Edition, addresses: Sequence[str]) -> GroupFigures:
    """What the ticks of a strip and the ranks of a sentence need to know of the group."""
    rows = (
        Figure.objects.of(edition)
        .filter(territory__in=addresses, state=State.VALUE)
        .order_by("territory")
        .values_list("indicator", "territory_id", "value", "margin")
    )
    found = GroupFigures({}, {})
    for indicator, address, value, margin in rows:
        assert value is not None
        found.values.setdefault(indicator, []).append((address, value))
        if margin is not None:
            found.margins.setdefault(indicator, {})[address] = margin
    return found


def peers_of(edition: Edition, territory: Territory, base: str = "ensemble") -> list[PeerTerritory]:
    """The ten most comparable intercommunalités, nearest first."""
    rows = (
        Peer.objects.filter(edition=edition, territory=territory, base=base)
        .select_related("peer")
        .order_by("position")
    )
    return [
        PeerTerritory(as_fact(row.peer), row.distance, tuple(row.closest), tuple(row.farthest))
        for row in rows
    ]


def parents_of(territory: Territory) -> dict[str, Territory]:
    """The territories above, by kind, nearest first."""
    addresses = territory.parent_addresses
    rows = Territory.objects.in_bulk(list(addresses.values()))
    return {kind: rows[address] for kind, address in addresses.items() if address in rows}


def portrait_of(territory: Territory, edition: Edition, family: Family | None = None) -> Portrait:
    """The whole portrait of a territory: five queries, whatever the territory."""
    family = family or family_of(territory)
    parents = family.parents
    figures = figures_of(edition, [territory.pk, *(parent.pk for parent in parents.values())])
    around = group_figures(edition, family.addresses)
    references: list[tuple[ReferenceKind, TerritoryFact, Figures]] = [
        (kind, as_fact(parent), figures.get(parent.pk, {}))  # type: ignore[misc]
        for kind, parent in parents.items()
    ]
    return build_portrait(
        as_fact(territory),
        edition=edition.pk,
        catalogue=catalogue(),
        figures=figures.get(territory.pk, {}),
        references=references,
        group=around.values,
        group_margins=around.margins,
        peers=peers_of(edition, territory) if territory.scale is Level.EPCI else (),
        group_label=group_label(territory, len(family.group), parents),
    )


def has_portrait(territory: Territory, edition: Edition) -> bool:
    """Whether the edition says anything about a territory (communes of elsewhere are not kept)."""
    return Figure.objects.of(edition).filter(territory=territory).exists()


@dataclass(frozen=True)
class RankingRow:
    """One territory in the ranking of an indicator."""

    territory: Territory
    figure: FigureFact
    rank: int | None


def ranking(
    edition: Edition, indicator: Indicator, *, level: Level, departement: str = ""
) -> list[RankingRow]:
    """Territories of a level from the highest value to the lowest, then those without one."""
    rows = Figure.objects.of(edition).filter(indicator=indicator.id, level=level)
    if departement:
        rows = rows.filter(territory__departement=departement)
    ordered = rows.select_related("territory").order_by("state", "-value", "territory__name")
    found: list[RankingRow] = []
    previous: tuple[float | None, int] = (None, 0)
    for place, row in enumerate(ordered, start=1):
        fact = FigureFact.from_row({name: getattr(row, name) for name in FIELDS})
        if fact.value is None:
            found.append(RankingRow(row.territory, fact, None))
            continue
        rank = previous[1] if fact.value == previous[0] else place
        previous = (fact.value, rank)
        found.append(RankingRow(row.territory, fact, rank))
    return found


def territory_by_address(address: str) -> Territory | None:
    """A territory by its address, whatever the case: « DEP-32 », « dep-2a », « 2a004 »."""
    address = address.replace("\0", "")
    prefix, dash, code = address.rpartition("-")
    wanted = [address, address.lower(), prefix.lower() + dash + code.upper()]
    if address.upper() in {"FR", "FRANCE"}:
        wanted.append(FRANCE_ADDRESS)
    return Territory.objects.filter(pk__in=wanted).order_by("pk").first()


def straddling(departement: str) -> list[tuple[Territory, int, int]]:
    """EPCIs that have communes in a département but are counted in another one.

    With the number of their communes and of their inhabitants in the département.
    """
    rows: Any = (
        Territory.objects.filter(level=Level.COMMUNE, departement=departement)
        .exclude(epci="")
        .order_by()
        .values("epci")
        .annotate(here=Count("pk"), people=Sum("population"))
    )
    counts = {row["epci"]: (row["here"], row["people"] or 0) for row in rows}
    epcis = Territory.objects.filter(level=Level.EPCI, code__in=list(counts)).order_by("name")
    return [(epci, *counts[epci.code]) for epci in epcis if epci.departement != departement]


def parts_by_departement(epci: Territory) -> list[tuple[Territory, int, int]]:
    """Départements over which an EPCI lies, with the communes and inhabitants of each part.

    Nothing for an EPCI that lies in one département, as nearly all do.
    """
    communes = Territory.objects.filter(level=Level.COMMUNE, epci=epci.code)
    if not communes.exclude(departement=epci.departement).exists():
        return []
    rows: Any = (
        communes.order_by()
        .values("departement")
        .annotate(here=Count("pk"), people=Sum("population"))
    )
    counts = {row["departement"]: (row["here"], row["people"] or 0) for row in rows}
    owners = Territory.objects.filter(level=Level.DEPARTEMENT, code__in=list(counts))
    parts = [(owner, *counts[owner.code]) for owner in owners.order_by("name")]
    return sorted(parts, key=lambda part: -part[2])


def figures_of_indicator(
    edition: Edition, indicator: Indicator, addresses: Iterable[str]
) -> dict[str, FigureFact]:
    """One indicator for a few territories: address → figure."""
    rows = Figure.objects.of(edition).filter(indicator=indicator.id, territory__in=list(addresses))
    found = {}
    for address, *cells in rows.order_by("territory").values_list("territory_id", *FIELDS):
        found[address] = FigureFact.from_row(dict(zip(FIELDS, cells, strict=True)))
    return found
