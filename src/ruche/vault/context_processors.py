"""What every page of members carries, so that its sealed holes can be filled."""

from typing import Any

from django.http import HttpRequest

from ruche.accounts.enums import Thing, Verb


def vault(request: HttpRequest) -> dict[str, Any]:
    """The parts that the vault adds to the login, and to pages of those who may have a ring."""
    if request.resolver_match and request.resolver_match.view_name == "account_login":
        return {"head_parts": ["vault/parts/login.html"]}
    member = getattr(request, "member", None)
    if member is None or not member.may(Verb.SEE, Thing.VAULT):
        return {}
    return {"head_parts": ["vault/parts/head.html"], "page_parts": ["vault/parts/bar.html"]}
