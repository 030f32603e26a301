"""Photos of sites: add, remove, serve."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.places import actions
from ruche.places.access import photo_for, site_for
from ruche.places.errors import BadPhoto
from ruche.places.forms.sites import PhotoForm
from ruche.places.views import form_page

ONE_YEAR = 31_536_000


@members_only(Verb.SEE, Thing.SITE)
@require_safe
def photo(request: Request, pk: UUID) -> FileResponse:
    """The picture itself. Its address never shows another one: a browser keeps it for a year."""
    held = photo_for(request.member, pk)
    try:
        file = held.image.open("rb")
    except FileNotFoundError as error:
        raise Http404("the file of this photo is missing") from error
    return FileResponse(
        file,
        content_type="image/webp",
        headers={
            "Content-Disposition": "inline",
            "Cache-Control": f"private, max-age={ONE_YEAR}, immutable",
        },
    )


@members_only(Verb.EDIT, Thing.SITE)
@require_http_methods(["GET", "HEAD", "POST"])
def add_photo(request: Request, pk: UUID) -> HttpResponse:
    """One more photo of a site."""
    site = site_for(request.member, pk, Verb.EDIT)
    form = PhotoForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file, alternative = form.cleaned_data["file"], form.cleaned_data["alternative"]
        try:
            actions.add_photo(site, file, alternative=alternative, by=request.member)
        except BadPhoto as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, "La photo est ajoutée.")
            return redirect("places:site", pk)
    return form_page(request, "places/photo_form.html", form, site=site)


@members_only(Verb.EDIT, Thing.SITE)
@require_POST
def remove_photo(request: Request, pk: UUID) -> HttpResponse:
    """The photo and its file go."""
    held = photo_for(request.member, pk, Verb.EDIT)
    actions.remove_photo(held, by=request.member)
    messages.success(request, "La photo est retirée.")
    return redirect("places:site", held.site_id)
