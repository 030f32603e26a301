"""A portrait compares dozens of indicators, each in one row: the strip shows, in the height of a
line, where the territory stands among the others; its texts are beside it and in its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from ruche.engines.figures.drawing import SHAPES, figure, plural, write
from ruche.engines.figures.layout import flow, scale
from ruche.engines.figures.model import LARGEST, BadFigure, Figure, Reading, Table, check_number
from ruche.engines.figures.palette import RUCHE, Palette, Strokes
from ruche.engines.figures.text import SMALL, fit, text_width

Kind = Literal["departement", "region", "france", "peers"]

_MARKS: Final[dict[str, str]] = {
    "departement": "diamond",
    "region": "square",
    "france": "triangle",
    "peers": "cross",
}
_EDGE = 8.0
_HEIGHT = 28.0
_AXIS = 20.0
_REFERENCES = 7.5


@dataclass(frozen=True, slots=True)
class Reference:
    """What the territory is compared with; the kind decides the shape, always the same."""

    kind: Kind
    reading: Reading

    def __post_init__(self) -> None:
        if self.kind not in _MARKS:
            raise BadFigure(f"Référence inconnue : « {self.kind} ».")


def strip(
    subject: Reading,
    *,
    key: str,
    title: str,
    references: Sequence[Reference] = (),
    peers_values: Sequence[float] = (),
    group_label: str = "Groupe",
    group_text: str | None = None,
    margin: float | None = None,
    margin_text: str | None = None,
    width: float = 220.0,
    palette: Palette = RUCHE,
) -> Figure:
    """Territory ● among the ticks of the group; above, département ◆, région □, France △, peers ✕.

    References have their own lane, so that the territory never hides one that it equals.
    ``margin`` is the half-width of the uncertainty of the subject, drawn as a thin bar;
    ``margin_text`` and ``group_text`` say it and the group in the table. Without a number for the
    subject, the strip keeps the marks and writes the reason under them.
    """
    if width < 80:
        raise BadFigure("Une bande demande au moins 80 pixels de large.")
    known = [one for one in references if one.reading.value is not None]
    values = _values(subject, known, peers_values, margin)
    x = scale(values or [0.0], _EDGE, width - _EDGE)
    template = _template(
        tuple([one.kind for one in known]),
        len(peers_values),
        margin is not None,
        subject.value is not None,
        width,
        palette.strokes,
    )
    body = template % tuple(x.places(values))
    if subject.value is None:
        body += _reason(subject.text, width, palette)
    group = (group_label, group_text or plural(len(peers_values), "valeur"))
    rows = _rows(subject, references, group if peers_values else None, margin_text)
    return figure(
        body,
        key=key,
        title=title,
        description="\u00a0; ".join(map("\u00a0: ".join, rows)) + ".",
        table=Table(title, ("Territoire", "Valeur"), tuple(rows)),
        width=width,
        height=_HEIGHT,
        palette=palette,
    )


def _values(
    subject: Reading,
    known: Sequence[Reference],
    peers: Sequence[float],
    margin: float | None,
) -> list[float]:
    """What the scale must show, in the order in which ``_template`` draws it."""
    value = subject.value
    values = [*peers, *[one.reading.value or 0.0 for one in known]]
    if peers and not -LARGEST <= sum(values) <= LARGEST:
        for peer in peers:
            check_number(peer, what="Groupe comparé")
    if margin is not None and not 0 <= margin <= LARGEST:
        raise BadFigure(f"La marge {margin} doit être un nombre positif ou nul.")
    if value is None:
        return values
    if margin is not None:
        values += (value - margin, value + margin)
    values.append(value)
    return values


@lru_cache(maxsize=512)
def _template(
    kinds: tuple[Kind, ...],
    ticks: int,
    margined: bool,
    numbered: bool,
    width: float,
    strokes: Strokes,
) -> str:
    """The drawing of every strip of this make-up, where only places are to be filled in."""
    axis = _AXIS if numbered else _REFERENCES
    drawing = f'<path d="M4 {axis:g}H{width - 4:g}" fill="none" stroke="{strokes.rule}"/>'
    if ticks:
        drawing += _ticks("%.1f", ticks, axis, strokes.muted)
    drawing += "".join([_mark("%.1f", kind, _REFERENCES, strokes.ink) for kind in kinds])
    if numbered and margined:
        drawing += _margin("%.1f", "%.1f", axis, strokes.warm)
    return drawing + (_circle("%.1f", axis, strokes) if numbered else "")


def _ticks(place: str, count: int, axis: float, colour: str) -> str:
    path = f"M{place} {axis - 5:g}v10" * count
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.2"/>'


def _mark(place: str, kind: Kind, axis: float, ink: str) -> str:
    fill = ink if kind == "departement" else "none"
    path = f"M{place} {axis:g}{SHAPES[_MARKS[kind]]}"
    return f'<path d="{path}" fill="{fill}" stroke="{ink}" stroke-width="1.5"/>'


def _margin(left: str, right: str, axis: float, colour: str) -> str:
    path = f"M{left} {axis:g}H{right}"
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="4"/>'


def _circle(place: str, axis: float, strokes: Strokes) -> str:
    return (
        f'<circle cx="{place}" cy="{axis:g}" r="5.5" fill="{strokes.accent}"'
        f' stroke="{strokes.paper}" stroke-width="1.5"/>'
    )


def _reason(text: str, width: float, palette: Palette) -> str:
    """Why there is no number, under the marks."""
    muted = f' text-anchor="middle" font-size="{SMALL:g}" fill="{palette.muted}"'
    return write(width / 2, _HEIGHT - 3, fit(text, width - 8, size=SMALL), muted)


def _rows(
    subject: Reading,
    references: Sequence[Reference],
    group: tuple[str, str] | None,
    margin_text: str | None,
) -> list[tuple[str, str]]:
    """What the strip says, name by name, for the description and for the table."""
    rows = [(subject.label, subject.text)]
    if margin_text:
        rows.append(("Marge", margin_text))
    rows += [(one.reading.label, one.reading.text) for one in references]
    if group:
        rows.append(group)
    return rows


def strip_legend(
    subject_label: str,
    references: Sequence[tuple[Kind, str]] = (),
    *,
    key: str,
    title: str = "Légende des bandes",
    group_label: str | None = None,
    margin_label: str | None = None,
    width: float = 640.0,
    palette: Palette = RUCHE,
) -> Figure:
    """The symbols of the strips and what they mean, once for a whole page."""
    names = [subject_label, *(label for _, label in references), group_label, margin_label]
    kinds = ["subject", *(kind for kind, _ in references), "group", "margin"]
    entries = [(kind, label) for kind, label in zip(kinds, names, strict=True) if label]
    labels = [fit(label, width - 24, size=SMALL) for _, label in entries]
    places = flow([20 + text_width(text, size=SMALL) for text in labels], width, gap=16.0)
    parts = []
    for (kind, _), label, (line, x) in zip(entries, labels, places, strict=True):
        y = 9.0 + 18 * line
        parts.append(_sample(kind, x + 8, y, palette))
        parts.append(write(x + 19, y + 4, label, f' font-size="{SMALL:g}"'))
    said = "\u00a0; ".join(f"{_NAMES[kind]}\u00a0: {label}" for kind, label in entries)
    return figure(
        "".join(parts),
        key=key,
        title=title,
        description=said + ".",
        table=Table(
            title, ("Symbole", "Sens"), tuple((_NAMES[kind], label) for kind, label in entries)
        ),
        width=width,
        height=18.0 + 18 * places[-1][0],
        palette=palette,
    )


_NAMES: Final[dict[str, str]] = {
    "subject": "rond",
    "departement": "losange",
    "region": "carré",
    "france": "triangle",
    "peers": "croix",
    "group": "traits fins",
    "margin": "barre épaisse",
}


def _sample(kind: str, x: float, y: float, palette: Palette) -> str:
    """The symbol of a line of the legend, drawn as in the strips."""
    match kind:
        case "subject":
            return _circle(f"{x:.1f}", y, palette.strokes)
        case "group":
            return "".join(_ticks(f"{x + gap:.1f}", 1, y, palette.muted) for gap in (-4, 0, 4))
        case "margin":
            return _margin(f"{x - 6:.1f}", f"{x + 6:.1f}", y, palette.warm)
        case "departement" | "region" | "france" | "peers":
            return _mark(f"{x:.1f}", kind, y, palette.ink)
    raise BadFigure(f"Symbole inconnu : « {kind} ».")
