"""What browsers post about cards: JSON, checked field by field."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from ruche.people.enums import SaidKind
from ruche.vault.payloads import Payload, PieceGiven, Wrapped, sized

Handle = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class CardGiven(Payload):
    """A card handed to a person; its thread is sealed for the card, and for the circle."""

    handle: Handle
    proof: Digest
    """SHA-256 of the proof."""
    held: Wrapped
    thread: PieceGiven


class CardLost(Payload):
    record: UUID


class CardSeen(Payload):
    """A professional scanned a card."""

    handle: Handle


class PieceShown(Payload):
    """What she chose to see; without a key, what she no longer wants to see."""

    piece: UUID
    key: Wrapped | None = None


class CardHeld(Payload):
    """Whoever holds the card: its handle, and the proof that one holds it."""

    handle: Handle
    proof: sized(32, 32)  # type: ignore[valid-type]


class SaidGiven(CardHeld):
    """Her words."""

    id: UUID
    record: UUID
    kind: SaidKind
    body: sized(29, 17_000)  # type: ignore[valid-type]


class Withdrawn(CardHeld):
    """A share that she ends, or a piece that she no longer wants to see."""

    permission: UUID | None = None
    piece: UUID | None = None


class SaidSettled(Payload):
    said: UUID
