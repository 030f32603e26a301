"""What the vault does by itself: idle rings close, shares and records come to their end."""

from django.utils import timezone

from ruche.accounts.actions import SYSTEM
from ruche.vault.actions import close_idle_halves, end_expired, erase_record
from ruche.vault.models import Record

__all__ = ["close_idle", "end_what_is_due"]


def close_idle() -> int:
    """Overwrite the halves that have been idle for fifteen minutes."""
    return close_idle_halves()


def end_what_is_due() -> int:
    """Erase the keys of shares that are over, then the records whose month is past; how many."""
    end_expired()
    this_month = timezone.localdate().replace(day=1)
    due = list(Record.objects.filter(ends_in__lt=this_month).order_by("pk"))
    for record in due:
        erase_record(record, by=SYSTEM)
    return len(due)
