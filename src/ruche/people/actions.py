"""Everything that changes cards and what they show: whole or not at all."""

from django.db import IntegrityError, transaction

from ruche.accounts.models import Member
from ruche.journal.actions import record as journal
from ruche.people.access import permission_of, thread_of
from ruche.people.models import Card, Said, Shown, Thread
from ruche.people.payloads import CardGiven, PieceShown, SaidGiven, Withdrawn
from ruche.vault.actions import save_pieces, unshare
from ruche.vault.enums import PieceKind
from ruche.vault.errors import NotPermitted, Refused, Stale
from ruche.vault.models import Piece, Record

MOST_SAID = 50
"""Words that wait in one thread: enough for a person, too few to fill a disk."""


@transaction.atomic
def give_card(member: Member, record: Record, given: CardGiven) -> Card:
    """Hand a card to a person. It opens nothing until she chooses; the former one is revoked.

    A person followed by two circles may hold one card: its second circle adds its own thread.
    """
    if given.thread.record != record.pk or given.thread.kind != PieceKind.THREAD:
        raise Refused("Le fil avec la personne manque.")
    _forget_card(record)
    save_pieces(member, [given.thread])
    card, new = Card.objects.get_or_create(pk=given.handle, defaults={"proof": given.proof})
    if not new and card.proof != given.proof:
        raise Stale("Cette carte ne se reconnaît pas : recopiez son code.")
    Thread.objects.create(card=card, record=record, held=given.held)
    journal("card_given", actor=member.actor, kind="record", id=str(record.pk))
    return card


@transaction.atomic
def lose_card(member: Member, record: Record) -> None:
    """In one act: the card opens nothing more, and its thread is cut."""
    if _forget_card(record):
        journal("card_lost", actor=member.actor, kind="record", id=str(record.pk))


def _forget_card(record: Record) -> bool:
    """Keys first. A card that other circles know is void for them too: it was lost whole."""
    cards = list(Card.objects.filter(threads__record=record))
    records = Record.objects.filter(thread__card__in=cards)
    Piece.objects.filter(record__in=records.order_by(), kind=PieceKind.THREAD).delete()
    for card in cards:
        card.delete()
    Piece.objects.filter(record=record, kind=PieceKind.THREAD).delete()
    return bool(cards)


@transaction.atomic
def show_piece(record: Record, given: PieceShown) -> None:
    """Open a piece to her card, or close it: she chose."""
    thread = Thread.objects.filter(record=record).first()
    if thread is None:
        raise Refused("Cette personne n’a pas de carte.")
    piece = Piece.objects.filter(pk=given.piece, record=record).first()
    if piece is None or piece.kind == PieceKind.THREAD:
        raise NotPermitted("Ce morceau n’est pas de cette fiche.")
    Shown.objects.filter(piece=piece).delete()
    if given.key is not None:
        Shown.objects.create(piece=piece, thread=thread, key=given.key)


def say(card: Card, given: SaidGiven) -> None:
    """Keep her words, sealed. Sent twice, they are kept once."""
    thread = thread_of(card, given.record)
    known = Said.objects.filter(pk=given.id).first()
    if known is not None:
        if known.thread_id != thread.pk or bytes(known.body) != given.body:
            raise Stale("Ces mots ont déjà été envoyés autrement : recommencez.")
        return
    if thread.said.count() >= MOST_SAID:
        raise Refused("Vous avez déjà beaucoup écrit : parlez-en de vive voix à votre équipe.")
    try:
        with transaction.atomic():
            Said.objects.create(id=given.id, thread=thread, kind=given.kind, body=given.body)
    except IntegrityError:
        return  # the same words, sent at the same time


@transaction.atomic
def withdraw(card: Card, given: Withdrawn) -> None:
    """She ends a share, or closes what her card shows."""
    if given.permission:
        unshare(permission_of(card, given.permission), by=f"card:{card.pk}")
    if given.piece:
        Shown.objects.filter(piece=given.piece, thread__card=card).delete()


@transaction.atomic
def settle(said: Said) -> None:
    """What she said was read with her, or answered: it leaves the list."""
    said.delete()


@transaction.atomic
def note_opened(card: Card) -> None:
    """Who holds the card opened it: she may ask whether it was her."""
    journal("card_opened", actor=f"card:{card.pk}", kind="card", id=card.pk)


@transaction.atomic
def note_scanned(member: Member, handle: str) -> None:
    """A member scanned a card."""
    journal("card_scanned", actor=member.actor, kind="card", id=handle)
