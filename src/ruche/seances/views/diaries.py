"""« Mes agendas »: secret addresses that a telephone follows, made and taken back by oneself."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from ruche.accounts.access import Request, members_only
from ruche.core.calendars import MEDIA_TYPE
from ruche.seances import actions
from ruche.seances.access import calendar_link_by, my_team
from ruche.seances.diaries import diary
from ruche.seances.models import CalendarLink, Team
from ruche.seances.views.common import by_link


@members_only()
@require_safe
def diaries(request: Request) -> HttpResponse:
    """What she may follow: all her séances, or one of her teams."""
    return _page(request)


@members_only()
@require_POST
def make_diary(request: Request) -> HttpResponse:
    """An address, shown once. Another one for the same thing replaces it."""
    team = my_team(request.member, request.POST.get("team", ""))
    link, token = actions.make_calendar_link(request.member, team)
    return _page(request, made=link, token=token)


@members_only()
@require_POST
def remove_diary(request: Request, pk: UUID) -> HttpResponse:
    """One of her own addresses stops working."""
    link = get_object_or_404(CalendarLink, pk=pk, member=request.member)
    actions.remove_calendar_link(link, by=request.member)
    messages.success(request, "Cette adresse d’agenda ne répond plus.")
    return redirect("seances:diaries")


def _page(request: Request, *, made: CalendarLink | None = None, token: str = "") -> HttpResponse:
    links = {link.team_id: link for link in request.member.calendar_links.all()}
    teams: list[Team | None] = [None, *request.member.teams.select_related("organisation")]
    address = request.build_absolute_uri(reverse("seances:diary", args=[token])) if token else ""
    context = {
        "rows": [(team, links.get(team.pk if team else None)) for team in teams],
        "made": made,
        "address": address,
    }
    return render(request, "seances/diaries.html", context)


@by_link
@require_safe
def diary_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The diary itself: nothing when the address was taken back, or its member has left."""
    link = calendar_link_by(token)
    if link is None:
        raise Http404
    response = HttpResponse(diary(link, now=timezone.now()), content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = 'inline; filename="seances.ics"'
    return response
