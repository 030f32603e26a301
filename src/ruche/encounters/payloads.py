"""What phones and browsers post about encounters: JSON, checked field by field."""

import json
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from pydantic import Field

from ruche.accounts.models import Member
from ruche.encounters.enums import QuarantineKind
from ruche.tallies.actions import MOST_SLIPS
from ruche.vault.errors import Refused
from ruche.vault.payloads import MOST_PIECES, Payload, PieceGiven, Wrapped, sized

CLIENT = 1
"""The version of the offline client that this server serves."""

OLDEST_CLIENT = 1
"""The oldest that it still listens to: what an older one sends could be misread."""

MOST_DEPOSITS, MOST_ENVELOPES = 200, 50


class TooOld(Refused):
    """A client that could be misread: it must be loaded again before anything else."""

    status = 426


class AnotherMember(Refused):
    """What one member wrote was about to leave under the session of another."""

    status = 409


class FromClient(Payload):
    """What the offline client posts: it says which one it is."""

    client: int = Field(ge=0, le=10_000)
    member: UUID | None = None
    """Whose work it sends: on a shared phone, the session may have changed in the meantime."""

    @classmethod
    def posted(cls, request: HttpRequest) -> Self:
        """What a phone sent; `TooOld` before its form is even looked at, if it is."""
        _refuse_old(request)
        return super().posted(request)

    def refuse_another(self, member: Member) -> None:
        """Raise `AnotherMember` if the phone sends the work of somebody else than `member`."""
        if self.member not in (None, member.pk):
            raise AnotherMember(
                "Une autre personne est connectée sur cet appareil. Rien n’est parti, rien n’est "
                "perdu : rechargez la page ; chacune retrouve ses envois quand elle se connecte."
            )


def _refuse_old(request: HttpRequest) -> None:
    try:
        said = json.loads(request.body)
    except (ValueError, RecursionError, RequestDataTooBig):
        return
    client = said.get("client") if isinstance(said, dict) else None
    if isinstance(client, int) and client < OLDEST_CLIENT:
        raise TooOld(
            "Cette version de l’application est trop ancienne. Rien n’est perdu : rechargez-la "
            "avec du réseau, puis envoyez."
        )


class PackAsked(FromClient):
    """The séances, forms and keys of a member, to work without network."""

    permit: bool
    """Whether this phone already has a permit to deposit."""


class DepositGiven(Payload):
    """An encounter, sealed for a circle; with a promise, the site and the month where it is due."""

    id: UUID
    circle: UUID
    epoch: int = Field(ge=1)
    body: sized(29, 66_000)  # type: ignore[valid-type]
    key: Wrapped
    site: UUID | None = None
    month: date | None = None


class DepositsGiven(FromClient):
    deposits: list[DepositGiven] = Field(max_length=MOST_DEPOSITS)
    settled: list[UUID] = Field(default_factory=list, max_length=MOST_DEPOSITS)
    """Promises that were kept, or that no longer have an object."""


class EnvelopeGiven(Payload):
    """Joint facts of a few encounters, sealed for the circle « mesure »."""

    id: UUID
    circle: UUID
    epoch: int = Field(ge=1)
    body: sized(29, 66_000)  # type: ignore[valid-type]
    key: Wrapped


class FactsGiven(FromClient):
    envelopes: list[EnvelopeGiven] = Field(min_length=1, max_length=MOST_ENVELOPES)


class BatchGiven(FromClient):
    """Increments of counters, shuffled, each sealed alone for the server's intake key."""

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    salt: sized(16, 16)  # type: ignore[valid-type]
    key: UUID
    slips: list[sized(49, 600)] = Field(min_length=1, max_length=MOST_SLIPS)  # type: ignore[valid-type]


class QuarantineGiven(FromClient):
    """What someone who left had sealed: the permit of her phone, and one item as it was to go."""

    permit: sized(32, 32)  # type: ignore[valid-type]
    kind: QuarantineKind
    deposit: DepositGiven | None = None
    envelope: EnvelopeGiven | None = None
    batch: BatchGiven | None = None


class QuarantineNamed(Payload):
    id: Annotated[str, Field(pattern=r"^[0-9a-f-]{36,64}$")]


class DepositNamed(Payload):
    deposit: UUID


class PromiseGiven(Payload):
    """Where and from when a promise is due; its words are in the piece."""

    piece: UUID
    site: UUID
    month: date


class FilingGiven(Payload):
    """A deposit, filed: what goes in the record, and what was promised."""

    deposit: UUID
    pieces: list[PieceGiven] = Field(min_length=1, max_length=MOST_PIECES)
    promises: list[PromiseGiven] = Field(default_factory=list, max_length=20)


class BagAsked(FromClient):
    """The people expected at a site in a month, and others whom one adds."""

    site: UUID
    month: date
    records: list[UUID] = Field(default_factory=list, max_length=100)


class FactsAsked(Payload):
    """The envelopes that follow one of them, in the order of identifiers; at first, none."""

    after: UUID | None = None


class BlockGiven(Payload):
    """Facts that someone of the circle has opened and seals together, under the newest epoch."""

    id: UUID
    epoch: int = Field(ge=1)
    body: sized(29, 66_000)  # type: ignore[valid-type]
    key: sized(32, 32)  # type: ignore[valid-type]


class GroupingGiven(Payload):
    """Blocks, in the place of the envelopes that they hold."""

    blocks: list[BlockGiven] = Field(min_length=1, max_length=20)
    gone: list[UUID] = Field(min_length=1, max_length=20_000)
