"""Cards: given and read by members; opened by whoever holds one, on any telephone."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.people import actions, payloads, queries
from ruche.people.access import card_held
from ruche.people.models import Card, Said
from ruche.vault.access import record_for
from ruche.vault.errors import Refused
from ruche.vault.models import Piece
from ruche.vault.payloads import RecordNamed
from ruche.vault.views.answers import GONE, posted

DONE: dict[str, Any] = {"done": True}

# -------------------------------------------------------------------------------- members


@members_only(Verb.SEE, Thing.PERSON)
@require_safe
def scan(request: Request) -> HttpResponse:
    """A member reads a card: its code is typed, or comes in the fragment of the address."""
    return render(request, "people/scan.html")


@posted(payloads.CardSeen, Thing.PERSON)
def scanned(request: Request, given: payloads.CardSeen) -> dict[str, Any]:
    """The files that a card leads to, among those that the member may read."""
    actions.note_scanned(request.member, given.handle)
    return {"records": queries.records_of_card(request.member, given.handle)}


@posted(RecordNamed, Thing.PERSON)
def state(request: Request, given: RecordNamed) -> dict[str, Any]:
    """What the card of a person shows, and what she said."""
    return queries.card_of(record_for(request.member, given.record, Verb.EDIT))


@posted(payloads.CardGiven, Thing.PERSON, Verb.EDIT)
def give(request: Request, given: payloads.CardGiven) -> dict[str, Any]:
    """A card is handed to a person."""
    record = record_for(request.member, given.thread.record, Verb.EDIT)
    actions.give_card(request.member, record, given)
    return DONE


@posted(payloads.CardLost, Thing.PERSON, Verb.EDIT)
def lose(request: Request, given: payloads.CardLost) -> dict[str, Any]:
    """A card is lost."""
    actions.lose_card(request.member, record_for(request.member, given.record, Verb.EDIT))
    return DONE


@posted(payloads.PieceShown, Thing.PERSON, Verb.EDIT)
def show(request: Request, given: payloads.PieceShown) -> dict[str, Any]:
    """A piece is opened to her card, or closed."""
    piece = get_object_or_404(Piece, pk=given.piece)
    actions.show_piece(record_for(request.member, piece.record_id, Verb.EDIT), given)
    return DONE


@posted(payloads.SaidSettled, Thing.PERSON, Verb.EDIT)
def settle(request: Request, given: payloads.SaidSettled) -> dict[str, Any]:
    """What she said was answered."""
    said = get_object_or_404(Said.objects.select_related("thread"), pk=given.said)
    record_for(request.member, said.thread.record_id, Verb.EDIT)
    actions.settle(said)
    return DONE


# ---------------------------------------------------------------------- whoever holds a card


@never_cache
@require_safe
def card(request: HttpRequest) -> HttpResponse:
    """The page of a card: neutral, the same for everyone; the secret stays in the browser."""
    return render(request, "people/card.html")


AnyHeld = TypeVar("AnyHeld", bound=payloads.CardHeld)


def held(
    payload: type[AnyHeld],
) -> Callable[[Callable[[Card, AnyHeld], dict[str, Any]]], Callable[[HttpRequest], HttpResponse]]:
    """A view for whoever proves to hold a card: no account, no cookie, JSON, never kept.

    No token against forged requests is asked: what proves the card is in the request itself.
    """

    def decorate(
        act: Callable[[Card, AnyHeld], dict[str, Any]],
    ) -> Callable[[HttpRequest], HttpResponse]:
        @csrf_exempt
        @never_cache
        @require_POST
        @wraps(act)
        def view(request: HttpRequest) -> HttpResponse:
            try:
                given = payload.posted(request)
                return JsonResponse(act(card_held(given), given))
            except Refused as error:
                return JsonResponse({"message": str(error)}, status=error.status)
            except Http404:
                return JsonResponse({"message": GONE}, status=404)

        return view

    return decorate


@held(payloads.CardHeld)
def open_card(card: Card, given: payloads.CardHeld) -> dict[str, Any]:
    """What the card opens."""
    actions.note_opened(card)
    return queries.opened_by(card)


@held(payloads.SaidGiven)
def say(card: Card, given: payloads.SaidGiven) -> dict[str, Any]:
    """Her words."""
    actions.say(card, given)
    return DONE


@held(payloads.Withdrawn)
def withdraw(card: Card, given: payloads.Withdrawn) -> dict[str, Any]:
    """She ends a share, or closes what her card shows."""
    actions.withdraw(card, given)
    return DONE
