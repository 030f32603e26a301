"""What visitors say is wrong, for who may mend it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.languages import language
from ruche.places import reporting
from ruche.places.access import refuse_unless_everywhere
from ruche.places.models import Report


@members_only(Verb.EDIT, Thing.SITE)
@require_safe
def reports(request: Request) -> HttpResponse:
    """Every report that waits, the oldest first."""
    refuse_unless_everywhere(request.member, Verb.EDIT)
    waiting = [
        (report, language(report.language).name)
        for report in Report.objects.select_related("site__commune")
    ]
    return render(request, "places/reports.html", {"reports": waiting})


@members_only(Verb.EDIT, Thing.SITE)
@require_POST
def settle(request: Request, pk: UUID) -> HttpResponse:
    """One is settled. Somebody may just have done it."""
    refuse_unless_everywhere(request.member, Verb.EDIT)
    found = Report.objects.filter(pk=pk).first()
    if found:
        reporting.settle(found, by=request.member)
    messages.success(request, "Signalement traité : son message est effacé.")
    return redirect("places:reports")
