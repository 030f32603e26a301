"""What spans séances, teams and sites: the calendar, conflicts, counts, the day of a team,
and what is announced to everyone."""

from ruche.seances.queries.announced import (
    Announced,
    Announcements,
    Offer,
    announced,
    needs_coming,
    sites_for,
)
from ruche.seances.queries.calendar import Day, Filters, agenda, month, week
from ruche.seances.queries.conflicts import Conflict, conflicts
from ruche.seances.queries.counts import (
    MonthCounts,
    Tile,
    TileGroup,
    count_rows,
    counts_of,
    month_counts,
    tile_groups,
)
from ruche.seances.queries.days import Stop, day_sheet

__all__ = [
    "Announced",
    "Announcements",
    "Conflict",
    "Day",
    "Filters",
    "MonthCounts",
    "Offer",
    "Stop",
    "Tile",
    "TileGroup",
    "agenda",
    "announced",
    "conflicts",
    "count_rows",
    "counts_of",
    "day_sheet",
    "month",
    "month_counts",
    "needs_coming",
    "sites_for",
    "tile_groups",
    "week",
]
