"""Write in the journal, and send its head where those who hold the database cannot reach it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.mail import send_mail
from django.db import connection, transaction
from django.utils import timezone

from ruche.journal import wording
from ruche.journal.chain import HeadKept
from ruche.journal.models import Entry, Head
from ruche.journal.queries import printable_head
from ruche.journal.verbs import VERBS, label_of, register_verbs, register_words

__all__ = [
    "VERBS",
    "OutsideTransaction",
    "label_of",
    "mail_head",
    "record",
    "record_export",
    "record_restoration",
    "register_verbs",
    "register_words",
]


class OutsideTransaction(RuntimeError):
    """A line was about to be written without the act that it tells, or the act without it."""

    def __init__(self) -> None:
        super().__init__(
            "record() s'appelle dans transaction.atomic() : l'acte et sa ligne sont gardés "
            "ensemble, ou ni l'un ni l'autre."
        )


def record(
    verb: str,
    *,
    actor: str,
    kind: str,
    id: str,
    detail: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> Entry:
    """Append a line to the journal, inside the transaction of the act that it tells.

    Others who append wait until that transaction ends: call it last. Refuses an act that no app
    declares and an instant without a time zone (`ValueError`), a name in the place of an identifier
    or a detail that is not small and flat (`ValidationError`), and a call outside a transaction
    (`OutsideTransaction`).
    """
    if verb not in VERBS:
        raise ValueError(f"« {verb} » n'est pas un acte déclaré : register_verbs() d'abord.")
    if not connection.in_atomic_block:
        raise OutsideTransaction
    head, _ = Head.objects.select_for_update().get_or_create(pk=Head.THE_ONLY_ONE)
    entry = Entry(
        number=head.number + 1,
        at=at or timezone.now(),
        actor=actor,
        verb=verb,
        object_kind=kind,
        object_id=id,
        detail=dict(detail or {}),
        previous=head.digest,
    )
    entry.seal()
    entry.save()
    head.number, head.digest = entry.number, entry.digest
    head.save(update_fields=["number", "digest"])
    return entry


@transaction.atomic
def record_export(*, actor: str) -> Entry:
    """Say that someone takes the journal away. The export ends with the line that says so."""
    last = printable_head().number
    return record("journal_exported", actor=actor, kind="journal", id=str(last))


@transaction.atomic
def record_restoration(lost: HeadKept) -> Entry:
    """Say that a backup was restored, and which head is lost: members see it and accept it.

    Refuses with `ValueError` a head that is still in the chain: nothing is lost.
    """
    if Entry.objects.filter(number=lost.number, digest=lost.digest).exists():
        raise ValueError("Cette tête est encore dans le journal : rien n'a été perdu.")
    detail = {"number": lost.number, "digest": lost.digest}
    return record(
        "journal_restored", actor="system", kind="journal", id=str(lost.number), detail=detail
    )


def mail_head(to: Sequence[str], *, on: date | None = None) -> None:
    """Send the head of the journal, by an e-mail dated `on` (today), to people who keep it."""
    if not to:
        raise ValueError("Personne à qui envoyer la tête du journal.")
    head, day = printable_head(), on or timezone.localdate()
    send_mail(wording.mail_subject(day), wording.mail_body(head, day), None, list(to))
