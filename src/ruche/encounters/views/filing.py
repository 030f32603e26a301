"""The tray « à ranger »: what phones sealed waits here for someone who can open it."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.encounters import actions, payloads, queries
from ruche.encounters.access import deposit_for, quarantined_for
from ruche.encounters.models import MeasuringCircle
from ruche.journal.actions import record as journal
from ruche.vault.errors import Refused
from ruche.vault.payloads import Nothing
from ruche.vault.views.answers import posted

DONE: dict[str, Any] = {"done": True}


@members_only(Verb.SEE, Thing.PERSON)
@require_safe
def tray(request: Request) -> HttpResponse:
    """What waits to be filed, and what people who left had sealed."""
    measuring = MeasuringCircle.objects.first()
    context = {
        "waiting": queries.waiting_in_trays(request.member),
        "quarantine": queries.quarantine_of(request.member),
        "measuring": measuring.circle_id if measuring else "",
        "client": payloads.CLIENT,
    }
    return render(request, "encounters/tray.html", context)


@posted(Nothing, Thing.PERSON, Verb.SEE)
@transaction.atomic
def deposits(request: Request, given: Nothing) -> dict[str, Any]:
    """The sealed encounters of her circles; a line of the journal says how many she was given."""
    found = queries.tray_of(request.member)
    if found:
        journal(
            "tray_opened",
            actor=request.member.actor,
            kind="member",
            id=str(request.member.pk),
            detail={"count": len(found)},
        )
    return {"deposits": found}


@posted(payloads.FilingGiven, Thing.PERSON, Verb.EDIT)
def file(request: Request, given: payloads.FilingGiven) -> dict[str, Any]:
    """An encounter goes to a record."""
    actions.file(request.member, deposit_for(request.member, given.deposit), given)
    return DONE


@posted(payloads.DepositNamed, Thing.PERSON, Verb.EDIT)
def dismiss(request: Request, given: payloads.DepositNamed) -> dict[str, Any]:
    """An encounter was read and belongs to no record."""
    actions.dismiss(request.member, deposit_for(request.member, given.deposit))
    return DONE


@members_only(Verb.SEE, Thing.ENCOUNTER)
@require_safe
def quarantine(request: Request) -> HttpResponse:
    """What people who left had sealed, for who may decide."""
    context = {"quarantine": queries.quarantine_of(request.member)}
    return render(request, "encounters/quarantine.html", context)


@members_only(Verb.SEE, Thing.ENCOUNTER)
@require_POST
def decide(request: Request) -> HttpResponse:
    """Accept, or destroy, what someone who left had sealed."""
    item = quarantined_for(request.member, request.POST.get("id", ""))
    try:
        if request.POST.get("decision") == "accept":
            actions.accept_quarantined(request.member, item)
            messages.success(request, "Accepté : l’envoi a rejoint les autres.")
        elif request.POST.get("decision") == "destroy":
            actions.destroy_quarantined(request.member, item)
            messages.success(request, "Détruit : personne ne le lira.")
        else:
            messages.error(request, "Choisissez d’accepter, ou de détruire.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("encounters:quarantine")
