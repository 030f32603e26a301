"""Filters that say in a template how long, on which days, from when to when."""

from django import template

from ruche.engines.rounds import limits
from ruche.french.times import day
from ruche.planning.models import Outage, Worker
from ruche.planning.wording import duration

register = template.Library()

register.filter("clock", limits.clock)
register.filter("duration", duration)


@register.filter
def week_of_days(worker: Worker) -> str:
    """« du lundi au vendredi », « lundi, jeudi »."""
    names = worker.workday_names
    runs_on = len(names) > 2 and max(worker.workdays) - min(worker.workdays) == len(names) - 1
    return f"du {names[0]} au {names[-1]}" if runs_on else ", ".join(names)


@register.filter
def days_of(outage: Outage) -> str:
    """« le lundi 3 mai 2027 », « du 3 mai 2027 au 7 mai 2027 »."""
    if outage.first == outage.last:
        return f"le {day(outage.first, year=True)}"
    first, last = (day(one, weekday=False, year=True) for one in (outage.first, outage.last))
    return f"du {first} au {last}"
