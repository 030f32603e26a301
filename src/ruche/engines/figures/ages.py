"""Where ages are published without gender there is no pyramid: each band then gets one bar for the
territory and, under it, one thin lane per reference: equal shares never hide one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ruche.engines.figures.drawing import (
    figure,
    hatch,
    hatched,
    rectangle,
    sentences,
    shape,
    write,
    write_lines,
)
from ruche.engines.figures.layout import flow
from ruche.engines.figures.model import BadFigure, Figure, Reading, Table, check_text
from ruche.engines.figures.palette import RUCHE, Palette
from ruche.engines.figures.text import SMALL, fit, text_width, widest, wrap

_MARKS: Final = ("diamond", "square", "triangle")
_BAR = 14.0
_LANE = 11.0
_AIR = 12.0
_GAP = 10.0


@dataclass(frozen=True, slots=True)
class AgeBand:
    """The share of one age band, in the territory and in each reference, in the same order."""

    label: str
    reading: Reading
    references: tuple[Reading, ...] = ()

    def __post_init__(self) -> None:
        check_text(self.label, what="Tranche")
        for reading in (self.reading, *self.references):
            if reading.value is not None and reading.value < 0:
                raise BadFigure(f"« {self.label} » : une part n’est pas négative.")


def age_bands(
    bands: Sequence[AgeBand],
    *,
    key: str,
    title: str,
    subject_label: str,
    reference_labels: Sequence[str] = (),
    column_label: str = "Âge",
    width: float = 520.0,
    palette: Palette = RUCHE,
) -> Figure:
    """Bars of the territory, and lollipops of up to three references under each.

    Every band must have as many references as ``reference_labels``; refuses an empty series.
    """
    _check(bands, subject_label, reference_labels, width)
    names = min(widest([band.label for band in bands]), width * 0.3)
    values = min(widest([band.reading.text for band in bands], bold=True), width * 0.28)
    start = names + _GAP
    length = width - values - _GAP - start - 6
    head, y = _legend(subject_label, reference_labels, width, palette)
    parts = [hatch(key, palette) if _has_holes(bands) else "", head]
    most = _most(bands)
    for band in bands:
        parts.append(_band(band, y, (names, start, length, values, width), most, key, palette))
        y += _BAR + _LANE * len(reference_labels) + _AIR
    return figure(
        "".join(parts),
        key=key,
        title=title,
        description=_description(bands, subject_label, reference_labels),
        table=Table(
            title,
            (column_label, subject_label, *reference_labels),
            tuple((b.label, b.reading.text, *(r.text for r in b.references)) for b in bands),
        ),
        width=width,
        height=y,
        palette=palette,
    )


def _check(bands: Sequence[AgeBand], subject: str, references: Sequence[str], width: float) -> None:
    if not bands:
        raise BadFigure("Il faut au moins une tranche d’âge.")
    if len(references) > len(_MARKS):
        raise BadFigure("Au plus trois références se lisent sous chaque barre.")
    if width < 320:
        raise BadFigure("Cette figure demande au moins 320 pixels de large.")
    for text in (subject, *references):
        check_text(text, what="Libellé")
    for band in bands:
        if len(band.references) != len(references):
            raise BadFigure(
                f"« {band.label} » : {len(band.references)} références pour {len(references)} noms."
            )


def _has_holes(bands: Sequence[AgeBand]) -> bool:
    return any(band.reading.value is None for band in bands)


TINY = 1e-9
"""Below this a share is nothing that a bar could show, and dividing by it would overflow."""


def _most(bands: Sequence[AgeBand]) -> float:
    readings = [r for band in bands for r in (band.reading, *band.references)]
    most = max((r.value for r in readings if r.value is not None), default=0.0)
    return most if most > TINY else 1.0


def _legend(
    subject: str, references: Sequence[str], width: float, palette: Palette
) -> tuple[str, float]:
    """One symbol and name per series, on as many lines as needed; returns where bands begin."""
    labels = [fit(text, width - 22, size=SMALL) for text in (subject, *references)]
    places = flow([18 + text_width(t, size=SMALL) for t in labels], width, gap=16.0)
    parts = []
    for i, (label, (line, x)) in enumerate(zip(labels, places, strict=True)):
        y = 8.0 + 16 * line
        parts.append(
            shape(_MARKS[i - 1], x + 6, y, colour=palette.ink, paper=palette.paper)
            if i
            else rectangle(x, y - 5, 12, 10, f' fill="{palette.accent}"')
        )
        parts.append(write(x + 17, y + 4, label, f' font-size="{SMALL:g}"'))
    return "".join(parts), 28.0 + 16 * places[-1][0]


def _band(
    band: AgeBand,
    y: float,
    columns: tuple[float, float, float, float, float],
    most: float,
    key: str,
    palette: Palette,
) -> str:
    names, start, length, values, width = columns
    middle = y + _BAR / 2
    lines = wrap(band.label, names, lines=2 if band.references else 1)
    block = middle if len(lines) == 1 else middle + 7
    name = write_lines(names, block, lines, ' text-anchor="end"')
    value = fit(band.reading.text, values, bold=True)
    bold = ' text-anchor="end" font-weight="bold"'
    text = write(width, middle + 4, value, bold)
    number = band.reading.value
    extent = 18.0 if number is None else length * (number / most)
    fill = hatched(key, palette) if number is None else f' fill="{palette.accent}"'
    bar = rectangle(start, y, extent, _BAR, fill)
    return name + text + bar + _lanes(band, y + _BAR, start, length / most, palette)


def _lanes(band: AgeBand, y: float, start: float, unit: float, palette: Palette) -> str:
    parts = []
    for i, reference in enumerate(band.references):
        if reference.value is None:
            continue
        lane, end = y + _LANE * i + 7, start + unit * reference.value
        parts.append(
            f'<path d="M{start:.1f} {lane:.1f}H{end:.1f}" fill="none"'
            f' stroke="{palette.muted}" stroke-width="1.5"/>'
        )
        parts.append(shape(_MARKS[i], end, lane, colour=palette.ink, paper=palette.paper))
    return "".join(parts)


def _description(bands: Sequence[AgeBand], subject: str, references: Sequence[str]) -> str:
    parts = []
    for band in bands:
        pairs = zip((subject, *references), (band.reading, *band.references), strict=True)
        parts.append(f"{band.label}\u00a0: " + ", ".join(f"{name} {r.text}" for name, r in pairs))
    return sentences(parts)
