"""What may follow the `?` of an address. What is not known is refused, never ignored."""

from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from ninja import Field, Schema
from pydantic import ValidationInfo, field_validator, model_validator
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from ruche.api.errors import UNKNOWN
from ruche.engines.portraits.levels import Level
from ruche.places.enums import Need

LIMIT, HIGHEST_LIMIT = 50, 200
WITHIN, HIGHEST_WITHIN = 5_000, 100_000
DAYS, HIGHEST_DAYS = 31, 92
PAST, FUTURE = timedelta(days=366), timedelta(days=366)
"""How far from today dated openings are given: rules are sure of a year, hardly of more."""

DEGREES = r"(?:\.[0-9]{1,9})?"
POINT = rf"^-?(?:[1-8]?[0-9]{DEGREES}|90),-?(?:(?:[1-9]?[0-9]|1[0-7][0-9]){DEGREES}|180)$"
COMMUNE = r"^[0-9][0-9AB][0-9]{3}$"
EPCI = r"^[0-9]{9}$"
DEPARTEMENT = r"^[0-9][0-9AB][0-9]?$"

Nothing = SkipJsonSchema[None]
"""An absent parameter; the description of the API does not show it as a value."""


class Asked(Schema):
    """The parameters of a resource, and no other."""

    @model_validator(mode="before")
    @classmethod
    def nothing_else(cls, data: Any, info: ValidationInfo) -> Any:
        if info.context is None:
            return data
        known = {field.alias or name for name, field in cls.model_fields.items()}
        unknown = sorted(set(info.context["request"].GET) - known)
        if unknown:
            names = {"names": ",".join(unknown), "known": ", ".join(sorted(known))}
            raise PydanticCustomError(UNKNOWN, "unknown parameter", names)
        return data


class Paged(Asked):
    """Which part of a list is wanted."""

    limit: int = Field(
        default=LIMIT,
        ge=1,
        le=HIGHEST_LIMIT,
        description=f"Nombre d’éléments, {HIGHEST_LIMIT} au plus",
    )
    offset: int = Field(
        default=0, ge=0, le=1_000_000, description="Nombre d’éléments à passer depuis le début"
    )


class Where(Asked):
    """What is looked for, and around where."""

    need: Need | Nothing = Field(
        default=None, description="Le besoin auquel le lieu ou le service répond"
    )
    commune: Annotated[str, Field(pattern=COMMUNE)] | Nothing = Field(
        default=None, description="Code Insee de la commune (32013 pour Auch)"
    )
    epci: Annotated[str, Field(pattern=EPCI)] | Nothing = Field(
        default=None, description="Numéro Siren de l’intercommunalité"
    )
    near: Annotated[str, Field(pattern=POINT)] | Nothing = Field(
        default=None,
        description="Latitude et longitude en degrés, séparées par une virgule : 43.65,0.58",
    )
    within: int = Field(
        default=WITHIN,
        ge=1,
        le=HIGHEST_WITHIN,
        description="Distance à vol d’oiseau autour de « near », en mètres",
    )

    @property
    def point(self) -> tuple[float, float] | None:
        if self.near is None:
            return None
        latitude, longitude = map(float, self.near.split(","))
        return latitude, longitude

    @property
    def says_where(self) -> bool:
        return any((self.commune, self.epci, self.near))


class PagedWhere(Paged, Where):
    """Sites and services."""


class Dates(Asked):
    """Which days, where, for which need."""

    site: UUID | Nothing = Field(default=None, description="Identifiant d’un lieu")
    need: Need | Nothing = Field(default=None, description="Le besoin auquel cela répond")
    first: date | Nothing = Field(
        default=None, alias="from", description="Premier jour (2026-12-01) ; aujourd’hui par défaut"
    )
    days: int = Field(
        default=DAYS, ge=1, le=HIGHEST_DAYS, description=f"Nombre de jours, {HIGHEST_DAYS} au plus"
    )

    @field_validator("first")
    @classmethod
    def in_the_calendar(cls, first: date | None) -> date | None:
        """A day that nobody can speak of is refused: an empty list would say that all is closed."""
        today = timezone.localdate()
        if first and not today - PAST <= first <= today + FUTURE:
            sentence = f"Le premier jour va du {today - PAST} au {today + FUTURE}."
            raise PydanticCustomError("out_of_calendar", "out of calendar", {"sentence": sentence})
        return first

    @property
    def start(self) -> date:
        return self.first or timezone.localdate()


class PagedDates(Paged, Dates):
    """Openings and séances."""


class FileDates(Dates):
    """The same as a file: as many days as can be asked, unless told."""

    days: int = Field(default=HIGHEST_DAYS, ge=1, le=HIGHEST_DAYS, description="Nombre de jours")


class PortraitsAsked(Paged):
    """Which portraits."""

    level: Level | Nothing = Field(default=None, description="Échelle du territoire")
    departement: Annotated[str, Field(pattern=DEPARTEMENT)] | Nothing = Field(
        default=None, description="Code du département où est le territoire"
    )
