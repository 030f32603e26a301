"""The pages of imports: send a file, say its columns, read the preview, apply, undo."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.core.components import File
from ruche.core.spreadsheets import UnreadableSpreadsheet, as_csv, as_xlsx, recognised
from ruche.core.spreadsheets.limits import MOST_BYTES
from ruche.core.spreadsheets.writing import CSV_TYPE, XLSX_TYPE
from ruche.core.typesetting import typographic
from ruche.places.imports import actions, queries, running, samples
from ruche.places.imports.access import batch_for, format_for
from ruche.places.imports.enums import WRITTEN, BatchStatus, Decision, LineState
from ruche.places.imports.errors import ImportRefused
from ruche.places.imports.formats import FORMATS, Format, formats_for
from ruche.places.imports.forms import FileForm, chosen_columns, decisions
from ruche.places.imports.models import ImportBatch
from ruche.places.views import form_page

PER_PAGE = 50
STEPS = ("Fichier", "Colonnes", "Aperçu", "Résultat")
STUCK_AFTER = 20
"""Seconds after which a work that nobody began is offered to be done at once."""

READ_FIRST = (
    LineState.REFUSED, LineState.DOUBTFUL, LineState.CHANGE, LineState.CREATE, LineState.SAME,
    LineState.REPEATED, LineState.OUTSIDE,
)  # fmt: skip
TITLES = {
    LineState.REFUSED: "Refusées",
    LineState.DOUBTFUL: "À vérifier",
    LineState.CHANGE: "À modifier",
    LineState.CREATE: "À créer",
    LineState.SAME: "Inchangées",
    LineState.REPEATED: "En double",
    LineState.OUTSIDE: "Laissées de côté",
}
ALREADY = {LineState.CHANGE: "Modifiées", LineState.CREATE: "Créées"}
"""Titles of the lines of a file, before and after they are written."""

EXTENSIONS = {"csv": CSV_TYPE, "xlsx": XLSX_TYPE}


# ----------------------------------------------------------------------------------- files


@members_only(Verb.EDIT, Thing.SITE)
@require_safe
def imports(request: Request) -> HttpResponse:
    """The files that were sent, and what became of them."""
    known = [form.key for form in formats_for(request.member)]
    batches = ImportBatch.objects.filter(format__in=known).select_related("made_by")
    page = Paginator(batches, PER_PAGE).get_page(request.GET.get("page"))
    lines = [(batch, FORMATS[batch.format].label, _kind_of(batch.status)) for batch in page]
    return render(request, "places/imports/imports.html", {"page": page, "lines": lines})


def _kind_of(status: str) -> str:
    return {BatchStatus.APPLIED: "success", BatchStatus.UNDONE: "neutral"}.get(
        BatchStatus(status), "warning"
    )


@members_only(Verb.EDIT, Thing.SITE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_import(request: Request) -> HttpResponse:
    """Send a file. Sent twice by the same page, it is one batch."""
    formats = formats_for(request.member)
    form = FileForm(request.POST or None, request.FILES or None, formats=formats)
    if form.is_valid():
        sent = ImportBatch.objects.filter(pk=form.cleaned_data["batch"]).first()
        if sent is not None:
            return redirect("places:import", sent.pk)
        try:
            return _start(request, form)
        except UnreadableSpreadsheet as error:
            form.add_error("file", typographic(str(error)))
    return form_page(
        request,
        "places/imports/new.html",
        form,
        steps=STEPS,
        models=[(one, _model_files(one)) for one in formats if not one.is_closed],
        published=[one for one in formats if one.is_closed],
    )


def _start(request: Request, form: FileForm) -> HttpResponse:
    sent = format_for(request.member, form.cleaned_data["format"])
    pk = form.cleaned_data["batch"]
    data = form.cleaned_data["file"].read(MOST_BYTES + 1)
    try:
        batch = actions.start(sent, data, by=request.member, pk=pk)
    except IntegrityError:  # the same page, sent twice at the same moment
        return redirect("places:import", pk)
    running.start(batch, by=request.member)
    return redirect("places:import", batch.pk)


def _model_files(form: Format) -> list[File]:
    return [
        File(
            "Modèle", reverse("places:import-model", args=[form.key, extension]), extension.upper()
        )
        for extension in ("xlsx", "csv")
    ]


@members_only(Verb.EDIT, Thing.SITE)
@require_safe
def import_model(request: Request, key: str, extension: str) -> HttpResponse:
    """A file to fill in: headers, two lines made up, and what each column may hold."""
    form = format_for(request.member, key)
    if extension not in EXTENSIONS or form.is_closed:
        raise Http404(extension)
    write = samples.sample_csv if extension == "csv" else samples.sample_xlsx
    return _file(write(form), f"modele-{form.key}", extension)


def _file(content: bytes, name: str, extension: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=EXTENSIONS[extension],
        headers={"Content-Disposition": f'attachment; filename="{name}.{extension}"'},
    )


# --------------------------------------------------------------------------------- a batch


@members_only(Verb.EDIT, Thing.SITE)
@require_safe
def show_import(request: Request, pk: UUID) -> HttpResponse:
    """Where a batch stands: its columns, how far the work is, its preview, its result."""
    batch = batch_for(request.member, pk)
    if batch.is_at_work:
        return _progress(request, batch)
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponseClientRefresh()
    if batch.status == BatchStatus.COLUMNS:
        return _columns(request, batch)
    return _lines(request, batch)


def _progress(request: Request, batch: ImportBatch) -> HttpResponse:
    done, total = running.progress_of(batch)
    waited = (timezone.now() - (batch.started_at or batch.made_at)).total_seconds()
    context = {
        "batch": batch,
        "done": done,
        "total": total,
        "percent": round(100 * done / total) if total else 0,
        "may_resume": bool(batch.trouble) or waited > STUCK_AFTER,
        "may_drop": batch.status == BatchStatus.PREPARING,
    }
    return render(request, "places/imports/progress.html", context)


def _columns(request: Request, batch: ImportBatch, trouble: str = "") -> HttpResponse:
    form = FORMATS[batch.format]
    said = chosen_columns(request.POST, form, len(batch.sheet["headers"]))
    chosen = said if request.POST else recognised(batch.sheet["headers"], form.names)
    missing = [column.label for column in form.required if column.key not in chosen.values()]
    context = {
        "batch": batch,
        "form": form,
        "steps": STEPS,
        "headers": queries.header_choices(batch, chosen),
        "options": [("", "Ne pas lire"), *((one.key, one.label) for one in form.columns)],
        "missing": missing,
        "trouble": trouble,
        "lines": len(batch.sheet["lines"]),
    }
    status = 422 if trouble else 200
    return render(request, "places/imports/columns.html", context, status=status)


@members_only(Verb.EDIT, Thing.SITE)
@require_POST
def choose_columns(request: Request, pk: UUID) -> HttpResponse:
    """Say what each column of the file is; the others are forgotten."""
    batch = batch_for(request.member, pk)
    if batch.status != BatchStatus.COLUMNS:
        return redirect(batch)
    chosen = chosen_columns(request.POST, FORMATS[batch.format], len(batch.sheet["headers"]))
    try:
        batch = actions.choose_columns(batch, chosen)
    except ImportRefused as error:
        return _columns(request, batch, str(error))
    running.start(batch, by=request.member)
    return redirect(batch)


def _lines(request: Request, batch: ImportBatch) -> HttpResponse:
    """The preview, or the result: the same lines, with what is to be done or was done."""
    counts = queries.counts_of(batch)
    state = _asked_state(request, counts)
    lines = batch.lines.filter(state=state).order_by("number")
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    form = FORMATS[batch.format]
    titles = {} if batch.status == BatchStatus.READY else ALREADY
    told = [(x, titles.get(x, TITLES[x]), counts[x]) for x in READ_FIRST if counts[x]]
    context = {
        "batch": batch,
        "form": form,
        "steps": STEPS,
        "step": 3 if batch.status == BatchStatus.READY else 4,
        "is_ready": batch.status == BatchStatus.READY,
        "is_applied": batch.status == BatchStatus.APPLIED,
        "is_undone": batch.status == BatchStatus.UNDONE,
        "stats": [(title, number) for _, title, number in told],
        "tabs": [(f"{title} ({number})", f"?etat={one}") for one, title, number in told],
        "tab": f"?etat={state}",
        "state": state,
        "is_doubtful": state == LineState.DOUBTFUL,
        "page": page,
        "lines": queries.shown(batch, page),
        "to_write": sum(counts[one] for one in WRITTEN),
        "created": counts[LineState.CREATE],
        "changed": counts[LineState.CHANGE],
        "refused": counts[LineState.REFUSED],
        "doubtful": counts[LineState.DOUBTFUL],
        "to_mend": counts[LineState.REFUSED] + counts[LineState.DOUBTFUL],
        "fates": queries.fates_of(batch),
    }
    return render(request, "places/imports/batch.html", context)


def _asked_state(request: Request, counts: dict[str, int]) -> str:
    """The state that the address asks for; the first one that has lines otherwise."""
    asked = request.GET.get("etat", "")
    if asked in counts:
        return asked
    return next((one for one in READ_FIRST if counts[one]), LineState.SAME)


@members_only(Verb.EDIT, Thing.SITE)
@require_POST
def decide(request: Request, pk: UUID) -> HttpResponse:
    """Say of lines that resemble something what they are."""
    batch = batch_for(request.member, pk)
    said = decisions(request.POST)
    if request.POST.get("toutes") == Decision.ANOTHER:
        doubtful = batch.lines.filter(state=LineState.DOUBTFUL).order_by("number")
        said = dict.fromkeys(doubtful.values_list("number", flat=True), str(Decision.ANOTHER))
    try:
        batch = actions.decide(batch, said)
    except ImportRefused as error:
        messages.error(request, typographic(str(error)))
    running.start(batch, by=request.member)
    return redirect(batch)


@members_only(Verb.EDIT, Thing.SITE)
@require_POST
def apply_import(request: Request, pk: UUID) -> HttpResponse:
    """Write what the preview told. Sent twice, it is done once."""
    batch = batch_for(request.member, pk)
    version = request.POST.get("version", "")
    try:
        batch = actions.ask_to_apply(batch, version=int(version) if version.isdigit() else 0)
    except ImportRefused as error:
        messages.error(request, typographic(str(error)))
    running.start(batch, by=request.member)
    return redirect(batch)


@members_only(Verb.EDIT, Thing.SITE)
@require_http_methods(["GET", "HEAD", "POST"])
def undo_import(request: Request, pk: UUID) -> HttpResponse:
    """Undo a batch, once someone has said yes. Sent twice, it is done once."""
    batch = batch_for(request.member, pk)
    if request.method == "POST":
        batch = actions.ask_to_undo(batch)
        running.start(batch, by=request.member)
        return redirect(batch)
    context = {
        "batch": batch,
        "form": FORMATS[batch.format],
        "counts": queries.counts_of(batch),
        "is_applied": batch.status == BatchStatus.APPLIED,
    }
    return render(request, "places/imports/undo.html", context)


@members_only(Verb.EDIT, Thing.SITE)
@require_POST
def drop_import(request: Request, pk: UUID) -> HttpResponse:
    """Forget a file that was not applied."""
    batch = batch_for(request.member, pk)
    try:
        actions.drop(batch)
    except ImportRefused as error:
        messages.error(request, typographic(str(error)))
        return redirect(batch)
    messages.success(request, "Ce fichier est oublié : rien n’avait été enregistré.")
    return redirect("places:imports")


@members_only(Verb.EDIT, Thing.SITE)
@require_POST
def resume_import(request: Request, pk: UUID) -> HttpResponse:
    """Do at once a work that was asked and that nobody ended."""
    batch = batch_for(request.member, pk)
    running.work(batch.pk, request.member.pk)
    return redirect(batch)


@members_only(Verb.EDIT, Thing.SITE)
@require_safe
def lines_to_mend(request: Request, pk: UUID, extension: str) -> HttpResponse:
    """The lines that were refused or left aside, with what must be corrected, to send again."""
    batch = batch_for(request.member, pk)
    if extension not in EXTENSIONS:
        raise Http404(extension)
    headers, rows = queries.headers_to_mend(batch), list(queries.rows_to_mend(batch))
    content = (
        as_csv(headers, rows)
        if extension == "csv"
        else as_xlsx(headers, rows, title=queries.TO_MEND)
    )
    return _file(content, f"a-corriger-{batch.format}", extension)
