"""Who may fetch what from the vault: fetch and authorise in one call.

Being in a circle is what counts. A role only says who may be in one.
"""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from ruche.accounts.enums import Thing, Verb
from ruche.accounts.models import Member
from ruche.vault.models import Ask, Circle, Permission, Record


def is_in(member: Member, circle: Circle) -> bool:
    return circle.seats.filter(member=member).exists()


def circle_for(member: Member, pk: UUID, verb: Verb = Verb.SEE) -> Circle:
    """A circle in which the member is; 404 when there is none, 403 when she is not in it."""
    found: Circle = get_object_or_404(Circle, pk=pk)
    if not member.grants(verb, Thing.CIRCLE).covers(own=is_in(member, found)):
        raise PermissionDenied
    return found


def ask_for(member: Member, pk: UUID) -> Ask:
    """What someone asks of a circle, for those who may answer: its members, its custodians."""
    found: Ask = get_object_or_404(Ask.objects.select_related("circle"), pk=pk)
    kept = found.circle.custodies.filter(custodian=member).exists()
    if not (kept or is_in(member, found.circle)):
        raise PermissionDenied
    return found


def records_for(member: Member) -> QuerySet[Record]:
    """The records that she may read."""
    if not member.may(Verb.SEE, Thing.PERSON):
        return Record.objects.none()
    found: QuerySet[Record] = Record.objects.readable_by(member)
    return found


def record_for(member: Member, pk: UUID, verb: Verb = Verb.SEE) -> Record:
    """A record of one of her circles, or shared with one of them; to change it, of hers only."""
    found = get_object_or_404(Record.objects.select_related("circle"), pk=pk)
    mine = is_in(member, found.circle)
    shared = verb is Verb.SEE and records_for(member).filter(pk=pk).exists()
    if not member.grants(verb, Thing.PERSON).covers(own=mine or shared):
        raise PermissionDenied
    return found


def permission_for(member: Member, pk: UUID) -> Permission:
    """A share that she may end: one of a record of her circles."""
    found: Permission = get_object_or_404(Permission.objects.select_related("record"), pk=pk)
    record_for(member, found.record_id, Verb.EDIT)
    return found
