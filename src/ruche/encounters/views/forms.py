"""Forms of encounter: read them, make them without code, give them to teams."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.encounters import actions
from ruche.encounters.access import form_for
from ruche.encounters.definitions import BadDefinition, Counted, Definition, Field, Option
from ruche.encounters.forms import (
    PICTOGRAM_NAMES,
    WAYS,
    Draft,
    GiveForm,
    HeadForm,
    Kind,
    Known,
    MeasuringForm,
    Touched,
    key_from,
    ways_counted,
)
from ruche.encounters.models import Form, FormUse, FormVersion, MeasuringCircle
from ruche.encounters.pictograms import PICTOGRAMS
from ruche.encounters.shipped import shipped_forms
from ruche.seances.views.common import form_page, read_or_post

SAVE = "save"
"""The button that makes a version; any other keeps what was typed, and saves nothing."""

RESERVED = {"nouveau"}
"""Words that addresses use where they would read the key of a form."""

# ----------------------------------------------------------------------------------------- list


@dataclass(frozen=True)
class Line:
    """One form in the list."""

    form: Form
    definition: Definition
    uses: list[FormUse]


@members_only(Verb.SEE, Thing.FORM)
@require_safe
def forms(request: Request) -> HttpResponse:
    """Every form, who uses it, and the circle that may cross what encounters said."""
    return _forms_page(request, _measuring_form())


@members_only(Verb.EDIT, Thing.FORM)
@require_POST
def measure(request: Request) -> HttpResponse:
    """Choose the circle « mesure », or none."""
    form = MeasuringForm(request.POST)
    if not form.is_valid():
        return _forms_page(request, form)
    actions.choose_measuring_circle(form.cleaned_data["circle"], by=request.member)
    messages.success(request, "Le cercle « mesure » est enregistré.")
    return redirect("encounters:forms")


def _measuring_form() -> MeasuringForm:
    return MeasuringForm(initial={"circle": _measuring_circle()})


def _measuring_circle() -> Any:
    chosen = MeasuringCircle.objects.select_related("circle").first()
    return chosen.circle if chosen else None


def _forms_page(request: Request, form: MeasuringForm) -> HttpResponse:
    context = {
        "lines": _lines(),
        "measuring": _measuring_circle(),
        "may_edit": request.member.may(Verb.EDIT, Thing.FORM),
    }
    return form_page(request, "encounters/forms.html", form, **context)


def _lines() -> list[Line]:
    uses = FormUse.objects.select_related("team", "circle").order_by("team__name", "pk")
    rows = Form.objects.order_by("key").prefetch_related("versions", Prefetch("uses", uses))
    lines = [
        Line(row, max(row.versions.all(), key=_number).definition, list(row.uses.all()))
        for row in rows
    ]
    return sorted(lines, key=lambda line: (not line.form.is_active, line.definition.title))


def _number(version: FormVersion) -> int:
    return version.number


# ------------------------------------------------------------------------------------- one form


@dataclass(frozen=True)
class Shown:
    """A question as it is met, and in which shapes it is counted."""

    field: Field
    answers: list[tuple[Option, str]]
    """Each with the path that draws it."""
    ways: list[str]


@members_only(Verb.SEE, Thing.FORM)
@require_safe
def form(request: Request, key: str) -> HttpResponse:
    """A form as it is met, how it is counted, who uses it, what it was before."""
    return _form_page(request, form_for(request.member, key))


@members_only(Verb.EDIT, Thing.FORM)
@require_POST
def give(request: Request, key: str) -> HttpResponse:
    """A team uses the form from now on, or seals for another circle."""
    found = form_for(request.member, key, Verb.EDIT)
    giving = GiveForm(request.POST, keeps=found.newest.definition.keeps_something)
    if giving.is_valid():
        team, circle = giving.chosen
        try:
            actions.give_form(found, team, circle=circle, by=request.member.actor)
        except BadDefinition as error:
            giving.add_error(None, str(error))
        else:
            messages.success(request, "Le formulaire est confié.")
            return redirect("encounters:form", found.key)
    return _form_page(request, found, giving)


@members_only(Verb.EDIT, Thing.FORM)
@require_POST
def take(request: Request, key: str, pk: UUID) -> HttpResponse:
    """A team no longer uses the form."""
    found = form_for(request.member, key, Verb.EDIT)
    actions.take_form(get_object_or_404(found.uses, pk=pk), by=request.member.actor)
    messages.success(request, "Le formulaire est repris.")
    return redirect("encounters:form", found.key)


@members_only(Verb.EDIT, Thing.FORM)
@require_POST
def offer(request: Request, key: str) -> HttpResponse:
    """Offer the form, or no longer."""
    found = form_for(request.member, key, Verb.EDIT)
    active = request.POST.get("offer") == "yes"
    actions.set_form_active(found, active=active, by=request.member.actor)
    done = "est de nouveau proposé" if active else "n’est plus proposé"
    messages.success(request, f"Le formulaire {done}.")
    return redirect("encounters:form", found.key)


def _form_page(request: Request, found: Form, giving: GiveForm | None = None) -> HttpResponse:
    versions = list(found.versions.order_by("-number"))
    newest = versions[0].definition
    shown = _version_asked(request, versions)
    uses = found.uses.select_related("team__organisation", "circle").order_by("team__name", "pk")
    context = {
        "encounter_form": found,
        "definition": shown.definition,
        "questions": [_shown(shown.definition, one) for one in shown.definition.fields],
        "version": shown,
        "versions": versions,
        "is_newest": shown == versions[0],
        "keeps": shown.definition.keeps_something,
        "knows_people": len(shown.definition.modes) > 1,
        "uses": uses,
        "uncounted": _uncounted_by_volunteers(newest, uses),
        "is_shipped": found.key in shipped_forms(),
        "may_edit": request.member.may(Verb.EDIT, Thing.FORM),
    }
    giving = giving or GiveForm(keeps=newest.keeps_something)
    return form_page(request, "encounters/form.html", giving, **context)


def _version_asked(request: Request, versions: list[FormVersion]) -> FormVersion:
    """The newest, unless the address names another."""
    asked = request.GET.get("version", "")
    if not asked:
        return versions[0]
    for version in versions:
        if str(version.number) == asked:
            return version
    raise Http404


def _shown(form: Definition, field: Field) -> Shown:
    answers = [(one, PICTOGRAMS.get(one.icon, "")) for one in field.options]
    return Shown(field, answers, ways_counted(form, field))


def _uncounted_by_volunteers(form: Definition, uses: Any) -> list[str]:
    """Questions that volunteers ask for nothing: what is counted by team only, when they use it."""
    if all(use.team_id for use in uses):
        return []
    return [one.label for one in form.fields if one.counted is Counted.MEASURE]


# ------------------------------------------------------------------------------- make and change


@members_only(Verb.EDIT, Thing.FORM)
@read_or_post
def new(request: Request) -> HttpResponse:
    """A form that did not exist, blank or copied from another."""
    start = None
    if copied := request.GET.get("copie"):
        found = form_for(request.member, copied).newest.definition
        start = replace(found, title=f"{found.title[:70]} (copie)")
    return _making_page(request, None, start)


@members_only(Verb.EDIT, Thing.FORM)
@read_or_post
def edit(request: Request, key: str) -> HttpResponse:
    """Another version of a form; those that missions ship are copied, not changed."""
    found = form_for(request.member, key, Verb.EDIT)
    if found.key in shipped_forms():
        status = 422 if request.method == "POST" else 200
        context = {"encounter_form": found, "title": found.newest.definition.title}
        return render(request, "encounters/shipped_form.html", context, status=status)
    return _making_page(request, found, found.newest.definition)


def _making_page(request: Request, found: Form | None, start: Definition | None) -> HttpResponse:
    """What was typed, as long as it is not saved; then the page of the form."""
    touched = Touched()
    if request.method != "POST":
        head = HeadForm(initial=HeadForm.initial_of(start) if start else {})
        draft = Draft.of(start) if start else Draft()
    elif SAVE not in request.POST:
        head, draft = HeadForm.typed(request.POST), Draft.posted(request.POST)
        touched = draft.press(request.POST)
    else:
        head, draft = HeadForm(request.POST), Draft.posted(request.POST)
        if head.is_valid() and (saved := _saved(request, head, draft, found)):
            messages.success(request, f"« {saved.newest.definition.title} » est enregistré.")
            return redirect("encounters:form", saved.key)
    context = {
        "encounter_form": found,
        "title": start.title if start else "",
        "version": found.newest.number if found else 0,
        "draft": draft,
        "touched": touched,
        "kinds": Kind.choices,
        "ways": WAYS.items(),
        "pictograms": _pictograms(),
    }
    return form_page(request, "encounters/edit_form.html", head, **context)


def _saved(request: Request, head: HeadForm, draft: Draft, found: Form | None) -> Form | None:
    """The form that was saved; nothing when the page must say why it was not."""
    try:
        _refuse_stale(found, request.POST.get("version", ""))
        key = found.key if found else _new_key(head.cleaned_data["title"])
        definition = head.as_definition(draft, key=key, known=_known_keys(found))
        return actions.save_form(definition, by=request.member.actor)
    except BadDefinition as error:
        head.add_error(None, str(error))
        return None


def _refuse_stale(found: Form | None, read: str) -> None:
    """A version that one has not read is not replaced unknowingly."""
    if found is not None and read != str(found.newest.number):
        raise BadDefinition(
            "Quelqu’un a enregistré ce formulaire pendant que vous écriviez. Relisez sa dernière "
            "version ; si vous enregistrez de nouveau, la vôtre viendra après elle."
        )


def _known_keys(found: Form | None) -> Known:
    """What the form has asked so far: an answer that comes back finds its counter again."""
    known: dict[str, set[str]] = {}
    for version in found.versions.order_by("number") if found else ():
        for field in version.definition.fields:
            known.setdefault(field.key, set()).update(one.key for one in field.options)
    return known


def _new_key(title: str) -> str:
    taken = {*Form.objects.order_by().values_list("key", flat=True), *shipped_forms(), *RESERVED}
    return key_from(title, taken, otherwise="formulaire")


def _pictograms() -> list[tuple[str, str, str]]:
    """Name, words, drawing; in the order of the words."""
    rows = [(name, PICTOGRAM_NAMES.get(name, name), path) for name, path in PICTOGRAMS.items()]
    return sorted(rows, key=lambda row: key_from(row[1], (), otherwise=""))
