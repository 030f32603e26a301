"""Joint facts: served sealed to the circle « mesure », crossed in its members' browsers."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.encounters import actions, payloads, queries
from ruche.encounters.access import measuring_circle_for
from ruche.journal.actions import record as journal
from ruche.vault.views.answers import posted


@members_only(Verb.SEE, Thing.CIRCLE)
@require_safe
def crossing(request: Request) -> HttpResponse:
    """Cross what encounters said: everything is computed in the browser."""
    circle = measuring_circle_for(request.member)
    oldest = queries.oldest_month_of_facts(circle, timezone.localdate())
    context = {"circle": circle, "words": queries.words_of_facts(), "oldest": oldest}
    return render(request, "encounters/crossing.html", context)


@posted(payloads.FactsAsked, Thing.CIRCLE, Verb.SEE)
@transaction.atomic
def facts(request: Request, given: payloads.FactsAsked) -> dict[str, Any]:
    """Envelopes, as many as one answer holds; the first ask is a line of the journal."""
    circle = measuring_circle_for(request.member)
    if given.after is None:
        journal("facts_opened", actor=request.member.actor, kind="circle", id=str(circle.pk))
    return queries.facts_after(circle, given.after)


@posted(payloads.GroupingGiven, Thing.CIRCLE, Verb.EDIT)
def group(request: Request, given: payloads.GroupingGiven) -> dict[str, Any]:
    """Facts that were opened come back sealed together."""
    actions.group_facts(request.member, measuring_circle_for(request.member), given)
    return {"done": True}
