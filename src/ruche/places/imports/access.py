"""Who may import what: a right over the whole network is asked, for what the file is about."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from ruche.accounts.models import Member
from ruche.places.imports.formats import FORMATS, Format
from ruche.places.imports.models import ImportBatch


def format_for(member: Member, key: str) -> Format:
    """A format that the member may import; 404 when there is none, 403 when she may not."""
    form = FORMATS.get(key)
    if form is None:
        raise Http404(key)
    if not (member.is_active and member.grants(form.verb, form.thing).network):
        raise PermissionDenied
    return form


def batch_for(member: Member, pk: UUID) -> ImportBatch:
    """A batch whose format the member may import."""
    batch = get_object_or_404(ImportBatch.objects.select_related("made_by"), pk=pk)
    format_for(member, batch.format)
    return batch
