"""One line per thing, for the tables and the map that `tables` describes."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from ruche.accounts.models import Organisation
from ruche.api import hours
from ruche.api.queries import OfferedService, OpenSite
from ruche.api.shapes import known_languages, local, state_of
from ruche.api.tables import SEPARATOR, Sheet
from ruche.core.cells import harmless
from ruche.places.enums import Access, Audience, Choice, Need
from ruche.places.models import Service, Site
from ruche.seances.queries import Announced

Row = dict[str, Any]


def _labelled(name: str, choice: Any) -> Row:
    return {name: choice.value, f"{name}_label": str(choice.label)}


def _joined(values: Iterable[Any]) -> str:
    return SEPARATOR.join(map(str, values))


def _day(moment: Any) -> str:
    return f"{local(moment):%Y-%m-%d}"


def _hours(place: OpenSite, service: Service | None = None) -> Row:
    rules = place.rules(service)
    return {
        "opening_hours": hours.joined(rules, today=timezone.localdate()) if rules else None,
        "opening_hours_text": hours.in_words(rules),
    }


def _commune(site: Site) -> Row:
    return {"commune": site.commune.title, "commune_code": site.commune.code}


def _site(site: Site) -> Row:
    return {"site_id": str(site.pk), "site": site.name, **_commune(site)}


def site_row(place: OpenSite, page: str | None) -> Row:
    site = place.site
    return {
        "id": str(site.pk),
        "name": site.name,
        "address": site.address,
        "address_note": site.address_note,
        "postal_code": place.postal_code,
        **_commune(site),
        "epci": site.commune.epci,
        "latitude": site.latitude,
        "longitude": site.longitude,
        "transport": site.transport,
        **_labelled("access", Access(site.access)),
        "access_note": site.access_note,
        **_labelled("audience", Audience(site.audience)),
        **_labelled("choice", Choice(site.choice)),
        "phone": site.phone,
        "email": site.email,
        "page": page,
        "is_hub": site.is_hub,
        "needs": _joined(need.value for need in place.needs),
        "services": _joined(place.services),
        "hosts": _joined(_names(place.hosts)),
        **_hours(place),
        "updated_on": _day(site.updated_at),
    }


def _names(organisations: Iterable[Organisation]) -> list[str]:
    return [organisation.name for organisation in organisations]


def service_rows(offered: OfferedService) -> list[Row]:
    """One line per open site; a single one, without a site, when it has none of its own."""
    service = offered.service
    about = {
        "service_id": str(service.pk),
        "name": service.name,
        **_labelled("need", Need(service.need)),
        "organisation": service.organisation.name,
        "description": service.description,
        "conditions": service.conditions,
        "documents": service.documents,
        "languages": _joined(known_languages(service)),
        "is_free": service.is_free,
        "updated_on": _day(service.updated_at),
    }
    if not offered.places:
        return [{"id": str(service.pk), **about}]
    return [
        {
            "id": f"{service.pk}_{place.site.pk}",
            **about,
            **_site(place.site),
            **_hours(place, service),
        }
        for place in offered.places
    ]


def date_row(item: Announced) -> Row:
    return {
        "id": item.uid,
        "date": f"{item.start:%Y-%m-%d}",
        "start_time": f"{item.start:%H:%M:%S}",
        "end_date": f"{item.end:%Y-%m-%d}",
        "end_time": f"{item.end:%H:%M:%S}",
        "state": state_of(item).value,
        **_site(item.site),
        "needs": _joined(need.value for need in item.needs),
        "services": _joined(item.services),
    }


# ------------------------------------------------------------------------------- writing


def csv_text(sheet: Sheet, rows: Iterable[Row]) -> str:
    """UTF-8, comma, point for decimals; a text that would be read as a formula is made harmless."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(sheet.names)
    writer.writerows([_cell(row.get(name)) for name in sheet.names] for row in rows)
    return out.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return harmless(value) if isinstance(value, str) else str(value)


def feature(place: OpenSite, page: str | None) -> dict[str, Any]:
    """A site for a map (RFC 7946): longitude first; without a position, no geometry."""
    row = {name: value for name, value in site_row(place, page).items() if value != ""}
    longitude, latitude = row.pop("longitude"), row.pop("latitude")
    placed = longitude is not None
    return {
        "type": "Feature",
        "id": row["id"],
        "geometry": {"type": "Point", "coordinates": [longitude, latitude]} if placed else None,
        "properties": row,
    }
