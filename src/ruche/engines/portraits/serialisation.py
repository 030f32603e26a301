"""A portrait as data: one shape for the JSON beside each page, the CSV, the API and the command.

Keys are English and stable; texts are French. A figure that is not there is `null` with a status
that says why: `secret`, `not_published`, `not_applicable`, `missing`.
"""

import csv
import io
from collections.abc import Iterable
from typing import Any

from ruche.engines.portraits.facts import Fact, Portrait, Reference, Territory
from ruche.engines.portraits.states import State


def portrait_data(portrait: Portrait) -> dict[str, Any]:
    """The portrait as JSON-ready dictionaries."""
    return {
        "territory": territory_data(portrait.territory),
        "level": portrait.territory.level.value,
        "edition": portrait.edition,
        "parents": [territory_data(parent) for parent in portrait.parents],
        "group": portrait.group_label,
        "comparable": [
            {
                **territory_data(peer.territory),
                "distance": peer.distance,
                "closest": list(peer.closest),
                "farthest": list(peer.farthest),
            }
            for peer in portrait.peers
        ],
        "indicators": [fact_data(fact) for fact in portrait.facts],
    }


def territory_data(territory: Territory) -> dict[str, Any]:
    return {
        "code": territory.code,
        "address": territory.address,
        "name": territory.title,
        "level": territory.level.value,
        "population": territory.population,
        "communes": territory.communes,
    }


def fact_data(fact: Fact) -> dict[str, Any]:
    """One indicator: value, status, year, unit, place, references, certainty, source."""
    figure, indicator = fact.figure, fact.indicator
    return {
        "id": indicator.id,
        "label": indicator.label,
        "theme": indicator.theme,
        "value": rounded(figure.value),
        "status": (
            State.MISSING if figure.state is State.VALUE and figure.value is None else figure.state
        ).code,
        "text": fact.text,
        "estimated": figure.estimated,
        "year": figure.year or None,
        "unit": indicator.unit,
        "rank": figure.rank,
        "count": figure.count,
        "rank_country": figure.rank_wide,
        "count_country": figure.count_wide,
        "percentile": rounded(figure.percentile, 1),
        "margin": rounded(figure.margin, 3),
        "numerator": rounded(figure.num),
        "denominator": rounded(figure.den),
        "references": {ref.kind: reference_data(ref) for ref in fact.references},
        "source": source_data(fact),
        "reason": "" if fact.known else indicator.absent,
        "history": [
            {
                "year": p.year,
                "value": rounded(p.value),
                "status": p.state.code,
                "estimated": p.estimated,
            }
            for p in figure.history
        ],
    }


def reference_data(reference: Reference) -> dict[str, Any]:
    figure = reference.figure
    data = {
        "name": reference.label,
        "value": rounded(figure.value),
        "status": figure.state.code,
        "year": figure.year or None,
        "margin": rounded(figure.margin, 3),
        "comparison": reference.outcome.value,
        "meaning": reference.meaning.value,
    }
    if reference.territory:
        data["address"] = reference.territory.address
    return data


def source_data(fact: Fact) -> dict[str, Any] | None:
    if fact.source is None:
        return None
    return {
        "id": fact.source.id,
        "producer": fact.source.producer,
        "title": fact.source.title,
        "licence": fact.source.licence,
        "url": fact.source.url,
        "scope": fact.source.scope,
        "third_party": fact.third_party,
        "original": fact.original or None,
        "text": fact.provenance,
    }


def rounded(value: float | None, digits: int = 6) -> float | int | None:
    """Drop the noise of binary fractions; a whole number is written as one."""
    if value is None:
        return None
    clean = round(value, digits)
    return int(clean) if clean == int(clean) else clean


COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("territory", "string", "Code du territoire dans les adresses du site"),
    ("level", "string", "Échelle : COM, EPCI, DEP, REG ou FR"),
    ("name", "string", "Nom du territoire"),
    ("indicator", "string", "Identifiant de l’indicateur"),
    ("label", "string", "Libellé de l’indicateur"),
    ("theme", "string", "Thème"),
    ("year", "year", "Année de la valeur"),
    ("value", "number", "Valeur ; vide seulement si l’état n’est pas « value »"),
    ("status", "string", "État : value, secret, not_published, not_applicable ou missing"),
    ("status_label", "string", "L’état en français"),
    ("estimated", "boolean", "Vrai si la valeur est une estimation"),
    ("unit", "string", "Unité"),
    ("margin", "number", "Marge d’erreur à 95 %, en points, pour une part issue d’une enquête"),
    ("rank", "integer", "Rang dans le groupe proche, 1 pour la valeur la plus élevée"),
    ("count", "integer", "Nombre de territoires classés dans ce groupe"),
    ("rank_country", "integer", "Rang dans le groupe large (pays ; département pour une commune)"),
    ("count_country", "integer", "Nombre de territoires classés dans le groupe large"),
    ("percentile", "number", "Part des territoires du groupe large situés au-dessous, en %"),
    ("ref_epci", "number", "Valeur de l’intercommunalité, pour une commune"),
    ("ref_departement", "number", "Valeur du département"),
    ("ref_region", "number", "Valeur de la région"),
    ("ref_france", "number", "Valeur de la France, au champ de la source"),
    ("ref_peers", "number", "Médiane des territoires comparables"),
    ("source", "string", "Producteur et titre de la source"),
    ("third_party", "boolean", "Vrai si la valeur est reprise d’un calcul tiers"),
    ("edition", "string", "Édition"),
)
"""Name, Table Schema type and description of each column of the CSV."""

YEAR_AS = {"year": "integer"}


def table_schema() -> dict[str, Any]:
    """The Table Schema (Frictionless) of the CSV."""
    statuses = [state.code for state in State]
    fields: list[dict[str, Any]] = []
    for name, kind, description in COLUMNS:
        entry: dict[str, Any] = {
            "name": name,
            "type": YEAR_AS.get(kind, kind),
            "description": description,
        }
        if name == "status":
            entry["constraints"] = {"required": True, "enum": statuses}
        if kind == "boolean":
            entry |= {"trueValues": ["true"], "falseValues": ["false"]}
        fields.append(entry)
    return {
        "fields": fields,
        "missingValues": [""],
        "primaryKey": ["territory", "indicator", "edition"],
    }


def portrait_rows(portrait: Portrait) -> list[list[Any]]:
    """One row per indicator, in the order of `COLUMNS`."""
    return [_row(portrait, fact) for fact in portrait.facts]


def _row(portrait: Portrait, fact: Fact) -> list[Any]:
    data = fact_data(fact)
    references = data["references"]

    def reference(kind: str) -> float | int | None:
        found = references.get(kind)
        return found["value"] if found else None

    return [
        portrait.territory.address,
        portrait.territory.level.value,
        portrait.territory.title,
        fact.indicator.id,
        fact.indicator.label,
        fact.indicator.theme,
        data["year"],
        data["value"],
        data["status"],
        State.from_code(data["status"]).label,
        fact.figure.estimated,
        fact.indicator.unit,
        data["margin"],
        data["rank"],
        data["count"],
        data["rank_country"],
        data["count_country"],
        data["percentile"],
        reference("epci"),
        reference("departement"),
        reference("region"),
        reference("france"),
        reference("peers"),
        fact.provenance,
        fact.third_party,
        portrait.edition,
    ]


def csv_text(rows: Iterable[list[Any]]) -> str:
    """UTF-8 CSV with a comma, a point for decimals, and words for booleans: for machines."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([name for name, _, _ in COLUMNS])
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def _cell(cell: Any) -> Any:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return "" if cell is None else cell
