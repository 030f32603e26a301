"""What every paper says around its subject, and how it says a date and an address.

Nothing here knows of type or of columns: these are words, and drawings that stand beside a word.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

import segno
from django.conf import settings
from django.utils import timezone

from ruche.core.design import colours
from ruche.core.icons import PATHS
from ruche.languages import Language
from ruche.places.enums import Need
from ruche.public.where import showing
from ruche.public.where.finding import Moment
from ruche.public.where.printing.letters import told
from ruche.public.where.showing import Label

DRAWN = (*Need.values, "person", "paper", "phone")
QUIET = 4
"""Modules of white around a code, as its standard asks (ISO/IEC 18004)."""

MAY_BREAK = "\u200b"
YEAR_IS_SAID = date.min
"""Told to `Language.day` as today, so that it always says the year."""


@dataclass(frozen=True, slots=True)
class Code:
    """A QR, its alternative text, and the address that it holds, whole and as it is read."""

    svg: str
    alt: str
    url: str
    shown: str


@dataclass(frozen=True, slots=True)
class Frame:
    """`title` names the file for who does not see it; `day` is that of printing, as ISO says it."""

    language: str
    direction: str
    title: str
    heading: str
    network: str
    code: Code
    scan: str
    printed: str
    day: str
    pictograms: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DateOnPaper:
    """A day, its hours, what is found there; `cancelled` and `moved` are words, or nothing."""

    day: str
    hours: str
    needs: tuple[Label, ...]
    cancelled: str
    moved: str
    help: str


def frame(title: str, path: str, language: Language, *, now: datetime) -> Frame:
    """`path`: the page that the code leads to."""
    today = timezone.localdate(now)
    words = language.words["poster"]
    day = language.day(today, today=YEAR_IS_SAID)
    return Frame(
        language=language.code,
        direction=language.direction,
        title=title,
        heading=words["title"],
        network=told(settings.SITE_NAME),
        code=code(settings.SITE_URL + path, language),
        scan=words["scan"],
        printed=language.say("poster", "printed", day=day),
        day=today.isoformat(),
        pictograms={name: _pictogram(name) for name in DRAWN},
    )


def code(url: str, language: Language) -> Code:
    """A code that a telephone reads from a paper that was folded, or rained on."""
    drawn = BytesIO()
    made = segno.make(url, error="m", micro=False)
    made.save(drawn, kind="svg", border=QUIET, xmldecl=False, light="#fff")
    shown = url.partition("://")[2].replace("/", f"/{MAY_BREAK}")
    return Code(drawn.getvalue().decode(), language.say("poster", "code", url=url), url, shown)


def _pictogram(name: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none"'
        f' stroke="{colours()["primary"]}" stroke-width="2.2"'
        f' stroke-linecap="round" stroke-linejoin="round">{PATHS[name]}</svg>'
    )


def date_on_paper(moment: Moment, language: Language) -> DateOnPaper:
    """A paper is read for weeks: it never says « aujourd’hui »."""
    start, end = timezone.localtime(moment.start), timezone.localtime(moment.end)
    words = language.words["date"]
    return DateOnPaper(
        day=language.day(start.date()),
        hours=language.hours(start.time(), end.time()),
        needs=showing.labels(moment.needs, language),
        cancelled=words["cancelled"].upper() if moment.is_cancelled else "",
        moved=words["moved"] if moment.is_moved and not moment.is_cancelled else "",
        help=words["cancelled_help"] if moment.is_cancelled else "",
    )
