"""Teams, who is in them, their absences, and their day on one sheet."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST, require_safe

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.seances import actions, queries
from ruche.seances.access import (
    absence_for,
    manages,
    may_on_team,
    organisations_for_teams,
    team_for,
    teams_of,
)
from ruche.seances.forms import AbsenceForm, NewTeamForm, ReachTeamForm, TeamForm
from ruche.seances.models import Team
from ruche.seances.refusals import Refused
from ruche.seances.views.common import form_page, read_or_post

NEXT_SEANCES = 20


@members_only(Verb.SEE, Thing.TEAM)
@require_safe
def teams(request: Request) -> HttpResponse:
    """The teams that one may see."""
    found = teams_of(request.member).prefetch_related("members", "services")
    may_create = organisations_for_teams(request.member).exists()
    return render(request, "seances/teams.html", {"teams": found, "may_create": may_create})


@members_only(Verb.SEE, Thing.TEAM)
@require_safe
def team(request: Request, pk: UUID) -> HttpResponse:
    """How to reach a team, who is in it, when it is away, where it goes."""
    found = team_for(request.member, pk)
    return _team_page(request, found, AbsenceForm(members=found.members.all()))


def _team_page(request: Request, team: Team, form: AbsenceForm) -> HttpResponse:
    today = timezone.localdate()
    coming = team.participations.coming().filter(seance__day__gte=today)
    context = {
        "team": team,
        "absences": team.absences.filter(last__gte=today).select_related("member"),
        "may_edit": may_on_team(request.member, team, Verb.EDIT),
        "coming": coming.select_related("member", "seance__site__commune").order_by(
            "seance__day", "seance__starts", "pk"
        )[:NEXT_SEANCES],
        "today": today,
    }
    return form_page(request, "seances/team.html", form, **context)


@members_only(Verb.EDIT, Thing.TEAM)
@read_or_post
def new_team(request: Request) -> HttpResponse:
    """A new team, where one may create some."""
    organisations = organisations_for_teams(request.member)
    if not organisations.exists():
        raise PermissionDenied
    form = NewTeamForm(request.POST or None, organisations=organisations)
    if form.is_valid():
        saved = actions.save_team(form.save(commit=False), by=request.member)
        messages.success(request, "L’équipe est créée : dites maintenant qui en est.")
        return redirect("seances:edit-team", saved.pk)
    return form_page(request, "seances/edit_team.html", form, team=None)


@members_only(Verb.EDIT, Thing.TEAM)
@read_or_post
def edit_team(request: Request, pk: UUID) -> HttpResponse:
    """Change a team; its own members change only how to reach it and what it brings."""
    found = team_for(request.member, pk, Verb.EDIT)
    kind = TeamForm if manages(request.member, found) else ReachTeamForm
    form = kind(request.POST or None, instance=found)
    if form.is_valid():
        try:
            actions.save_team(
                form.save(commit=False),
                by=request.member,
                members=form.cleaned_data.get("members"),
                services=form.cleaned_data["services"],
            )
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "L’équipe est enregistrée.")
            return redirect(found)
    return form_page(request, "seances/edit_team.html", form, team=found)


@members_only(Verb.EDIT, Thing.TEAM)
@require_POST
def add_absence(request: Request, pk: UUID) -> HttpResponse:
    """Days, or hours, when the team, or one of its members, does not come."""
    found = team_for(request.member, pk, Verb.EDIT)
    form = AbsenceForm(request.POST, members=found.members.all())
    if form.is_valid():
        try:
            actions.add_absence(found, by=request.member, **form.cleaned_data)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "L’absence est notée.")
            return redirect(found)
    return _team_page(request, found, form)


@members_only(Verb.EDIT, Thing.TEAM)
@require_POST
def remove_absence(request: Request, pk: int) -> HttpResponse:
    """They come after all."""
    absence = absence_for(request.member, pk)
    actions.remove_absence(absence, by=request.member)
    messages.success(request, "L’absence est retirée.")
    return redirect(absence.team)


@members_only(Verb.SEE, Thing.TEAM)
@require_safe
def sheet(request: Request, pk: UUID) -> HttpResponse:
    """The day of a team, on screen and on paper."""
    found, day = team_for(request.member, pk), _day(request.GET.get("jour", ""))
    context = {
        "team": found,
        "day": day,
        "stops": queries.day_sheet(found, day),
        "members": found.members.filter(is_active=True),
    }
    return render(request, "seances/sheet.html", context)


def _day(text: str) -> date:
    """The day of an address, today when it cannot be read."""
    try:
        return parse_date(text) or timezone.localdate()
    except ValueError:
        return timezone.localdate()
