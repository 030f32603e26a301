"""The months, one month in all its forms, its versions, and what is done with them."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.engines.rounds import Assignment, BadProblem, Problem
from ruche.engines.rounds.check import Violation, check
from ruche.engines.rounds.replanning import Call, calls
from ruche.french.times import month_of
from ruche.planning.access import month_for, version_for, version_shown
from ruche.planning.actions import months as actions
from ruche.planning.actions.runs import ask_run
from ruche.planning.consequences import turns
from ruche.planning.enums import MonthStatus, RunKind
from ruche.planning.forms.months import ProposeForm
from ruche.planning.gathering import problem_of
from ruche.planning.models import Month, Version, Worker
from ruche.planning.refusals import Refused
from ruche.planning.showing import Board
from ruche.planning.views.common import generation_of, planned_month, refused, rota_names
from ruche.planning.views.maps import day_map
from ruche.planning.wording import call_in_words, person

SEE, PLAN = (Verb.SEE, Thing.PLANNING), (Verb.PLAN, Thing.PLANNING)

VIEWS = {
    "lieux": ("Par lieu", "planning/month/lieux.html"),
    "personnes": ("Par personne", "planning/month/personnes.html"),
    "carte": ("Carte d’un jour", "planning/month/carte.html"),
    "liste": ("Liste", "planning/month/liste.html"),
    "bilan": ("En un coup d’œil", "planning/month/bilan.html"),
    "manques": ("Ce qui manque", "planning/month/manques.html"),
    "versions": ("Versions", "planning/month/versions.html"),
}
"""Ways of looking at a month: value of `vue` → label, template."""

PLANNERS_ONLY = ("manques", "versions")
AHEAD = 4
"""Months to come that may be begun."""


@members_only(*SEE)
@require_safe
def home(request: Request) -> HttpResponse:
    """Every month that was begun, and the next that could be."""
    may_plan = request.member.may(*PLAN)
    months = Month.objects.select_related("head", "published")
    shown = [each for each in months if may_plan or version_shown(request.member, each)]
    context = {
        "months": shown,
        "may_plan": may_plan,
        "next": list(_months_to_begin()) if may_plan else [],
        "has_workers": Worker.objects.active().exists(),
    }
    return render(request, "planning/home.html", context)


def _months_to_begin() -> Iterator[tuple[str, str]]:
    known = set(Month.objects.order_by().values_list("first", flat=True))
    first = timezone.localdate().replace(day=1)
    for _ in range(AHEAD):
        if first not in known:
            yield f"{first:%Y-%m}", month_of(first)
        first = (first + timedelta(days=32)).replace(day=1)


@members_only(*PLAN)
@require_POST
def begin(request: Request) -> HttpResponse:
    """Open the planning of a month; nothing is computed yet."""
    wanted = {slug for slug, _ in _months_to_begin()}
    said = request.POST.get("mois", "")
    if said not in wanted:
        messages.error(request, "Choisissez l’un des mois proposés.")
        return redirect("planning:home")
    return redirect(actions.begin_month(date.fromisoformat(f"{said}-01"), by=request.member))


@members_only(*SEE)
@require_safe
def month(request: Request, first: date) -> HttpResponse:
    """One month, in the form that was asked."""
    found = month_for(request.member, first)
    may_plan = request.member.may(*PLAN)
    version = version_shown(request.member, found)
    run = found.runs.at_work().first() if may_plan else None
    context: dict[str, Any] = {
        "month": found,
        "may_plan": may_plan,
        "run": run,
        "last_run": found.runs.first() if may_plan else None,
    }
    if version is None:
        return render(request, "planning/empty.html", context)
    views = {key: each for key, each in VIEWS.items() if may_plan or key not in PLANNERS_ONLY}
    asked = request.GET.get("vue", "")
    view = asked if asked in views else "lieux"
    board = Board(version)
    context |= {
        "board": board,
        "version": version,
        "view": view,
        "tabs": [
            (label, f"{found.get_absolute_url()}?vue={key}") for key, (label, _) in views.items()
        ],
        "here": f"{found.get_absolute_url()}?vue={view}",
        "rotas": rota_names(),
        "may_change": may_plan,
        "propose_form": ProposeForm() if may_plan else None,
        "is_draft": found.status == MonthStatus.DRAFT,
    }
    return render(request, VIEWS[view][1], context | _more(request, view, board))


def _more(request: Request, view: str, board: Board) -> dict[str, Any]:
    """What one form of the month needs and the others do not."""
    month = board.version.month
    if view == "carte":
        day = _day_of(request, board)
        worked = {each.day for each in board.visits}
        return {
            "day": day,
            "worked": [each for each in board.days if each.date in worked],
            "map": day_map(board, day),
            "outings": board.outings_on(day),
        }
    if view == "manques":
        return {"missing": list(_missing(board)), "pins": _pins(board)}
    if view == "versions":
        return {
            "versions": month.versions.select_related("made_by").defer("plan", "reasons"),
            "publications": month.publications.select_related("version", "made_by"),
        }
    return {}


def _day_of(request: Request, board: Board) -> date:
    """The day that was asked, or the first one, from today, on which someone is on the road."""
    worked = sorted({each.day for each in board.visits})
    said = request.GET.get("jour", "")
    if said in map(str, board.problem.days):
        return date.fromisoformat(said)
    to_come = [each for each in worked if each >= board.today]
    return next(iter(to_come or worked), board.problem.first)


def _missing(board: Board) -> Iterator[dict[str, Any]]:
    """Each missing visit, with its reason when it is known."""
    reasons = {(each["site"], each["team"], each["period"]): each for each in board.version.reasons}
    for number, each in enumerate(board.plan.missing):
        yield {
            "number": number,
            "site": each.site,
            "rota": each.team,
            "name": board.problem.site[each.site].name,
            "visits": each.visits,
            "reason": reasons.get((each.site, each.team, each.period)),
        }


def _pins(board: Board) -> list[Any]:
    return list(board.version.month.pins.select_related("site", "rota", "worker"))


# ------------------------------------------------------------------------------- acts


@members_only(*PLAN)
@require_POST
def propose(request: Request, first: date) -> HttpResponse:
    """Ask for the best month; what was announced moves as little as possible, unless told."""
    found = planned_month(request, first)
    form = ProposeForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choisissez ce qu’il faut chercher d’abord parmi ce qui est écrit.")
        return redirect(found)
    try:
        run = ask_run(
            found,
            problem_of(found, **form.asked),
            RunKind.PROPOSE,
            title=f"Proposition pour {month_of(found.first)}{form.words}",
            by=request.member,
            base=found.head,
        )
    except BadProblem as error:
        context = {"month": found, "faults": error.faults}
        return render(request, "planning/faults.html", context, status=422)
    except Refused as error:
        return refused(request, error, found)
    return redirect(run)


@members_only(*PLAN)
@require_POST
def undo(request: Request, first: date) -> HttpResponse:
    """Back by one version."""
    found = planned_month(request, first)
    try:
        version = actions.undo(found, generation=generation_of(request), by=request.member)
    except Refused as error:
        return refused(request, error, found)
    messages.success(request, f"Changement annulé : vous revoici à la version {version.number}.")
    return redirect(found)


@members_only(*PLAN)
@require_POST
def adopt(request: Request, first: date, number: int) -> HttpResponse:
    """Take another version in hand."""
    found = planned_month(request, first)
    version = version_for(request.member, found, number)
    try:
        actions.adopt(found, version, generation=generation_of(request), by=request.member)
    except Refused as error:
        return refused(request, error, found)
    messages.success(request, f"La version {number} est maintenant celle du mois.")
    return redirect(found)


@members_only(*PLAN)
@require_POST
def show(request: Request, first: date) -> HttpResponse:
    """Let the teams read the version in hand before it is announced."""
    found = planned_month(request, first)
    try:
        actions.show_to_teams(found, generation=generation_of(request), by=request.member)
    except Refused as error:
        return refused(request, error, found)
    messages.success(request, "Les équipes peuvent lire ce planning. Rien n’est encore annoncé.")
    return redirect(found)


# ------------------------------------------------------------------------ comparison


@members_only(*PLAN)
@require_safe
def compare(request: Request, first: date, number: int) -> HttpResponse:
    """A version beside the one in hand: criteria, visits that differ, rules that it breaks."""
    found = planned_month(request, first)
    version = version_for(request.member, found, number)
    if found.head is None or version.pk == found.head_id:
        return redirect(found)
    context = {"month": found, "version": version, **comparison(found.head, version)}
    return render(request, "planning/compare.html", context)


def comparison(head: Version, version: Version) -> dict[str, Any]:
    """How a version differs from the one in hand."""
    problems = (head.problem, version.problem)
    names = {site.id: site.name for problem in reversed(problems) for site in problem.sites}
    changes = calls(head.found.assignments, version.found.assignments)
    supposes = actions.supposes_someone(version)
    return {
        "head": head,
        "turns": turns(head.found, version.found),
        "differences": [(names[each.site], call_text(each, *problems)) for each in changes],
        "broken": [] if supposes else list(_broken(head, version)),
        "is_only_supposed": supposes,
        "url": reverse("planning:adopt", args=[head.month.first, version.number]),
    }


def _broken(head: Version, version: Version) -> Iterator[Violation]:
    """The rules of the month that a version does not keep; its figures are those of its own, and a
    visit that is no longer owed breaks no rule."""
    if head.brief_id != version.brief_id:
        for violation in check(head.problem, version.found):
            if violation.rule != "unknown" and not violation.rule.startswith("stage_"):
                yield violation


def call_text(call: Call, *problems: Problem) -> str:
    """A change between two plans, in words. `problems`: where to look for the names, in order."""

    def said(visit: Assignment | None) -> tuple[date, str] | None:
        if visit is None:
            return None
        known = (each for each in problems if visit.worker in each.worker)
        return visit.day, person(next(known, problems[0]), visit.worker)

    return call_in_words(call.change, said(call.before), said(call.after))
