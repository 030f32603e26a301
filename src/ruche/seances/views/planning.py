"""One séance: read it, open it, change it, cancel it, say that it was held."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.accounts.models import Member
from ruche.core.components import Table
from ruche.french.times import day, hour
from ruche.seances import actions, queries
from ruche.seances.access import may_on_team, seance_for, seances_with_counts
from ruche.seances.enums import Answer
from ruche.seances.forms import CancelForm, HoldForm, SeanceForm, WhoForm
from ruche.seances.models import Participation, Seance
from ruche.seances.refusals import Refused, StaleSeance
from ruche.seances.views.common import form_page, read_or_post


@members_only(Verb.SEE, Thing.SEANCE)
@require_safe
def seance(request: Request, pk: UUID) -> HttpResponse:
    """What, when, where, who, what to look at, and what may be done."""
    found = seance_for(request.member, pk)
    member = request.member
    countable = seances_with_counts(member, Verb.COUNT).filter(pk=pk).exists()
    context = {
        "seance": found,
        "teams": _teams(found, member),
        "conflicts": queries.conflicts(found),
        "may_plan": member.may(Verb.PLAN, Thing.SEANCE),
        "may_count": countable and found.has_come and not found.is_cancelled,
        "counts": _counts(found, member),
    }
    return render(request, "seances/seance.html", context)


def _teams(seance: Seance, member: Member) -> list[dict[str, Any]]:
    """Each team, and what the member may do for it."""
    teams = seance.participations.select_related("team__organisation", "member").prefetch_related(
        "services", "reminders"
    )
    chooses = seance.is_open and member.may(Verb.PLAN, Thing.SEANCE)
    live = seance.is_open and not seance.is_past
    return [
        {
            "participation": each,
            "may_answer": live
            and each.answer != Answer.CANCELLED
            and may_on_team(member, each.team, Verb.ANSWER, Thing.PARTICIPATION),
            "sees_team": may_on_team(member, each.team, Verb.SEE),
            "who": WhoForm(participation=each) if chooses and each.is_coming else None,
            "reminders": [r for r in each.reminders.all() if r.is_waiting] if live else [],
        }
        for each in teams
    ]


def _counts(seance: Seance, member: Member) -> list[queries.TileGroup]:
    """What was counted, for who may see it."""
    if not seances_with_counts(member).filter(pk=seance.pk).exists():
        return []
    teams = tuple(seance.participations.coming().select_related("team"))
    groups = queries.tile_groups(seance, site=True, participations=teams)
    return [group for group in groups if any(tile.count for tile in group.tiles)]


# ------------------------------------------------------------------------- open, change


@members_only(Verb.PLAN, Thing.SEANCE)
@read_or_post
def new(request: Request) -> HttpResponse:
    """Open a séance; the day and the site may come from the calendar."""
    initial = {"day": request.GET.get("jour", ""), "site": request.GET.get("lieu", "")}
    form = SeanceForm(request.POST or None, initial=initial)
    if form.is_valid():
        asked = form.changes
        try:
            opened = actions.open_seance(
                asked.pop("site"), asked.pop("day"), by=request.member, **asked
            )
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "La séance est ouverte : sollicitez maintenant les équipes.")
            return redirect(opened)
    return form_page(request, "seances/new.html", form)


@members_only(Verb.PLAN, Thing.SEANCE)
@read_or_post
def edit(request: Request, pk: UUID) -> HttpResponse:
    """Change a séance; when someone else did meanwhile, both versions are shown."""
    found = seance_for(request.member, pk, Verb.PLAN)
    form = SeanceForm(request.POST or None, seance=found)
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            saved = actions.change_seance(found, version=version, by=request.member, **form.changes)
        except StaleSeance as stale:
            return _both_versions(request, form, stale)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "La séance est enregistrée.")
            return redirect(saved)
    return form_page(request, "seances/edit.html", form, seance=found)


def _both_versions(request: Request, form: SeanceForm, stale: StaleSeance) -> HttpResponse:
    """Theirs and mine, side by side; to save again is to choose mine, knowing theirs."""
    theirs, mine = stale.current, form.changes
    rows = [
        ("Lieu", theirs.site, mine["site"]),
        ("Jour", day(theirs.day, year=True), day(mine["day"], year=True)),
        ("De", hour(theirs.starts), hour(mine["starts"])),
        ("À", hour(theirs.ends), hour(mine["ends"])),
        ("Note", theirs.note or "aucune", mine["note"] or "aucune"),
        ("État", theirs.get_status_display(), "inchangé"),
    ]
    again = SeanceForm(initial={**mine, "version": theirs.version}, seance=theirs)
    context = {
        "form": again,
        "seance": theirs,
        "stale": str(stale),
        "versions": Table(
            "Les deux versions", ("Ce qui est prévu", "Enregistré", "Votre version"), rows
        ),
    }
    return render(request, "seances/edit.html", context, status=409)


@members_only(Verb.PLAN, Thing.SEANCE)
@read_or_post
def cancel(request: Request, pk: UUID) -> HttpResponse:
    """Cancel a séance: the teams are told."""
    found = seance_for(request.member, pk, Verb.PLAN)
    form = CancelForm(request.POST or None)
    if form.is_valid():
        try:
            actions.cancel_seance(found, reason=form.cleaned_data["reason"], by=request.member)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "La séance est annulée, les équipes sont prévenues.")
            return redirect(found)
    told = found.participations.coming().select_related("team__organisation")
    return form_page(request, "seances/cancel.html", form, seance=found, told=told)


@members_only(Verb.PLAN, Thing.SEANCE)
@read_or_post
def hold(request: Request, pk: UUID) -> HttpResponse:
    """Say that the séance took place, and which teams were there."""
    found = seance_for(request.member, pk, Verb.PLAN)
    teams = found.participations.exclude(answer=Answer.CANCELLED).select_related(
        "team__organisation"
    )
    confirmed = Participation.objects.filter(seance=found, answer=Answer.CONFIRMED)
    posted = request.POST if request.method == "POST" else None
    form = HoldForm(posted, teams=teams, initial={"came": confirmed})
    if form.is_valid():
        try:
            actions.hold_seance(found, by=request.member, came=form.cleaned_data["came"])
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "La séance est notée comme tenue.")
            return redirect(found)
    return form_page(request, "seances/hold.html", form, seance=found)
