"""The dates of a site, of an organisation, of every site: as calendars that a telephone follows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from ruche.accounts.models import Organisation
from ruche.core import calendars
from ruche.geography.communes import Position
from ruche.languages import Language
from ruche.places.enums import PresenceKind
from ruche.places.models import Presence, Site
from ruche.public.where.finding import position_of
from ruche.seances.queries import Announced, Announcements, Offer

PAST_DAYS = 31
DAYS = PAST_DAYS + 365
"""A month behind, so that what was cancelled yesterday is still said; a year ahead."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar and the name of its file."""

    name: str
    content: bytes


def answer(feed: Feed) -> HttpResponse:
    response = HttpResponse(feed.content, content_type=calendars.MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'inline; filename="{feed.name}.ics"'
    response.headers["Cache-Control"] = "public, max-age=900"
    return response


def of_site(site: Site, language: Language, *, now: datetime) -> Feed:
    title = language.say("feed", "site", site=site.name)
    items = _year([site], now).of(site.pk)
    return _feed(_file(site), title, items, language, now=now)


def of_everything(language: Language, *, need: str = "", now: datetime) -> Feed:
    """Every open site; `need`: only what answers to it."""
    read = _year(Site.objects.open().select_related("commune"), now)
    items = (item for pk in read.sites for item in read.of(pk, need=need))
    words = language.words
    title = language.say("feed", "site", site=settings.SITE_NAME)
    title = f"{words['need'][need]} – {title}" if need else title
    return _feed(need or "agenda", title, items, language, now=now)


def of_organisation(organisation: Organisation, language: Language, *, now: datetime) -> Feed:
    """What it brings wherever it goes, and everything at the sites that it holds."""
    read = _year(Site.objects.open().select_related("commune"), now)
    held = set(
        Presence.objects.filter(organisation=organisation, kind=PresenceKind.HOST)
        .order_by()
        .values_list("site", flat=True)
    )
    items = (
        item
        for pk in read.sites
        for item in read.of(pk)
        if pk in held
        or any(service.organisation_id == organisation.pk for service in item.services)
    )
    title = language.say("feed", "site", site=str(organisation))
    return _feed(slugify(str(organisation)), title, items, language, now=now)


def of_date(site: Site, uid: str, language: Language, *, now: datetime) -> Feed | None:
    """One date, with everything that is found there at that time; None when there is none such."""
    items = _year([site], now).of(site.pk)
    chosen = next((item for item in items if item.uid == uid), None)
    if chosen is None:
        return None
    time = (chosen.start, chosen.end, chosen.is_cancelled)
    same = [item for item in items if (item.start, item.end, item.is_cancelled) == time]
    title = language.say("feed", "site", site=site.name)
    return _feed(f"{_file(site)}-{chosen.day}", title, same, language, now=now)


def _year(sites: Iterable[Site], now: datetime) -> Announcements:
    return Announcements(sites, timezone.localdate(now) - timedelta(days=PAST_DAYS), DAYS)


def _feed(
    name: str, title: str, items: Iterable[Announced], language: Language, *, now: datetime
) -> Feed:
    events = _events(items, language)
    return Feed(name, calendars.calendar(title, events, stamp=now, language=language.code))


def _events(items: Iterable[Announced], language: Language) -> Iterator[calendars.Event]:
    """Site after site; what is said of the same place and of the same offer is said once."""
    site: Site | None = None
    said: dict[tuple[Offer, bool], tuple[str, str]] = {}
    for item in items:
        if item.site is not site:
            site, said = item.site, {}
            location, url, position = _of_the_site(site, language)
        same = (item.offer, item.is_cancelled)
        if same not in said:
            said[same] = _summary(item, language), _description(item, language)
        summary, description = said[same]
        yield calendars.Event(
            f"{item.uid}@ruche", item.start, item.end, summary, location, description, url,
            position, item.is_cancelled, item.version + item.is_cancelled + item.is_moved,
        )  # fmt: skip


def _of_the_site(site: Site, language: Language) -> tuple[str, str, Position | None]:
    """What every event of a site says: its address, its page, where it is."""
    page = reverse("public:place", args=[language, site.pk])
    return f"{site.address}, {site.commune.title}", settings.SITE_URL + page, position_of(site)


def _summary(item: Announced, language: Language) -> str:
    """« Santé, Budget – La Halle (Mirande) »; a cancelled one begins by saying so."""
    needs = [language.words["need"][need] for need in item.needs]
    where = f"{item.site.name} ({item.site.commune.title})"
    what = f"{language.comma.join(needs)} – {where}" if needs else where
    return language.say("feed", "cancelled", what=what) if item.is_cancelled else what


def _description(item: Announced, language: Language) -> str:
    if item.is_cancelled:
        return language.words["date"]["cancelled_help"]
    return "\n".join(service.name for service in item.services)


def _file(site: Site) -> str:
    return slugify(f"{site.commune.title} {site.name}")
