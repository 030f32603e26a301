"""The same things as tables, for spreadsheets: columns that are described.

Each column is declared once: it makes the CSV, its Table Schema (Frictionless) and the properties
of the GeoJSON. `rows` fills them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.conf import settings

from ruche.api.shapes import DateState
from ruche.places.enums import Access, Audience, Choice, Need

LICENCE = {
    "name": "etalab-2.0",
    "title": "Licence Ouverte 2.0",
    "path": "https://spdx.org/licenses/etalab-2.0.html",
}
SEPARATOR = " | "
"""Between the values of one cell."""

UUID_TEXT = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
INSEE = r"^[0-9][0-9AB][0-9]{3}$"


@dataclass(frozen=True)
class Column:
    """A column: its name, its Table Schema type, and what it says in French."""

    name: str
    type: str
    title: str
    description: str
    constraints: Mapping[str, Any] = field(default_factory=dict)

    @property
    def schema(self) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "name": self.name,
            "type": self.type,
            "title": self.title,
            "description": self.description,
        }
        if self.type == "boolean":
            entry |= {"trueValues": ["true"], "falseValues": ["false"]}
        if self.constraints:
            entry["constraints"] = dict(self.constraints)
        return entry


@dataclass(frozen=True)
class Sheet:
    """A table that is given: its columns, of which the first names each line."""

    title: str
    description: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


class SheetName(StrEnum):
    """The tables that are given."""

    SITES = "sites"
    SERVICES = "services"
    OPENINGS = "openings"
    SEANCES = "seances"


REQUIRED = {"required": True}


def _key(title: str, pattern: str = UUID_TEXT) -> Column:
    constraints = {"required": True, "unique": True, "pattern": pattern}
    return Column("id", "string", title, "Identifiant stable", constraints)


def _one_of(values: Iterable[Any]) -> dict[str, Any]:
    return {"required": True, "enum": [str(value) for value in values]}


_LONGITUDE, _LATITUDE = {"minimum": -180, "maximum": 180}, {"minimum": -90, "maximum": 90}
_PLACE = (
    Column("commune", "string", "Commune", "Nom de la commune"),
    Column("commune_code", "string", "Code commune", "Code Insee", {"pattern": INSEE}),
)
_SITE = (
    Column("site_id", "string", "Lieu", "Identifiant du lieu", {"pattern": UUID_TEXT}),
    Column("site", "string", "Nom du lieu", "Nom du lieu"),
    *_PLACE,
)

SITES = Sheet(
    "Lieux du réseau",
    "Les lieux ouverts où chacun peut venir chercher de l’aide, un par ligne.",
    (
        _key("Lieu"),
        Column("name", "string", "Nom", "Nom du lieu", REQUIRED),
        Column("address", "string", "Adresse", "Numéro et voie", REQUIRED),
        Column("address_note", "string", "Pour trouver", "Ce qui aide à trouver l’entrée"),
        Column(
            "postal_code",
            "string",
            "Code postal",
            "Seulement si la commune n’en a qu’un",
            {"pattern": "^[0-9]{5}$"},
        ),
        Column("commune", "string", "Commune", "Nom de la commune", REQUIRED),
        Column(
            "commune_code",
            "string",
            "Code commune",
            "Code Insee",
            {"required": True, "pattern": INSEE},
        ),
        Column(
            "epci",
            "string",
            "Intercommunalité",
            "Numéro Siren de l’intercommunalité",
            {"pattern": "^[0-9]{9}$"},
        ),
        Column("latitude", "number", "Latitude", "En degrés (WGS 84)", _LATITUDE),
        Column("longitude", "number", "Longitude", "En degrés (WGS 84)", _LONGITUDE),
        Column("transport", "string", "Comment venir", "Transports, stationnement"),
        Column(
            "access",
            "string",
            "Accessibilité",
            "Accès des personnes à mobilité réduite, en code",
            _one_of(Access),
        ),
        Column(
            "access_label", "string", "Accessibilité, en français", "Le même, en mots", REQUIRED
        ),
        Column("access_note", "string", "Précisions sur l’accès", "Marche, rampe, porte"),
        Column("audience", "string", "Public", "Qui peut venir, en code", _one_of(Audience)),
        Column("audience_label", "string", "Public, en français", "Le même, en mots", REQUIRED),
        Column("choice", "string", "Choix", "Degré de choix, en code", _one_of(Choice)),
        Column("choice_label", "string", "Choix, en français", "Le même, en mots", REQUIRED),
        Column("phone", "string", "Téléphone", "Téléphone du lieu"),
        Column("email", "string", "Courriel", "Courriel du lieu"),
        Column("page", "string", "Page", "Adresse de la page du lieu, si ce site en a une"),
        Column("is_hub", "boolean", "Tiers-lieu", "Tiers-lieu solidaire du réseau", REQUIRED),
        Column("needs", "string", "Besoins", f"Codes séparés par «{SEPARATOR}»"),
        Column("services", "string", "Services", f"Noms séparés par «{SEPARATOR}»"),
        Column("hosts", "string", "Tenu par", f"Organisations séparées par «{SEPARATOR}»"),
        Column(
            "opening_hours",
            "string",
            "Horaires (OpenStreetMap)",
            "Règle opening_hours du lieu ; vide si une seule ne peut pas tout dire",
        ),
        Column("opening_hours_text", "string", "Horaires, en français", "Les règles en mots"),
        Column("updated_on", "date", "Mis à jour le", "Dernière modification du lieu", REQUIRED),
    ),
)

SERVICES = Sheet(
    "Services du réseau",
    "Les services proposés, un par ligne et par lieu. Un service sans lieu fixe a une ligne.",
    (
        _key("Service en un lieu", r"^[0-9a-f-]{36}(_[0-9a-f-]{36})?$"),
        Column(
            "service_id",
            "string",
            "Service",
            "Identifiant du service",
            {"required": True, "pattern": UUID_TEXT},
        ),
        Column("name", "string", "Nom", "Nom du service", REQUIRED),
        Column("need", "string", "Besoin", "Besoin auquel il répond, en code", _one_of(Need)),
        Column("need_label", "string", "Besoin, en français", "Le même, en mots", REQUIRED),
        Column("organisation", "string", "Organisation", "Qui propose le service", REQUIRED),
        Column("description", "string", "Description", "En quelques mots"),
        Column("conditions", "string", "Conditions", "Conditions d’accès"),
        Column("documents", "string", "À apporter", "Documents utiles"),
        Column("languages", "string", "Langues", f"Codes ISO 639 séparés par «{SEPARATOR}»"),
        Column("is_free", "boolean", "Gratuit", "Vrai si le service est gratuit", REQUIRED),
        *_SITE,
        Column(
            "opening_hours",
            "string",
            "Horaires (OpenStreetMap)",
            "Règle opening_hours du service dans ce lieu, si elle est connue",
        ),
        Column("opening_hours_text", "string", "Horaires, en français", "Les règles en mots"),
        Column("updated_on", "date", "Mis à jour le", "Dernière modification", REQUIRED),
    ),
)

_DATES = (
    Column("date", "date", "Jour", "Jour du début", REQUIRED),
    Column("start_time", "time", "De", "Heure de Paris", REQUIRED),
    Column("end_date", "date", "Jour de fin", "Le lendemain, pour une nuit", REQUIRED),
    Column("end_time", "time", "À", "Heure de Paris", REQUIRED),
    Column(
        "state",
        "string",
        "État",
        "Prévue, déplacée ou annulée",
        _one_of(x.value for x in DateState),
    ),
    *_SITE,
    Column("needs", "string", "Besoins", f"Codes séparés par «{SEPARATOR}»"),
    Column("services", "string", "Services", f"Noms séparés par «{SEPARATOR}»"),
)

OPENINGS = Sheet(
    "Ouvertures datées",
    "Les jours et heures où les lieux ouvrent, calculés depuis leurs règles.",
    (
        _key("Ouverture", r"^[0-9a-f-]{36}-[0-9]{8}-[0-9]+$"),
        *_DATES,
        Column("rule", "string", "Règle", "Règle opening_hours dont elle vient", REQUIRED),
    ),
)

SEANCES = Sheet(
    "Séances annoncées",
    "Les venues confirmées d’équipes du réseau dans les lieux.",
    (_key("Séance"), *_DATES),
)

SHEETS = {
    SheetName.SITES: SITES,
    SheetName.SERVICES: SERVICES,
    SheetName.OPENINGS: OPENINGS,
    SheetName.SEANCES: SEANCES,
}


def table_schema(name: SheetName, *, path: str) -> dict[str, Any]:
    """The Table Schema of a table; `path` is the address of its CSV."""
    sheet = SHEETS[name]
    return {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "name": str(name),
        "title": sheet.title,
        "description": sheet.description,
        "path": path,
        "licenses": [LICENCE],
        "contributors": [{"title": settings.SITE_NAME, "role": "publisher"}],
        "fields": [column.schema for column in sheet.columns],
        "primaryKey": [sheet.names[0]],
        "missingValues": [""],
    }
