"""An age pyramid shows at a glance whether a territory is old or young; its values stand in two
outer columns, so that no mark of the reference can touch them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ruche.engines.figures.drawing import (
    figure,
    halo_ticks,
    hatch,
    hatched,
    rectangle,
    sentences,
    write,
)
from ruche.engines.figures.model import BadFigure, Figure, Reading, Table, check_text
from ruche.engines.figures.palette import RUCHE, Palette
from ruche.engines.figures.text import SMALL, fit, text_width, widest

_ROW = 22.0
_BAR = 15.0
_GAP = 8.0
_TOP = 20.0


@dataclass(frozen=True, slots=True)
class Band:
    """A row of a pyramid, from the youngest to the oldest; the reference may be missing."""

    label: str
    left: Reading
    right: Reading
    reference_left: Reading | None = None
    reference_right: Reading | None = None

    def __post_init__(self) -> None:
        check_text(self.label, what="Tranche")
        for reading in self.readings:
            if reading.value is not None and reading.value < 0:
                raise BadFigure(f"« {self.label} » : une pyramide n’a pas de valeur négative.")

    @property
    def readings(self) -> tuple[Reading, ...]:
        """What the row draws, its references included."""
        four = (self.left, self.right, self.reference_left, self.reference_right)
        return tuple(reading for reading in four if reading is not None)


class _Side(NamedTuple):
    """One half: bars grow from ``foot``, towards ``direction``; texts end or begin at ``edge``."""

    foot: float
    direction: int
    edge: float
    length: float
    room: float
    anchor: str
    colour: str

    def tip(self, share: float) -> float:
        return self.foot + self.direction * self.length * share


def pyramid(
    bands: Sequence[Band],
    *,
    key: str,
    title: str,
    left_label: str = "Hommes",
    right_label: str = "Femmes",
    reference_label: str = "Référence",
    column_label: str = "Âge",
    width: float = 520.0,
    palette: Palette = RUCHE,
) -> Figure:
    """Two rows of bars back to back, the reference as a tick on each.

    ``bands`` go from the youngest (drawn at the bottom) to the oldest. Refuses an empty series,
    a negative value, and less than 320 pixels.
    """
    if not bands:
        raise BadFigure("Une pyramide demande au moins une tranche d’âge.")
    if width < 320:
        raise BadFigure("Une pyramide demande au moins 320 pixels de large.")
    for text in (left_label, right_label, reference_label):
        check_text(text, what="Libellé de la pyramide")
    compared = any(band.reference_left or band.reference_right for band in bands)
    left, right, centre, names = _sides(bands, width, palette)
    body = _headings(left, right, (left_label, right_label), palette)
    body += _rows(bands, left, right, key, palette)
    foot = _TOP + _ROW * len(bands)
    if any(not _known(band) for band in bands):
        body = hatch(key, palette) + body
    body += "".join(
        write(
            centre,
            foot - _ROW * i - _ROW / 2 + 4,
            fit(band.label, names, size=SMALL),
            f' font-size="{SMALL:g}" text-anchor="middle"',
        )
        for i, band in enumerate(bands)
    )
    if compared:
        body += _legend(reference_label, foot, width, palette)
    return figure(
        body,
        key=key,
        title=title,
        description=_description(bands, left_label, right_label, reference_label, compared),
        table=_table(bands, title, left_label, right_label, reference_label, column_label),
        width=width,
        height=foot + (20.0 if compared else 2.0),
        palette=palette,
    )


def _known(band: Band) -> bool:
    return band.left.value is not None and band.right.value is not None


def _sides(
    bands: Sequence[Band], width: float, palette: Palette
) -> tuple[_Side, _Side, float, float]:
    """The two halves, the middle, and the room of the names of the bands."""
    names = min(widest([band.label for band in bands], size=SMALL), width * 0.2)
    cap = width * 0.22
    first = min(widest([band.left.text for band in bands]), cap)
    second = min(widest([band.right.text for band in bands]), cap)
    length = (width - names - first - second - 4 * _GAP) / 2
    foot = first + _GAP + length
    left = _Side(foot, -1, first, length, first, "end", palette.bar)
    other = foot + names + 2 * _GAP
    right = _Side(other, 1, width - second, length, second, "start", palette.warm)
    return left, right, foot + _GAP + names / 2, names


def _headings(left: _Side, right: _Side, labels: tuple[str, str], palette: Palette) -> str:
    room = left.length + left.room
    bold = ' font-weight="bold"'
    first = fit(labels[0], room, bold=True)
    second = fit(labels[1], right.length + right.room, bold=True)
    return write(
        left.foot, 12, first, f' text-anchor="end" fill="{palette.primary}"{bold}'
    ) + write(right.foot, 12, second, f' fill="{palette.accent}"{bold}')


def _rows(bands: Sequence[Band], left: _Side, right: _Side, key: str, palette: Palette) -> str:
    values = [r.value for band in bands for r in band.readings if r.value is not None]
    most = max(values, default=0.0) or 1.0
    y = _TOP + _ROW * len(bands)
    parts = []
    for band in bands:
        y -= _ROW
        parts.append(_half(left, band.left, y, most, key, palette))
        parts.append(_half(right, band.right, y, most, key, palette))
    ticks = _ticks(bands, left, right, most)
    return "".join(parts) + halo_ticks(ticks, _BAR + 4, palette=palette)


def _half(
    side: _Side,
    reading: Reading,
    y: float,
    most: float,
    key: str,
    palette: Palette,
) -> str:
    top = y + (_ROW - _BAR) / 2
    anchor = ' text-anchor="end"' if side.anchor == "end" else ""
    value = write(side.edge, y + _ROW / 2 + 4, fit(reading.text, side.room), anchor)
    length = 18.0 if reading.value is None else side.length * (reading.value / most)
    x = side.foot - length if side.direction < 0 else side.foot
    fill = hatched(key, palette) if reading.value is None else f' fill="{side.colour}"'
    bar = rectangle(x, top, length, _BAR, fill)
    return value + bar


def _ticks(bands: Sequence[Band], left: _Side, right: _Side, most: float) -> list[float]:
    """x, y, x, y… of the tops of the ticks of the reference."""
    places: list[float] = []
    y = _TOP + _ROW * len(bands) + (_ROW - _BAR) / 2 - 2
    for band in bands:
        y -= _ROW
        for side, reference in ((left, band.reference_left), (right, band.reference_right)):
            if reference is not None and reference.value is not None:
                places += (side.tip(reference.value / most), y)
    return places


def _legend(label: str, foot: float, width: float, palette: Palette) -> str:
    text = fit(label, width - 20, size=SMALL)
    x = max(4.0, (width - text_width(text, size=SMALL)) / 2 - 6)
    return halo_ticks([x, foot + 4], 13.0, palette=palette) + write(
        x + 8, foot + 15, text, f' font-size="{SMALL:g}"'
    )


def _description(
    bands: Sequence[Band], left: str, right: str, reference: str, compared: bool
) -> str:
    parts = [
        f"{band.label}\u00a0: {left} {band.left.text}, {right} {band.right.text}" for band in bands
    ]
    return sentences([*parts, f"Le trait donne la valeur de {reference}" if compared else ""])


def _table(
    bands: Sequence[Band], title: str, left: str, right: str, reference: str, column: str
) -> Table:
    if not any(band.reference_left or band.reference_right for band in bands):
        rows = [(band.label, band.left.text, band.right.text) for band in bands]
        return Table(title, (column, left, right), tuple(rows))
    head = (column, left, right, f"{left}, {reference}", f"{right}, {reference}")
    return Table(
        title,
        head,
        tuple(
            (
                band.label,
                band.left.text,
                band.right.text,
                band.reference_left.text if band.reference_left else "sans objet",
                band.reference_right.text if band.reference_right else "sans objet",
            )
            for band in bands
        ),
    )
