"""What every page of members carries, so that its sealed holes can be filled."""

from django.http import HttpRequest

from ruche.accounts.enums import Thing, Verb
from ruche.core.parts import NOTHING, Parts, register_parts


@register_parts
def vault(request: HttpRequest) -> Parts:
    """What the vault adds to the login, and to pages of those who may have a ring."""
    if request.resolver_match and request.resolver_match.view_name == "account_login":
        return Parts(head=("vault/parts/login.html",))
    member = getattr(request, "member", None)
    if member is None or not member.may(Verb.SEE, Thing.VAULT):
        return NOTHING
    return Parts(head=("vault/parts/head.html",), page=("vault/parts/bar.html",))
