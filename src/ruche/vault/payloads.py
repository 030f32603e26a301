"""What browsers post to the vault: JSON, checked field by field before anything is read.

Bytes travel as base64 for addresses. A field that is not known is refused: nothing enters that was
not foreseen, least of all a secret.
"""

from typing import Annotated, Any, Self, TypeVar
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
)

from ruche.engines.vault.forms import bytes_of, text_of
from ruche.vault.enums import AskKind, PieceKind, SlotKind
from ruche.vault.errors import Refused

LARGEST_BODY = 2_000_000
MOST_PIECES = 144
"""Pieces that one request may open: as many as one line of the journal can name."""


def _bytes(value: Any) -> bytes:
    if not isinstance(value, str):
        raise ValueError("un texte en base64 est attendu")
    return bytes_of(value)


def sized(least: int, most: int) -> Any:
    """Bytes of a length between two bounds, written in base64."""
    return Annotated[
        bytes,
        BeforeValidator(_bytes),
        Field(min_length=least, max_length=most),
        PlainSerializer(text_of, return_type=str, when_used="json"),
    ]


PublicKey = sized(32, 32)
Signature = sized(64, 64)
Wrapped = sized(32, 128)
Line = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Name = Annotated[Line, Field(max_length=80, pattern=r"\S")]


class Payload(BaseModel):
    """A posted object: no field may be missing, none may be in excess."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def posted(cls, request: HttpRequest) -> Self:
        """What a request carries; `Refused` when it is not that, and nothing of it is logged."""
        try:
            return cls.model_validate_json(_body_of(request) or b"{}")
        except ValidationError as error:
            where = ", ".join(sorted({str(one["loc"][0]) for one in error.errors() if one["loc"]}))
            raise Refused(
                f"L’envoi n’a pas la forme attendue ({where or 'illisible'}) : rechargez la page."
            ) from None


def _body_of(request: HttpRequest) -> bytes:
    try:
        body = request.body
    except RequestDataTooBig:
        body = None
    if body is None or len(body) > LARGEST_BODY:
        raise Refused("L’envoi est trop gros : rien n’a été enregistré.") from None
    return body


AnyPayload = TypeVar("AnyPayload", bound=Payload)


class Nothing(Payload):
    """An act that needs no more than the request itself."""


class SlotGiven(Payload):
    """One way of opening a ring."""

    id: UUID
    kind: SlotKind
    salt: sized(0, 16)  # type: ignore[valid-type]
    sealed: sized(29, 128)  # type: ignore[valid-type]
    authenticator: int | None = None


class RingGiven(Payload):
    """A ring, with at least one way of opening it."""

    seal_public: PublicKey  # type: ignore[valid-type]
    sign_public: PublicKey  # type: ignore[valid-type]
    sealed: sized(64, 70_000)  # type: ignore[valid-type]
    version: int = Field(ge=1, le=1)
    slots: list[SlotGiven] = Field(min_length=1, max_length=3)
    replace: bool = False
    """True when she knows that her former ring is lost."""


class RingChanged(Payload):
    """The next version of a ring."""

    sealed: sized(64, 70_000)  # type: ignore[valid-type]
    version: int = Field(ge=2)


class SlotNamed(Payload):
    id: UUID


class ActGiven(Payload):
    """An act of a circle, and what goes with it."""

    circle: UUID
    name: Name | None = None
    purpose: Line | None = None
    retention_months: Annotated[int, Field(ge=1, le=240)] | None = None
    statement: sized(2, 32_000)  # type: ignore[valid-type]
    signature: Signature  # type: ignore[valid-type]
    approvals: dict[UUID, Signature] = Field(default_factory=dict, max_length=3)  # type: ignore[valid-type]
    chained: sized(0, 128) = b""  # type: ignore[valid-type]
    recovery: sized(0, 128) = b""  # type: ignore[valid-type]
    wraps: dict[UUID, Wrapped] = Field(default_factory=dict, max_length=60)  # type: ignore[valid-type]
    parts: dict[UUID, sized(64, 256)] = Field(default_factory=dict, max_length=3)  # type: ignore[valid-type]


class AskGiven(Payload):
    circle: UUID
    kind: AskKind


class AskNamed(Payload):
    ask: UUID


class ApprovalGiven(Payload):
    ask: UUID
    part: sized(64, 256)  # type: ignore[valid-type]
    signature: Signature  # type: ignore[valid-type]


class PiecesNamed(Payload):
    pieces: list[UUID] = Field(min_length=1, max_length=MOST_PIECES)


class RecordNamed(Payload):
    record: UUID


class CircleNamed(Payload):
    circle: UUID


class WrapGiven(Payload):
    """The key of a piece, for a circle with which its record is shared."""

    piece: UUID
    epoch: int = Field(ge=1)
    key: Wrapped  # type: ignore[valid-type]


class PieceGiven(Payload):
    """A sealed piece, with its key for its own circle."""

    id: UUID
    record: UUID
    circle: UUID
    kind: PieceKind
    epoch: int = Field(ge=1)
    body: sized(29, 66_000)  # type: ignore[valid-type]
    key: Wrapped  # type: ignore[valid-type]
    replaces: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    """For an identity that changes: the digest of the one that was read."""


class PiecesGiven(Payload):
    pieces: list[PieceGiven] = Field(min_length=1, max_length=MOST_PIECES)


class PermissionGiven(Payload):
    """A share: the consent, sealed, and the keys that it allows."""

    id: UUID
    circle: UUID
    until: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    consent: PieceGiven
    wraps: list[WrapGiven] = Field(min_length=1, max_length=MOST_PIECES)


class PermissionNamed(Payload):
    permission: UUID


class WrapsGiven(Payload):
    """Keys of more pieces, under a permission."""

    permission: UUID
    wraps: list[WrapGiven] = Field(min_length=1, max_length=MOST_PIECES)


class HeadSeen(Payload):
    """The number of the last line of the journal that this browser knows; 0 for none."""

    head: int = Field(ge=0, le=10**15)


class CirclesNamed(Payload):
    circles: list[UUID] = Field(min_length=1, max_length=60)


class MembersNamed(Payload):
    members: list[UUID] = Field(min_length=1, max_length=60)
