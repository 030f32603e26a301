"""Who holds a card, and what it reaches: fetch and authorise in one call."""

from hashlib import sha256
from hmac import compare_digest
from uuid import UUID

from django.shortcuts import get_object_or_404

from ruche.people.models import Card, Thread
from ruche.people.payloads import CardHeld
from ruche.vault.errors import Refused
from ruche.vault.models import Permission


class UnknownCard(Refused):
    """Nothing is said of why: lost, revoked, or never made."""

    status = 404


def card_held(given: CardHeld) -> Card:
    """The card whose proof is given; `UnknownCard` otherwise."""
    card = Card.objects.filter(pk=given.handle).first()
    proof = sha256(given.proof).hexdigest()
    if card is None or not compare_digest(card.proof, proof):
        raise UnknownCard("Cette carte n’ouvre rien. Si elle a été remplacée, prenez la nouvelle.")
    return card


def thread_of(card: Card, record: UUID) -> Thread:
    """The thread of one of the card's records."""
    found: Thread = get_object_or_404(Thread, card=card, record=record)
    return found


def permission_of(card: Card, pk: UUID) -> Permission:
    """A share of one of the card's records: hers to end."""
    found: Permission = get_object_or_404(Permission, pk=pk, record__thread__card=card)
    return found
