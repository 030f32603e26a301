"""What someone asks: a commune or a position, a need, a span of days; said again when unclear.

Everything comes from the address of the page, so that a search can be kept, printed and sent. What
cannot be read is told, and the page answers all the same with what it understood.
"""

from dataclasses import dataclass
from math import isfinite
from typing import Literal

from django.conf import settings
from django.http import QueryDict

from ruche.geography.communes import Commune, Position, communes
from ruche.places.enums import Need

SPANS = {"1": "today", "7": "week", "30": "month"}
"""Days from today → the key of their words."""

USUAL_SPAN = "30"
NEEDS = (Need.FOOD, Need.HEALTH, Need.RIGHTS, Need.DIGITAL, Need.BUDGET, Need.SOCIAL_CENTRE)
LONGEST_PLACE = 80
LAST_PAGE = 500
OTHERS = 7

Problem = Literal["", "unknown", "bad_position"]


@dataclass(frozen=True, slots=True)
class Here:
    """Where someone is: the point of a commune, or her own position to a kilometre."""

    position: Position | None
    commune: Commune
    is_own: bool = False

    @property
    def is_outside(self) -> bool:
        """Out of the département of the network."""
        return self.commune.departement != settings.NETWORK_DEPARTEMENT


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as it was understood. `problem` is the key of a sentence of `[search]`."""

    words: str = ""
    need: str = ""
    days: str = USUAL_SPAN
    page: int = 1
    here: Here | None = None
    others: tuple[Commune, ...] = ()
    problem: Problem = ""

    @property
    def is_asked(self) -> bool:
        """Something was asked: what answers comes before the form."""
        return bool(self.words or self.need or self.here or self.is_narrow or self.page > 1)

    @property
    def span(self) -> int:
        return int(self.days)

    @property
    def is_narrow(self) -> bool:
        """Dates alone are wanted: today, or this week."""
        return self.days != USUAL_SPAN


def read(query: QueryDict) -> Asked:
    """A search from the address: `commune` (words), `code`, `position`, `besoin`, `jours`."""
    words = " ".join(query.get("commune", "").replace("\0", "").split())[:LONGEST_PLACE]
    need = query.get("besoin", "")
    days = query.get("jours", "")
    here, others, problem = _place(words, query.get("code", ""), query.get("position", ""))
    return Asked(
        words=here.commune.title if here and not here.is_own else words,
        need=need if need in NEEDS else "",
        days=days if days in SPANS else USUAL_SPAN,
        page=_page(query.get("page", "")),
        here=here,
        others=others,
        problem=problem,
    )


def _page(text: str) -> int:
    return min(max(int(text), 1), LAST_PAGE) if text.isdecimal() and len(text) < 6 else 1


def _place(
    words: str, code: str, position: str
) -> tuple[Here | None, tuple[Commune, ...], Problem]:
    known = communes(settings.NETWORK_DEPARTEMENT)
    if position:
        where = read_position(position)
        if where is None:
            return None, (), "bad_position"
        return Here(where, known.nearest(where)[0], is_own=True), (), ""
    if chosen := known.by_code.get(code):
        return Here(chosen.position, chosen), (), ""
    if not words:
        return None, (), ""
    found = known.search(words, limit=OTHERS + 1)
    if not found:
        return None, (), "unknown"
    return Here(found[0].position, found[0]), tuple(found[1:]), ""


def read_position(text: str) -> Position | None:
    """`"43.52,0.4"` → (43.52, 0.4), rounded to about a kilometre; None for anything else."""
    try:
        latitude, longitude = (float(part) for part in text.split(","))
    except ValueError:
        return None
    if not (isfinite(latitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    return round(latitude, 2), round(longitude, 2)
