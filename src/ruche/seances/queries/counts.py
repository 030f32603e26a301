"""What was counted: the tiles of a séance, the table of a month, its lines for a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet, Sum

from ruche.core.components import Column, Table
from ruche.french.numbers import number
from ruche.seances.enums import SITE_MEASURES, TEAM_MEASURES, Band, Measure, bands_of, label_of
from ruche.seances.models import Count, Participation, Seance

Place = tuple[UUID | None, str, str]
"""Where a total is: the team (nothing for the site), the measure, the band."""


def counts_of(seance: Seance) -> dict[Place, Count]:
    """The totals of a séance with their corrections; what is not there was never counted."""
    counts = Count.objects.filter(seance=seance).prefetch_related("corrections")
    return {(count.participation_id, count.measure, count.band): count for count in counts}


@dataclass(frozen=True)
class Tile:
    """A total to show, and to raise."""

    seance: Seance
    participation: Participation | None
    measure: Measure
    band: Band
    count: Count | None

    @property
    def total(self) -> int:
        return self.count.total if self.count else 0

    @property
    def label(self) -> str:
        return label_of(self.measure, self.band)

    @property
    def participation_id(self) -> str:
        """The team of the total; empty for the site's own."""
        return str(self.participation.pk) if self.participation else ""

    @property
    def id(self) -> str:
        """An identifier in the page."""
        where = self.participation.pk.hex if self.participation else "lieu"
        return f"{where}-{self.measure}-{self.band or 'tous'}"


@dataclass(frozen=True)
class TileGroup:
    """The totals of the site, or of a team."""

    title: str
    participation: Participation | None
    tiles: tuple[Tile, ...]


def tile_groups(
    seance: Seance, *, site: bool, participations: Sequence[Participation]
) -> list[TileGroup]:
    """What may be counted, the site's own first."""
    counts = counts_of(seance)
    groups = [_group(seance, None, counts)] if site else []
    return groups + [_group(seance, each, counts) for each in participations]


def _group(
    seance: Seance, participation: Participation | None, counts: dict[Place, Count]
) -> TileGroup:
    where = participation.pk if participation else None
    tiles = tuple(
        Tile(seance, participation, measure, band, counts.get((where, measure, band)))
        for measure in (TEAM_MEASURES if participation else SITE_MEASURES)
        for band in bands_of(measure)
    )
    title = str(participation.team) if participation else "Sur le lieu"
    return TileGroup(title, participation, tiles)


# --------------------------------------------------------------------------------- months


@dataclass(frozen=True)
class MonthCounts:
    """The counts of a month, site by site."""

    table: Table
    seances: int
    """Séances of which something was counted."""


def month_bounds(year: int, month: int) -> tuple[date, date]:
    first = date(year, month, 1)
    after = (first + timedelta(days=31)).replace(day=1)
    return first, after - timedelta(days=1)


def month_counts(year: int, month: int, seances: QuerySet[Seance] | None = None) -> MonthCounts:
    """Totals by site and measure, over the séances of the month among those given."""
    counts = _of_month(year, month, seances)
    sums: dict[tuple[object, str, str], dict[str, int]] = {}
    rows = (
        counts.order_by("seance__site__commune__name", "seance__site__name", "seance__site")
        .values_list(
            "seance__site", "seance__site__name", "seance__site__commune__title", "measure"
        )
        .annotate(sum=Sum("total"))
    )
    for site, name, commune, measure, total in rows:
        sums.setdefault((site, name, commune), {})[measure] = total
    columns = [Column("Lieu"), *(Column(each.label.capitalize(), numeric=True) for each in Measure)]
    lines = [
        (f"{name} ({commune})", *(_cell(found.get(each)) for each in Measure))
        for (_, name, commune), found in sums.items()
    ]
    caption = f"Comptages du mois, {len(lines)} lieu{'x' if len(lines) > 1 else ''}"
    counted = counts.order_by().values("seance").distinct().count()
    return MonthCounts(Table(caption, columns, lines), counted)


def _cell(total: int | None) -> str:
    """Never counted is not zero."""
    return "pas compté" if total is None else number(total)


def _of_month(year: int, month: int, seances: QuerySet[Seance] | None) -> QuerySet[Count]:
    counts = Count.objects.filter(seance__day__range=month_bounds(year, month))
    if seances is not None:
        counts = counts.filter(seance__in=seances.order_by().values("pk"))
    return counts


COUNT_COLUMNS = (
    "date", "lieu", "commune", "organisation", "equipe", "mesure", "tranche", "total",
)  # fmt: skip


def count_rows(
    year: int, month: int, seances: QuerySet[Seance] | None = None
) -> Iterator[tuple[str, ...]]:
    """One line per total of the month: a site or a team, never a person."""
    counts = (
        _of_month(year, month, seances)
        .select_related("seance__site__commune", "participation__team__organisation")
        .order_by("seance__day", "seance__site__name", "seance", "participation", "measure", "band")
    )
    for count in counts.iterator(2_000):
        site, who = count.seance.site, count.participation
        yield (
            count.seance.day.isoformat(),
            site.name,
            site.commune.title,
            str(who.team.organisation) if who else "",
            str(who.team) if who else "",
            Measure(count.measure).label,
            Band(count.band).label if len(bands_of(count.measure)) > 1 else "",
            str(count.total),
        )
