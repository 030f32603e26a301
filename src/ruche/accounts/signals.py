"""What we add to what allauth does with the ways in of a member: a line in the journal."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from ruche.accounts.models import Member
from ruche.journal.actions import record


@receiver(authenticator_added)
def note_added(user: Member, authenticator: Authenticator, **_: Any) -> None:
    """A passkey, a code generator or recovery codes were added."""
    _note("authenticator_added", user, authenticator)


@receiver(authenticator_removed)
def note_removed(user: Member, authenticator: Authenticator, **_: Any) -> None:
    """One of them was removed."""
    _note("authenticator_removed", user, authenticator)


@receiver(post_save, sender=Authenticator)
def recovery_codes_can_be_read(instance: Authenticator, created: bool, **_: Any) -> None:
    """allauth notes at the first reading of the codes that they were read: a GET would write.

    We let them be read again, so the note is made at once, when they are drawn.
    """
    if created and instance.type == Authenticator.Type.RECOVERY_CODES:
        instance.wrap().mark_as_viewed()


def _note(verb: str, member: Member, authenticator: Authenticator) -> None:
    with transaction.atomic():
        record(
            verb,
            actor=member.actor,
            kind="member",
            id=str(member.pk),
            detail={"type": str(authenticator.type)},
        )
