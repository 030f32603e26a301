"""The formats of the register itself, in the order in which the page shows them."""

from ruche.accounts.enums import Thing, Verb
from ruche.places.imports.external import PUBLISHED
from ruche.places.imports.formats import Format, register_formats
from ruche.places.imports.kinds import openings, services, sites

SITES = Format(
    "lieux",
    "Des lieux",
    sites.SiteKind(),
    sites.COLUMNS,
    Verb.EDIT,
    Thing.SITE,
    intro="Un lieu par ligne : son nom, sa commune, son adresse, et ce que l’on en sait.",
)

SERVICES = Format(
    "services",
    "Des services",
    services.ServiceKind(),
    services.COLUMNS,
    Verb.EDIT,
    Thing.SITE,
    intro="Un service par ligne : l’organisation qui le propose, ce que c’est, et où.",
)

OPENINGS = Format(
    "horaires",
    "Des horaires",
    openings.OpeningKind(),
    openings.COLUMNS,
    Verb.EDIT,
    Thing.OPENING,
    intro="Un horaire par ligne : un lieu, ou l’un de ses services, et quand c’est ouvert.",
)

register_formats(SITES, SERVICES, OPENINGS, *PUBLISHED)
