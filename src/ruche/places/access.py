"""Who may see or change what in the register: each function fetches and authorises.

A right over the whole network reaches every site. A narrower one reaches a site where the member's
organisation is present, or to which she is assigned; and the services of her organisation.
"""

from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from ruche.accounts.enums import Scope, Thing, Verb
from ruche.accounts.models import Member
from ruche.places.models import (
    Assignment,
    OccurrenceChange,
    Opening,
    Photo,
    Presence,
    Service,
    Site,
)


def may_on_site(member: Member, verb: Verb, site: Site, *, thing: Thing = Thing.SITE) -> bool:
    """Does the right reach this site? No query when it is over the whole network."""
    if not member.is_active:
        return False
    grants = member.grants(verb, thing)
    if grants.network or not grants:
        return grants.network
    present = site.presences.values_list("organisation", flat=True)
    assigned = grants.widest >= Scope.SITES and site.assignments.filter(member=member).exists()
    return grants.covers(site=assigned) or any(
        grants.covers(organisation=organisation) for organisation in present
    )


def site_for(member: Member, pk: UUID, verb: Verb = Verb.SEE, *, thing: Thing = Thing.SITE) -> Site:
    """A site that the member may see, or change; 404 when there is none, 403 when she may not."""
    site = get_object_or_404(Site.objects.select_related("commune"), pk=pk)
    _refuse_unless(may_on_site(member, verb, site, thing=thing))
    return site


def opening_for(member: Member, pk: UUID, verb: Verb = Verb.SEE) -> Opening:
    """Opening hours of a site, by the right on opening hours; seeing them asks to see the site."""
    opening = get_object_or_404(Opening.objects.select_related("site__commune", "service"), pk=pk)
    thing = Thing.SITE if verb is Verb.SEE else Thing.OPENING
    _refuse_unless(may_on_site(member, verb, opening.site, thing=thing))
    return opening


def change_for(member: Member, opening: UUID, day: date, verb: Verb) -> OccurrenceChange:
    """What was changed of one day of opening hours."""
    held = opening_for(member, opening, verb)
    return get_object_or_404(
        OccurrenceChange.objects.select_related("opening__site"), opening=held, day=day
    )


def service_for(member: Member, pk: UUID, verb: Verb = Verb.SEE) -> Service:
    """A service that the member may see, or change."""
    service = get_object_or_404(Service.objects.select_related("organisation"), pk=pk)
    grants = member.grants(verb, Thing.SITE)
    _refuse_unless(member.is_active and grants.covers(organisation=service.organisation_id))
    return service


def presence_for(member: Member, site: UUID, pk: int, verb: Verb) -> Presence:
    """The presence of an organisation on a site."""
    held = site_for(member, site, verb)
    return get_object_or_404(
        Presence.objects.select_related("site", "organisation"), site=held, pk=pk
    )


def assignment_for(member: Member, site: UUID, pk: int, verb: Verb) -> Assignment:
    """The assignment of a volunteer to a site."""
    held = site_for(member, site, verb)
    return get_object_or_404(Assignment.objects.select_related("site", "member"), site=held, pk=pk)


def photo_for(member: Member, pk: UUID, verb: Verb = Verb.SEE) -> Photo:
    """A photo of a site that the member may see, or change."""
    photo = get_object_or_404(Photo.objects.select_related("site"), pk=pk)
    _refuse_unless(may_on_site(member, verb, photo.site))
    return photo


def refuse_unless_everywhere(member: Member, verb: Verb) -> None:
    """What is about every site is for who may do it on every site."""
    _refuse_unless(member.is_active and member.grants(verb, Thing.SITE).network)


def _refuse_unless(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied
