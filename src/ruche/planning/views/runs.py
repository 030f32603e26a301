"""A computation that one watches; what starts others: an absence, a rule let go."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.engines.rounds import BadProblem, Criterion
from ruche.french.times import day as in_words
from ruche.planning.access import run_for
from ruche.planning.actions.runs import ask_run, stop_run
from ruche.planning.computing import REASONS
from ruche.planning.enums import RunKind
from ruche.planning.forms.months import AwayForm
from ruche.planning.gathering import problem_of
from ruche.planning.models import Month, Run, Worker
from ruche.planning.refusals import Busy, Refused
from ruche.planning.views.common import board_of, planned_month, refused
from ruche.planning.views.months import comparison
from ruche.planning.wording import CRITERIA, value_in_words
from ruche.seances import refusals as seance_refusals
from ruche.seances.actions import add_absence

PLAN = (Verb.PLAN, Thing.PLANNING)


@members_only(*PLAN)
@require_safe
def run(request: Request, pk: UUID) -> HttpResponse:
    """Where a computation stands; then what it found."""
    found = run_for(request.member, pk)
    results = list(found.results.select_related("brief", "month").order_by("number"))
    if results and found.kind in (RunKind.PROPOSE, RunKind.REPAIR):
        month = Month.objects.get(pk=found.month_id)
        if month.head_id == results[0].pk:
            return _whole_page(request, month)
    context: dict[str, Any] = {"run": found, "month": found.month, "steps": _steps(found)}
    if found.is_at_work:
        context["value"] = _said(found, found.value)
        context["bound"] = _said(found, found.bound)
        return render(request, "planning/run.html", context)
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(found.get_absolute_url())
    head = Month.objects.select_related("head__brief").get(pk=found.month_id).head
    if head is not None:
        context["proposals"] = [
            {"version": each, **comparison(head, each)} for each in results if each.pk != head.pk
        ]
    return render(request, "planning/results.html", context)


def _whole_page(request: Request, month: Month) -> HttpResponse:
    """The month in place of the page that watched; htmx would put it inside."""
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(month.get_absolute_url())
    return redirect(month)


def _steps(run: Run) -> list[tuple[str, str]]:
    """Each criterion, and whether it was looked at, is being, or will be."""
    order = [*(each.value for each in run.brief.problem.order), REASONS]
    here = order.index(run.criterion) if run.criterion in order else -1
    names = {each.value: words.name for each, words in CRITERIA.items()}
    names[REASONS] = "Raisons de ce qui manque"
    return [
        (names[each], "done" if rank < here else "current" if rank == here else "next")
        for rank, each in enumerate(order)
    ]


def _said(run: Run, value: float | None) -> str:
    if value is None or run.criterion not in set(Criterion):
        return ""
    criterion = Criterion(run.criterion)
    sign = -1 if criterion is Criterion.COPRESENCE else 1
    return value_in_words(criterion, sign * value)


@members_only(*PLAN)
@require_POST
def stop(request: Request, pk: UUID) -> HttpResponse:
    """Stop a computation: the best plan so far is kept."""
    found = run_for(request.member, pk)
    try:
        stop_run(found, by=request.member)
    except Refused as error:
        return refused(request, error, found)
    messages.info(request, "Le calcul s’arrête : ce qu’il a trouvé de mieux est gardé.")
    return redirect(found)


# --------------------------------------------------------------------------- an absence


@members_only(*PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def away(request: Request, first: date) -> HttpResponse:
    """Someone will not come: the absence is kept, and the month looks for the least change."""
    month = planned_month(request, first)
    board = board_of(month)
    data = request.POST if request.method == "POST" else None
    form = AwayForm(data, problem=board.problem)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_look_around(request, month, form.cleaned_data))
        except (Refused, seance_refusals.Refused) as error:
            form.add_error(None, str(error))
        except BadProblem as error:
            context = {"month": month, "faults": error.faults}
            return render(request, "planning/faults.html", context, status=422)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "planning/away.html", {"month": month, "form": form}, status=status)


@transaction.atomic
def _look_around(request: Request, month: Month, asked: dict[str, Any]) -> Run:
    """Keep the absence, then look: at three ways out when it is for today or tomorrow."""
    if month.runs.at_work().exists():
        raise Busy
    worker = Worker.objects.select_related("team", "member").get(pk=asked["worker"])
    first, last = asked["first"], asked["last"]
    known = worker.team.absences.filter(member=worker.member, first=first, last=last)
    if not known.exists():
        add_absence(worker.team, first, last, by=request.member, member=worker.member)
    soon = (first - timezone.localdate()).days <= 1
    when = f"le {in_words(first)}" if first == last else f"du {in_words(first)} au {in_words(last)}"
    return ask_run(
        month,
        problem_of(month),
        RunKind.URGENT if soon else RunKind.REPAIR,
        title=f"Absence de {worker.name}, {when}",
        by=request.member,
        base=month.head,
        asked={"worker": str(worker.pk)},
    )


# ------------------------------------------------------------------------------- et si…


@members_only(*PLAN)
@require_POST
def what_if(request: Request, first: date, number: int) -> HttpResponse:
    """Let go the rules that stand between a site and its visit, and see."""
    month = planned_month(request, first)
    board = board_of(month)
    if number >= len(board.plan.missing):
        raise Http404
    missing = board.plan.missing[number]
    reason = next(
        (
            each
            for each in board.version.reasons
            if (each["site"], each["team"], each["period"])
            == (missing.site, missing.team, missing.period)
        ),
        None,
    )
    if reason is None or not reason["waivers"]:
        messages.error(request, "La raison de cette visite manquante n’est pas connue.")
        return redirect(f"{month.get_absolute_url()}?vue=manques")
    labels = " et ".join(label for _, label in reason["waivers"])
    try:
        run = ask_run(
            month,
            board.problem,
            RunKind.WHAT_IF,
            title=f"Et si… {labels} ?",
            by=request.member,
            base=month.head,
            asked={"site": missing.site, "team": missing.team, "waivers": reason["waivers"]},
        )
    except Refused as error:
        return refused(request, error, month)
    return redirect(run)
