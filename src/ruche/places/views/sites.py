"""The list of sites, a site, and its form."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.accounts.models import Organisation
from ruche.places import actions, agenda, queries
from ruche.places.access import may_on_site, site_for
from ruche.places.enums import Access, Need
from ruche.places.errors import NotSaved, StaleSite
from ruche.places.forms.sites import (
    AssignmentForm,
    OfferForm,
    PresenceForm,
    SiteForm,
    commune_in_words,
    communes_named,
    position_in_words,
)
from ruche.places.models import Opening, Site
from ruche.places.openings import in_french
from ruche.places.views import form_page

PER_PAGE = 60
SUGGESTED = 8
NEXT_OPENINGS = 10


# ----------------------------------------------------------------------------------- list


@members_only(Verb.SEE, Thing.SITE)
@require_safe
def sites(request: Request) -> HttpResponse:
    """The sites of the network: search, filters, and when each opens next."""
    asked = _asked(request)
    found = queries.sites_matching(**asked)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "asked": asked,
        "total": len(found),
        "page": page,
        "lines": queries.site_lines(list(page.object_list), viewer=request.member),
        "needs": [("", "Tous les besoins"), *Need.choices],
        "organisations": [("", "Toutes"), *_organisations()],
        "accesses": [("", "Tous"), *Access.choices],
        "may_add": request.member.grants(Verb.EDIT, Thing.SITE).network,
    }
    template = "places/sites.html#found" if _wants_fragment(request) else "places/sites.html"
    return render(request, template, context)


def _asked(request: Request) -> dict[str, Any]:
    """The filters of the address; a value that we do not know is no filter."""
    get = request.GET.get
    organisation = get("organisation", "")
    return {
        "words": get("q", "").replace("\0", "").strip(),
        "need": get("besoin", "") if get("besoin") in Need.values else "",
        "organisation": organisation if _is_uuid(organisation) else "",
        "access": get("acces", "") if get("acces") in Access.values else "",
        "closed": get("fermes") == "oui",
    }


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _organisations() -> list[tuple[str, str]]:
    """Those that are on a site, or bring something to one."""
    found = Organisation.objects.filter(is_active=True).order_by("name")
    return [(str(one.pk), str(one)) for one in found]


def _wants_fragment(request: Request) -> bool:
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx and not htmx.boosted and not htmx.history_restore_request)


@members_only(Verb.SEE, Thing.SITE)
@require_safe
def communes(request: Request) -> HttpResponse:
    """The names of communes that begin as what is typed, for the field of a form."""
    words = request.GET.get("commune_name", "")
    found = communes_named(words)[:SUGGESTED] if len(words.strip()) > 1 else []
    names = [commune_in_words(one) for one in found]
    return render(request, "places/parts/communes.html", {"names": names})


# ------------------------------------------------------------------------------- one site


@members_only(Verb.SEE, Thing.SITE)
@require_safe
def site(request: Request, pk: UUID) -> HttpResponse:
    """Everything about a site: when, what, who, how to come."""
    found = site_for(request.member, pk)
    may_edit = may_on_site(request.member, Verb.EDIT, found)
    context = {
        "site": found,
        "openings": _openings(found),
        "next_openings": _next_openings(found),
        "services": queries.services_at(found, viewer=request.member),
        "presences": queries.presences_at(found, viewer=request.member),
        "volunteers": queries.volunteers_at(found, viewer=request.member),
        "photos": list(found.photos.all()),
        "today": timezone.localdate(),
        "geo": f"geo:{found.latitude},{found.longitude}",
        "position": position_in_words(found),
        "own": {organisation.pk for organisation in request.member.organisations},
        "may_edit": may_edit,
        "may_edit_openings": may_on_site(request.member, Verb.EDIT, found, thing=Thing.OPENING),
        "forms": _small_forms(found) if may_edit else {},
    }
    return render(request, "places/site.html", context)


def _small_forms(found: Site) -> dict[str, Any]:
    """Each has its own identifiers: they are on one page."""
    return {
        "presence": PresenceForm(auto_id="presence_%s"),
        "assignment": AssignmentForm(auto_id="benevole_%s"),
        "offer": OfferForm(site=found, auto_id="service_%s"),
    }


def _openings(found: Site) -> list[tuple[Opening, str]]:
    """The opening hours that hold or will, with their sentence; those of the site itself first."""
    held = found.openings.current().select_related("service__organisation")
    ordered = sorted(held, key=lambda opening: (opening.service is not None, opening.since))
    return [(opening, in_french(opening.rule)) for opening in ordered]


def _next_openings(found: Site) -> list[tuple[agenda.DatedOpening, str]]:
    now = timezone.now()
    coming = agenda.next_openings_of(found, NEXT_OPENINGS, after=now)
    return [(item, item.in_words(now)) for item in coming]


# ----------------------------------------------------------------------------------- form


@members_only(Verb.EDIT, Thing.SITE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_site(request: Request) -> HttpResponse:
    """A place that is not in the register yet."""
    return _site_form(request, Site())


@members_only(Verb.EDIT, Thing.SITE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_site(request: Request, pk: UUID) -> HttpResponse:
    """Change what is said of a site."""
    return _site_form(request, site_for(request.member, pk, Verb.EDIT))


def _site_form(request: Request, held: Site) -> HttpResponse:
    form = SiteForm(request.POST or None, instance=held)
    differences: list[tuple[str, str, str]] = []
    is_new, name = held._state.adding, held.name
    if form.is_valid():
        version = form.cleaned_data["version"]
        try:
            saved = actions.save_site(form.save(commit=False), version=version, by=request.member)
        except StaleSite as error:
            differences = form.differences(error.saved)
            form.show_saved(error.saved.version)
            form.add_error(None, str(error))
        except NotSaved as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"« {saved.name} » est enregistré.")
            return redirect("places:site", saved.pk)
    return form_page(
        request,
        "places/site_form.html",
        form,
        site=None if is_new else held,
        name=name,
        differences=differences,
    )


@members_only(Verb.EDIT, Thing.SITE)
@require_POST
def close_site(request: Request, pk: UUID) -> HttpResponse:
    """Nobody comes there any more, from today."""
    actions.close_site(site_for(request.member, pk, Verb.EDIT), by=request.member)
    messages.success(request, "Le lieu est fermé : ses ouvertures ne sont plus annoncées.")
    return redirect("places:site", pk)


@members_only(Verb.EDIT, Thing.SITE)
@require_POST
def reopen_site(request: Request, pk: UUID) -> HttpResponse:
    """People come there again."""
    actions.reopen_site(site_for(request.member, pk, Verb.EDIT), by=request.member)
    messages.success(request, "Le lieu est rouvert : vérifiez ses horaires.")
    return redirect("places:site", pk)
