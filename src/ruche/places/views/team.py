"""Small forms of the page of a site: who is there, who volunteers, what is given."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.places import actions
from ruche.places.access import assignment_for, presence_for, service_for, site_for
from ruche.places.enums import PresenceKind
from ruche.places.errors import NotSaved
from ruche.places.forms.sites import AssignmentForm, OfferForm, PresenceForm


@members_only(Verb.EDIT, Thing.SITE)
@require_POST
def presences(request: Request, pk: UUID) -> HttpResponse:
    """An organisation holds the site, or comes to it."""
    site, form = site_for(request.member, pk, Verb.EDIT), PresenceForm(request.POST)
    if not form.is_valid():
        return _back(request, pk, "presences", refused="Choisissez une organisation.")
    organisation, kind = form.cleaned_data["organisation"], PresenceKind(form.cleaned_data["kind"])
    note = form.cleaned_data["note"]
    actions.set_presence(site, organisation, kind=kind, note=note, by=request.member)
    return _back(request, pk, "presences", done=f"{organisation} est sur ce lieu.")


@members_only(Verb.EDIT, Thing.SITE)
@require_POST
def remove_presence(request: Request, pk: UUID, presence: int) -> HttpResponse:
    """An organisation is no longer there."""
    held = presence_for(request.member, pk, presence, Verb.EDIT)
    actions.remove_presence(held, by=request.member)
    return _back(request, pk, "presences", done=f"{held.organisation} n’est plus sur ce lieu.")


@members_only(Verb.EDIT, Thing.SITE)
@require_POST
def assignments(request: Request, pk: UUID) -> HttpResponse:
    """A member becomes a volunteer of the site."""
    site, form = site_for(request.member, pk, Verb.EDIT), AssignmentForm(request.POST)
    if not form.is_valid():
        return _back(request, pk, "benevoles", refused="Choisissez une personne.")
    try:
        actions.assign(site, form.cleaned_data["member"], by=request.member)
    except NotSaved as error:
        return _back(request, pk, "benevoles", refused=str(error))
    return _back(request, pk, "benevoles", done="L’affectation est enregistrée.")


@members_only(Verb.EDIT, Thing.SITE)
@require_POST
def remove_assignment(request: Request, pk: UUID, assignment: int) -> HttpResponse:
    """A member is no longer a volunteer of the site."""
    held = assignment_for(request.member, pk, assignment, Verb.EDIT)
    actions.unassign(held, by=request.member)
    return _back(request, pk, "benevoles", done="L’affectation est retirée.")


@members_only(Verb.EDIT, Thing.SITE)
@require_POST
def offers(request: Request, pk: UUID) -> HttpResponse:
    """A service is given at the site."""
    site = site_for(request.member, pk, Verb.EDIT)
    form = OfferForm(request.POST, site=site)
    if not form.is_valid():
        return _back(request, pk, "services", refused="Choisissez un service.")
    service = form.cleaned_data["service"]
    try:
        actions.offer(service, site, by=request.member)
    except NotSaved as error:
        return _back(request, pk, "services", refused=str(error))
    return _back(request, pk, "services", done=f"« {service} » est proposé ici.")


@members_only(Verb.EDIT, Thing.SITE)
@require_POST
def withdraw(request: Request, pk: UUID, service: UUID) -> HttpResponse:
    """A service is no longer given at the site."""
    site, held = site_for(request.member, pk, Verb.EDIT), service_for(request.member, service)
    try:
        actions.withdraw(held, site, by=request.member)
    except NotSaved as error:
        return _back(request, pk, "services", refused=str(error))
    return _back(request, pk, "services", done=f"« {held} » n’est plus proposé ici.")


def _back(request: Any, pk: UUID, part: str, *, done: str = "", refused: str = "") -> HttpResponse:
    """To the part of the page where one was, with what happened."""
    if refused:
        messages.error(request, refused)
    else:
        messages.success(request, done)
    return HttpResponseRedirect(f"{reverse('places:site', args=[pk])}#{part}")
