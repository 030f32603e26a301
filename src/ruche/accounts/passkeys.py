"""What a browser may post of a passkey: an allow-list, and nothing else.

The secret that a passkey can derive (PRF) opens the vault in the browser. It must never reach the
server, where the whole posted credential is kept: a post that carries any key but these is refused
with 400 before anything reads it.
"""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]

ALLOWED: Mapping[str, frozenset[str]] = {
    "": frozenset({"id", "rawId", "type", "response", "clientExtensionResults"}),
    "response": frozenset(
        {
            "attestationObject",
            "authenticatorData",
            "clientDataJSON",
            "signature",
            "transports",
            "userHandle",
        }
    ),
    "clientExtensionResults": frozenset({"credProps"}),
    "clientExtensionResults.credProps": frozenset({"rk"}),
}
"""Place in the posted credential → the keys that it may have."""

LARGEST = 64 * 1024


class UnexpectedKey(SuspiciousOperation):
    """The posted credential holds something that it must not: answered by 400, never logged."""


def refuse_unexpected(credential: Any, place: str = "") -> None:
    """Raise `UnexpectedKey` when a credential has a key that is not allowed at its place."""
    if not isinstance(credential, dict):
        raise UnexpectedKey("La clé d’accès envoyée n’a pas la forme attendue.")
    if set(credential) - ALLOWED[place]:
        raise UnexpectedKey("La clé d’accès envoyée contient plus que ce qui est permis.")
    for name, value in credential.items():
        inside = f"{place}.{name}" if place else name
        if inside in ALLOWED:
            refuse_unexpected(value, inside)
        elif isinstance(value, dict):
            raise UnexpectedKey("La clé d’accès envoyée contient plus que ce qui est permis.")


def strict_credential(view: View) -> View:
    """A view that receives a credential never sees one that holds more than it may."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and "credential" in request.POST:
            for posted in request.POST.getlist("credential"):
                refuse_unexpected(_parsed(posted))
        return view(request, *args, **kwargs)

    return checked


def _parsed(text: str) -> Any:
    if len(text) > LARGEST:
        raise UnexpectedKey("La clé d’accès envoyée est trop longue.")
    try:
        return json.loads(text)
    except ValueError as error:
        raise UnexpectedKey("La clé d’accès envoyée n’est pas lisible.") from error


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey of ours always signs in alone, and always verifies who holds it."""

    passwordless = forms.BooleanField(widget=forms.HiddenInput, initial=True, required=True)
    field_order = ("name", "passwordless", "credential")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Nom de cet appareil"
        self.fields["name"].help_text = "Pour le reconnaître : « téléphone », « ordinateur »…"
        self.fields["name"].max_length = 60
