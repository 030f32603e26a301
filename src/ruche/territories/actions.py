"""Store, publish and withdraw editions: each whole, or not at all."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
from django.db import transaction

from ruche.engines.portraits.editions import Edition as BuiltEdition
from ruche.engines.portraits.errors import PortraitError
from ruche.engines.portraits.levels import Level
from ruche.geography.models import Territory, address_of
from ruche.territories.models import Edition, Figure, Peer

BATCH = 500


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
        built_on=on,
    )
    known = set(Territory.objects.order_by().values_list("address", flat=True))
    for rows in _batches(Figure(edition=edition, **row) for row in _figures(built, known)):
        Figure.objects.bulk_create(rows)
    for peers in _batches(Peer(edition=edition, **row) for row in _peers(built, known)):
        Peer.objects.bulk_create(peers)
    return edition


def _batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _figures(built: BuiltEdition, known: set[str]) -> Iterator[dict[str, Any]]:
    histories = _histories(built.series)
    for row in built.figures.iter_rows(named=True):
        level, code = Level(row["level"]), row.pop("code")
        address = address_of(level, code)
        if address not in known:
            continue
        history = histories.get((row["level"], code, row["indicator"]), [])
        yield {"territory_id": address, "history": history, **row}


def _histories(series: pl.DataFrame) -> dict[tuple[str, str, str], list[list[Any]]]:
    """Year, value, state and whether it is an estimate, by level, code and indicator."""
    histories: dict[tuple[str, str, str], list[list[Any]]] = {}
    for level, code, indicator, year, value, state, estimated, _ in series.sort("year").iter_rows():
        point = [year, None if value is None else round(value, 6), state, int(estimated)]
        histories.setdefault((level, code, indicator), []).append(point)
    return histories


def _peers(built: BuiltEdition, known: set[str]) -> Iterator[dict[str, Any]]:
    for row in built.peers.iter_rows(named=True):
        territory, peer = row.pop("code"), row.pop("peer")
        if territory in known and peer in known:
            yield {"territory_id": territory, "peer_id": peer, **row}


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
    edition.status = Edition.Status.PUBLISHED
    edition.published_on, edition.changes_read = on, True
    edition.save(update_fields=["status", "published_on", "changes_read"])
    return edition


@transaction.atomic
def discard_draft(edition: Edition) -> None:
    """Delete a draft. A published edition stays for ever."""
    if edition.status == Edition.Status.PUBLISHED:
        raise PortraitError(f"L'édition « {edition.id} » est publiée : elle ne se supprime pas.")
    edition.delete()
