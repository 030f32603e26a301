"""What the pages of counters show: totals as they read, in the words of the forms that counted."""

from ruche.encounters.counters_shown.periods import Month, Quarter, Week, year_named
from ruche.encounters.counters_shown.sites import SiteShown, site_shown
from ruche.encounters.counters_shown.teams import (
    COLUMNS,
    Declared,
    MonthShown,
    TeamLine,
    WeekShown,
    month_shown,
    team_lines,
    teams_with_counters,
    week_rows,
    week_shown,
)

__all__ = [
    "COLUMNS",
    "Declared",
    "Month",
    "MonthShown",
    "Quarter",
    "SiteShown",
    "TeamLine",
    "Week",
    "WeekShown",
    "month_shown",
    "site_shown",
    "team_lines",
    "teams_with_counters",
    "week_rows",
    "week_shown",
    "year_named",
]
