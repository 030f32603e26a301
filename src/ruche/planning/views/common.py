"""What the pages of a month share."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from ruche.accounts.access import Request
from ruche.accounts.enums import Verb
from ruche.planning.access import month_for
from ruche.planning.models import Month, Rota
from ruche.planning.refusals import Refused
from ruche.planning.showing import Board


def planned_month(request: Request, first: date) -> Month:
    """The month of an address, for who plans it."""
    return month_for(request.member, first, Verb.PLAN)


def board_of(month: Month) -> Board:
    """The version in hand; 404 when there is none yet."""
    if month.head is None:
        raise Http404(f"{month} : aucun planning")
    return Board(month.head)


def refused(request: Request, error: Refused, to: Any) -> HttpResponse:
    """Say why, and go back."""
    messages.error(request, str(error))
    return redirect(to)


def rota_names() -> dict[str, str]:
    """Identifier of a rota → its name."""
    return {str(pk): name for pk, name in Rota.objects.order_by().values_list("pk", "name")}


def generation_of(request: Request) -> int:
    """The generation of the month that its author had read; 0, which is never current, without."""
    said = request.POST.get("generation", "")
    return int(said) if said.isdecimal() and len(said) < 9 else 0
