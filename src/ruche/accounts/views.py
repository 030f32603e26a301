"""Pages of members: coming in, the charter, one's own account, the list, organisations."""

from typing import Any
from uuid import UUID

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ruche.accounts import actions, mails
from ruche.accounts.access import (
    Request,
    invitation_of,
    member_for,
    members_only,
    organisation_for,
    sudo_mode,
)
from ruche.accounts.charter import CURRENT
from ruche.accounts.enums import Role, Thing, Verb
from ruche.accounts.forms import (
    CharterForm,
    InviteForm,
    JoinForm,
    OrganisationForm,
    PostForm,
    ProfileForm,
)
from ruche.accounts.models import Invitation, Member, Organisation, Post

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _posted(request: HttpRequest) -> Any:
    """What was posted, even when nothing was; None when the page is only being opened."""
    return request.POST if request.method == "POST" else None


def _form(request: HttpRequest, template: str, form: Any, **context: Any) -> HttpResponse:
    """A page with a form: 422 when what was posted must be corrected."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)


# ------------------------------------------------------------------------------ coming in


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: opening the link changes nothing, posting opens the account."""
    invitation = invitation_of(token)
    if not invitation.is_waiting:
        return render(request, "accounts/gone.html", {"invitation": invitation}, status=410)
    form = JoinForm(_posted(request), initial={"name": invitation.name})
    if form.is_valid():
        try:
            member = actions.accept_invitation(
                invitation, name=form.cleaned_data["name"], password=form.cleaned_data["password"]
            )
        except actions.InvitationGone:
            invitation.refresh_from_db()
            return render(request, "accounts/gone.html", {"invitation": invitation}, status=410)
        except actions.AlreadyThere as error:
            form.add_error(None, str(error))
        else:
            login(request, member, backend=BACKEND)
            reauthenticate_by_password(request)
            return redirect("accounts:protect")
    return _form(request, "accounts/join.html", form, invitation=invitation, charter=CURRENT)


@members_only(unready=True)
@require_http_methods(["GET", "HEAD", "POST"])
def charter(request: Request) -> HttpResponse:
    """The charter; a member who has not accepted this version is asked to."""
    accepted = request.member.has_read_the_charter
    form = CharterForm(_posted(request))
    if form.is_valid():
        actions.accept_charter(request.member)
        return redirect("desk:home")
    return _form(request, "accounts/charter.html", form, charter=CURRENT, accepted=accepted)


@members_only(unready=True)
@require_safe
def protect(request: Request) -> HttpResponse:
    """The second way of proving who one is: a passkey, or a code generator."""
    if is_mfa_enabled(request.member):
        return redirect("mfa_index")
    return render(request, "accounts/protect.html")


@members_only()
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: Request) -> HttpResponse:
    """One's own account."""
    form = ProfileForm(_posted(request), instance=request.member)
    if form.is_valid():
        form.save()
        messages.success(request, "Votre compte est à jour.")
        return redirect("accounts:profile")
    return _form(request, "accounts/profile.html", form, member=request.member)


# -------------------------------------------------------------------------------- members


@members_only(Verb.SEE, Thing.MEMBER)
@require_safe
def members(request: Request) -> HttpResponse:
    """Everyone of the network, and who is invited."""
    posts = Post.objects.current().select_related("organisation").order_by("role", "pk")
    by_member: dict[UUID, list[Post]] = {}
    for post in posts:
        by_member.setdefault(post.member_id, []).append(post)
    everyone = [(member, by_member.get(member.pk, [])) for member in Member.objects.all()]
    return render(
        request,
        "accounts/members.html",
        {
            "members": everyone,
            "invitations": Invitation.objects.waiting().select_related("organisation"),
            "may_edit": request.member.may(Verb.EDIT, Thing.MEMBER),
        },
    )


@members_only(Verb.SEE, Thing.MEMBER)
@require_safe
def member(request: Request, pk: UUID) -> HttpResponse:
    """One member: her roles, and what may be done."""
    found = member_for(request.member, pk)
    return render(
        request,
        "accounts/member.html",
        {
            "found": found,
            "posts": found.posts.select_related("organisation"),
            "form": PostForm(),
            "may_edit": request.member.may(Verb.EDIT, Thing.MEMBER),
        },
    )


@members_only(Verb.EDIT, Thing.MEMBER)
@sudo_mode
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: Request) -> HttpResponse:
    """Invite someone by a link; it is mailed, and shown once so that it can be given by hand."""
    form = InviteForm(_posted(request))
    if form.is_valid():
        try:
            invitation, token = actions.invite(
                form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                role=Role(form.cleaned_data["role"]),
                organisation=form.cleaned_data["organisation"],
                by=request.member,
            )
        except actions.AlreadyThere as error:
            form.add_error("email", str(error))
        else:
            url = request.build_absolute_uri(reverse("accounts:join", args=[token]))
            mails.send_invitation(invitation, url)
            context = {"invitation": invitation, "url": url}
            return render(request, "accounts/invited.html", context)
    return _form(request, "accounts/invite.html", form)


@members_only(Verb.EDIT, Thing.MEMBER)
@require_POST
def revoke(request: Request, pk: UUID) -> HttpResponse:
    """The link of an invitation stops working."""
    actions.revoke_invitation(get_object_or_404(Invitation, pk=pk), by=request.member)
    messages.success(request, "L’invitation est retirée.")
    return redirect("accounts:members")


@members_only(Verb.EDIT, Thing.MEMBER)
@sudo_mode
@require_POST
def change_activity(request: Request, pk: UUID) -> HttpResponse:
    """Close an account, or open it again."""
    found = member_for(request.member, pk)
    try:
        if request.POST.get("activity") == "closed":
            actions.deactivate(found, by=request.member)
            messages.success(request, "Le compte est désactivé, ses sessions sont fermées.")
        else:
            actions.reactivate(found, by=request.member)
            messages.success(request, "Le compte est réactivé.")
    except actions.AlreadyThere as error:
        messages.error(request, str(error))
    return redirect("accounts:member", pk)


@members_only(Verb.EDIT, Thing.MEMBER)
@sudo_mode
@require_POST
def give_post(request: Request, pk: UUID) -> HttpResponse:
    """One more role."""
    found, form = member_for(request.member, pk), PostForm(request.POST)
    if form.is_valid():
        role, organisation = Role(form.cleaned_data["role"]), form.cleaned_data["organisation"]
        try:
            actions.give_post(found, role, organisation, by=request.member)
            messages.success(request, "Le rôle est donné.")
        except actions.AlreadyThere as error:
            messages.error(request, str(error))
    else:
        messages.error(request, "Choisissez un rôle et une organisation.")
    return redirect("accounts:member", pk)


@members_only(Verb.EDIT, Thing.MEMBER)
@sudo_mode
@require_POST
def end_post(request: Request, pk: UUID, post: int) -> HttpResponse:
    """A role ends at once."""
    held = get_object_or_404(Post, pk=post, member_id=pk)
    actions.end_post(held, by=request.member)
    messages.success(request, "Le rôle est retiré.")
    return redirect("accounts:member", pk)


# --------------------------------------------------------------------------- organisations


@members_only(Verb.SEE, Thing.ORGANISATION)
@require_safe
def organisations(request: Request) -> HttpResponse:
    """The organisations of the network."""
    context = {
        "organisations": Organisation.objects.all(),
        "may_edit": request.member.may(Verb.EDIT, Thing.ORGANISATION),
    }
    return render(request, "accounts/organisations.html", context)


@members_only(Verb.EDIT, Thing.ORGANISATION)
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: Request, pk: UUID | None = None) -> HttpResponse:
    """Create or change an organisation."""
    instance = organisation_for(request.member, pk, Verb.EDIT) if pk else None
    form = OrganisationForm(_posted(request), instance=instance)
    if form.is_valid():
        saved = actions.save_organisation(form.save(commit=False), by=request.member.actor)
        messages.success(request, f"« {saved} » est enregistrée.")
        return redirect("accounts:organisations")
    return _form(request, "accounts/organisation.html", form, organisation=instance)
