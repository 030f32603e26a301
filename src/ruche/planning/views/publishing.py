"""Publish a month, call those whom it changes, and offer dates to a partner."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.engines.rounds import BadProblem
from ruche.engines.rounds.check import check
from ruche.engines.rounds.replanning import Change, dates_for_partner
from ruche.places.models import Site
from ruche.planning.access import publication_for
from ruche.planning.actions.publishing import changes_of, publish, told_in_words
from ruche.planning.enums import WEEKDAYS
from ruche.planning.forms.months import PartnerDatesForm, PublishForm
from ruche.planning.gathering import as_time, problem_of
from ruche.planning.models import Publication, Worker
from ruche.planning.refusals import Refused
from ruche.planning.showing import Board
from ruche.planning.views.common import board_of, planned_month, rota_names
from ruche.planning.wording import CALL_TITLES, call_in_words

PLAN = (Verb.PLAN, Thing.PLANNING)


@members_only(*PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def publishing(request: Request, first: date) -> HttpResponse:
    """What publishing would change, then do it."""
    month = planned_month(request, first)
    board = board_of(month)
    form = PublishForm(request.POST if request.method == "POST" else None, month=month)
    if request.method == "POST" and form.is_valid():
        try:
            publication = publish(month, by=request.member, **form.cleaned_data)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            told = (
                "les équipes concernées sont prévenues"
                if month.published_id
                else ("chaque équipe reçoit ses dates")
            )
            messages.success(request, f"{str(month).capitalize()} est publié : {told}.")
            return redirect("planning:publication", publication.pk)
    changes = changes_of(month, board.version)
    workers = {str(each.pk): each for each in Worker.objects.all()}
    names = {each.id: each.name for each in board.problem.sites}
    context = {
        "month": month,
        "board": board,
        "form": form,
        "changes": changes,
        "is_first": changes.is_first,
        "visits": sum(each.day >= timezone.localdate() for each in board.visits),
        "lines": []
        if changes.is_first
        else [
            (names.get(each.site, "un lieu"), told_in_words(each, workers))
            for each in changes.calls
        ],
        "broken": broken_today(board),
        "nothing": not changes.calls and month.is_published_as_it_is,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "planning/publish.html", context, status=status)


def broken_today(board: Board) -> list[str]:
    """What this plan no longer keeps, absences, hours and people being what they are today."""
    try:
        problem = problem_of(board.version.month)
    except BadProblem as error:
        return list(error.faults)
    told = (each for each in check(problem, board.plan) if not each.rule.startswith("stage_"))
    return [each.text for each in told]


@members_only(*PLAN)
@require_safe
def publication(request: Request, pk: UUID) -> HttpResponse:
    """What was published, and the calls to make, to be printed."""
    found = publication_for(request.member, pk)
    context = {"publication": found, "month": found.month, "calls": _calls(found)}
    return render(request, "planning/publication.html", context)


def _calls(publication: Publication) -> list[dict[str, Any]]:
    """Site by site: whom to call, and what to say."""
    names = {str(each.pk): each.name for each in Worker.objects.all()}
    rotas = rota_names()
    wanted = {each["site"] for each in publication.calls}
    sites = Site.objects.filter(pk__in=wanted).select_related("commune")
    known = {str(each.pk): each for each in sites}

    def said(slot: list[str] | None) -> tuple[date, str] | None:
        return (date.fromisoformat(slot[0]), names.get(slot[1], "?")) if slot else None

    found: dict[str, dict[str, Any]] = {}
    for each in publication.calls:
        site = known.get(each["site"])
        if site is None:
            continue
        lines = found.setdefault(each["site"], {"site": site, "lines": []})["lines"]
        change = Change(each["change"])
        text = call_in_words(change, said(each["before"]), said(each["after"]))
        lines.append((CALL_TITLES[change], rotas.get(each["team"], ""), text))
    return sorted(found.values(), key=lambda each: (each["site"].commune.name, each["site"].name))


# ----------------------------------------------------------------------------- partners


@members_only(*PLAN)
@require_safe
def partner_dates(request: Request, first: date) -> HttpResponse:
    """Three dates for someone who could come: where the most teams already are."""
    month = planned_month(request, first)
    board = board_of(month)
    if not board.visits:
        raise Http404
    data = request.GET if "chercher" in request.GET else None
    form = PartnerDatesForm(data, problem=board.problem, weekdays=WEEKDAYS)
    found = []
    if form.is_valid():
        free = [day for day in form.chosen_days if day >= timezone.localdate()]
        rotas = rota_names()
        found = [
            {
                "site": board.problem.site[each.site].name,
                "day": each.opening.day,
                "starts": as_time(each.opening.start),
                "ends": as_time(each.opening.end),
                "teams": [rotas.get(team, "") for team in each.teams],
            }
            for each in dates_for_partner(board.problem, board.plan, form.chosen_sites, free)
        ]
    context = {"month": month, "form": form, "found": found, "asked": form.is_bound}
    return render(request, "planning/partner_dates.html", context)
