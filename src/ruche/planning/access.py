"""Who may see or plan the months, and what they are made of: fetch and authorise in one call."""

from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from ruche.accounts.enums import Thing, Verb
from ruche.accounts.models import Member
from ruche.planning.enums import MonthStatus
from ruche.planning.models import (
    Block,
    Month,
    Outage,
    PartnerOffer,
    Publication,
    Rota,
    Run,
    Vehicle,
    Version,
    Worker,
)


def check_reach(member: Member, verb: Verb = Verb.PLAN) -> None:
    """The planning is one for the whole network: refuses who has no right on all of it."""
    if not member.grants(verb, Thing.PLANNING).network:
        raise PermissionDenied


def rota_for(member: Member, pk: UUID, verb: Verb = Verb.PLAN) -> Rota:
    check_reach(member, verb)
    return get_object_or_404(Rota, pk=pk)


def worker_for(member: Member, pk: UUID, verb: Verb = Verb.PLAN) -> Worker:
    check_reach(member, verb)
    found: Worker = get_object_or_404(
        Worker.objects.select_related("rota", "team", "member", "base", "vehicle"), pk=pk
    )
    return found


def vehicle_for(member: Member, pk: UUID, verb: Verb = Verb.PLAN) -> Vehicle:
    check_reach(member, verb)
    return get_object_or_404(Vehicle, pk=pk)


def outage_for(member: Member, pk: int, verb: Verb = Verb.PLAN) -> Outage:
    check_reach(member, verb)
    return get_object_or_404(Outage.objects.select_related("vehicle"), pk=pk)


def block_for(member: Member, pk: UUID, verb: Verb = Verb.PLAN) -> Block:
    check_reach(member, verb)
    return get_object_or_404(Block, pk=pk)


def offer_for(member: Member, pk: UUID, verb: Verb = Verb.PLAN) -> PartnerOffer:
    check_reach(member, verb)
    return get_object_or_404(PartnerOffer.objects.select_related("team__organisation"), pk=pk)


# -------------------------------------------------------------------------------- months


def month_for(member: Member, first: date, verb: Verb = Verb.SEE) -> Month:
    """The planning of a month; 404 when nobody has begun it, or when it is still a draft that
    only those who plan may read."""
    check_reach(member, verb)
    rows = Month.objects.select_related("head__brief", "published__brief")
    found: Month = get_object_or_404(rows, first=first)
    if version_shown(member, found) is None and not member.may(Verb.PLAN, Thing.PLANNING):
        raise Http404(f"{found} : rien n’est encore proposé aux équipes")
    return found


def version_shown(member: Member, month: Month) -> Version | None:
    """What she reads of a month: the version in hand for who plans, or once it is proposed; what
    was published otherwise."""
    if member.may(Verb.PLAN, Thing.PLANNING) or month.status == MonthStatus.PROPOSED:
        return month.head
    return month.published


def version_for(member: Member, month: Month, number: int) -> Version:
    """Any version of a month, for who plans it."""
    check_reach(member)
    found: Version = get_object_or_404(
        Version.objects.select_related("brief", "month", "made_by"), month=month, number=number
    )
    return found


def run_for(member: Member, pk: UUID) -> Run:
    """A computation, for who plans."""
    check_reach(member)
    found: Run = get_object_or_404(Run.objects.select_related("month", "brief", "base"), pk=pk)
    return found


def publication_for(member: Member, pk: UUID) -> Publication:
    """A publication and its calls, for who plans."""
    check_reach(member)
    found: Publication = get_object_or_404(
        Publication.objects.select_related("month", "version__brief", "made_by"), pk=pk
    )
    return found
