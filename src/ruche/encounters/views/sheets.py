"""The printable sheet of a séance: the fallback that always works."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.encounters.access import task_for
from ruche.encounters.sheets import sheet_of


@members_only(Verb.COUNT, Thing.ENCOUNTER)
@require_safe
def sheet(request: Request, seance: UUID, use: UUID) -> HttpResponse:
    """Boxes to tick, one column per answer, one line per person; no name on it."""
    task = task_for(request.member, seance, use)
    form = task.use.form.newest.definition
    context = {"task": task, "form": form, "sheet": sheet_of(form)}
    return render(request, "encounters/sheet.html", context)
