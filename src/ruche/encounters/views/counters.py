"""Read what was counted: the weeks and months of teams, the year of a site. Totals, and no name."""

import csv
import io
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.core.cells import harmless
from ruche.encounters import counters_shown as shown
from ruche.encounters.access import site_with_counters, team_with_counters
from ruche.encounters.counters_shown import Month, Quarter, Week
from ruche.seances.models import Team


@members_only(Verb.SEE, Thing.TALLY)
@require_safe
def counters(request: Request) -> HttpResponse:
    """The teams whose counters one may see."""
    today = timezone.localdate()
    context = {"lines": shown.team_lines(request.member, today), "week": Week.of(today)}
    return render(request, "encounters/counters_teams.html", context)


@members_only(Verb.SEE, Thing.TALLY)
@require_safe
def team_counters(request: Request, pk: UUID) -> HttpResponse:
    """A week of a team, or a month; this week unless asked."""
    team = team_with_counters(request.member, pk)
    is_month = "mois" in request.GET and "semaine" not in request.GET
    return _month_page(request, team) if is_month else _week_page(request, team)


def _week_page(request: Request, team: Team) -> HttpResponse:
    asked, this = request.GET.get("semaine", ""), Week.of(timezone.localdate())
    week = Week.named(asked) or this
    context = {
        "team": team,
        "shown": shown.week_shown(team, week, to=request.member),
        "is_unknown": bool(asked) and week.key != asked,
        **_around("semaine", week, this),
        **_tabs(week=week, month=Month.of(week.monday), here="semaine"),
    }
    return render(request, "encounters/counters.html", context)


def _month_page(request: Request, team: Team) -> HttpResponse:
    asked, this = request.GET.get("mois", ""), Month.of(timezone.localdate())
    month = Month.named(asked) or this
    week = Week.of(timezone.localdate()) if month == this else month.weeks[0]
    context = {
        "team": team,
        "shown": shown.month_shown(team, month, to=request.member),
        "is_unknown": bool(asked) and month.key != asked,
        **_around("mois", month, this),
        **_tabs(week=week, month=month, here="mois"),
    }
    return render(request, "encounters/counters_month.html", context)


def _around(parameter: str, period: Week | Month | Quarter, this: Any) -> dict[str, str]:
    """The addresses of the neighbours of a period; nothing after this one: it has not begun."""
    return {
        "previous_url": f"?{parameter}={period.previous.key}",
        "next_url": f"?{parameter}={period.next.key}" if period < this else "",
    }


def _tabs(*, week: Week, month: Month, here: str) -> dict[str, Any]:
    urls = {"semaine": f"?semaine={week.key}", "mois": f"?mois={month.key}"}
    return {
        "tabs": [("Semaine", urls["semaine"]), ("Mois", urls["mois"])],
        "here": urls[here],
    }


@members_only(Verb.SEE, Thing.TALLY)
@require_safe
def counters_csv(request: Request, pk: UUID) -> HttpResponse:
    """The weeks of a year as a file, masked for everyone."""
    team = team_with_counters(request.member, pk)
    year = shown.year_named(request.GET.get("annee", ""))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(shown.COLUMNS)
    for row in shown.week_rows(team, year):
        writer.writerow([harmless(cell) for cell in row])
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="compteurs-{year}.csv"'
    return response


# -------------------------------------------------------------------------------- sites


@members_only(Verb.SEE, Thing.TALLY)
@require_safe
def site_counters(request: Request, pk: UUID) -> HttpResponse:
    """The year of a site, all teams together; then the sensitive themes of the département."""
    site = site_with_counters(request.member, pk)
    asked, this = request.GET.get("trimestre", ""), Quarter.of(timezone.localdate())
    quarter = Quarter.named(asked) or this
    context = {
        "site": site,
        "shown": shown.site_shown(site, quarter),
        "is_unknown": bool(asked) and quarter.key != asked,
        **_around("trimestre", quarter, this),
    }
    return render(request, "encounters/counters_site.html", context)
