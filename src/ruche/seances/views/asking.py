"""The teams of a séance: ask, choose who comes, replace, withdraw, send a link, stop reminders."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.seances import actions, mails
from ruche.seances.access import participation_for, seance_for
from ruche.seances.enums import OUT
from ruche.seances.forms import AskForm, PickTeamForm, WhoForm
from ruche.seances.models import Participation, Seance, Team
from ruche.seances.refusals import Refused
from ruche.seances.views.common import form_page, read_or_post
from ruche.seances.wording import who


def _teams_to_ask(seance: Seance) -> QuerySet[Team]:
    there = seance.participations.exclude(answer__in=OUT).order_by().values("team")
    teams = Team.objects.filter(is_active=True).exclude(pk__in=there)
    return teams.select_related("organisation")


def _asked(request: Request, participation: Participation, token: str) -> HttpResponse:
    """The link is shown this once, to be given by hand as well."""
    context = {
        "seance": participation.seance,
        "participation": participation,
        "url": mails.answer_url(token),
        "recipients": mails.recipients(participation.team),
    }
    return render(request, "seances/asked.html", context)


@members_only(Verb.PLAN, Thing.SEANCE)
@read_or_post
def ask(request: Request, pk: UUID) -> HttpResponse:
    """Choose a team, then what it is asked to bring. After the day, it is noted as having come."""
    found = seance_for(request.member, pk, Verb.PLAN)
    pick = PickTeamForm(request.GET if "team" in request.GET else None, teams=_teams_to_ask(found))
    if not pick.is_valid():
        return form_page(request, "seances/pick_team.html", pick, seance=found)
    team = pick.cleaned_data["team"]
    form = AskForm(request.POST if request.method == "POST" else None, team=team)
    if form.is_valid():
        try:
            return _ask_or_record(request, found, team, form)
        except Refused as error:
            form.add_error(None, str(error))
    return form_page(request, "seances/ask.html", form, seance=found, team=team)


def _ask_or_record(request: Request, seance: Seance, team: Team, form: AskForm) -> HttpResponse:
    services = form.cleaned_data["services"]
    if seance.is_past:
        actions.record_team_that_came(seance, team, services=services, by=request.member)
        messages.success(request, f"L’équipe « {team} » est notée comme venue.")
        return redirect(seance)
    message = form.cleaned_data["message"]
    asked = actions.ask_team(seance, team, services=services, by=request.member, message=message)
    return _asked(request, *asked)


@members_only(Verb.PLAN, Thing.SEANCE)
@read_or_post
def replace(request: Request, pk: UUID) -> HttpResponse:
    """Ask another team in the place of one."""
    old = participation_for(request.member, pk, Verb.PLAN)
    posted = request.POST if request.method == "POST" else None
    form = PickTeamForm(posted, teams=_teams_to_ask(old.seance).exclude(pk=old.team_id))
    if form.is_valid():
        try:
            asked = actions.replace_team(old, form.cleaned_data["team"], by=request.member)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return _asked(request, *asked)
    return form_page(request, "seances/replace.html", form, seance=old.seance, old=old)


@members_only(Verb.PLAN, Thing.SEANCE)
@require_POST
def who_comes(request: Request, pk: UUID) -> HttpResponse:
    """One of the team, or the whole team."""
    found = participation_for(request.member, pk, Verb.PLAN)
    form = WhoForm(request.POST, participation=found)
    if not form.is_valid():
        messages.error(request, "Choisissez quelqu’un de l’équipe, ou toute l’équipe.")
        return redirect(found.seance)
    member, version = form.cleaned_data["member"], form.cleaned_data["version"] or 0
    try:
        kept = actions.choose_who_comes(found, member, version=version, by=request.member)
        messages.success(request, f"C’est noté : {who(kept)}.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect(found.seance)


@members_only(Verb.PLAN, Thing.SEANCE)
@require_POST
def remove(request: Request, pk: UUID) -> HttpResponse:
    """Withdraw a team: it is told."""
    found = participation_for(request.member, pk, Verb.PLAN)
    try:
        actions.remove_team(found, by=request.member)
        messages.success(request, f"L’équipe « {found.team} » n’est plus attendue.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect(found.seance)


@members_only(Verb.PLAN, Thing.SEANCE)
@require_POST
def renew_link(request: Request, pk: UUID) -> HttpResponse:
    """A new link, sent and shown once; the former ones stop working."""
    found = participation_for(request.member, pk, Verb.PLAN)
    try:
        token = actions.renew_link(found, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
        return redirect(found.seance)
    return _asked(request, found, token)


@members_only(Verb.PLAN, Thing.SEANCE)
@require_POST
def stop_reminders(request: Request, pk: UUID) -> HttpResponse:
    """The next reminders of a team will not go."""
    found = participation_for(request.member, pk, Verb.PLAN)
    stopped = actions.stop_reminders(found, by=request.member)
    messages.success(request, "Les rappels sont arrêtés." if stopped else "Aucun rappel à arrêter.")
    return redirect(found.seance)
