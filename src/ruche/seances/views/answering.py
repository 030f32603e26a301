"""Answer for a team: by its link, without an account; or from the séance, for a member."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.seances import actions
from ruche.seances.access import answer_link_of, participation_for
from ruche.seances.actions.answering import refuse_when_too_late
from ruche.seances.enums import Answer
from ruche.seances.forms import ConfirmForm, DeclineForm, ProposeForm
from ruche.seances.models import AnswerLink, Participation
from ruche.seances.refusals import Refused, TooLate
from ruche.seances.views.common import by_link, read_or_post

FORMS: dict[str, type[forms.Form]] = {
    Answer.CONFIRMED.value: ConfirmForm,
    Answer.DECLINED.value: DeclineForm,
    Answer.PROPOSED.value: ProposeForm,
}


class AnswerForms(dict[str, forms.Form]):
    """The three answers, each with its own form; the one that was posted is `chosen`."""

    def __init__(self, request: HttpRequest) -> None:
        posted = request.POST.get("answer", "") if request.method == "POST" else ""
        super().__init__(
            {
                name: form(request.POST if name == posted else None, auto_id=f"id_{name}_%s")
                for name, form in FORMS.items()
            }
        )
        self.name = posted if posted in FORMS else ""
        self.chosen = self.get(self.name)

    def keep(self, participation: Participation, *, by: str) -> bool:
        """Answer with what was posted; whether it was kept. `TooLate` goes up."""
        if self.chosen is None or not self.chosen.is_valid():
            return False
        try:
            actions.answer(participation, Answer(self.name), by=by, **self.chosen.cleaned_data)
        except TooLate:
            raise
        except Refused as error:
            self.chosen.add_error(None, str(error))
            return False
        return True

    @property
    def status(self) -> int:
        return 422 if self.chosen is not None and self.chosen.errors else 200


def _context(participation: Participation, answers: AnswerForms) -> dict[str, Any]:
    return {
        "participation": participation,
        "seance": participation.seance,
        "services": participation.services.all(),
        "answers": answers,
        "open_answer": answers.name if answers.status != 200 else "",
    }


# ------------------------------------------------------------------------------- by link


@by_link
@read_or_post
def reply(request: HttpRequest, token: str) -> HttpResponse:
    """What is asked of a team, and its answer. Opening the link changes nothing."""
    link = answer_link_of(token)
    try:
        _refuse_dead_link(link)
        answers = AnswerForms(request)
        if answers.keep(link.participation, by=link.actor):
            return redirect("seances:reply", token)
    except TooLate as late:
        context = {"seance": link.participation.seance, "reason": str(late)}
        return render(request, "seances/gone.html", context, status=410)
    context = _context(link.participation, answers)
    return render(request, "seances/reply.html", context, status=answers.status)


def _refuse_dead_link(link: AnswerLink) -> None:
    refuse_when_too_late(link.participation)
    if link.revoked_at:
        raise TooLate("Ce lien a été remplacé par un autre : cherchez le courriel le plus récent.")
    if not link.is_live:
        raise TooLate("Ce lien a expiré.")


# ------------------------------------------------------------------------------ by member


@members_only(Verb.ANSWER, Thing.PARTICIPATION)
@read_or_post
def answer_for(request: Request, pk: UUID) -> HttpResponse:
    """A member answers for her team; a coordinator, for any."""
    found = participation_for(request.member, pk, Verb.ANSWER)
    answers = AnswerForms(request)
    try:
        refuse_when_too_late(found)
        if answers.keep(found, by=request.member.actor):
            messages.success(request, f"La réponse de l’équipe « {found.team} » est enregistrée.")
            return redirect(found.seance)
    except TooLate as late:
        messages.error(request, str(late))
        return redirect(found.seance)
    context = _context(found, answers)
    return render(request, "seances/answer_for.html", context, status=answers.status)
