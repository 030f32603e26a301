"""A ring does not stay open after its session: logout overwrites the server's half."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from ruche.vault.actions import close_half


@receiver(user_logged_out)
def forget_half(request: HttpRequest, **_: Any) -> None:
    """The half of this session goes before the session does."""
    if key := getattr(request.session, "session_key", None):
        close_half(key)
