"""Everything that changes members and organisations: whole or not at all, and journaled."""

from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from ruche.accounts.charter import CURRENT
from ruche.accounts.enums import OrganisationKind, Role
from ruche.accounts.models import (
    CharterAcceptance,
    Invitation,
    Member,
    Organisation,
    Post,
    fingerprint,
    new_token,
)
from ruche.journal.actions import record

SYSTEM = "system"
"""The actor of what nobody did by hand: the installation, a scheduled task."""


class AlreadyThere(ValueError):
    """Someone, or something, already has this address, this name or this role. In French."""


class InvitationGone(ValueError):
    """The invitation was accepted, revoked, or is too old. The message says which."""


@transaction.atomic
def save_organisation(organisation: Organisation, *, by: str) -> Organisation:
    """Create or change an organisation."""
    try:
        organisation.full_clean()
    except ValidationError as error:
        raise AlreadyThere(" ".join(error.messages)) from error
    organisation.save()
    record("organisation_saved", actor=by, kind="organisation", id=str(organisation.pk))
    return organisation


def open_organisation(name: str, kind: OrganisationKind, *, by: str, **more: str) -> Organisation:
    """A new organisation."""
    return save_organisation(Organisation(name=name, kind=kind, **more), by=by)


@transaction.atomic
def invite(
    email: str, *, role: Role, organisation: Organisation, by: Member | None, name: str = ""
) -> tuple[Invitation, str]:
    """Prepare an invitation; the secret of its link is returned once, and not kept.

    `by` is None for the first member of an instance, whom its installer invites. An earlier
    invitation of the same person to the same role is replaced. Refuses (`AlreadyThere`) an address
    that is already a member's.
    """
    email = email.strip().lower()
    if Member.objects.filter(email=email).exists():
        raise AlreadyThere(
            "Un membre a déjà cette adresse : donnez-lui ce rôle depuis sa page, sans invitation."
        )
    same = Invitation.objects.waiting().filter(email=email, organisation=organisation, role=role)
    same.update(revoked_at=timezone.now())
    token = new_token()
    invitation = Invitation.objects.create(
        token=fingerprint(token),
        email=email,
        name=name,
        organisation=organisation,
        role=role,
        invited_by=by,
    )
    record(
        "member_invited",
        actor=by.actor if by else SYSTEM,
        kind="invitation",
        id=str(invitation.pk),
        detail={"role": role, "organisation": str(organisation.pk)},
    )
    return invitation, token


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: Member) -> None:
    """The link stops working at once. Doing it twice changes nothing."""
    changed = (
        Invitation.objects.waiting().filter(pk=invitation.pk).update(revoked_at=timezone.now())
    )
    if changed:
        record("invitation_revoked", actor=by.actor, kind="invitation", id=str(invitation.pk))


@transaction.atomic
def accept_invitation(invitation: Invitation, *, name: str, password: str) -> Member:
    """Open the account: the member, her post, the charter that she accepts. Once only.

    Raises `InvitationGone` for a link that no longer works, `AlreadyThere` for a taken address.
    """
    held = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not held.is_waiting:
        raise InvitationGone(f"Cette invitation est {held.state} : demandez-en une autre.")
    member = Member(email=held.email, name=name)
    member.set_password(password)
    try:
        with transaction.atomic():
            member.save()
    except IntegrityError as error:
        raise AlreadyThere("Un membre a déjà cette adresse : connectez-vous.") from error
    EmailAddress.objects.create(user=member, email=held.email, verified=True, primary=True)
    Post.objects.create(member=member, organisation=held.organisation, role=held.role)
    held.accepted_at = timezone.now()
    held.save(update_fields=["accepted_at"])
    record(
        "member_joined",
        actor=member.actor,
        kind="invitation",
        id=str(held.pk),
        detail={"role": held.role, "organisation": str(held.organisation_id)},
    )
    accept_charter(member)
    return member


@transaction.atomic
def accept_charter(member: Member) -> None:
    """Keep the version that was accepted, and when."""
    _, new = CharterAcceptance.objects.get_or_create(member=member, version=CURRENT.version)
    if new:
        record(
            "charter_accepted",
            actor=member.actor,
            kind="member",
            id=str(member.pk),
            detail={"version": CURRENT.version},
        )
    member.__dict__.pop("has_read_the_charter", None)


@transaction.atomic
def deactivate(member: Member, *, by: Member) -> None:
    """Close an account: her sessions end with her next request, and never come back."""
    if member.pk == by.pk:
        raise AlreadyThere(
            "On ne désactive pas son propre compte : demandez-le à quelqu’un d’autre."
        )
    changed = Member.objects.filter(pk=member.pk, is_active=True).update(
        is_active=False, session_epoch=F("session_epoch") + 1
    )
    if changed:
        record("member_deactivated", actor=by.actor, kind="member", id=str(member.pk))
    member.refresh_from_db()


@transaction.atomic
def reactivate(member: Member, *, by: Member) -> None:
    """Open an account again; she signs in anew."""
    changed = Member.objects.filter(pk=member.pk, is_active=False).update(is_active=True)
    if changed:
        record("member_reactivated", actor=by.actor, kind="member", id=str(member.pk))
    member.refresh_from_db()


@transaction.atomic
def give_post(member: Member, role: Role, organisation: Organisation, *, by: Member) -> Post:
    """One more role. Refuses (`AlreadyThere`) a role that she has."""
    try:
        with transaction.atomic():
            post = Post.objects.create(member=member, organisation=organisation, role=role)
    except IntegrityError as error:
        raise AlreadyThere("Cette personne a déjà ce rôle dans cette organisation.") from error
    _record_post("post_given", post, by)
    return post


@transaction.atomic
def end_post(post: Post, *, by: Member, on: date | None = None) -> None:
    """The role ends: yesterday was its last day, so that the right is gone at once."""
    if post.until is not None:
        return
    last = (on or timezone.localdate()) - timedelta(days=1)
    if last < post.since:
        post.delete()
    else:
        post.until = last
        post.save(update_fields=["until"])
    _record_post("post_ended", post, by)


def _record_post(verb: str, post: Post, by: Member) -> None:
    record(
        verb,
        actor=by.actor,
        kind="member",
        id=str(post.member_id),
        detail={"role": post.role, "organisation": str(post.organisation_id)},
    )
