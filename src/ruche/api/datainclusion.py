"""Our sites and services in the vocabulary of data·inclusion, schema v1.

https://www.data.inclusion.gouv.fr : a structure is a site, a service is one of our services at one
site. Every object goes through the models of the official package, and takes its values from them:
what we publish is valid by construction. What cannot be valid is left out, and the log says which.
"""

import logging
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from pydantic import BaseModel, ValidationError

from ruche.api import hours
from ruche.api.queries import OfferedService, OpenSite
from ruche.api.shapes import local
from ruche.places.enums import Audience, Need
from ruche.places.models import Service, Site
from ruche.places.openings import BadRule, ExtraOpening, Rule, to_osm
from ruche.seances.queries import Announced

Page = Callable[[Site], str | None]
"""The address of the page of a site."""

Dates = dict[tuple[UUID, UUID], list[Announced]]
"""By site and service, when it is given."""

logger = logging.getLogger(__name__)

THEMES = {
    Need.FOOD: ("equipement-et-alimentation--alimentation",),
    Need.HEALTH: ("sante--acces-aux-soins",),
    Need.RIGHTS: (
        "difficultes-administratives-ou-juridiques--accompagnement-pour-lacces-aux-droits",
        "difficultes-administratives-ou-juridiques--accompagnement-aux-demarches-administratives",
    ),
    Need.DIGITAL: (
        "numerique--acceder-a-des-services-en-ligne",
        "numerique--maitriser-les-fondamentaux-du-numerique",
    ),
    Need.BUDGET: (
        "difficultes-financieres--ameliorer-sa-gestion-budgetaire",
        "difficultes-financieres--acquerir-une-autonomie-budgetaire",
    ),
    Need.SOCIAL_CENTRE: ("remobilisation--lien-social",),
    Need.OTHER: (),
}
"""What each need is called there. A value that the package no longer knows is not given."""

KINDS = {
    Need.FOOD: "aide-materielle",
    Need.HEALTH: "accompagnement",
    Need.RIGHTS: "accompagnement",
    Need.DIGITAL: "accompagnement",
    Need.BUDGET: "accompagnement",
}
"""The type of service; a social centre and « autre » have none that is sure."""

CONDITIONS = {
    Audience.ORIENTED: "Sur orientation d’un travailleur social.",
    Audience.REGISTERED: "Réservé aux personnes inscrites.",
}

NUMBER = re.compile(r"(?:\+33|0033|0)\s*(?:\(0\))?\s*([1-9](?:[\s.\-]*\d){8})")
FOREIGN = re.compile(r"\+(?:[\s.\-]*\d){8,15}")
SHORT = re.compile(r"(?:\d\s*){3,6}")


def source() -> str:
    """Who we are among the producers: `ruche-32`."""
    return f"ruche-{settings.NETWORK_DEPARTEMENT.lower()}"


def structures(places: Iterable[OpenSite], page: Page) -> list[dict[str, Any]]:
    """The sites, as structures; each is valid for the official model."""
    from data_inclusion.schema.v1 import Structure

    return list(_valid(Structure, (_structure(place, page) for place in places)))


def services(
    offered: Sequence[OfferedService], coming: Iterable[Announced], page: Page
) -> list[dict[str, Any]]:
    """The services, one per site that is itself published; `coming`: the séances to come."""
    from data_inclusion.schema.v1 import Service as ServiceModel

    places = {place.site.pk: place for each in offered for place in each.places}
    known = {each["id"] for each in structures(places.values(), page)}
    dates = _dates(coming)
    rows = (
        _service(each.service, place, page) | _when(each.service, place, dates)
        for each in offered
        for place in each.places
    )
    return list(_valid(ServiceModel, (row for row in rows if row["structure_id"] in known)))


def _valid(model: type[BaseModel], rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        try:
            found = model.model_validate(_said(row))
        except ValidationError as error:
            fields = ", ".join(str(each["loc"][0]) for each in error.errors())
            logger.warning("data·inclusion : %s n'est pas publié (%s).", row["id"], fields)
        else:
            yield _in_order(found.model_dump(mode="json"))


def _said(row: dict[str, Any]) -> dict[str, Any]:
    """Without what we do not know: a zero is something that we know."""
    return {name: value for name, value in row.items() if value not in (None, "", [])}


def _in_order(row: dict[str, Any]) -> dict[str, Any]:
    """Sets have no order: without one, each process would write another document."""
    return {name: sorted(x) if isinstance(x, list) else x for name, x in row.items()}


# --------------------------------------------------------------------------------- objects


def _structure(place: OpenSite, page: Page) -> dict[str, Any]:
    site = place.site
    return {
        "source": source(),
        "id": structure_id(place),
        "nom": _name(site.name),
        "date_maj": local(site.updated_at).date(),
        "lien_source": page(site),
        "courriel": site.email,
        "horaires_accueil": _hours(place),
        **_where(place),
    }


def _service(service: Service, place: OpenSite, page: Page) -> dict[str, Any]:
    from data_inclusion.schema.v1 import Frais, ModeAccueil, Public, Thematique, TypeService

    need = Need(service.need)
    return {
        "source": source(),
        "structure_id": structure_id(place),
        "id": f"{source()}--{service.pk}-{place.site.pk}",
        "nom": _name(service.name),
        "description": _description(service),
        "date_maj": local(service.updated_at).date(),
        "type": next(iter(_known(TypeService, [KINDS.get(need, "")])), None),
        "thematiques": _known(Thematique, THEMES[need]),
        "frais": next(iter(_known(Frais, ["gratuit" if service.is_free else "payant"])), None),
        "publics": _known(Public, ["tous-publics"]),
        "conditions_acces": _conditions(service, Audience(place.site.audience)),
        "modes_accueil": _known(ModeAccueil, ["en-presentiel"]),
        "zone_eligibilite": [settings.NETWORK_DEPARTEMENT],
        "lien_source": page(place.site),
        "courriel": place.site.email,
        **_where(place),
        **_how_to_come(place),
    }


def structure_id(place: OpenSite) -> str:
    return f"{source()}--{place.site.pk}"


def _where(place: OpenSite) -> dict[str, Any]:
    site = place.site
    return {
        "commune": site.commune.title,
        "code_insee": site.commune.code,
        "code_postal": place.postal_code,
        "adresse": site.address,
        "complement_adresse": site.address_note,
        "latitude": site.latitude,
        "longitude": site.longitude,
        "telephone": phone(site.phone),
    }


def _how_to_come(place: OpenSite) -> dict[str, Any]:
    """Where an orientation is asked, professionals call: nobody comes to the door alone."""
    from data_inclusion.schema.v1 import ModeMobilisation, PersonneMobilisatrice

    oriented = place.site.audience == Audience.ORIENTED
    ways = {
        "se-presenter": not oriented,
        "telephoner": phone(place.site.phone),
        "envoyer-un-courriel": place.site.email,
    }
    who = ["professionnels"] if oriented else ["professionnels", "usagers"]
    return {
        "modes_mobilisation": _known(
            ModeMobilisation, [way for way, is_open in ways.items() if is_open]
        ),
        "mobilisable_par": _known(PersonneMobilisatrice, who),
    }


def _known(vocabulary: type[Enum], values: Iterable[str]) -> list[Any]:
    """The values that the package knows; the model refuses any other."""
    known = {each.value: each for each in vocabulary}
    return [known[value] for value in values if value in known]


def _name(text: str) -> str:
    """No final point, which the schema does not want."""
    return text if text.endswith("etc.") else text.rstrip(" .")


def _description(service: Service) -> str:
    if len(service.description.strip()) >= 5:
        return service.description
    return f"{service.name}, proposé par {service.organisation.name}."


def _conditions(service: Service, audience: Audience) -> str:
    documents = f"À apporter : {service.documents}" if service.documents else ""
    parts = [CONDITIONS.get(audience, ""), service.conditions, documents]
    return "\n".join(part for part in parts if part)


def _hours(place: OpenSite, service: Service | None = None) -> str | None:
    rules = place.rules(service)
    return hours.joined(rules, today=timezone.localdate()) if rules else None


def _dates(coming: Iterable[Announced]) -> Dates:
    found: Dates = defaultdict(list)
    for each in coming:
        if not each.is_cancelled:
            for service in each.services:
                found[each.site.pk, service.pk].append(each)
    return found


def _when(service: Service, place: OpenSite, dates: Dates) -> dict[str, Any]:
    """Its own hours at this site; or the days on which a team has confirmed that it brings it.

    Without any, partners fall back on the hours of the structure.
    """
    known = _hours(place, service) or _days(dates.get((place.site.pk, service.pk), []))
    return {"horaires_accueil": known}


def _days(coming: Sequence[Announced]) -> str | None:
    """`2026 Dec 08 14:00-16:30, 2026 Dec 22 14:00-16:30`."""
    try:
        days = [ExtraOpening(each.day, each.start.time(), each.end.time()) for each in coming]
        return _dated_line(days) if days else None
    except BadRule:
        return None


def _dated_line(days: Sequence[ExtraOpening]) -> str:
    return to_osm(Rule(slots=(), public_holidays_open=True, extra=tuple(days)))


def phone(text: str) -> str | None:
    """E.164 when it can be (`+33562000000`); a short number as it is; nothing when unreadable."""
    text = text.strip()
    if found := NUMBER.fullmatch(text):
        return "+33" + _digits(found[1])
    if FOREIGN.fullmatch(text):
        return "+" + _digits(text)
    return _digits(text) if SHORT.fullmatch(text) else None


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
