"""Who is acting, as the journal names them."""

from django.http import HttpRequest


def actor_of(request: HttpRequest) -> str:
    """`member:<id>` for someone who is logged in, `anonymous` for anybody else."""
    user = getattr(request, "user", None)
    return f"member:{user.pk}" if user is not None and user.is_authenticated else "anonymous"
