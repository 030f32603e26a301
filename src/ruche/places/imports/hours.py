"""Hours written day by day (« 09:00 - 12:00 / 13:30 - 17:00 ») as a line of OpenStreetMap."""

import re
from collections.abc import Mapping
from datetime import time

from ruche.core.spreadsheets import BadCell, Guess, plain
from ruche.core.spreadsheets.values import hour
from ruche.places.openings import BadRule, Rhythm, Rule, Slot, to_osm
from ruche.places.openings.french import WEEKDAYS

Spans = tuple[tuple[time, time], ...]

CLOSED = {"ferme", "non", "x", "sans objet", "neant", "0", ""}
SPAN = re.compile(
    r"(?:de )?(\d{1,2}(?:\s?[hH:]\s?\d{0,2})?)\s*(?:-|–|à|a|_)\s*(\d{1,2}(?:\s?[hH:]\s?\d{0,2})?)"
)
BETWEEN = re.compile(r"\s*(?:/|;|,|&|\+|\bet\b|\bpuis\b|\n)\s*")


def week(days: Mapping[str, str]) -> str:
    """The line of a week: name of a day → its hours; empty when it never opens.

    Public holidays are closed. `BadCell` names the day whose hours are not understood.
    """
    by_spans: dict[Spans, list[int]] = {}
    for rank, name in enumerate(WEEKDAYS):
        text = days.get(name, "").strip()
        if plain(text) in CLOSED:
            continue
        try:
            found = spans(text)
        except BadCell as error:
            raise BadCell(f"{name.capitalize()} : {error}") from error
        if found:
            by_spans.setdefault(found, []).append(rank)
    return _line(by_spans)


def spans(text: str) -> Spans:
    """« 9h-12h / 14h-17h30 » → pairs of hours; those that overlap are one."""
    found: list[tuple[time, time]] = []
    for part in filter(None, BETWEEN.split(text.strip())):
        span = SPAN.fullmatch(part.strip())
        if not span:
            raise BadCell(f"« {text} » ne se lit pas : écrivez par exemple « 9h-12h / 14h-17h ».")
        starts, ends = _hour(span[1]), _hour(span[2])
        if starts == ends == time():
            continue  # how some tables say that nothing is known
        if ends <= starts:
            raise BadCell(
                f"« {text} » : la fin est avant le début. Corrigez l’une des deux heures."
            )
        found.append((starts, ends))
    return _joined(sorted(found))


def _joined(found: list[tuple[time, time]]) -> Spans:
    joined: list[tuple[time, time]] = []
    for starts, ends in found:
        if joined and starts <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends))
        else:
            joined.append((starts, ends))
    return tuple(joined)


def _hour(text: str) -> time:
    found = hour(re.sub(r"\s", "", text))
    return found.value if isinstance(found, Guess) else found


def _line(by_spans: Mapping[Spans, list[int]]) -> str:
    """Days that open at the same hours are said together, as the form of opening hours does."""
    slots = tuple(
        Slot(Rhythm.WEEKLY, tuple(days), (), starts, ends)
        for hours, days in by_spans.items()
        for starts, ends in hours
    )
    try:
        return to_osm(Rule(slots)) if slots else ""
    except BadRule as error:
        raise BadCell(str(error)) from error
