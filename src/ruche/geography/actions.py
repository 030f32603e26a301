"""Bring the reference geography into the database, whole or not at all."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

from ruche.core.bulk import insert_rows, refresh_statistics
from ruche.engines.portraits.geography import Geography
from ruche.engines.portraits.levels import FRANCE_CODE, Level
from ruche.geography.models import Territory, address_of
from ruche.geography.names import plain

BATCH = 2_000

PERIMETER_NOTES: dict[str, str] = tomllib.loads(
    (Path(__file__).parent / "perimeter_notes.toml").read_text(encoding="utf-8")
)["epci"]
"""What a reader of past figures must know of a perimeter that changed, by SIREN."""

REACH = {Level.FRANCE: 0, Level.REGION: 1, Level.DEPARTEMENT: 2, Level.EPCI: 3, Level.COMMUNE: 4}


@transaction.atomic
def store_geography(geography: Geography) -> int:
    """Create or refresh every territory; return how many there are."""
    rows = list(_territories(geography))
    if not Territory.objects.exists():
        insert_rows(Territory, list(rows[0]), (tuple(row.values()) for row in rows))
        refresh_statistics(Territory)
        return len(rows)
    updated = [field.name for field in Territory._meta.fields if not field.primary_key]
    Territory.objects.bulk_create(
        [Territory(**row) for row in rows],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["address"],
        update_fields=updated,
    )
    return len(rows)


def _territories(geography: Geography) -> Iterator[dict[str, Any]]:
    frames = {
        Level.COMMUNE: geography.communes,
        Level.EPCI: geography.epcis,
        Level.DEPARTEMENT: geography.departements,
        Level.REGION: geography.regions,
    }
    totals = _totals(geography)
    for level, frame in frames.items():
        for row in frame.iter_rows(named=True):
            yield _fields(geography, level, row, totals.get((level, row["code"]), {}))
    yield _fields(geography, Level.FRANCE, {"code": FRANCE_CODE}, totals[Level.FRANCE, FRANCE_CODE])


def _fields(
    geography: Geography, level: Level, row: dict[str, Any], totals: dict[str, Any]
) -> dict[str, Any]:
    toponym = geography.toponym(level, row["code"])
    own_departement = row["code"] if level is Level.DEPARTEMENT else row.get("departement")
    return {
        "address": address_of(level, row["code"]),
        "level": level.value,
        "code": row["code"],
        "name": toponym.name,
        "title": toponym.title,
        "official": official_name(geography, level, row),
        "tncc": toponym.tncc,
        "inside": toponym.inside,
        "search_name": plain(toponym.title),
        "reach": REACH[level],
        "epci": row.get("epci") or "",
        "departement": own_departement or "",
        "region": row["code"] if level is Level.REGION else row.get("region") or "",
        "population": totals.get("population", row.get("population")),
        "area_km2": totals.get("area_km2", row.get("area_km2")),
        "communes": totals.get("communes"),
        "note": PERIMETER_NOTES.get(row["code"], "") if level is Level.EPCI else "",
    }


def official_name(geography: Geography, level: Level, row: dict[str, Any]) -> str:
    """The name in full: « Communauté de communes du Bas-Armagnac »; as published elsewhere."""
    by_hand = geography.epci_names.get(row["code"]) if level is Level.EPCI else None
    return by_hand.official if by_hand else str(row.get("name", "France")).replace("'", "’")


def _totals(geography: Geography) -> dict[tuple[Level, str], dict[str, Any]]:
    """Population, area and number of communes of each level, summed from communes."""
    totals: dict[tuple[Level, str], dict[str, Any]] = {}
    keys = {Level.EPCI: "epci", Level.DEPARTEMENT: "departement", Level.REGION: "region"}
    rows = geography.communes.select("epci", "departement", "region", "population", "area_km2")
    for row in rows.iter_rows(named=True):
        owners = [(level, row[key]) for level, key in keys.items() if row[key]]
        for owner in (*owners, (Level.FRANCE, FRANCE_CODE)):
            total = totals.setdefault(owner, {"population": 0, "area_km2": 0.0, "communes": 0})
            total["population"] += row["population"] or 0
            total["area_km2"] += row["area_km2"] or 0.0
            total["communes"] += 1
    return totals
