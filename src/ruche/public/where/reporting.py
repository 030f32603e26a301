"""« Signaler une erreur »: whoever sees something false says it, without account or name."""

from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ruche.languages import Language
from ruche.places import reporting
from ruche.places.enums import ReportKind
from ruche.places.errors import TooManyReports
from ruche.places.models import Site
from ruche.public.where.pages import page, site_named

LONGEST = 500


class ReportForm(forms.Form):
    """What is wrong, and a few words. `website` is for machines: nobody sees it."""

    kind = forms.ChoiceField(choices=ReportKind.choices)
    message = forms.CharField(max_length=LONGEST, required=False, strip=True)
    website = forms.CharField(required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, language: Language, pk: UUID) -> HttpResponse:
    """The form, and the thanks. A second click, or the same error told again, changes nothing."""
    site = site_named(pk)
    if site is None:
        raise Http404
    if request.method != "POST":
        context = {"site": site, "thanked": "merci" in request.GET}
        return page(request, language, "public/where/report.html", {**context, **_form(language)})
    form = ReportForm(request.POST)
    problem = _problem(form, language) or _kept(form, site, language)
    if problem:
        context = {"site": site, "thanked": False, **_form(language, form, problem)}
        return page(request, language, "public/where/report.html", context, status=422)
    return HttpResponseRedirect(f"{reverse('public:report', args=[language, pk])}?merci")


def _form(
    language: Language, form: ReportForm | None = None, problem: str = ""
) -> dict[str, object]:
    words = language.words["report"]
    typed = form.data if form else {}
    return {
        "kinds": [(kind.value, words[kind.value]) for kind in ReportKind],
        "kind": typed.get("kind", ""),
        "message": typed.get("message", "")[: 4 * LONGEST],
        "problem": problem,
        "wrong": ("message" if "message" in form.errors else "kind") if form and problem else "",
        "longest": LONGEST,
    }


def _problem(form: ReportForm, language: Language) -> str:
    if form.is_valid():
        return ""
    if "message" in form.errors:
        return language.say("report", "too_long", limit=LONGEST)
    return language.words["report"]["no_kind"]


def _kept(form: ReportForm, site: Site, language: Language) -> str:
    """Nothing when it was kept, or came from a machine; what to say otherwise."""
    told = form.cleaned_data
    if told["website"]:
        return ""
    try:
        reporting.report(
            site, kind=ReportKind(told["kind"]), message=told["message"], language=language.code
        )
    except TooManyReports:
        return language.words["report"]["too_many"]
    return ""
