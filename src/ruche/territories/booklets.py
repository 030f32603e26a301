"""Booklets: a portrait and its drawings, typeset once per edition and kept beside the database."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from ruche.engines import figures
from ruche.engines.figures import Outline, Reading, Series
from ruche.engines.portraits import sentences
from ruche.engines.portraits.booklet import (
    BookletDrawings,
    Drawing,
    booklet_content,
    compile_booklet,
    short,
    template_digest,
)
from ruche.engines.portraits.facts import Fact, Portrait
from ruche.engines.portraits.facts import Figure as FigureFact
from ruche.engines.portraits.geography.contours import Kind, contours_of
from ruche.engines.portraits.levels import Level
from ruche.french.numbers import NBSP, THIN
from ruche.geography.models import Territory
from ruche.territories import drawings, queries
from ruche.territories.models import Edition

HERE = "Ici"
NETWORK = "GIP Gers Solidaire"
HALF = 360.0
"""Pixels: the width of a drawing that takes half a line of the booklet."""
PLOT_HEIGHT = 95.0
WIDE = 470.0
"""Pixels: the width of bars whose names hold a word too long for half a line."""
LONG_WORD = 19
MILLIONS = 460.0
"""Pixels: the width of a history whose numbers have seven digits or more."""
AROUND = ("departement", "region", "france")

CONTOURS: dict[Level, Kind] = {
    Level.EPCI: "epci",
    Level.DEPARTEMENT: "departements",
    Level.REGION: "regions",
}
MAP_SOURCE = f"Contours{NBSP}: IGN, Admin Express"

HISTORIES = {
    "population": ("pop_total", "pop_75p", "men_seul", "fam_mono"),
    "emploi": ("emp_taux", "emp_tpartiel", "emp_services", "emp_public"),
    "logement": ("log_vac", "log_surocc", "log_rs", "log_prop"),
    "fragilites": ("rev_pauvrete",),
}
"""Theme → indicators whose years are drawn, when they have some."""

COMPARED = {
    "emploi": "chom_rp",
    "logement": "log_vac",
    "fragilites": "rev_pauvrete",
}
"""Theme → the indicator drawn for the whole group. The ages take that room among the population."""


Progress = Callable[[str], None]


@dataclass(frozen=True)
class Group:
    """The territories among which one is ranked: names by code, and figures by indicator."""

    names: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, Mapping[str, FigureFact]] = field(default_factory=dict)
    """Indicator → code → figure."""

    def rows(self, indicator: str) -> dict[str, tuple[str, FigureFact]]:
        """Code → (name, figure), for the territories that have a row."""
        found = self.figures.get(indicator, {})
        return {code: (self.names[code], figure) for code, figure in sorted(found.items())}


# --- one booklet ----------------------------------------------------------------------------------


def booklet_for(portrait: Portrait, territory: Territory, edition: Edition) -> bytes:
    """The PDF of a territory: read from where it was kept, or made and kept.

    What it depends on is in the name of the file, so that a new template, catalogue, comment or
    content of the edition never serves an old booklet. Raises `BookletError`.
    """
    comment = _comment(territory, edition)
    path = kept_at(portrait, territory, edition, comment)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pdf = compile_booklet(_content(portrait, territory, edition, comment))
        _keep(pdf, path)
        return pdf


def kept_at(portrait: Portrait, territory: Territory, edition: Edition, comment: str) -> Path:
    """`<var>/livrets/<edition>/<address>-<digest>.pdf`"""
    catalogue = portrait.catalogue.digest if portrait.catalogue else ""
    parts = (edition.digest, str(edition.dated), catalogue, _drawn_by(), template_digest(), comment)
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return Path(settings.VAR_DIR) / "livrets" / edition.pk / f"{territory.pk}-{digest[:16]}.pdf"


@cache
def _drawn_by() -> str:
    """SHA-256 of the code that composes the drawings."""
    folder = Path(figures.__file__).parent
    files = [Path(__file__), Path(drawings.__file__), *sorted(folder.glob("*.py"))]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def _keep(pdf: bytes, path: Path) -> None:
    """Write whole or not at all, then forget the booklets that this one replaces."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".partiel", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pdf)
        os.replace(draft, path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    address = path.stem.rpartition("-")[0]
    for other in path.parent.glob(f"{address}-*.pdf"):
        if other != path and other.stem.rpartition("-")[0] == address:
            other.unlink(missing_ok=True)


def _comment(territory: Territory, edition: Edition) -> str:
    """The network's Markdown on this territory, as `ruche.territories.comments` finds it."""
    path = Path(settings.CONTENT_DIR) / "portraits" / edition.pk / f"{territory.pk}.md"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _content(
    portrait: Portrait, territory: Territory, edition: Edition, comment: str
) -> dict[str, Any]:
    return booklet_content(
        portrait,
        compose(portrait, group_of(territory, edition)),
        edition_date=edition.dated.isoformat(),
        edition_digest=edition.digest,
        network=NETWORK,
        comment=comment,
    )


def group_of(territory: Territory, edition: Edition) -> Group:
    """The home group of a territory, with the figures that a booklet draws for all of it."""
    members = {other.pk: other for other in queries.home_territories(territory)}
    catalogue = queries.catalogue().by_id
    found: dict[str, dict[str, FigureFact]] = {}
    for name in COMPARED.values():
        rows = queries.figures_of_indicator(edition, catalogue[name], list(members))
        found[name] = {members[address].code: figure for address, figure in rows.items()}
    return Group({member.code: member.title for member in members.values()}, found)


# --- all the booklets of a département ------------------------------------------------------------


def write_booklets(
    edition: Edition, departement: str, folder: Path, progress: Progress
) -> list[Path]:
    """Write the booklets of a département into a folder: its EPCIs, itself and its région.

    `progress` is told the name of each territory once its booklet is written. Raises
    `BookletError`.
    """
    territories = list(Territory.objects.epcis_of(departement))
    home = Territory.objects.filter(level=Level.DEPARTEMENT, code=departement).first()
    if home is not None:
        above = Territory.objects.filter(level=Level.REGION, code=home.region).first()
        territories += [home, *([above] if above else [])]
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for territory in territories:
        path = folder / f"livret-{territory.pk}.pdf"
        path.write_bytes(booklet_for(queries.portrait_of(territory, edition), territory, edition))
        written.append(path)
        progress(territory.title)
    return written


# --- drawings -------------------------------------------------------------------------------------


def compose(portrait: Portrait, group: Group) -> BookletDrawings:
    """Every drawing of a booklet, from facts alone."""
    catalogue = portrait.catalogue
    themes = [theme.id for theme in catalogue.themes] if catalogue else []
    return BookletDrawings(
        cover=_cover(portrait, group),
        legend=_legend(portrait),
        strips={fact.indicator.id: _strip(portrait, fact) for fact in portrait.known},
        themes={theme: tuple(_of_theme(portrait, group, theme)) for theme in themes},
    )


def _as_drawing(figure: figures.Figure, *, source: str, note: str = "") -> Drawing:
    return Drawing(figure.svg, figure.description, figure.title, source, note)


def _strip(portrait: Portrait, fact: Fact) -> Drawing:
    alone = replace(fact, references=()) if _is_count(fact) else fact
    return _as_drawing(drawings.position_strip(portrait, alone), source=fact.provenance)


def _is_count(fact: Fact) -> bool:
    """Beside the country, a count of here is a point: a count is drawn without its references."""
    return fact.indicator.extensive


def _legend(portrait: Portrait) -> Drawing | None:
    labels = {
        ref.kind: ref.label
        for fact in portrait.known
        for ref in fact.references
        if ref.kind in drawings.KINDS
    }
    if not portrait.known:
        return None
    margin = any(fact.figure.margin for fact in portrait.known)
    drawn = figures.strip_legend(
        portrait.territory.title,
        [(kind, labels[kind]) for kind in drawings.KINDS if kind in labels],  # type: ignore[misc]
        key="legende-bandes",
        group_label=portrait.group_label or None,
        margin_label=f"marge d’erreur à 95{THIN}%" if margin else None,
        width=2 * HALF + 24,
    )
    return _as_drawing(drawn, source="")


def _of_theme(portrait: Portrait, group: Group, theme: str) -> Iterator[Drawing]:
    if theme == "population" and (ages := drawings.ages(portrait)):
        ends = (portrait.by_id[drawings.AGES[0]], portrait.by_id[drawings.AGES[-1]])
        note = " ".join(sentences.reading(fact, portrait) for fact in ends)
        yield replace(_as_drawing(ages, source=_source(ends[0]), note=note), wide=True)
    histories = list(_histories(portrait, theme))
    compared = portrait.get(COMPARED.get(theme, ""))
    known = compared if compared and compared.known else None
    together = list(_group_drawings(portrait, known, group)) if known else []
    # A lone history goes under the map, which is shorter than the bars.
    yield from together + histories if len(histories) == 1 else histories + together


def _histories(portrait: Portrait, theme: str) -> Iterator[Drawing]:
    for name in HISTORIES.get(theme, ()):
        fact = portrait.get(name)
        if fact and fact.known and (drawn := _history(portrait, fact)):
            alt = f"{HERE} désigne {portrait.territory.toponym.the}. {drawn.description}"
            note = _history_note(fact)
            yield Drawing(drawn.svg, alt, drawn.title, _source(fact), note)


def _source(fact: Fact) -> str:
    return f"Source{NBSP}: {fact.provenance}."


def _history(portrait: Portrait, fact: Fact) -> figures.Figure | None:
    """The years of an indicator on half a line, under a short name that no width cuts."""
    if sum(point.value is not None for point in fact.figure.history) < 2:
        return None
    lines = [(HERE, fact.figure)]
    if not _is_count(fact):
        lines += [
            (ref.label, ref.figure)
            for ref in fact.references
            if ref.kind in AROUND and any(point.value is not None for point in ref.figure.history)
        ]
    return figures.trend(
        [_series(fact, label, figure) for label, figure in lines],
        key=f"serie-{fact.indicator.id}",
        title=fact.indicator.label,
        ruptures=drawings.ruptures(fact.indicator),
        unit_label=fact.indicator.unit,
        width=MILLIONS if (fact.figure.value or 0) >= 1e6 else HALF,
        plot_height=PLOT_HEIGHT,
    )


def _series(fact: Fact, label: str, figure: FigureFact) -> Series:
    points = []
    for point in figure.history:
        then = FigureFact(year=point.year, value=point.value, state=point.state)
        points.append((point.year, Reading(label, point.value, short(fact.indicator, then))))
    return Series(label, tuple(points))


def _history_note(fact: Fact) -> str:
    """What the years say, and why a line is cut."""
    years = {point.year for point in fact.figure.history if point.value is not None}
    cuts = [
        f"Rupture de série après {rupture.after}{NBSP}: {rupture.reason}"
        for rupture in fact.indicator.breaks
        if min(years) <= rupture.after < max(years)
    ]
    parts = [sentences.trend_sentence(fact), *(cut.rstrip(".") + "." for cut in cuts)]
    return " ".join(part for part in parts if part)


def _group_drawings(portrait: Portrait, fact: Fact, group: Group) -> Iterator[Drawing]:
    """The bars and the map of the group, on one indicator."""
    rows = group.rows(fact.indicator.id)
    if len(rows) < 2:
        return
    indicator, against = fact.indicator, fact.reading
    bars = figures.ranked_bars(
        [drawings.reading(indicator, name, figure) for name, figure in rows.values()],
        key=f"classement-{indicator.id}",
        title=f"{indicator.label}, {fact.figure.year}{NBSP}: {portrait.group_label}",
        highlight=rows[code][0] if (code := portrait.territory.code) in rows else None,
        reference=drawings.reading(indicator, against.label, against.figure) if against else None,
        unit_label=indicator.unit,
        limit=18,
        width=WIDE if _has_long_words(name for name, _ in rows.values()) else HALF,
    )
    yield _as_drawing(bars, source=_source(fact))
    outline = _outline(CONTOURS.get(portrait.territory.level), tuple(rows))
    if outline is None:
        return
    drawn = figures.choropleth(
        outline,
        {
            code: drawings.reading(indicator, name, figure)
            for code, (name, figure) in rows.items()
            if code in outline.codes
        },
        key=f"carte-{indicator.id}",
        title=f"{indicator.label}, {fact.figure.year}{NBSP}: carte",
        label=drawings.writer(indicator),
        highlight=portrait.territory.code if portrait.territory.code in outline.codes else None,
        value_label=indicator.unit,
    )
    yield _as_drawing(drawn, source=f"{_source(fact)} {MAP_SOURCE}.")


def _has_long_words(names: Iterable[str]) -> bool:
    return any(len(word) > LONG_WORD for name in names for word in name.split())


@cache
def _outline(kind: Kind | None, codes: tuple[str, ...]) -> Outline | None:
    """The contours of a group, projected once for all the booklets that show it."""
    if kind is None:
        return None
    features = contours_of(codes, kind)
    return figures.prepare(features, HALF) if features else None


def _cover(portrait: Portrait, group: Group) -> Drawing | None:
    """The territory among those of its group: shapes alone, the name is in the title above."""
    territory = portrait.territory
    outline = _outline(CONTOURS.get(territory.level), tuple(sorted(group.names)))
    if outline is None or territory.code not in outline.codes:
        return None
    colours = figures.RUCHE
    others = "".join(area.path for area in outline.areas if area.code != territory.code)
    here = next(area.path for area in outline.areas if area.code == territory.code)
    width, height = outline.width, outline.height
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}"'
        f' width="{width:g}" height="{height:g}">'
        f'<path d="{others}" fill="{colours.sequential[1]}" stroke="{colours.paper}"'
        ' stroke-linejoin="round" fill-rule="evenodd"/>'
        f'<path d="{here}" fill="{colours.primary}" stroke="{colours.paper}"'
        ' stroke-linejoin="round" fill-rule="evenodd"/></svg>'
    )
    among = portrait.group_label or "les territoires de même échelle"
    title = f"{sentences.capital(territory.toponym.the)} parmi {among}"
    return Drawing(svg, f"Carte{NBSP}: {territory.toponym.the} parmi {among}.", title, MAP_SOURCE)
