"""How sites and dates are said in a language: what the templates show, and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from babel import Locale
from django.urls import reverse
from django.utils import timezone

from ruche.languages import Language
from ruche.places.enums import LANGUAGES, Access, Audience, Choice, Need
from ruche.places.models import Presence, Service, Site
from ruche.public.where.finding import Found, Moment

NEXT_DATES = 6
"""Dates of a site that are seen at once."""

CHOICES = {
    Choice.FREE: "choice_free",
    Choice.ACCOMPANIED: "choice_accompanied",
    Choice.NONE: "choice_none",
}


@dataclass(frozen=True, slots=True)
class Label:
    """A need: its pictogram, and the word that says the same."""

    icon: str
    word: str


def labels(needs: Iterable[Need], language: Language) -> tuple[Label, ...]:
    return tuple(Label(need.value, language.words["need"][need.value]) for need in needs)


@dataclass(frozen=True, slots=True)
class DateLine:
    """A date as it is said."""

    day: str
    hours: str
    needs: tuple[Label, ...]
    is_cancelled: bool
    is_moved: bool
    iso: str
    place: tuple[Language, UUID, str]

    @property
    def file(self) -> str:
        """The address that puts it in a diary: most lists do not show it."""
        return reverse("public:date", args=self.place)


def date_line(moment: Moment, site: Site, language: Language, *, now: datetime) -> DateLine:
    """« aujourd’hui, de 14 h à 16 h 30 », « en ce moment, jusqu’à 16 h 30 »."""
    start, end = timezone.localtime(moment.start), timezone.localtime(moment.end)
    today = timezone.localdate(now)
    is_now = moment.start <= now and not moment.is_cancelled
    hours = (
        language.say("date", "now", end=language.end(end.time()))
        if is_now
        else language.hours(start.time(), end.time())
    )
    return DateLine(
        day=day_words(start.date(), language, today=today),
        hours=hours,
        needs=labels(moment.needs, language),
        is_cancelled=moment.is_cancelled,
        is_moved=moment.is_moved,
        iso=start.isoformat(),
        place=(language, site.pk, moment.uid),
    )


def day_words(day: date, language: Language, *, today: date) -> str:
    """« aujourd’hui », « demain », « mercredi 2 décembre »."""
    near = {0: "today", 1: "tomorrow"}.get((day - today).days)
    said = language.day(day, today=today)
    return f"{language.words['date'][near]}{language.comma}{said}" if near else said


@dataclass(frozen=True, slots=True)
class Card:
    """A site in the list."""

    number: int
    site: Site
    url: str
    distance: str
    needs: tuple[Label, ...]
    dates: tuple[DateLine, ...]


def card(found: Found, language: Language, *, home: str = "", now: datetime) -> Card:
    """`home`: the commune of who looks, where no distance is told."""
    distance = (
        language.say("result", "distance", km=language.number(found.km))
        if found.km is not None and found.site.commune.code != home
        else ""
    )
    return Card(
        number=found.number,
        site=found.site,
        url=reverse("public:place", args=[language, found.site.pk]),
        distance=distance,
        needs=labels(found.needs, language),
        dates=tuple(date_line(each, found.site, language, now=now) for each in found.moments),
    )


@dataclass(frozen=True, slots=True)
class Offer:
    """A service of a site."""

    label: Label
    service: Service
    spoken: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that is said of a site, in the order in which it is asked."""

    site: Site
    dates: tuple[DateLine, ...]
    offers: tuple[Offer, ...]
    has_distribution: bool
    choice: str
    who: str
    documents: tuple[Service, ...]
    cost: str
    access: str
    hosts: tuple[str, ...]
    itinerary: str

    @property
    def next_dates(self) -> tuple[DateLine, ...]:
        return self.dates[:NEXT_DATES]

    @property
    def later_dates(self) -> tuple[DateLine, ...]:
        return self.dates[NEXT_DATES:]


def sheet(
    site: Site,
    moments: Iterable[Moment],
    services: Iterable[Service],
    presences: Iterable[Presence],
    language: Language,
    *,
    now: datetime,
) -> Sheet:
    """`services`: what is given there; those that announced dates bring are added."""
    dates = list(moments)
    given = {service.pk: service for service in services}
    given |= {service.pk: service for each in dates for service in each.services}
    order = {need.value: rank for rank, need in enumerate(Need)}
    offers = sorted(given.values(), key=lambda each: (order[each.need], each.name))
    words = language.words["site"]
    return Sheet(
        site=site,
        dates=tuple(date_line(each, site, language, now=now) for each in dates),
        offers=tuple(_offer(each, language) for each in offers),
        has_distribution=site.choice != Choice.NOT_FOOD,
        choice=words.get(CHOICES.get(Choice(site.choice), ""), ""),
        who=words[Audience(site.audience).value],
        documents=tuple(each for each in offers if each.documents),
        cost=_cost(offers, language),
        access=words[f"access_{Access(site.access).value}"],
        hosts=tuple(str(each.organisation) for each in presences if each.is_host),
        itinerary=_itinerary(site),
    )


def _offer(service: Service, language: Language) -> Offer:
    need = Need(service.need)
    (label,) = labels([need], language)
    return Offer(label, service, spoken(service, language))


def spoken(service: Service, language: Language) -> str:
    """« Langues parlées : arabe, anglais », or nothing when it is not known."""
    known = Locale.parse(language.calendar).languages
    names = [known.get(code, LANGUAGES[code]) for code in service.languages if code in LANGUAGES]
    return language.say("site", "spoken", languages=language.comma.join(names)) if names else ""


def _cost(services: list[Service], language: Language) -> str:
    words = language.words["site"]
    paid = [service.name for service in services if not service.is_free]
    if not services:
        return words["cost_unknown"]
    if not paid:
        return words["free"]
    if len(paid) == len(services):
        return words["paid"]
    return language.say("site", "some_paid", services=language.comma.join(paid))


def _itinerary(site: Site) -> str:
    """The address of a way there, opened only when someone asks for it."""
    if site.position is None:
        return ""
    latitude, longitude = site.position
    return f"https://www.openstreetmap.org/directions?to={latitude:.5f}%2C{longitude:.5f}"
