"""The services of the network."""

from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.places import actions, queries
from ruche.places.access import service_for
from ruche.places.errors import NotSaved
from ruche.places.forms.services import ServiceForm
from ruche.places.models import Service
from ruche.places.views import form_page


@members_only(Verb.SEE, Thing.SITE)
@require_safe
def services(request: Request) -> HttpResponse:
    """What is offered, by need."""
    grants = request.member.grants(Verb.EDIT, Thing.SITE)
    lines = queries.service_lines(viewer=request.member)
    context = {
        "by_need": [(need, list(of)) for need, of in groupby(lines, key=lambda line: line.need)],
        "may_add": bool(grants.network or grants.organisations),
        "may_edit_all": grants.network,
        "may_edit": grants.organisations,
    }
    return render(request, "places/services.html", context)


@members_only(Verb.EDIT, Thing.SITE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_service(request: Request) -> HttpResponse:
    """Something that is offered and was not in the list."""
    return _service_form(request, Service())


@members_only(Verb.EDIT, Thing.SITE)
@require_http_methods(["GET", "HEAD", "POST"])
def service(request: Request, pk: UUID) -> HttpResponse:
    """Change what is said of a service."""
    return _service_form(request, service_for(request.member, pk, Verb.EDIT))


def _service_form(request: Request, held: Service) -> HttpResponse:
    grants = request.member.grants(Verb.EDIT, Thing.SITE)
    name = "" if held._state.adding else held.name
    form = ServiceForm(request.POST or None, instance=held, grants=grants, by=request.member)
    if form.is_valid():
        try:
            saved = actions.save_service(form.save(commit=False), by=request.member)
        except NotSaved as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"« {saved} » est enregistré.")
            return redirect("places:services")
    return form_page(request, "places/service_form.html", form, name=name)
