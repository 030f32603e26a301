"""Who may open a page: the decorator that every page of members wears, and what it asks."""

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple, cast
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import add_never_cache_headers
from django_htmx.http import HttpResponseClientRedirect

from ruche.accounts.enums import Thing, Verb
from ruche.accounts.models import Invitation, Member, Organisation, fingerprint

View = Callable[..., HttpResponseBase]


class Request(HttpRequest):
    """A request whose author is a member: what a view behind `members_only` receives."""

    member: Member


class Needs(NamedTuple):
    """What a page asks of who opens it; without a verb, to be a member is enough."""

    verb: Verb | None = None
    thing: Thing | None = None


def members_only(
    verb: Verb | None = None, thing: Thing | None = None, *, unready: bool = False
) -> Callable[[View], View]:
    """Only a member whose posts allow `verb` on `thing` opens the page.

    Others are sent to the login, or refused (403). A member who has not yet accepted the charter,
    or has no second way of proving who she is, is sent there first, unless the page is `unready`.
    The view reads `request.member`; whether the right reaches one object is asked by `access`.
    No browser keeps what it answers: after logout, « back » shows nothing.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user = request.user
            if not user.is_authenticated:
                return _to_login(request)
            member = user
            if not unready and (step := _next_step(member)):
                return redirect(step)
            if verb and thing and not member.may(verb, thing):
                raise PermissionDenied(f"{verb} {thing}")
            request.member = member  # type: ignore[attr-defined]
            response = view(request, *args, **kwargs)
            if not response.has_header("Cache-Control"):
                add_never_cache_headers(response)
            return response

        guarded.needs = Needs(verb, thing)  # type: ignore[attr-defined]
        return guarded

    return decorate


def _to_login(request: HttpRequest) -> HttpResponse:
    """The login, that leads back here; a fragment asked by htmx changes the whole page."""
    answer = redirect_to_login(request.get_full_path())
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(answer.url)
    return answer


def _next_step(member: Member) -> str:
    """What a member must still do before anything else."""
    if not member.has_read_the_charter:
        return "accounts:charter"
    if not is_mfa_enabled(member):
        return "accounts:protect"
    return ""


def sudo_mode(view: View) -> View:
    """For exports and key acts: who acts proves again who she is, if she has not done so lately."""
    return cast(View, reauthentication_required(view))


# ----------------------------------------------------------------------- fetch and authorise


def member_for(viewer: Member, pk: UUID) -> Member:
    """Another member, for someone who may see members; 404 otherwise."""
    found = get_object_or_404(Member, pk=pk)
    if found.pk != viewer.pk and not viewer.may(Verb.SEE, Thing.MEMBER):
        raise PermissionDenied
    return found


def organisation_for(viewer: Member, pk: UUID, verb: Verb = Verb.SEE) -> Organisation:
    """An organisation that the viewer may see, or change."""
    if not viewer.grants(verb, Thing.ORGANISATION).covers(organisation=pk):
        raise PermissionDenied
    return get_object_or_404(Organisation, pk=pk)


def invitation_of(token: str) -> Invitation:
    """The invitation of a link, whatever its state; 404 for a link that never was."""
    return get_object_or_404(
        Invitation.objects.select_related("organisation", "invited_by"), token=fingerprint(token)
    )
