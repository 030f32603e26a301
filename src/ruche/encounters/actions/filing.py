"""File what waits in the tray of a circle, and decide of what someone who left had sealed."""

from django.db import transaction

from ruche.accounts.models import Member
from ruche.core.once import insert_once
from ruche.encounters.access import ALREADY_FILED
from ruche.encounters.actions.receiving import (
    CONFLICT,
    CellGuard,
    deposit_of,
    facts_of,
    known_sites,
)
from ruche.encounters.enums import BATCHES_KEPT, QuarantineKind
from ruche.encounters.models import Deposit, Facts, FiledDeposit, Promise, Quarantined
from ruche.encounters.payloads import (
    BatchGiven,
    DepositGiven,
    EnvelopeGiven,
    FilingGiven,
    PromiseGiven,
)
from ruche.journal.actions import record as journal
from ruche.places.models import Site
from ruche.tallies import actions as tallies
from ruche.vault.actions import save_pieces
from ruche.vault.enums import PieceKind
from ruche.vault.errors import NotPermitted, Refused, Stale
from ruche.vault.models import Piece


@transaction.atomic
def file(member: Member, deposit: Deposit, given: FilingGiven) -> None:
    """Move an encounter from the tray to a record, with what was promised. Once."""
    if any(piece.circle != deposit.circle_id for piece in given.pieces):
        raise NotPermitted("Une rencontre se range dans son propre cercle.")
    _take(deposit)
    save_pieces(member, given.pieces)
    promised = {piece.id for piece in given.pieces if piece.kind == PieceKind.PROMISE}
    for promise in given.promises:
        if promise.piece not in promised:
            raise Refused("Les mots de cette promesse manquent.")
        _promise(promise)


@transaction.atomic
def dismiss(member: Member, deposit: Deposit) -> None:
    """It was read, and belongs to no record: it is erased."""
    _take(deposit)


def _take(deposit: Deposit) -> None:
    """Out of the tray; `Stale` when someone else was quicker."""
    if not insert_once(FiledDeposit(pk=deposit.pk)):
        raise Stale(ALREADY_FILED)
    Deposit.objects.filter(pk=deposit.pk).delete()


def _promise(given: PromiseGiven) -> None:
    piece = Piece.objects.get(pk=given.piece)
    site = Site.objects.filter(pk=given.site).first()
    if site is None:
        raise Refused("Ce lieu n’existe pas.")
    Promise.objects.get_or_create(
        piece=piece,
        defaults={"record": piece.record, "site": site, "month": given.month.replace(day=1)},
    )


# ---------------------------------------------------------------------------- quarantine


@transaction.atomic
def accept_quarantined(member: Member, item: Quarantined) -> None:
    """It goes where it would have gone; the line says who accepted."""
    if item.kind == QuarantineKind.DEPOSIT:
        _accept_deposit(DepositGiven.model_validate(item.body))
    elif item.kind == QuarantineKind.FACT:
        _accept_facts(EnvelopeGiven.model_validate(item.body))
    else:
        _accept_batch(BatchGiven.model_validate(item.body))
    _decide(member, item, "quarantine_accepted")


def _accept_deposit(given: DepositGiven) -> None:
    if FiledDeposit.objects.filter(pk=given.id).exists():
        return
    _keep_unless_taken(deposit_of(given, known_sites([given])))


def _accept_facts(given: EnvelopeGiven) -> None:
    if FiledDeposit.objects.filter(pk=given.id).exists():
        return
    _keep_unless_taken(facts_of(given))


def _keep_unless_taken(row: Deposit | Facts) -> None:
    """Keep it; when its number holds something else, this one stays in quarantine."""
    known = type(row).objects.filter(pk=row.pk).first()
    if known is None:
        row.save(force_insert=True)
    elif bytes(known.body) != bytes(row.body):
        raise Refused(f"{CONFLICT} Celui-ci reste en quarantaine.")


def _accept_batch(given: BatchGiven) -> None:
    guard = CellGuard(None, oldest=BATCHES_KEPT)
    try:
        added = tallies.add_batch(given.id, given.salt, given.key, given.slips, allowed=guard)
    except tallies.BadBatch as error:
        raise Refused(str(error)) from error
    if added.refused and not added.counted:
        raise Refused("Rien de ce lot ne peut plus être compté : il est trop ancien.")


@transaction.atomic
def destroy_quarantined(member: Member, item: Quarantined) -> None:
    """Nobody will read it."""
    _decide(member, item, "quarantine_destroyed")


def _decide(member: Member, item: Quarantined, verb: str) -> None:
    taken, _ = Quarantined.objects.filter(pk=item.pk).delete()
    if not taken:
        raise Stale("Quelqu’un vient d’en décider : rechargez la liste.")
    journal(
        verb,
        actor=member.actor,
        kind="quarantine",
        id=str(item.pk),
        detail={"kind": item.kind, "sender": str(item.sender_id)},
    )
