"""The pages "Où et quand": the list, a site, the files of its dates."""

from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from ruche.accounts.models import Organisation
from ruche.engines.figures import Figure
from ruche.languages import Language, languages
from ruche.places.models import Site
from ruche.public.where import asking, feeds, finding, maps, showing
from ruche.public.where.addresses import language_named, language_of
from ruche.public.where.pages import page, site_named

DAYS_OF_A_SITE = 61
IN_WIDGET = 5


@require_safe
def entrance(request: HttpRequest) -> HttpResponse:
    """To the language of the browser."""
    query = request.META.get("QUERY_STRING", "")
    url = reverse("public:where", args=[language_of(request)])
    response = HttpResponseRedirect(f"{url}?{query}" if query else url)
    patch_vary_headers(response, ("Accept-Language",))
    return response


@require_safe
def where(request: HttpRequest, language: Language) -> HttpResponse:
    """The search, the sites that answer, the map."""
    now = timezone.now()
    asked = asking.read(request.GET)
    found = finding.answer(asked, now=now)
    here = asked.here.position if asked.here else None
    home = asked.here.commune.code if asked.here and not asked.here.is_own else ""
    cards = [showing.card(each, language, home=home, now=now) for each in found.found]
    title = _heading(asked, language)
    return page(
        request,
        language,
        "public/where/where.html",
        {
            "asked": asked,
            "cards": cards,
            "map": _drawn(maps.map_of(cards, language, here=here, place=title)),
            "heading": title,
            "problem": _problem(asked, language),
            "outside": _outside(asked, language),
            "others": [(each, _query(request, code=each.code)) for each in asked.others],
            "needs": showing.labels(asking.NEEDS, language),
            "leaflet_query": _query(request) if request.GET else "",
            "spans": [(days, language.words["search"][key]) for days, key in asking.SPANS.items()],
            "previous": _query(request, page=asked.page - 1) if asked.page > 1 else "",
            "next": _query(request, page=asked.page + 1) if found.has_next else "",
        },
    )


def _drawn(map: Figure | None) -> SafeString:
    """The drawing, that we made; the list beside it is its table."""
    return mark_safe(map.svg) if map else mark_safe("")  # noqa: S308


def _heading(asked: asking.Asked, language: Language) -> str:
    if asked.here is None:
        return language.words["result"]["everywhere"]
    if asked.here.is_own:
        return language.words["result"]["around"]
    return language.say("result", "near", place=asked.here.commune.title)


def _problem(asked: asking.Asked, language: Language) -> str:
    return language.say("search", asked.problem, words=asked.words) if asked.problem else ""


def _outside(asked: asking.Asked, language: Language) -> str:
    if asked.here is None or not asked.here.is_outside:
        return ""
    commune = asked.here.commune
    return language.say("search", "outside", place=f"{commune.title} ({commune.departement_title})")


def _query(request: HttpRequest, **changes: object) -> str:
    """The same search with something else; another place or need begins at the first page."""
    query = request.GET.copy()
    query.pop("page", None)
    if "code" in changes:
        query.pop("position", None)
        query.pop("commune", None)
    for name, value in changes.items():
        query[name] = str(value)
    return f"?{query.urlencode()}"


@require_safe
def place(request: HttpRequest, language: Language, pk: UUID) -> HttpResponse:
    """A site: its dates, who may come, what to bring, what it costs, how to get there."""
    now = timezone.now()
    site = site_named(pk)
    if site is None or (site.closed_on and site.closed_on <= timezone.localdate(now)):
        return _gone(request, language, site)
    coming = finding.moments_of(site, timezone.localdate(now), DAYS_OF_A_SITE, now=now)
    shown = showing.sheet(
        site,
        coming,
        site.services.filter(is_active=True),
        site.presences.select_related("organisation"),
        language,
        now=now,
    )
    changed = language.day(timezone.localdate(site.updated_at), today=timezone.localdate(now))
    updated = language.say("site", "updated", day=changed)
    return page(
        request,
        language,
        "public/where/place.html",
        {"sheet": shown, "site": site, "updated": updated},
    )


def _gone(request: HttpRequest, language: Language, site: Site | None) -> HttpResponse:
    """A poster may live longer than a site: who comes by it is told, and led to the others."""
    key = "unknown" if site is None else "closed"
    context = {"site": site, "gone": language.words["site"][key]}
    return page(
        request, language, "public/where/gone.html", context, status=404 if site is None else 410
    )


@require_safe
def calendar(request: HttpRequest, language: Language) -> HttpResponse:
    """The dates of every site for a year, or of one need (`besoin`)."""
    need = asking.read(request.GET).need
    return feeds.answer(feeds.of_everything(language, need=need, now=timezone.now()))


@require_safe
def site_calendar(request: HttpRequest, language: Language, pk: UUID) -> HttpResponse:
    """The dates of a site for a year, to be followed. A closed one says no date any more."""
    site = site_named(pk)
    if site is None:
        raise Http404
    return feeds.answer(feeds.of_site(site, language, now=timezone.now()))


@require_safe
def organisation_calendar(request: HttpRequest, language: Language, pk: UUID) -> HttpResponse:
    """What an organisation brings, wherever it goes."""
    organisation = get_object_or_404(Organisation, pk=pk, is_active=True)
    return feeds.answer(feeds.of_organisation(organisation, language, now=timezone.now()))


@require_safe
def date(request: HttpRequest, language: Language, pk: UUID, uid: str) -> HttpResponse:
    """One date of a site, to put in a diary."""
    site = site_named(pk)
    feed = feeds.of_date(site, uid, language, now=timezone.now()) if site else None
    if feed is None:
        raise Http404
    return feeds.answer(feed)


@require_safe
def slippy_map(request: HttpRequest, language: Language) -> HttpResponse:
    """Every site on a map that moves; its background comes from elsewhere, once it is asked for."""
    asked = asking.read(request.GET)
    sites = [
        (site, *position)
        for site in Site.objects.open().select_related("commune")
        if (position := finding.position_of(site))
    ]
    here = asked.here.position if asked.here else None
    context = {"sites": sites, "here": here, "tiles": settings.MAP_TILES}
    response = page(request, language, "public/where/map.html", context)
    response.headers["Content-Security-Policy"] = policy_with(img=[tiles_origin()])
    return response


def tiles_origin() -> str:
    address = urlsplit(settings.MAP_TILES)
    return f"{address.scheme}://{address.netloc}"


def policy_with(*, img: list[str] | None = None, ancestors: list[str] | None = None) -> str:
    """The policy of the site with more sources of images, or with other sites around the page."""
    policy = {**settings.SECURE_CSP}
    policy["img-src"] = [*policy["img-src"], *(img or [])]
    policy["frame-ancestors"] = ancestors or policy["frame-ancestors"]
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in policy.items())


@require_safe
@xframe_options_exempt
def widget(request: HttpRequest, language: Language) -> HttpResponse:
    """The next dates, small, for the site of a town hall: no cookie, no script, no tracker."""
    now = timezone.now()
    asked = asking.read(request.GET)
    found = finding.answer(asked, now=now)
    here = asked.here
    home = here.commune.code if here else ""
    cards = [showing.card(each, language, home=home, now=now) for each in found.found[:IN_WIDGET]]
    context = {"asked": asked, "cards": cards, "heading": _heading(asked, language)}
    response = page(request, language, "public/where/widget.html", context)
    response.headers["Content-Security-Policy"] = policy_with(ancestors=["*"])
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@require_safe
def embed(request: HttpRequest) -> HttpResponse:
    """For a town hall: the line to copy so that its own site shows the next dates."""
    asked = asking.read(request.GET)
    chosen = language_named(request.GET.get("langue", ""))
    query = urlencode(
        {
            key: value
            for key, value in (
                ("code", asked.here.commune.code if asked.here else ""),
                ("besoin", asked.need),
            )
            if value
        }
    )
    address = reverse("public:widget", args=[chosen])
    context = {
        "asked": asked,
        "chosen": chosen,
        "languages": languages(),
        "needs": [(need.value, need.label) for need in asking.NEEDS],
        "address": settings.SITE_URL + address + (f"?{query}" if query else ""),
        "preview": address + (f"?{query}" if query else ""),
    }
    return render(request, "public/where/embed.html", context)
