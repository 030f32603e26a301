"""The poster of a site: its dates of a month, who may come, what to bring, what it costs."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, get_args

from django.urls import reverse

from ruche.languages import Language
from ruche.places.models import Site
from ruche.public.where import finding, showing
from ruche.public.where.printing.frames import DateOnPaper, Frame, date_on_paper, frame
from ruche.public.where.printing.letters import told, whole
from ruche.public.where.showing import Sheet

PaperSize = Literal["a4", "a3"]
SIZES: Final[tuple[PaperSize, ...]] = get_args(PaperSize)

COSTS = {
    frozenset(): "cost_unknown",
    frozenset({True}): "free",
    frozenset({False}): "paid",
    frozenset({True, False}): "partly_free",
}
"""Whether the services are free → the key of the few words that say it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a site wrote about a service: in French."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What people ask before they come, answered by our words or by what the site wrote."""

    icon: str
    question: str
    words: str
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Poster:
    """A site for a month."""

    frame: Frame
    paper: PaperSize
    site: str
    commune: str
    address: str
    month: str
    dates: tuple[DateOnPaper, ...]
    nothing: str
    more_dates: str
    answers: tuple[Answer, ...]
    more_papers: str
    phone_label: str
    phone: str


def poster(
    site: Site, month: date, language: Language, *, paper: PaperSize, now: datetime
) -> Poster:
    """`month`: its first day. What is over on the day of printing is not printed."""
    _, days = monthrange(month.year, month.month)
    coming = finding.moments_of(site, month, days, now=now)
    services = site.services.filter(is_active=True)
    sheet = showing.sheet(site, coming, services, [], language, now=now)
    words = language.words
    heading = language.say("poster", "month", month=language.month(month))
    url = reverse("public:place", args=[language, site.pk])
    return Poster(
        frame=frame(f"{whole(site.name)} – {heading}", url, language, now=now),
        paper=paper,
        site=told(site.name),
        commune=told(site.commune.title),
        address=told(site.address),
        month=heading,
        dates=tuple(date_on_paper(each, language) for each in coming),
        nothing=words["poster"]["nothing"],
        more_dates=words["poster"]["more_dates"],
        answers=_answers(sheet, language),
        more_papers=words["poster"]["more_papers"],
        phone_label=words["site"]["phone"],
        phone=whole(site.phone),
    )


def _answers(sheet: Sheet, language: Language) -> tuple[Answer, ...]:
    words = language.words["site"]
    cost = COSTS[frozenset(offer.service.is_free for offer in sheet.offers)]
    papers = tuple(Told(told(each.name), told(each.documents)) for each in sheet.documents)
    return (
        Answer("person", words["who"], sheet.who),
        Answer("paper", words["bring"], "" if papers else words["bring_nothing"], papers),
        Answer("budget", words["cost"], language.words["poster"][cost]),
    )
