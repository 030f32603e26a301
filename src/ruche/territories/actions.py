"""Store, publish and withdraw editions: each whole, or not at all."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
from django.db import transaction

from ruche.core.bulk import insert_rows, refresh_statistics
from ruche.engines.portraits.editions import Edition as BuiltEdition
from ruche.engines.portraits.errors import PortraitError
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.states import State
from ruche.geography.models import Territory, address_of
from ruche.territories.diff import describe_changes, engine_edition
from ruche.territories.models import Edition, Figure, Peer


@transaction.atomic
def store_edition(built: BuiltEdition, *, on: date) -> Edition:
    """Write a built edition as a draft. An edition with the same id is refused, never replaced."""
    manifest = built.manifest
    if Edition.objects.filter(pk=manifest.id).exists():
        raise PortraitError(
            f"L'édition « {manifest.id} » existe déjà : choisissez un autre nom, "
            "une édition ne se réécrit pas."
        )
    edition = Edition.objects.create(
        id=manifest.id,
        geography=manifest.geography,
        departement=manifest.departement,
        catalogue_digest=manifest.catalogue,
        digest=manifest.digest,
        inputs=[{"source": i.source, "file": i.file, "sha256": i.sha256} for i in manifest.inputs],
        notes=list(manifest.notes),
        checks=list(manifest.checks),
        known=_known(built.figures),
        built_on=on,
    )
    known = set(Territory.objects.order_by().values_list("address", flat=True))
    insert_rows(Figure, FIGURE_FIELDS, _figures(built, known))
    insert_rows(Peer, PEER_FIELDS, _peers(built, known))
    refresh_statistics(Figure)
    refresh_statistics(Peer)
    return edition


def _known(figures: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Indicator → level → number of territories that have a value."""
    counts = (
        figures.filter(pl.col("state") == State.VALUE.value).group_by("indicator", "level").len()
    )
    found: dict[str, dict[str, int]] = {}
    for indicator, level, number in counts.sort("indicator", "level").iter_rows():
        found.setdefault(indicator, {})[level] = number
    return found


COPIED = (
    "level", "indicator", "year", "value", "state", "estimated", "source", "num", "den", "margin",
    "rank", "count", "rank_wide", "count_wide", "percentile",
    "peers_low", "peers_median", "peers_high",
)  # fmt: skip
"""Columns of the engine's table that the database keeps under the same name."""

FIGURE_FIELDS = ("edition", "territory", "history", *COPIED)
PEER_FIELDS = (
    "edition",
    "territory",
    "peer",
    "base",
    "position",
    "distance",
    "closest",
    "farthest",
)


def _figures(built: BuiltEdition, known: set[str]) -> Iterator[tuple[Any, ...]]:
    """Rows of `FIGURE_FIELDS`."""
    histories = _histories(built.series)
    for code, *cells in built.figures.select("code", *COPIED).iter_rows():
        level, indicator = cells[0], cells[1]
        address = address_of(Level(level), code)
        if address in known:
            history = histories.get((level, code, indicator), [])
            yield (built.manifest.id, address, json.dumps(history), *cells)


def _histories(series: pl.DataFrame) -> dict[tuple[str, str, str], list[list[Any]]]:
    """Year, value, state and whether it is an estimate, by level, code and indicator."""
    histories: dict[tuple[str, str, str], list[list[Any]]] = {}
    for level, code, indicator, year, value, state, estimated, _ in series.sort("year").iter_rows():
        histories.setdefault((level, code, indicator), []).append(
            [year, value, state, int(estimated)]
        )
    return histories


def _peers(built: BuiltEdition, known: set[str]) -> Iterator[tuple[Any, ...]]:
    """Rows of `PEER_FIELDS`."""
    for row in built.peers.iter_rows(named=True):
        if row["code"] in known and row["peer"] in known:
            yield (
                built.manifest.id,
                row["code"],
                row["peer"],
                row["base"],
                row["position"],
                row["distance"],
                json.dumps(row["closest"]),
                json.dumps(row["farthest"]),
            )


@transaction.atomic
def publish_edition(edition: Edition, *, on: date, changes_read: bool) -> Edition:
    """Show an edition to the public, once its changes against the previous one were read."""
    if edition.status == Edition.Status.PUBLISHED:
        raise PortraitError(f"L'édition « {edition.id} » est déjà publiée.")
    if not changes_read:
        raise PortraitError(
            f"Lisez d'abord les changements (portraits diff {edition.id}), puis publiez avec "
            "--changements-lus."
        )
    previous = Edition.objects.current(edition.departement)
    if previous is not None:
        edition.changes = describe_changes(engine_edition(previous), engine_edition(edition))
    edition.status = Edition.Status.PUBLISHED
    edition.published_on, edition.changes_read = on, True
    edition.save(update_fields=["status", "published_on", "changes_read", "changes"])
    return edition


@transaction.atomic
def discard_draft(edition: Edition) -> None:
    """Delete a draft. A published edition stays for ever."""
    if edition.status == Edition.Status.PUBLISHED:
        raise PortraitError(f"L'édition « {edition.id} » est publiée : elle ne se supprime pas.")
    edition.delete()
