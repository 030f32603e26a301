"""What a booklet says, as plain data in reading order: the template only lays it out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ruche.engines.portraits import sentences
from ruche.engines.portraits.booklet.comment import blocks
from ruche.engines.portraits.catalogue import Catalogue, Indicator, Theme
from ruche.engines.portraits.facts import (
    RATES_OF_CHANGE,
    Fact,
    Figure,
    PeerTerritory,
    Portrait,
    ReferenceKind,
)
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.margins import Meaning
from ruche.engines.portraits.states import State
from ruche.french.numbers import NBSP, THIN, counted, number, ordinal, rounded, signed

KINDS: tuple[ReferenceKind, ...] = ("departement", "region", "france", "peers")
"""The columns of a table, from the nearest reference to the widest, then the comparable ones."""

CARDS = 7
"""Key figures that hold beside the population in the grid of the second page."""

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip

TITLES = {
    Level.COMMUNE: "Commune",
    Level.EPCI: "Intercommunalité",
    Level.DEPARTEMENT: "Département",
    Level.REGION: "Région",
    Level.FRANCE: "Pays",
}

IN_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
BEFORE_HIGH = re.compile(r" (?=[;!?%‰])")
BEFORE_COLON_OR_IN_QUOTES = re.compile(r" (?=:(?!\w))|(?<=«) | (?=»)")

WIDTH = re.compile(r'<svg[^>]*?\swidth="([\d.]+)"')


@dataclass(frozen=True)
class Drawing:
    """A drawing ready to be printed, and what it says to someone who does not see it."""

    svg: str
    alt: str
    """The alternative text; the booklet refuses a drawing without one."""
    title: str
    source: str
    note: str = ""
    """What must be read with it: its sentence, the reason of a rupture."""
    wide: bool = False
    """Whether it has a line of the page for itself, its note beside it."""

    @property
    def width(self) -> float:
        """In pixels, as its root element says; 360 when it does not."""
        found = WIDTH.search(self.svg)
        return float(found[1]) if found else 360.0


@dataclass(frozen=True)
class BookletDrawings:
    """The drawings of a booklet, each one optional: what is not drawn is still written."""

    cover: Drawing | None = None
    """The territory on the map of those around it."""
    legend: Drawing | None = None
    """What the symbols of the strips mean."""
    strips: Mapping[str, Drawing] = field(default_factory=dict)
    """By indicator: where the territory stands."""
    themes: Mapping[str, Sequence[Drawing]] = field(default_factory=dict)
    """By theme: ages, histories, bars and map of the group, in the order in which they are read."""


def booklet_content(
    portrait: Portrait,
    drawings: BookletDrawings,
    *,
    edition_date: str,
    network: str,
    edition_digest: str = "",
    comment: str = "",
) -> dict[str, Any]:
    """Everything that the booklet shows, JSON-ready. Texts are literal: nothing in them is markup.

    `edition_date` is an ISO date (« 2026-03-12 »), `comment` the network's Markdown. Raises
    `ValueError` for a date that is not one.
    """
    territory = portrait.territory
    columns = _columns(portrait)
    return {
        "title": f"Portrait de territoire{NBSP}: {territory.title}",
        "name": territory.title,
        "kind": TITLES[territory.level],
        "place": " · ".join(parent.title for parent in portrait.parents),
        "size": _size(portrait),
        "group": portrait.group_label,
        "network": network,
        "edition": {
            "id": portrait.edition,
            "date": edition_date,
            "date_text": french_date(date.fromisoformat(edition_date)),
            "digest": edition_digest,
        },
        "cover": _drawing(drawings.cover),
        "legend": _drawing(drawings.legend),
        "cards": _cards(portrait),
        "essentials": sentences.essentials(portrait) or [_nothing_known(portrait)],
        "strengths": _stands_out(portrait, Meaning.FAVOURABLE),
        "weaknesses": _stands_out(portrait, Meaning.FRAGILE),
        "columns": [label for _, label in columns],
        "themes": [_theme(portrait, theme, columns, drawings) for theme in _themes(portrait)],
        "comparable": _comparable(portrait),
        "comment": blocks(comment),
        "missing": _missing(portrait),
        "sources": _sources(portrait),
        "third_parties": _third_parties(portrait),
    }


def spaced(text: str) -> str:
    """A text of the catalogue with the no-break spaces that its file does not carry."""
    text = BEFORE_HIGH.sub(THIN, IN_THOUSANDS.sub(THIN, text))
    return BEFORE_COLON_OR_IN_QUOTES.sub(NBSP, text)


def french_date(day: date) -> str:
    """« 1er mars 2026 »"""
    return f"{ordinal(1) if day.day == 1 else day.day}{NBSP}{MONTHS[day.month - 1]}{NBSP}{day.year}"


def _size(portrait: Portrait) -> str:
    """« 26 communes · 8 727 habitants »"""
    territory, total = portrait.territory, portrait.get("pop_total")
    parts = []
    if territory.communes and territory.level is not Level.COMMUNE:
        parts.append(counted(territory.communes, "commune"))
    if total and total.figure.value is not None:
        parts.append(f"{counted(total.figure.value, 'habitant')} en {total.figure.year}")
    return " · ".join(parts)


def _nothing_known(portrait: Portrait) -> str:
    return (
        f"{sentences.place(portrait.territory.toponym)}, aucun des chiffres qui ouvrent un "
        "portrait n’est connu dans cette édition."
    )


def _drawing(drawing: Drawing | None) -> dict[str, Any] | None:
    if drawing is None:
        return None
    return {
        "svg": drawing.svg,
        "alt": drawing.alt,
        "title": spaced(drawing.title),
        "source": spaced(drawing.source),
        "note": spaced(drawing.note),
        "width": drawing.width,
        "wide": drawing.wide,
    }


def _catalogue(portrait: Portrait) -> Catalogue | None:
    return portrait.catalogue


def _themes(portrait: Portrait) -> list[Theme]:
    catalogue = _catalogue(portrait)
    return [theme for theme in catalogue.themes if portrait.of_theme(theme.id)] if catalogue else []


# --- key figures and messages ---------------------------------------------------------------------


def _cards(portrait: Portrait) -> list[dict[str, str]]:
    facts = [fact for fact in portrait.facts if fact.indicator.key]
    return [_card(fact) for fact in facts[: CARDS + 1]]


def _card(fact: Fact) -> dict[str, str]:
    """A key figure: its number, its unit, its year, and the nearest reference."""
    reading = fact.reading
    return {
        "label": spaced(fact.indicator.label),
        "value": short(fact.indicator, fact.figure),
        "unit": long_unit(fact.indicator) if fact.known else "",
        "state": _state(fact.figure),
        "note": _year_note(fact.figure),
        "reference": (
            f"{reading.label}{NBSP}: {short(fact.indicator, reading.figure)}" if reading else ""
        ),
    }


def _year_note(figure: Figure) -> str:
    parts = [str(figure.year)] if figure.year else []
    return " · ".join([*parts, *(["estimation"] if figure.estimated else [])])


def _stands_out(portrait: Portrait, wanted: Meaning) -> list[str]:
    chosen = sentences.highlights(portrait, wanted)
    said = [spaced(sentences.highlight_sentence(highlight)) for highlight in chosen]
    return said or [sentences.nothing_stands_out(wanted)]


# --- tables ---------------------------------------------------------------------------------------


def _columns(portrait: Portrait) -> list[tuple[ReferenceKind, str]]:
    """The references that some figure of the portrait has, with the heads of their columns."""
    found = []
    for kind in KINDS:
        labels = [
            ref.label for fact in portrait.facts for ref in fact.references if ref.kind == kind
        ]
        if labels:
            found.append((kind, "Comparables (médiane)" if kind == "peers" else labels[0]))
    return found


def _theme(
    portrait: Portrait,
    theme: Theme,
    columns: Sequence[tuple[ReferenceKind, str]],
    drawings: BookletDrawings,
) -> dict[str, Any]:
    shown = [fact for fact in portrait.of_theme(theme.id) if fact.known or fact.figure.year]
    return {
        "label": spaced(theme.label),
        "question": spaced(theme.question),
        "rows": [_row(fact, columns, drawings.strips.get(fact.indicator.id)) for fact in shown],
        "drawings": [_drawing(drawing) for drawing in drawings.themes.get(theme.id, ())],
    }


def _row(
    fact: Fact, columns: Sequence[tuple[ReferenceKind, str]], strip: Drawing | None
) -> dict[str, Any]:
    return {
        "label": spaced(fact.indicator.label),
        "about": _about(fact),
        "value": _cell(fact.indicator, fact.figure),
        "cells": [_reference_cell(fact, kind) for kind, _ in columns],
        "strip": _drawing(strip) if fact.known else None,
        "rank": rank_text(fact),
    }


def _about(fact: Fact) -> str:
    """Under the name of an indicator: « 2022 · calcul tiers · ± 1,4 pt »."""
    unit = fact.indicator.unit
    parts = [] if unit in {"%", "‰"} else [unit]
    if fact.figure.year:
        parts.append(str(fact.figure.year))
    if fact.third_party:
        parts.append("calcul tiers")
    decimals = max(1, fact.indicator.decimals)
    if fact.known and fact.figure.margin and rounded(fact.figure.margin, decimals):
        parts.append(f"±{NBSP}{number(fact.figure.margin, decimals)}{NBSP}pt")
    return " · ".join(parts)


def _cell(indicator: Indicator, figure: Figure, *, year: bool = False) -> dict[str, str]:
    notes = ["estimation"] if figure.estimated and figure.value is not None else []
    if year and figure.value is not None:
        notes.append(str(figure.year))
    return {
        "text": short(indicator, figure),
        "state": _state(figure),
        "notes": ", ".join(notes),
    }


def _reference_cell(fact: Fact, kind: ReferenceKind) -> dict[str, str]:
    reference = fact.reference(kind)
    if reference is None:
        missing = "non calculé" if kind == "peers" else State.MISSING.label
        return {"text": missing, "state": State.MISSING.code, "notes": ""}
    another_year = bool(fact.figure.year) and reference.figure.year != fact.figure.year
    return _cell(fact.indicator, reference.figure, year=another_year)


def _state(figure: Figure) -> str:
    missing = figure.state is State.VALUE and figure.value is None
    return (State.MISSING if missing else figure.state).code


def short(indicator: Indicator, figure: Figure) -> str:
    """A value for a narrow column: « 16,8 % », « 21 060 », « secret statistique »."""
    if figure.state is not State.VALUE or figure.value is None:
        return State.from_code(_state(figure).upper()).label
    writer = signed if indicator.unit in RATES_OF_CHANGE else number
    text = writer(figure.value, indicator.decimals)
    unit = indicator.unit
    return f"{text}{THIN}{unit[0]}" if unit.startswith(("%", "‰")) else text


def long_unit(indicator: Indicator) -> str:
    """What `short` leaves out of the unit: « par an », « € par an », nothing for « % »."""
    return indicator.unit.lstrip("%‰").strip()


def rank_text(fact: Fact) -> str:
    """« 8e sur 15 », or « non classé »."""
    figure = fact.figure
    if figure.rank is None or not figure.count or figure.count < 2:
        return "non classé"
    return f"{ordinal(figure.rank)} sur{NBSP}{figure.count}"


# --- comparable territories -----------------------------------------------------------------------


def _comparable(portrait: Portrait) -> dict[str, Any]:
    rows = [_peer(portrait, peer) for peer in portrait.peers]
    return {"rows": rows, "why": _why(portrait) if rows else _why_none(portrait)}


def _peer(portrait: Portrait, peer: PeerTerritory) -> dict[str, str]:
    people = peer.territory.population
    return {
        "name": peer.territory.title,
        "people": "population inconnue" if people is None else number(people),
        "closest": _labels(portrait, peer.closest),
        "farthest": _labels(portrait, peer.farthest),
    }


def _labels(portrait: Portrait, ids: Iterable[str]) -> str:
    facts = [portrait.get(name) for name in ids]
    return f"{THIN}; ".join(_lower(spaced(fact.indicator.label)) for fact in facts if fact)


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]


def _why(portrait: Portrait) -> str:
    return (
        f"Ces {len(portrait.peers)} intercommunalités de France sont celles dont les indicateurs "
        f"ressemblent le plus à ceux {portrait.territory.toponym.of}. Chaque indicateur compte "
        "autant que les autres, d’après le rang des territoires et non d’après leurs valeurs "
        "extrêmes. Pour lire un indicateur, on le retire du calcul de ses propres comparables."
    )


def _why_none(portrait: Portrait) -> str:
    if portrait.territory.level is Level.EPCI:
        return (
            "Trop peu d’indicateurs sont connus ici pour dire quelles intercommunalités "
            "ressemblent à celle-ci."
        )
    return (
        "Les territoires comparables sont cherchés parmi les intercommunalités de France. À cette "
        "échelle, les repères sont les territoires de même rang et les territoires plus vastes."
    )


# --- what is missing, where figures come from -----------------------------------------------------


def _missing(portrait: Portrait) -> list[dict[str, Any]]:
    """What has no figure here, grouped by reason, in the order of the catalogue."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for fact in portrait.facts:
        if not fact.known:
            key = (fact.write(fact.figure), fact.indicator.absent)
            reasons.setdefault(key, []).append(spaced(fact.indicator.label))
    return [
        {"state": sentences.capital(state), "reason": spaced(reason), "labels": labels}
        for (state, reason), labels in reasons.items()
    ]


def _sources(portrait: Portrait) -> list[dict[str, str]]:
    """Each producer's data set that some figure of this booklet comes from."""
    used: dict[str, list[Fact]] = {}
    for fact in portrait.known:
        if fact.source:
            used.setdefault(fact.source.id, []).append(fact)
    rows = []
    for facts in used.values():
        source = facts[0].source
        assert source is not None
        rows.append(
            {
                "producer": source.producer,
                "title": spaced(source.title),
                "licence": spaced(source.licence),
                "scope": spaced(source.scope),
                "url": source.url,
                "years": _years(facts),
                "count": counted(len(facts), "indicateur"),
            }
        )
    return rows


def _years(facts: Iterable[Fact]) -> str:
    years = sorted({fact.figure.year for fact in facts})
    return str(years[0]) if len(years) == 1 else f"{years[0]} à {years[-1]}"


def _third_parties(portrait: Portrait) -> list[dict[str, str]]:
    """The notices of figures that another computed: the words of `Fact.provenance`, once each."""
    notices: dict[str, int] = {}
    for fact in portrait.known:
        if fact.third_party:
            notices[fact.provenance] = notices.get(fact.provenance, 0) + 1
    return [
        {"count": counted(many, "indicateur"), "notice": spaced(notice)}
        for notice, many in sorted(notices.items(), key=lambda item: -item[1])
    ]
