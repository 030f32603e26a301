"""What browsers post to the vault: rings, halves, acts of circles, sealed pieces, shares."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from ruche.accounts.access import Request
from ruche.accounts.enums import Thing, Verb
from ruche.accounts.models import Member
from ruche.engines.vault.forms import text_of
from ruche.vault import actions, payloads, queries
from ruche.vault.access import ask_for, circle_for, permission_for, record_for
from ruche.vault.errors import NotPermitted
from ruche.vault.models import Circle, Slot
from ruche.vault.views.answers import posted

DONE: dict[str, Any] = {"done": True}

# ---------------------------------------------------------------------------------- halves


@posted(payloads.HeadSeen)
def renew_half(request: Request, given: payloads.HeadSeen) -> dict[str, Any]:
    """The half again, the member's circles, and what the journal says of the head she knows."""
    half = actions.renew_half(request.member, request.session.session_key or "")
    return {
        "half": text_of(half),
        "circles": queries.circles_of(request.member),
        "head": queries.head_of_journal(given.head),
    }


@posted(payloads.Nothing)
def open_half(request: Request, given: payloads.Nothing) -> dict[str, Any]:
    """A half for a ring that has just been opened."""
    return {"half": text_of(actions.open_half(request.member, request.session.session_key or ""))}


@posted(payloads.Nothing)
def close_half(request: Request, given: payloads.Nothing) -> dict[str, Any]:
    """The ring is closed: its half is overwritten."""
    actions.close_half(request.session.session_key or "")
    return DONE


# ---------------------------------------------------------------------------------- rings


@posted(payloads.Nothing)
def ring(request: Request, given: payloads.Nothing) -> dict[str, Any]:
    """One's own ring, sealed, and its slots."""
    return {"ring": queries.ring_of(request.member)}


@posted(payloads.RingGiven)
def make_ring(request: Request, given: payloads.RingGiven) -> dict[str, Any]:
    """A first ring, or another one."""
    actions.make_ring(request.member, given)
    return DONE


@posted(payloads.RingChanged)
def change_ring(request: Request, given: payloads.RingChanged) -> dict[str, Any]:
    """The next version of one's own ring."""
    actions.change_ring(request.member, given)
    return DONE


@posted(payloads.SlotGiven)
def add_slot(request: Request, given: payloads.SlotGiven) -> dict[str, Any]:
    """One more way of opening one's own ring."""
    actions.add_slot(request.member, given)
    return DONE


@posted(payloads.SlotNamed)
def remove_slot(request: Request, given: payloads.SlotNamed) -> dict[str, Any]:
    """One way less."""
    slot = get_object_or_404(Slot, pk=given.id, ring=request.member.pk)
    actions.remove_slot(request.member, slot)
    return DONE


# -------------------------------------------------------------------------------- circles


@posted(payloads.Nothing)
def state(request: Request, given: payloads.Nothing) -> dict[str, Any]:
    """Every circle of the member: acts, epochs, and the secret as it was confided to her."""
    circles = Circle.objects.of(request.member)
    return {"circles": [queries.state_of(circle, request.member) for circle in circles]}


@posted(payloads.CirclesNamed)
def circles(request: Request, given: payloads.CirclesNamed) -> dict[str, Any]:
    """Acts of circles, hers or not: who is in a circle is no secret between members."""
    found = Circle.objects.filter(pk__in=given.circles)
    return {"circles": [queries.outside_of(circle, request.member) for circle in found]}


@posted(payloads.MembersNamed)
def keys(request: Request, given: payloads.MembersNamed) -> dict[str, Any]:
    """Public keys of members, about to be compared by voice."""
    members = Member.objects.active().filter(pk__in=given.members)
    return {"keys": queries.public_keys(members)}


@posted(payloads.ActGiven)
def act(request: Request, given: payloads.ActGiven) -> dict[str, Any]:
    """One more act of a circle."""
    circle = actions.append_act(request.member, given)
    return {"circle": str(circle.pk), "number": circle.number}


@posted(payloads.AskGiven)
def ask(request: Request, given: payloads.AskGiven) -> dict[str, Any]:
    """Ask to enter a circle, or to come back to it."""
    if not request.member.may(Verb.SEE, Thing.CIRCLE):
        raise PermissionDenied
    circle = get_object_or_404(Circle, pk=given.circle)
    return {"ask": str(actions.ask_circle(request.member, circle, given.kind).pk)}


@posted(payloads.AskNamed)
def withdraw_ask(request: Request, given: payloads.AskNamed) -> dict[str, Any]:
    """One's own ask is withdrawn; or someone of the circle sets it aside."""
    mine = request.member.asks.filter(pk=given.ask).first()
    actions.withdraw_ask(mine or ask_for(request.member, given.ask), by=request.member)
    return DONE


@posted(payloads.AskNamed)
def rescue(request: Request, given: payloads.AskNamed) -> dict[str, Any]:
    """What a custodian, or who comes back, needs: the acts, her part, the agreements given."""
    mine = request.member.asks.filter(pk=given.ask).first()
    return queries.rescue_of(mine or ask_for(request.member, given.ask), request.member)


@posted(payloads.ApprovalGiven)
def approve_ask(request: Request, given: payloads.ApprovalGiven) -> dict[str, Any]:
    """A custodian agrees."""
    actions.approve_ask(request.member, ask_for(request.member, given.ask), given)
    return DONE


# --------------------------------------------------------------------------------- pieces


@posted(payloads.PiecesNamed)
def read(request: Request, given: payloads.PiecesNamed) -> dict[str, Any]:
    """Sealed pieces that the member may read; the journal says which, or nothing is served."""
    opened = actions.open_pieces(request.member, given.pieces)
    return {"pieces": [one.as_text() for one in opened]}


@posted(payloads.RecordNamed, Thing.PERSON)
def record(request: Request, given: payloads.RecordNamed) -> dict[str, Any]:
    """Everything that a record holds and that the member may read."""
    found = record_for(request.member, given.record)
    opened = actions.open_pieces(request.member, queries.pieces_of(found))
    return {"pieces": [one.as_text() for one in opened], **queries.outside_of_record(found)}


@posted(payloads.CircleNamed, Thing.PERSON)
def directory(request: Request, given: payloads.CircleNamed) -> HttpResponse:
    """Every identity of a circle, sealed, in one block."""
    block = actions.open_directory(request.member, circle_for(request.member, given.circle))
    answer = HttpResponse(block, content_type="application/octet-stream")
    answer["Content-Encoding"] = "identity"  # sealed bytes do not compress: nobody should try
    return answer


@posted(payloads.PiecesGiven, Thing.PERSON, Verb.EDIT)
def write(request: Request, given: payloads.PiecesGiven) -> dict[str, Any]:
    """Sealed pieces to keep."""
    return {"new": actions.save_pieces(request.member, given.pieces)}


@posted(payloads.RecordNamed, Thing.PERSON, Verb.EDIT)
def erase(request: Request, given: payloads.RecordNamed) -> dict[str, Any]:
    """Erase a record: its keys first."""
    found = record_for(request.member, given.record, Verb.EDIT)
    actions.erase_record(found, by=request.member.actor)
    return DONE


# --------------------------------------------------------------------------------- shares


@posted(payloads.PermissionGiven, Thing.PERSON, Verb.EDIT)
def share(request: Request, given: payloads.PermissionGiven) -> dict[str, Any]:
    """The person agreed that one more circle reads."""
    found = record_for(request.member, given.consent.record, Verb.EDIT)
    return {"permission": str(actions.share_record(request.member, found, given).pk)}


@posted(payloads.WrapsGiven, Thing.PERSON, Verb.EDIT)
def share_more(request: Request, given: payloads.WrapsGiven) -> dict[str, Any]:
    """Keys of newer pieces, under a permission that lives."""
    actions.wrap_more(permission_for(request.member, given.permission), given.wraps)
    return DONE


@posted(payloads.PermissionNamed, Thing.PERSON, Verb.EDIT)
def unshare(request: Request, given: payloads.PermissionNamed) -> dict[str, Any]:
    """The share ends now."""
    permission = permission_for(request.member, given.permission)
    if permission.ended_on:
        raise NotPermitted("Ce partage est déjà retiré.")
    actions.unshare(permission, by=request.member.actor)
    return DONE
