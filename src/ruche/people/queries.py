"""What a card opens, and what a circle sees of it: all sealed."""

from datetime import date, timedelta
from typing import Any

from ruche.accounts.models import Member
from ruche.engines.vault.forms import text_of
from ruche.people.models import Card, Said, Thread
from ruche.vault.access import records_for
from ruche.vault.enums import PieceKind
from ruche.vault.models import Piece, Record

MOST_ENDING = 100


def opened_by(card: Card) -> dict[str, Any]:
    """Everything that a card opens: for each circle, its thread, what it shows, its shares."""
    threads = card.threads.select_related("record__circle").order_by("record__circle__name", "pk")
    return {"threads": [_thread(thread) for thread in threads]}


def _thread(thread: Thread) -> dict[str, Any]:
    record = thread.record
    shown = thread.shown.select_related("piece").order_by("pk")
    shares = record.permissions.alive().select_related("circle").order_by("since", "pk")
    return {
        "record": str(record.pk),
        "circle": {"id": str(record.circle_id), "name": record.circle.name},
        "held": text_of(thread.held),
        "ends_in": record.ends_in.isoformat(),
        "shown": [
            {
                "piece": str(one.piece_id),
                "kind": one.piece.kind,
                "epoch": one.piece.epoch,
                "body": text_of(one.piece.body),
                "key": text_of(one.key),
            }
            for one in shown
        ],
        "shares": [
            {"id": str(one.pk), "circle": one.circle.name, "until": one.until.isoformat()}
            for one in shares
        ],
        "said": [_said(one) for one in thread.said.order_by("pk")],
    }


def _said(one: Said) -> dict[str, Any]:
    return {"id": str(one.pk), "kind": one.kind, "body": text_of(one.body)}


def card_of(record: Record) -> dict[str, Any]:
    """Whether the person holds a card, what it shows, and what she said."""
    thread = Thread.objects.filter(record=record).select_related("card").first()
    if thread is None:
        return {"card": None}
    return {
        "card": {
            "made_on": thread.card.made_on.isoformat(),
            "shown": [
                str(pk) for pk in thread.shown.order_by("pk").values_list("piece", flat=True)
            ],
            "said": [_said(one) for one in thread.said.order_by("pk")],
        }
    }


def ending_soon(member: Member, today: date) -> list[Piece]:
    """Identities, sealed, of the records of her circles that will be erased within two months."""
    last = (today.replace(day=1) + timedelta(days=45)).replace(day=1)
    due = Record.objects.filter(circle__seats__member=member, ends_in__lte=last).order_by()
    found = Piece.objects.filter(record__in=due, kind=PieceKind.IDENTITY)
    return list(found.select_related("record").order_by("record__ends_in", "pk")[:MOST_ENDING])


def records_of_card(member: Member, handle: str) -> list[str]:
    """The records that a card leads to, among those that the member may read."""
    found = records_for(member).filter(thread__card=handle).order_by("pk")
    return [str(record.pk) for record in found]
