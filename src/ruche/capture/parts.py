"""Before one signs out, what this phone has not sent yet is said, and kept."""

from django.http import HttpRequest

from ruche.core.parts import NOTHING, Parts, register_parts


@register_parts
def leaving(request: HttpRequest) -> Parts:
    """The page of logout looks at the outbox first."""
    match = request.resolver_match
    if match and match.view_name == "account_logout":
        return Parts(head=("capture/parts/leaving.html",))
    return NOTHING
