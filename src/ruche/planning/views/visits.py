"""One visit: why it is there, where it could go, and what that would change before it is done."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.engines.rounds.editing import Edit, Slot
from ruche.planning.actions import months as actions
from ruche.planning.consequences import consequences
from ruche.planning.forms.months import NeedChoiceForm, SlotForm
from ruche.planning.models import Month, Pin
from ruche.planning.refusals import Refused
from ruche.planning.showing import Board, Shown
from ruche.planning.views.common import (
    board_of,
    generation_of,
    planned_month,
    refused,
    rota_names,
)
from ruche.planning.views.months import call_text
from ruche.planning.whys import others, whys
from ruche.planning.wording import edit_in_words

PLAN = (Verb.PLAN, Thing.PLANNING)

TAKE_AWAY = "retirer"
"""What the button that removes a visit is called when it is posted."""


class Asked(NamedTuple):
    """The visit of an address: its need, and where it is; without a slot, it is to be added."""

    site: str
    rota: str
    before: Slot | None


def asked_of(request: Request, board: Board) -> Asked:
    """The visit that `lieu`, `roulement`, `jour` and `qui` name; 404 for what is not owed."""
    read = request.GET
    site, rota = read.get("lieu", ""), read.get("roulement", "")
    if (site, rota) not in board.problem.need:
        raise Http404(f"{site} {rota}")
    day, worker = read.get("jour", ""), read.get("qui", "")
    if not worker:
        return Asked(site, rota, None)
    if day not in map(str, board.problem.days) or worker not in board.problem.worker:
        raise Http404(f"{day} {worker}")
    return Asked(site, rota, Slot(date.fromisoformat(day), worker))


@members_only(*PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: Request, first: date) -> HttpResponse:
    """A visit, or one to add: read why, try a day and a person, then accept or leave."""
    month = planned_month(request, first)
    board = board_of(month)
    asked = asked_of(request, board)
    shown = _shown(board, asked)
    if asked.before is not None and shown is None:
        messages.warning(request, "Cette visite a été déplacée ou retirée depuis.")
        return redirect(month)
    if request.method == "POST":
        return _change(request, month, board, asked)
    data = request.GET if "day" in request.GET else None
    form = SlotForm(
        data, problem=board.problem, site=asked.site, rota=asked.rota, initial=_initial(asked)
    )
    context = {
        "month": month,
        "board": board,
        "asked": asked,
        "shown": shown,
        "site": board.problem.site[asked.site],
        "rota": rota_names().get(asked.rota, ""),
        "form": form,
        "preview": _preview(board, month, _edit(asked, form)) if form.is_valid() else None,
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "planning/visit.html#preview", context)
    if shown is not None:
        context["whys"] = list(whys(board, shown, rota_names()))
        context["others"] = others(board, shown)
        context["pin"] = _pin(month, asked)
        context["removal"] = _preview(board, month, _removal(asked))
    return render(request, "planning/visit.html", context)


def _shown(board: Board, asked: Asked) -> Shown | None:
    """The visit as the plan has it now."""
    for each in board.visits:
        if asked.before is not None and (each.site, each.rota, each.day, each.worker) == (
            asked.site,
            asked.rota,
            asked.before.day,
            asked.before.worker,
        ):
            return each
    return None


def _initial(asked: Asked) -> dict[str, str]:
    if asked.before is None:
        return {}
    return {"day": str(asked.before.day), "worker": asked.before.worker}


def _edit(asked: Asked, form: SlotForm) -> Edit:
    return form.edit_from(asked.before)


def _removal(asked: Asked) -> Edit:
    return Edit(site=asked.site, team=asked.rota, before=asked.before)


def _preview(board: Board, month: Month, edit: Edit) -> dict[str, Any]:
    """What this change would do, or why it has no meaning."""
    if edit.before == edit.after:
        return {"same": True}
    try:
        plan = actions.tried(board.version, edit)
    except Refused as error:
        return {"refused": str(error)}
    found = consequences(board.problem, board.plan, plan)
    is_told = month.published_id is not None
    return {
        "title": edit_in_words(board.problem, edit),
        "found": found,
        "calls": [
            (board.problem.site[each.site].name, call_text(each, board.problem))
            for each in found.calls
        ]
        if is_told
        else [],
        "is_told": is_told,
    }


def _change(request: Request, month: Month, board: Board, asked: Asked) -> HttpResponse:
    """Do what was read in the preview."""
    if TAKE_AWAY in request.POST:
        edit = _removal(asked)
    else:
        form = SlotForm(request.POST, problem=board.problem, site=asked.site, rota=asked.rota)
        if not form.is_valid():
            messages.error(request, "Choisissez un jour où le lieu est ouvert, et une personne.")
            return redirect(request.get_full_path())
        edit = _edit(asked, form)
    if edit.before == edit.after:
        messages.info(request, "La visite y est déjà : rien n’a changé.")
        return redirect(month)
    try:
        version = actions.change_by_hand(
            month, edit, generation=generation_of(request), by=request.member
        )
    except Refused as error:
        return refused(request, error, month)
    messages.success(request, f"C’est fait (version {version.number}). {version.title}.")
    return redirect(month)


@members_only(*PLAN)
@require_http_methods(["GET", "HEAD"])
def add(request: Request, first: date) -> HttpResponse:
    """Which visit to add; then its page."""
    month = planned_month(request, first)
    board = board_of(month)
    data = request.GET if "need" in request.GET else None
    form = NeedChoiceForm(data, board=board, rotas=rota_names())
    if form.is_valid():
        site, rota = form.cleaned_data["need"].split()
        return redirect(f"{_address(month)}?lieu={site}&roulement={rota}")
    status = 422 if form.is_bound else 200
    return render(request, "planning/add.html", {"month": month, "form": form}, status=status)


def _address(month: Month) -> str:
    return f"{month.get_absolute_url()}visite/"


# ------------------------------------------------------------------------------ choices


@members_only(*PLAN)
@require_POST
def impose(request: Request, first: date) -> HttpResponse:
    """The next proposals keep this visit: its day, its person, or both."""
    month = planned_month(request, first)
    board = board_of(month)
    asked = asked_of(request, board)
    if asked.before is None:
        raise Http404
    what = request.POST.get("quoi", "")
    pin = Pin(
        month=month,
        site_id=UUID(asked.site),
        rota_id=UUID(asked.rota),
        day=asked.before.day if what in ("jour", "tout") else None,
        worker_id=UUID(asked.before.worker) if what in ("personne", "tout") else None,
    )
    if what not in ("jour", "personne", "tout"):
        messages.error(request, "Dites ce qu’il faut garder : le jour, la personne, ou les deux.")
        return redirect(f"{_address(month)}?{request.GET.urlencode()}")
    try:
        actions.impose(pin, by=request.member)
    except Refused as error:
        return refused(request, error, month)
    messages.success(request, "Les prochaines propositions tiendront ce choix.")
    return redirect(f"{_address(month)}?{request.GET.urlencode()}")


@members_only(*PLAN)
@require_POST
def set_free(request: Request, first: date, pk: int) -> HttpResponse:
    """The next proposals choose again."""
    month = planned_month(request, first)
    pin = month.pins.filter(pk=pk).first()
    if pin is not None:
        actions.set_free(pin, by=request.member)
    messages.success(request, "Ce choix est libre.")
    return redirect(f"{month.get_absolute_url()}?vue=manques")


def _pin(month: Month, asked: Asked) -> Pin | None:
    assert asked.before is not None
    rows = month.pins.filter(site=UUID(asked.site), rota=UUID(asked.rota))
    for pin in rows:
        if pin.day in (None, asked.before.day):
            return pin
    return None
