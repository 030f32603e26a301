"""What runs by itself, several times a day."""

from django.utils import timezone

from ruche.seances.actions import send_due_reminders


def remind() -> int:
    """Send the reminders that are due; how many e-mails left."""
    return send_due_reminders(timezone.now())
