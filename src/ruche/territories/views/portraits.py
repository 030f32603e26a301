"""The map of the network's intercommunalités, and the portrait of any territory."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypedDict

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from ruche.core.components import File
from ruche.engines.portraits import sentences
from ruche.engines.portraits.facts import Fact, Portrait, Reference, ReferenceKind, split_value
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.margins import MEANING_LABELS, Meaning, Outcome
from ruche.french.numbers import ordinal
from ruche.geography.models import Territory
from ruche.territories import drawings, queries
from ruche.territories.access import (
    UnknownTerritory,
    current_edition,
    indicator_for,
    territory_for,
)
from ruche.territories.comments import comment_on
from ruche.territories.links import indicator_url, links
from ruche.territories.models import Edition
from ruche.territories.templatetags.portraits import fact_number

DEFAULT_INDICATOR = "rev_pauvrete"

View = Callable[..., HttpResponse]


def helpful_404(view: View) -> View:
    """Answer an unknown territory with a search, and with what resembles what was typed."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except UnknownTerritory as missing:
            return _unknown(request, str(missing))

    return answer


def _unknown(request: HttpRequest, address: str) -> HttpResponse:
    """The page for an address that has no portrait; a commune leads to its intercommunalité."""
    territory = queries.territory_by_address(address)
    words = address.replace("-", " ")
    context = {
        **links(),
        "address": address,
        "territory": territory,
        "parents": queries.parents_of(territory) if territory else {},
        "found": list(Territory.objects.search(words)[:8]),
    }
    return render(request, "territories/unknown.html", context, status=404)


@require_safe
def unknown(request: HttpRequest, address: str) -> HttpResponse:
    """An address written otherwise (« DEP-32 ») leads to its portrait; another offers a search."""
    territory = queries.territory_by_address(address)
    if territory and queries.has_portrait(territory, current_edition()):
        return redirect("territories:portrait", territory.pk)
    return _unknown(request, address)


@require_safe
@vary_on_headers("HX-Request")
def index(request: HttpRequest) -> HttpResponse:
    """The network's intercommunalités on a map and in order, for the indicator that one chooses."""
    edition = current_edition()
    known = edition.known
    choices = [i for i in queries.catalogue().indicators if known.get(i.id, {}).get(Level.EPCI)]
    asked = request.GET.get("indicateur", DEFAULT_INDICATOR)
    chosen = indicator_for(asked if known.get(asked) else DEFAULT_INDICATOR)
    departement = settings.NETWORK_DEPARTEMENT
    rows = queries.ranking(edition, chosen, level=Level.EPCI, departement=departement)
    home = queries.territory_by_address(f"dep-{departement}")
    figures = queries.figures_of(edition, [home.pk] if home else [])
    reference = figures.get(home.pk, {}).get(chosen.id) if home else None
    context = {
        **links(),
        "edition": edition,
        "departement": home,
        "indicator": chosen,
        "choices": _grouped_choices(choices),
        "rows": rows,
        "year": next((row.figure.year for row in rows), None),
        "map": drawings.level_map(
            chosen,
            {row.territory.code: (row.territory.title, row.figure) for row in rows},
            level=Level.EPCI,
            title=f"{chosen.label} par intercommunalité",
        ),
        "bars": drawings.bars(
            chosen,
            [(row.territory.title, row.figure) for row in rows],
            title=f"{chosen.label} : les intercommunalités classées",
            reference=drawings.reading(chosen, home.title, reference)
            if home and reference and reference.value is not None
            else None,
        ),
        "straddling": queries.straddling(departement),
    }
    return render(request, _template(request, "territories/index.html", "result"), context)


def _template(request: HttpRequest, name: str, part: str) -> str:
    """The whole page, or the part that htmx asked for."""
    htmx = getattr(request, "htmx", None)
    return f"{name}#{part}" if htmx and not htmx.boosted else name


def _grouped_choices(indicators: list[Any]) -> list[tuple[str, list[Any]]]:
    themes = queries.catalogue().themes
    return [(t.label, [i for i in indicators if i.theme == t.id]) for t in themes]


class Row(TypedDict):
    """One indicator in the table of a portrait, ready to be shown.

    A dictionary with flat keys: templates find them at the first try, hundreds of times a page.
    """

    label: str
    url: str
    about: str
    """Year and unit: « 2021, en % »."""
    third_party: str
    """Where a third party's figure comes from; empty for the others."""
    value: SafeString
    cells: SafeString
    strip: SafeString
    rank: str
    margin: str
    symbol: str
    symbol_text: str


SIGNS = {
    Outcome.ABOVE: "↑",
    Outcome.BELOW: "↓",
    Outcome.SIMILAR: "≈",
    Outcome.NOT_COMPARED: "",
}
SYMBOLS = {Meaning.FAVOURABLE: "●", Meaning.FRAGILE: "▲", Meaning.NEUTRAL: ""}

REFERENCES: dict[str, str] = {
    "epci": "L’intercommunalité",
    "departement": "Le département",
    "region": "La région",
    "france": "La France",
    "peers": "Les territoires comparables",
}


@require_safe
@vary_on_headers("HX-Request")
@helpful_404
def portrait(request: HttpRequest, address: str) -> HttpResponse:
    """The portrait: key figures, the essential in sentences, the tables, the drawings."""
    edition = current_edition()
    territory = territory_for(address, edition)
    family = queries.family_of(territory)
    found = queries.portrait_of(territory, edition, family)
    asked = request.GET.get("reference", "")
    context = portrait_context(found, territory, edition, family, asked)
    return render(request, _template(request, "territories/portrait.html", "portrait"), context)


def portrait_context(
    found: Portrait,
    territory: Territory,
    edition: Edition,
    family: queries.Family,
    asked: str,
) -> dict[str, Any]:
    """Everything that the page of a portrait shows."""
    kinds = available_references(found)
    reference = asked if asked in kinds else next(iter(kinds), "")
    return {
        **links(territory),
        "edition": edition,
        "territory": territory,
        "portrait": found,
        "parents": family.parents,
        "siblings": family.group,
        "reference": reference,
        "reference_label": _named(found, reference) if reference else "",
        "reference_choices": [(kind, REFERENCES[kind]) for kind in kinds],
        "key_facts": [fact for fact in found.facts if fact.indicator.key],
        "essentials": sentences.essentials(found),
        "strengths": _highlights(found, Meaning.FAVOURABLE),
        "weaknesses": _highlights(found, Meaning.FRAGILE),
        "columns": [_column(found, kind) for kind in kinds],
        "themes": [
            (
                theme,
                [
                    _row(found, fact, kinds, reference)
                    for fact in found.of_theme(theme.id)
                    if fact.known or fact.figure.year
                ],
            )
            for theme in queries.catalogue().themes
        ],
        "absent": [fact for fact in found.facts if not fact.known and not fact.figure.year],
        "comment": comment_on(territory, edition),
        "drawings": _drawings(found, territory, edition, family),
        "downloads": downloads_of(territory),
        "straddles": _straddles(territory),
        "legend": _legend(found),
    }


def available_references(found: Portrait) -> list[ReferenceKind]:
    """The kinds of reference that this portrait has, nearest first."""
    order: list[ReferenceKind] = ["epci", "departement", "region", "france", "peers"]
    present = {ref.kind for fact in found.known for ref in fact.references}
    return [kind for kind in order if kind in present]


def _column(found: Portrait, kind: str) -> tuple[str, str]:
    label = next((r.label for fact in found.known for r in fact.references if r.kind == kind), "")
    return kind, "Comparables" if kind == "peers" else label


def the(reference: Reference) -> str:
    """The reference inside a sentence: « le Gers », « les territoires comparables »."""
    if reference.territory is None:
        return "les territoires comparables"
    return reference.territory.toponym.the


def _named(found: Portrait, kind: str) -> str:
    return next(the(r) for fact in found.known for r in fact.references if r.kind == kind)


def _highlights(found: Portrait, wanted: Meaning) -> list[str]:
    chosen = sentences.highlights(found, wanted)
    return [sentences.highlight_sentence(h) for h in chosen] or [
        sentences.nothing_stands_out(wanted)
    ]


def _row(found: Portrait, fact: Fact, kinds: list[ReferenceKind], reference: str) -> Row:
    against = fact.reference(reference) if reference else None  # type: ignore[arg-type]
    read = against.meaning if against else Meaning.NEUTRAL
    unit = fact.indicator.unit.removesuffix(" de variation")
    return Row(
        label=fact.indicator.label,
        third_party=fact.provenance if fact.third_party else "",
        url=indicator_url(fact.indicator.id),
        about=f"{fact.figure.year}, en {unit}"
        if unit in ("%", "‰")
        else f"{fact.figure.year}, {unit}",
        value=fact_number(fact),
        cells=mark_safe("".join(_cell(fact, kind, chosen=kind == reference) for kind in kinds)),  # noqa: S308 - numbers and labels of ours
        strip=mark_safe(drawings.position_strip(found, fact).svg),  # noqa: S308 - drawn by us
        rank=rank_text(fact) or "–",
        margin=drawings.margin_text(fact) or "",
        symbol=SYMBOLS[read],
        symbol_text=f"{MEANING_LABELS[read]} que {the(against)}"
        if against and read is not Meaning.NEUTRAL
        else "",
    )


def rank_text(fact: Fact) -> str:
    """« 8e sur 15 », or nothing for a figure that is not ranked."""
    return placed(fact.figure.rank, fact.figure.count)


def placed(rank: int | None, count: int | None) -> str:
    """« 8e sur 15 »; nothing in a group of one."""
    if rank is None or not count or count < 2:
        return ""
    return f"{ordinal(rank)} sur {count}"


def _cell(fact: Fact, kind: ReferenceKind, *, chosen: bool) -> str:
    """A reference in the table: its value, and whether ours is above or below; or its state."""
    head = '<td class="numeric chosen">' if chosen else '<td class="numeric">'
    ref = fact.reference(kind)
    if ref is None:
        return f"{head}–</td>"
    if ref.figure.value is None:
        state = ref.figure.state
        return f'{head}<span class="status status-{state.code}">{state.label}</span></td>'
    text, _ = split_value(fact.indicator, ref.figure.value)
    sign = SIGNS[ref.outcome]
    shown = f'<span class="sign" aria-hidden="true">{sign}</span>' if sign else ""
    return f"{head}{text}{shown}</td>"


TRENDS = (
    "pop_total",
    "log_vac",
    "log_surocc",
    "rev_pauvrete",
    "emp_taux",
    "pop_75p",
    "emp_tpartiel",
)
MAPPED = ("rev_pauvrete", "pop_75p")


def _drawings(
    found: Portrait, territory: Territory, edition: Edition, family: queries.Family
) -> dict[str, Any]:
    """The larger figures of a portrait."""
    histories = []
    for name in TRENDS:
        fact = found.get(name)
        drawn = drawings.history(found, fact) if fact and fact.known else None
        if fact and drawn:
            histories.append(
                (fact, drawn, sentences.trend_sentence(fact), list(fact.indicator.breaks))
            )
    shown = next((found.get(n) for n in MAPPED if found.get(n) and found.get(n).known), None)  # type: ignore[union-attr]
    return {
        "ages": drawings.ages(found),
        "histories": histories,
        "group": _group_drawings(found, shown, territory, edition, family) if shown else None,
    }


def _group_drawings(
    found: Portrait,
    fact: Fact,
    territory: Territory,
    edition: Edition,
    family: queries.Family,
) -> dict[str, Any]:
    """The map and the bars of the group, on one indicator."""
    figures = queries.figures_of_indicator(edition, fact.indicator, family.addresses)
    known = [(other, figures[other.pk]) for other in family.group if other.pk in figures]
    against = fact.reading
    return {
        "fact": fact,
        "map": drawings.level_map(
            fact.indicator,
            {other.code: (other.title, figure) for other, figure in known},
            level=territory.scale,
            title=f"{fact.indicator.label}, {fact.figure.year}",
            highlight=territory.code,
        ),
        "bars": drawings.bars(
            fact.indicator,
            [(other.title, figure) for other, figure in known],
            title=f"{fact.indicator.label} : {found.group_label}",
            highlight=territory.title,
            reference=drawings.reading(fact.indicator, against.label, against.figure)
            if against
            else None,
        ),
    }


def _straddles(territory: Territory) -> list[tuple[Territory, int, int]]:
    """For an EPCI, its parts by département; for a département, the EPCIs counted elsewhere."""
    if territory.scale is Level.DEPARTEMENT:
        return queries.straddling(territory.code)
    if territory.scale is Level.EPCI:
        return queries.parts_by_departement(territory)
    return []


def _legend(found: Portrait) -> SafeString:
    labels = [
        (kind, label) for kind, label in (_column(found, k) for k in available_references(found))
    ]
    marks = [(kind, label) for kind, label in labels if kind in drawings.KINDS]
    from ruche.engines import figures

    legend = figures.strip_legend(
        found.territory.title,
        marks,  # type: ignore[arg-type]
        key="legende-bandes",
        group_label=found.group_label or None,
        margin_label="marge d’erreur à 95 %",
    )
    return mark_safe(legend.svg)  # noqa: S308 - drawn by us


def downloads_of(territory: Territory) -> list[File]:
    """Everything that can be taken away from a portrait."""

    def url(kind: str) -> str:
        return reverse(f"territories:portrait-{kind}", args=[territory.pk])

    files = [
        File("Livret à imprimer", url("pdf"), "PDF accessible"),
        File("Tableau", url("xlsx"), "XLSX"),
        File("Données", url("csv"), "CSV"),
        File("Données pour les programmes", url("json"), "JSON"),
        File("Contour et chiffres clés", url("geojson"), "GeoJSON"),
    ]
    return files if territory.scale is not Level.COMMUNE else files[1:]


@require_safe
@helpful_404
def place(request: HttpRequest, address: str) -> HttpResponse:
    """Where the territory stands in the département, the région and the nation."""
    edition = current_edition()
    territory = territory_for(address, edition)
    found = queries.portrait_of(territory, edition)
    rows = [(fact, sentences.reading(fact, found), _country_place(fact)) for fact in found.known]
    context = {
        **links(territory),
        "edition": edition,
        "territory": territory,
        "portrait": found,
        "parents": queries.parents_of(territory),
        "themes": [
            (theme, [row for row in rows if row[0].indicator.theme == theme.id])
            for theme in queries.catalogue().themes
        ],
        "wide_label": "du département" if territory.scale is Level.COMMUNE else "de France",
    }
    return render(request, "territories/place.html", context)


def _country_place(fact: Fact) -> dict[str, Any]:
    figure = fact.figure
    return {
        "rank": rank_text(fact),
        "rank_wide": placed(figure.rank_wide, figure.count_wide),
        "percentile": figure.percentile,
    }


@require_safe
@helpful_404
def peers(request: HttpRequest, address: str) -> HttpResponse:
    """The ten most comparable intercommunalités, on three bases, and why."""
    from ruche.engines.portraits.peers import BASES

    edition = current_edition()
    territory = territory_for(address, edition)
    if territory.scale is not Level.EPCI:
        raise UnknownTerritory(address)
    catalogue = queries.catalogue()
    bases = []
    for base in BASES:
        rows = [
            {
                "peer": peer,
                "closest": [catalogue.by_id[i] for i in peer.closest if i in catalogue.by_id],
                "farthest": [catalogue.by_id[i] for i in peer.farthest if i in catalogue.by_id],
            }
            for peer in queries.peers_of(edition, territory, base)
        ]
        bases.append((base, rows))
    context = {
        **links(territory),
        "edition": edition,
        "territory": territory,
        "parents": queries.parents_of(territory),
        "bases": bases,
    }
    return render(request, "territories/peers.html", context)
