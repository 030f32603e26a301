"""The calendar: a month, a week, or the days to come."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.accounts.models import Organisation
from ruche.french.times import day, month_of
from ruche.places.models import Site
from ruche.seances import queries
from ruche.seances.forms import CalendarForm
from ruche.seances.models import Team
from ruche.seances.queries.calendar import AGENDA_DAYS, monday_of

VIEWS = (("mois", "Mois"), ("semaine", "Semaine"), ("liste", "Liste"))
FILTERS = ("lieu", "equipe", "organisation")


@dataclass(frozen=True)
class Window:
    """What the page shows: which view, around which day, with which filters."""

    view: str
    day: date
    filters: dict[str, str]

    def url(self, *, view: str = "", day: date | None = None) -> str:
        """The address of the calendar with a few things changed."""
        asked = {"vue": view or self.view, "jour": (day or self.day).isoformat(), **self.filters}
        return f"{reverse('seances:calendar')}?{urlencode(asked)}"

    @property
    def chosen(self) -> dict[str, str]:
        """Each filter; empty when it keeps everything."""
        return {name: self.filters.get(name, "") for name in FILTERS}

    @property
    def title(self) -> str:
        if self.view == "mois":
            return month_of(self.day)
        if self.view == "semaine":
            return f"semaine du {day(monday_of(self.day), weekday=False, year=True)}"
        return f"à partir du {day(self.day, weekday=False, year=True)}"

    @property
    def previous(self) -> date:
        if self.view == "mois":
            return (self.day.replace(day=1) - timedelta(days=1)).replace(day=1)
        return self.day - timedelta(days=7 if self.view == "semaine" else AGENDA_DAYS)

    @property
    def next(self) -> date:
        if self.view == "mois":
            return (self.day.replace(day=1) + timedelta(days=31)).replace(day=1)
        return self.day + timedelta(days=7 if self.view == "semaine" else AGENDA_DAYS)


FIRST_YEAR, LAST_YEAR = 2000, 2100


def _window(request: Request) -> tuple[Window, queries.Filters]:
    form = CalendarForm(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    filters = {name: str(asked[name]) for name in FILTERS if asked.get(name)}
    when = asked.get("jour") or timezone.localdate()
    if not FIRST_YEAR <= when.year <= LAST_YEAR:
        when = timezone.localdate()
    window = Window(asked.get("vue") or "mois", when, filters)
    kept = queries.Filters(asked.get("lieu"), asked.get("equipe"), asked.get("organisation"))
    return window, kept


@members_only(Verb.SEE, Thing.CALENDAR)
@require_safe
def calendar(request: Request) -> HttpResponse:
    """The séances of everyone: a month by default."""
    window, filters = _window(request)
    context: dict[str, Any] = {
        "window": window,
        "tabs": [(label, window.url(view=view)) for view, label in VIEWS],
        "here": window.url(),
        "previous_url": window.url(day=window.previous),
        "next_url": window.url(day=window.next),
        "today_url": window.url(day=timezone.localdate()),
        "choices": _choices(),
        "may_plan": request.member.may(Verb.PLAN, Thing.SEANCE),
    }
    if window.view == "mois":
        context["weeks"] = queries.month(window.day, filters)
    elif window.view == "semaine":
        context["days"] = queries.week(window.day, filters)
    else:
        context["days"] = queries.agenda(window.day, filters)
    return render(request, "seances/calendar.html", context)


def _choices() -> dict[str, list[tuple[str, str]]]:
    """What the filters offer."""
    sites = Site.objects.open().select_related("commune")
    teams = Team.objects.filter(is_active=True).select_related("organisation")
    organisations = Organisation.objects.filter(is_active=True)
    return {
        "sites": [("", "Tous les lieux"), *((str(each.pk), str(each)) for each in sites)],
        "teams": [
            ("", "Toutes les équipes"),
            *((str(each.pk), f"{each} ({each.organisation})") for each in teams),
        ],
        "organisations": [
            ("", "Toutes les organisations"),
            *((str(each.pk), str(each)) for each in organisations),
        ],
    }
