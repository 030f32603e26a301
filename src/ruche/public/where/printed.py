"""The posters and the leaflets of "Où et quand", to be printed and pinned up.

What an address says wrongly is not refused: the volunteer who prints gets the usual paper.
"""

import re
from datetime import date
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from ruche.languages import Language
from ruche.public.where import asking, printing, views
from ruche.public.where.pages import site_named

MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)
MONTHS_AHEAD = 12
USUAL_PAPER: printing.PaperSize = "a4"


@require_safe
def poster(request: HttpRequest, language: Language, pk: UUID) -> HttpResponse:
    """The dates of a site in a month (`mois`), on A4 or A3 (`format`).

    For a site that is unknown or closed, the answer is that of its page.
    """
    now = timezone.now()
    today = timezone.localdate(now)
    site = site_named(pk)
    if site is None or (site.closed_on and site.closed_on <= today):
        return views.place(request, language=language, pk=pk)
    month = read_month(request.GET.get("mois", ""), today)
    paper = read_paper(request.GET.get("format", ""))
    made = printing.poster(site, month, language, paper=paper, now=now)
    name = f"affiche {site.commune.title} {site.name} {month:%Y-%m} {language.code} {paper}"
    return _pdf(printing.typeset(made), name)


@require_safe
def leaflet(request: HttpRequest, language: Language) -> HttpResponse:
    """The sites that answer a search: the parameters of the page, and the same answer."""
    asked = asking.read(request.GET)
    made = printing.leaflet(asked, language, now=timezone.now())
    where = asked.here.commune.title if asked.here else settings.NETWORK_DEPARTEMENT
    return _pdf(printing.typeset(made), f"depliant {where} {asked.need} {language.code}")


def read_month(text: str, today: date) -> date:
    """The first day of « 2026-12 »; of this month for what is over, far ahead or not a month."""
    this = today.replace(day=1)
    found = MONTH.fullmatch(text)
    month = date(int(found[1]), int(found[2]), 1) if found else this
    ahead = 12 * (month.year - this.year) + month.month - this.month
    return month if 0 <= ahead <= MONTHS_AHEAD else this


def read_paper(text: str) -> printing.PaperSize:
    """« a3 » is A3; anything else is the paper that everyone has."""
    return next((size for size in printing.SIZES if size == text), USUAL_PAPER)


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{slugify(name)}.pdf"'
    response.headers["Cache-Control"] = "public, max-age=900"
    return response
