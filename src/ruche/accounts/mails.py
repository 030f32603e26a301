"""E-mails about accounts, in plain text."""

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone

from ruche.accounts.models import Invitation
from ruche.french.times import day


def send_invitation(invitation: Invitation, url: str) -> None:
    """The link that opens an account, and until when it does."""
    until = day(timezone.localdate(invitation.expires_at), weekday=False, year=True)
    who = invitation.invited_by.name if invitation.invited_by else settings.SITE_NAME
    send_mail(
        subject=f"{settings.SITE_NAME} : une invitation à rejoindre le réseau",
        message=(
            "Bonjour,\n\n"
            f"{who} vous invite à rejoindre {settings.SITE_NAME} comme "
            f"{invitation.get_role_display()}, pour {invitation.organisation}.\n\n"
            f"Ouvrez ce lien pour lire la charte et créer votre compte :\n{url}\n\n"
            f"Il sert une seule fois, jusqu’au {until}. Si vous n’attendiez pas cette invitation, "
            "vous pouvez ignorer ce message.\n"
        ),
        from_email=None,
        recipient_list=[invitation.email],
    )
