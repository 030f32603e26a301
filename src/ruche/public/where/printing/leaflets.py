"""The leaflet of a search: the sites that answer, with their dates of thirty days to come."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from ruche.languages import Language
from ruche.places.enums import Audience, Need
from ruche.public.where import finding, showing
from ruche.public.where.asking import USUAL_SPAN, Asked, Here
from ruche.public.where.finding import Found
from ruche.public.where.printing.frames import DateOnPaper, Frame, date_on_paper, frame
from ruche.public.where.printing.letters import told, whole
from ruche.public.where.showing import Label
from ruche.seances.queries import Announcements

DAYS = 30
MOST_DATES = 5
"""Dates of a site, when there is room for them."""


@dataclass(frozen=True, slots=True)
class Place:
    """A site; `who` is said when it is not everyone."""

    name: str
    address: str
    distance: str
    phone: str
    needs: tuple[Label, ...]
    who: str
    dates: tuple[DateOnPaper, ...]


@dataclass(frozen=True, slots=True)
class Leaflet:
    """The sites that answer a search. `has_more`: others did not fit on its page."""

    frame: Frame
    name: str
    where: str
    need: Label | None
    span: str
    places: tuple[Place, ...]
    none: str
    no_date: str
    legend_title: str
    legend: tuple[Label, ...]
    phone_label: str
    more_places: str
    has_more: bool


def leaflet(asked: Asked, language: Language, *, now: datetime) -> Leaflet:
    """The page of a search, for thirty days whatever its span.

    Who asks from where she stands gets the sites around her commune: her own position is never
    printed.
    """
    search = replace(asked, days=USUAL_SPAN, here=_commune(asked.here))
    answer = finding.answer(search, now=now)
    today = timezone.localdate(now)
    read = Announcements([each.site for each in answer.found], today, DAYS)
    words = language.words
    where = _where(search.here, language)
    return Leaflet(
        frame=frame(
            f"{words['poster']['leaflet']} – {where}", _url(search, language), language, now=now
        ),
        name=words["poster"]["leaflet"],
        where=where,
        need=_label(search.need, language) if search.need else None,
        span=_span(today, language),
        places=tuple(_place(each, read, search, language, now=now) for each in answer.found),
        none=words["result"]["none"],
        no_date=words["result"]["no_date"],
        legend_title=words["poster"]["legend"],
        legend=_legend(answer.found, language),
        phone_label=words["site"]["phone"],
        more_places=words["poster"]["more_places"],
        has_more=answer.has_next,
    )


def _commune(here: Here | None) -> Here | None:
    return Here(here.commune.position, here.commune) if here else None


def _where(here: Here | None, language: Language) -> str:
    if here is None:
        return language.words["result"]["everywhere"]
    return language.say("result", "near", place=here.commune.title)


def _url(search: Asked, language: Language) -> str:
    """The page of the search; a commune is named by its code, shorter and never ambiguous."""
    query = QueryDict(mutable=True)
    if search.here:
        query["code"] = search.here.commune.code
    if search.need:
        query["besoin"] = search.need
    url = reverse("public:where", args=[language])
    return f"{url}?{query.urlencode()}" if query else url


def _span(today: date, language: Language) -> str:
    last = today + timedelta(days=DAYS - 1)
    first_words, last_words = language.day(today), language.day(last, today=today)
    return language.say("poster", "span", first=first_words, last=last_words)


def _legend(found: Iterable[Found], language: Language) -> tuple[Label, ...]:
    """The needs that a pictogram of the leaflet stands for."""
    offered = {need for each in found for need in each.needs}
    return showing.labels((need for need in Need if need in offered), language)


def _label(need: str, language: Language) -> Label:
    (label,) = showing.labels([Need(need)], language)
    return label


def _place(
    found: Found, read: Announcements, search: Asked, language: Language, *, now: datetime
) -> Place:
    site = found.site
    coming = finding.moments(read.of(site.pk, need=search.need), now=now)[:MOST_DATES]
    home = search.here.commune.code if search.here else ""
    everyone = site.audience == Audience.EVERYONE
    return Place(
        name=told(site.name),
        address=told(f"{site.address}, {site.commune.title}"),
        distance=showing.card(found, language, home=home, now=now).distance,
        phone=whole(site.phone),
        needs=showing.labels(found.needs, language),
        who="" if everyone else language.words["site"][site.audience],
        dates=tuple(date_on_paper(each, language) for each in coming),
    )
