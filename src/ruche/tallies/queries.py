"""What the counters say, one query each, whatever the number of weeks, teams or sites.

These are totals as they are: what reads of them goes through `wording`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from ruche.seances.models import Team
from ruche.tallies.enums import Meeting, Shape
from ruche.tallies.models import Tally

Totals = Mapping[str, int]
"""Measure → total. What was never counted is zero."""


def weeks_of(team: Team, periods: Iterable[str]) -> dict[str, Totals]:
    """Week → what the team counted in it, all sites together; every week that is asked is there."""
    asked = list(periods)
    found = _by("period", shape=Shape.TEAM_WEEK, team=team, period__in=asked)
    return {period: found.get(period, {}) for period in asked}


def year_of(team: Team, year: int) -> dict[str, Totals]:
    """Week → what the team counted in it, for the weeks of a year in which it counted something."""
    first, last = f"{year:04}-W01", f"{year:04}-W53"
    found = _by("period", shape=Shape.TEAM_WEEK, team=team, period__range=(first, last))
    return dict(sorted(found.items()))


def met_in(period: str, teams: Iterable[UUID]) -> dict[UUID, int]:
    """Team → how many people it met in a week."""
    rows = Tally.objects.filter(
        shape=Shape.TEAM_WEEK, team__in=list(teams), period=period, measure=Meeting.MET
    )
    return dict(rows.order_by().values_list("team", "total"))


def months_of_sites(sites: Iterable[UUID], period: str) -> dict[UUID, Totals]:
    """Site → met, first meetings, first of the year, in a month, all teams together."""
    return _by("site", shape=Shape.SITE_MONTH, site__in=list(sites), period=period)


def years_of_sites(sites: Iterable[UUID], year: int) -> dict[UUID, Totals]:
    """Site → the themes of a year, all teams together."""
    return _by("site", shape=Shape.SITE_YEAR, site__in=list(sites), period=f"{year:04}")


def quarter_of(site: UUID, period: str) -> dict[tuple[str, str], int]:
    """(age, gender) → how many people were met at a site in a quarter, all teams together."""
    rows = Tally.objects.filter(shape=Shape.SITE_QUARTER, site=site, period=period)
    found: dict[tuple[str, str], int] = {}
    for measure, total in rows.order_by().values_list("measure", "total"):
        age, _, gender = measure.partition("/")
        found[age, gender] = total
    return found


def year_of_the_network(year: int) -> Totals:
    """The sensitive themes of a year, all sites and all teams together."""
    rows = Tally.objects.filter(shape=Shape.NETWORK_YEAR, period=f"{year:04}")
    return dict(rows.order_by().values_list("measure", "total"))


def _by(column: str, **where: Any) -> dict[Any, Totals]:
    found: dict[Any, dict[str, int]] = defaultdict(dict)
    rows = Tally.objects.filter(**where).order_by()
    for key, measure, total in rows.values_list(column, "measure", "total"):
        found[key][measure] = total
    return dict(found)
