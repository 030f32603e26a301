"""What phones ask and send: packs, sealed encounters, sealed facts, batches of counters."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.encounters import actions, payloads, queries
from ruche.encounters.actions import Received
from ruche.engines.vault.forms import Unreadable, text_of
from ruche.journal.actions import record as journal
from ruche.vault.actions import open_pieces
from ruche.vault.errors import Refused
from ruche.vault.payloads import MOST_PIECES
from ruche.vault.queries import OpenedPiece
from ruche.vault.views.answers import posted

Answer = dict[str, Any]


@members_only(Verb.COUNT, Thing.ENCOUNTER)
@require_safe
@ensure_csrf_cookie
def token(request: Request) -> HttpResponse:
    """The cookie that lets this phone post, when it has lost it; the page itself is nobody's."""
    return HttpResponse(status=204)


@posted(payloads.PackAsked, Thing.ENCOUNTER, Verb.COUNT)
def pack(request: Request, given: payloads.PackAsked) -> Answer:
    """What a phone needs to work alone."""
    found = queries.pack_for(request.member, timezone.localdate())
    permit = None if given.permit else text_of(actions.give_permit(request.member))
    return {**found, "client": payloads.CLIENT, "permit": permit, "now": timezone.now().isoformat()}


@posted(payloads.DepositsGiven, Thing.ENCOUNTER, Verb.COUNT)
def deposits(request: Request, given: payloads.DepositsGiven) -> Answer:
    """Encounters, sealed; and promises that were kept."""
    given.refuse_another(request.member)
    received = actions.receive_deposits(request.member, given.deposits)
    actions.settle(request.member, given.settled)
    return _told(received)


@posted(payloads.FactsGiven, Thing.ENCOUNTER, Verb.COUNT)
def facts(request: Request, given: payloads.FactsGiven) -> Answer:
    """Joint facts, sealed for the circle « mesure »."""
    given.refuse_another(request.member)
    return _told(actions.receive_facts(request.member, given.envelopes))


@posted(payloads.BatchGiven, Thing.ENCOUNTER, Verb.COUNT)
def counters(request: Request, given: payloads.BatchGiven) -> Answer:
    """Increments of counters."""
    given.refuse_another(request.member)
    added = actions.receive_batch(request.member, given)
    return {"counted": added.counted, "refused": list(added.refused), "again": added.again}


@posted(payloads.BagAsked, Thing.PERSON, Verb.SEE)
def bag(request: Request, given: payloads.BagAsked) -> Answer:
    """The sac de tournée: sealed identities and promises of the people expected. Journaled."""
    ids = queries.expected_pieces(request.member, given.site, given.month, given.records)
    found: list[OpenedPiece] = []
    with transaction.atomic():
        for at in range(0, len(ids), MOST_PIECES):
            found += open_pieces(request.member, ids[at : at + MOST_PIECES])
        journal(
            "bag_loaded",
            actor=request.member.actor,
            kind="site",
            id=str(given.site),
            detail={"count": len({one.record for one in found})},
        )
    return {
        "pieces": [one.as_text() for one in found],
        "promises": queries.promises_of(request.member, [one.piece for one in found]),
    }


@csrf_exempt
@never_cache
@require_POST
def quarantine(request: HttpRequest) -> HttpResponse:
    """Deposit only, by the permit of a phone: for who had sealed before leaving. No session."""
    try:
        given = payloads.QuarantineGiven.posted(request)
        return JsonResponse(_told(actions.quarantine(given)))
    except Refused as error:
        return JsonResponse({"message": str(error)}, status=error.status)
    except Unreadable as error:
        return JsonResponse({"message": str(error)}, status=400)


def _told(received: Received) -> Answer:
    return {
        "kept": received.kept,
        "quarantined": received.quarantined,
        "conflicts": received.conflicts,
    }
