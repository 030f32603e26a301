"""Work that nobody waits for: what runs by itself, how often, and what each run does."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from ruche.accounts.enums import Role
from ruche.accounts.models import Member, Post
from ruche.core.bulk import refresh_statistics
from ruche.core.without_order import forget_row_order
from ruche.encounters.enums import BATCHES_KEPT
from ruche.encounters.models import Deposit, Facts, FiledDeposit, Permit, Promise, Quarantined
from ruche.journal.actions import mail_head
from ruche.people.models import Card, Said, Shown, Thread
from ruche.places.imports.actions import forget_old
from ruche.places.models import Opening, Service, Site
from ruche.places.reporting import forget_old_reports
from ruche.seances.models import Participation, Seance, SpentIncrement
from ruche.tallies.models import SpentBatch, Tally
from ruche.vault.models import Permission, Piece, Record, Wrap

SEALED = (
    *(Record, Permission, Piece, Wrap, Card, Thread, Shown, Said),
    *(Deposit, FiledDeposit, Facts, Promise, Quarantined, Tally, SpentBatch),
)
"""Tables whose order of rows must say nothing."""

INCREMENTS_KEPT = timedelta(days=8)
"""An increment that is sent again later than that is no longer recognised: links last a day."""


def send_journal_head() -> int:
    """Mail the head of the journal to the data-protection officers; how many there are."""
    officers = Post.objects.current().filter(role=Role.DPO, member__is_active=True)
    addresses = sorted(
        Member.objects.filter(posts__in=officers).order_by().values_list("email", flat=True)
    )
    if addresses:
        mail_head(list(dict.fromkeys(addresses)))
    return len(addresses)


def forget_order() -> int:
    """Rewrite the tables of sealed pieces in the order of their random keys; how many."""
    return forget_row_order(*SEALED)


def tidy_up() -> None:
    """Forget ended sessions, cards that open nothing, what can no longer come back from a phone.

    The tables of the calendar are counted anew: three years of it are read by their days only then.
    """
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    Card.objects.filter(threads=None).delete()
    limit = timezone.localdate() - INCREMENTS_KEPT
    SpentIncrement.objects.filter(day__lt=limit).delete()
    asleep = timezone.localdate() - timedelta(days=BATCHES_KEPT)
    SpentBatch.objects.filter(day__lt=asleep).delete()
    FiledDeposit.objects.filter(day__lt=asleep).delete()
    Permit.objects.filter(made_on__lt=asleep).delete()
    forget_old_reports()
    forget_old()
    for table in (Site, Opening, Service, Seance, Participation, Participation.services.through):
        refresh_statistics(table)
