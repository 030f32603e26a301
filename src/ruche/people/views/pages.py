"""Pages of persons: empty places that the browser fills. No name passes through here."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.people.queries import ending_soon
from ruche.vault.access import record_for
from ruche.vault.models import Circle


@members_only(Verb.SEE, Thing.PERSON)
@require_safe
def directory(request: Request) -> HttpResponse:
    """Find a person, or write a new one, in the circles that one is in."""
    context = {
        "circles": Circle.objects.of(request.member),
        "ending": ending_soon(request.member, timezone.localdate()),
    }
    return render(request, "people/directory.html", context)


@members_only(Verb.SEE, Thing.PERSON)
@require_safe
def person(request: Request, pk: UUID) -> HttpResponse:
    """The file of a person: what her circle keeps, and what another circle shared."""
    record = record_for(request.member, pk)
    mine = record.circle.seats.filter(member=request.member).exists()
    others = Circle.objects.exclude(pk=record.circle_id)
    context = {"record": record, "mine": mine, "others": others}
    return render(request, "people/person.html", context)
