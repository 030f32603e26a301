"""One example of each form, to be looked at: a figure is judged by eye before tests.

Every number here is invented.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

from ruche.engines.figures.ages import AgeBand, age_bands
from ruche.engines.figures.bars import ranked_bars
from ruche.engines.figures.heatmap import calendar_heatmap
from ruche.engines.figures.maps import choropleth
from ruche.engines.figures.model import Figure, Reading
from ruche.engines.figures.outline import prepare
from ruche.engines.figures.places import Pin, places_map
from ruche.engines.figures.pyramid import Band, pyramid
from ruche.engines.figures.routes import Base, Route, rounds_map
from ruche.engines.figures.series import Rupture, Series
from ruche.engines.figures.sparkline import sparkline
from ruche.engines.figures.strip import Reference, strip, strip_legend
from ruche.engines.figures.text import escape
from ruche.engines.figures.trend import trend

_NAMES = (
    "Bas-Armagnac",
    "Grand Auch Cœur de Gascogne",
    "Ténarèze",
    "Lomagne gersoise",
    "Gascogne toulousaine",
    "Bastides de Lomagne",
    "Armagnac Adour",
    "Astarac Arros en Gascogne",
    "Coteaux Arrats Gimone",
    "Val de Gers",
    "Cœur d’Astarac en Gascogne",
    "Grand Armagnac",
    "Bastides et vallons du Gers",
    "Savès",
    "Artagnan de Fezensac",
)
_HIDDEN = "secret statistique"
_AGES = ("0-14", "15-29", "30-44", "45-59", "60-74", "75-89", "90 ou plus")


def french(value: float, *, decimals: int = 1, suffix: str = "") -> str:
    """``1 234,5 %``: enough French for the examples and for the command line."""
    digits = f"{abs(value):,.{decimals}f}".replace(",", "\u202f").replace(".", ",")
    sign = "−" if value < 0 and any(c in "123456789" for c in digits) else ""
    return f"{sign}{digits}{suffix}"


def percent(value: float) -> str:
    """``17,4 %``."""
    return french(value, suffix="\u202f%")


def _reading(label: str, value: float) -> Reading:
    return Reading(label, value, percent(value))


def _secret(label: str) -> Reading:
    return Reading(label, None, _HIDDEN)


def _wave(place: int, *, around: float, height: float) -> float:
    return round(around + height * math.sin(1.7 * place + 0.4), 1)


def _poverty() -> list[Reading]:
    known = [_reading(name, _wave(i, around=15, height=4)) for i, name in enumerate(_NAMES[:-1])]
    return [*known, _secret(_NAMES[-1])]


def examples() -> dict[str, Figure]:
    """A figure per name, in the order of the page."""
    return {
        "bars": _bars(),
        "bars-evolution": _evolution(),
        "bars-many": _many(),
        "pyramid": _pyramid(),
        "ages": _ages(),
        "strip-legend": _strip_legend(),
        "strip": _strip(_reading(_NAMES[0], 17.4), key="bande"),
        "strip-secret": _strip(_secret(_NAMES[0]), key="bande-secret"),
        "trend": _trend(),
        "map": _map(),
        "places": _places(),
        "rounds": _rounds(),
        "calendar": _calendar(),
        "sparkline": _sparkline(),
    }


def _bars() -> Figure:
    return ranked_bars(
        _poverty(),
        key="barres",
        title="Taux de pauvreté des 15 intercommunalités (chiffres inventés)",
        highlight="Bas-Armagnac",
        reference=_reading("Gers", 15.9),
        unit_label="Part des habitants sous le seuil de pauvreté",
    )


def _evolution() -> Figure:
    changes = [round(1.4 * math.sin(2.1 * i), 1) for i in range(9)]
    return ranked_bars(
        [
            Reading(name, change, french(change, suffix="\u202f% par an"))
            for name, change in zip(_NAMES, changes, strict=False)
        ],
        key="evolution",
        title="Évolution de la population (chiffres inventés)",
        highlight="Armagnac Adour",
        reference=Reading("Gers", -0.2, "−0,2\u202f% par an"),
        unit_label="Évolution annuelle moyenne",
    )


def _many() -> Figure:
    return ranked_bars(
        [_reading(f"Intercommunalité nº {i}", 5 + i * 7919 % 2003 / 100) for i in range(1255)],
        key="nombreuses",
        title="Un rang parmi 1 255 (chiffres inventés)",
        highlight="Intercommunalité nº 640",
        reference=_reading("France", 15.4),
        limit=20,
    )


def _pyramid() -> Figure:
    men = (6.4, 5.5, 6.7, 10.0, 12.2, 7.4, None)
    women = (6.1, 4.8, 6.9, 10.4, 12.8, 8.5, 1.9)
    both = zip(_AGES, men, women, strict=True)
    return pyramid(
        [
            Band(
                f"{age} ans" if age[-1] != "s" else "90 ans ou plus",
                _secret("Hommes") if man is None else _reading("Hommes", man),
                _reading("Femmes", woman),
                _reading("Hommes", _wave(i, around=6.6, height=2)),
                _reading("Femmes", _wave(i, around=7.1, height=2)),
            )
            for i, (age, man, woman) in enumerate(both)
        ],
        key="pyramide",
        title="Âges et sexes, en part de la population (chiffres inventés)",
        reference_label="Gers",
    )


def _ages() -> Figure:
    shares = (12.5, 10.3, 13.6, 20.4, 25.0, 15.9, 2.3)
    return age_bands(
        [
            AgeBand(
                age,
                _reading("Bas-Armagnac", share),
                (
                    _reading("Gers", _wave(i, around=share, height=1.5)),
                    _reading("Occitanie", _wave(i + 2, around=share, height=2)),
                    _reading("France", _wave(i + 4, around=share, height=2.2)),
                ),
            )
            for i, (age, share) in enumerate(zip(_AGES, shares, strict=True))
        ],
        key="ages",
        title="Âges, en part de la population (chiffres inventés)",
        subject_label="Bas-Armagnac",
        reference_labels=("Gers", "Occitanie", "France"),
    )


def _references() -> tuple[Reference, ...]:
    return (
        Reference("departement", _reading("Gers", 15.9)),
        Reference("region", _reading("Occitanie", 17.5)),
        Reference("france", _reading("France", 14.6)),
        Reference("peers", _reading("Territoires comparables", 13.1)),
    )


def _strip(subject: Reading, *, key: str) -> Figure:
    return strip(
        subject,
        key=key,
        title="Taux de pauvreté (chiffres inventés)",
        references=_references(),
        peers_values=[_wave(i, around=15, height=4) for i in range(15)],
        group_label="Les 15 intercommunalités",
        group_text=f"de {percent(11.0)} à {percent(19.0)}",
        margin=None if subject.value is None else 0.9,
        margin_text=None if subject.value is None else "±\u00a00,9 point",
    )


def _strip_legend() -> Figure:
    return strip_legend(
        "Bas-Armagnac",
        [(r.kind, r.reading.label) for r in _references()],
        key="legende",
        group_label="les 15 intercommunalités",
        margin_label="marge d’incertitude",
    )


def _line(label: str, values: dict[int, float | None]) -> Series:
    return Series(
        label,
        tuple(
            (year, _secret(label) if value is None else _reading(label, value))
            for year, value in values.items()
        ),
    )


def _trend() -> Figure:
    return trend(
        [
            _line("Bas-Armagnac", {2006: 9.8, 2011: 11.2, 2016: 12.9, 2018: 13.9, 2022: 14.2}),
            _line("Gers", {2006: 9.1, 2011: 9.8, 2016: None, 2018: 11.6, 2022: 11.9}),
            _line("Occitanie", {2006: 7.8, 2011: 8.1, 2016: 8.4, 2018: 8.5, 2022: 8.4}),
            _line("France", {2006: 6.9, 2011: 7.3, 2016: 8.0, 2018: 8.1, 2022: 8.0}),
        ],
        key="courbes",
        title="Part des logements vacants (chiffres inventés)",
        ruptures=[Rupture(2018, "nouveau questionnaire du recensement")],
        unit_label="En % du parc de logements",
    )


def sample_features() -> list[dict[str, Any]]:
    """Fifteen wavy cells over the Gers, the ninth with a hole: contours of no real place."""
    cells = [(column, row) for row in range(3) for column in range(5)]
    return [
        {
            "properties": {"code": f"C{i + 1:02d}", "nom": _NAMES[i]},
            "geometry": {"type": "Polygon", "coordinates": _cell(column, row, hole=i == 8)},
        }
        for i, (column, row) in enumerate(cells)
    ]


def _cell(column: int, row: int, *, hole: bool) -> list[list[tuple[float, float]]]:
    """The four edges of a cell, bent by the same waves as those of its neighbours."""
    steps = [i / 8 for i in range(8)]
    around = [(t, 0.0) for t in steps] + [(1.0, t) for t in steps]
    around += [(1 - t, 1.0) for t in steps] + [(0.0, 1 - t) for t in steps]
    rings = [[*around, around[0]]]
    if hole:
        rings.append([(0.4, 0.4), (0.6, 0.4), (0.5, 0.6), (0.4, 0.4)])
    return [[_bent(column + x, row + y) for x, y in ring] for ring in rings]


def _bent(x: float, y: float) -> tuple[float, float]:
    return (
        round(-0.2 + 0.26 * (x + 0.12 * math.sin(5 * y)), 5),
        round(43.3 + 0.22 * (y + 0.12 * math.sin(4 * x)), 5),
    )


def _map() -> Figure:
    codes = [feature["properties"]["code"] for feature in sample_features()]
    return choropleth(
        prepare(sample_features()),
        dict(zip(codes, _poverty(), strict=True)),
        key="carte",
        title="Taux de pauvreté par intercommunalité (chiffres et contours inventés)",
        label=percent,
        highlight="C01",
    )


_PINS = (
    Pin(1, "Salle des fêtes", 43.81, 0.30),
    Pin(2, "Épicerie de la gare", 43.83, 0.55),
    Pin(3, "Halle aux grains", 43.64, 0.58),
    Pin(4, "Maison du bourg", 43.60, 0.61),
    Pin(5, "Ancienne école", 43.45, 0.42),
    Pin(6, "Foyer rural", 43.48, 0.10),
)
_HERE = (43.65, 0.35)


def _places() -> Figure:
    return places_map(
        tuple(prepare(sample_features(), width) for width in (420.0, 800.0)),
        _PINS,
        key="lieux",
        title="Six lieux autour d’ici (lieux et contours inventés)",
        description="Quatre lieux à l’est, deux à l’ouest.",
        columns=("№", "Lieu"),
        here=_HERE,
        here_label="Ici",
    )


def _rounds() -> Figure:
    base, other = Base("Bourg-Centre", *_HERE), Base("Bourg-Neuf", 43.60, 0.12)
    one, two, three, four, five, six = _PINS
    hours = ("8\u202fh\u202f30", "9\u202fh", "11\u202fh", "14\u202fh", "16\u202fh")
    return rounds_map(
        tuple(prepare(sample_features(), width) for width in (420.0, 800.0)),
        _PINS,
        (
            Route("Première infirmière", (base, one, two, base), hours[:4]),
            Route("Deuxième infirmière", (base, two, three, four, base), hours),
            Route("Camping-car", (base, five, base), hours[:3]),
            Route("Conseillère budget", (other, six, five, other), hours[:4]),
        ),
        bases=(base, other),
        key="tournees",
        title="Les tournées d’un jour (lieux et contours inventés)",
        description="Quatre tournées, dont trois partent de Bourg-Centre.",
        columns=("Qui", "Ordre", "Lieu", "Heure"),
    )


def _calendar() -> Figure:
    first = date(2026, 1, 5)
    opened = [
        day for day in (first + timedelta(i) for i in range(350)) if day.weekday() in (0, 2, 3)
    ]
    visits = {day: 3 + day.timetuple().tm_yday * 7 % 11 for day in opened}
    return calendar_heatmap(
        {
            day: Reading("Visites", None, "fermé")
            if day.month == 8
            else Reading("Visites", count, french(count, decimals=0, suffix="\u00a0visites"))
            for day, count in visits.items()
        },
        key="calendrier",
        title="Visites par jour de permanence en 2026 (chiffres inventés)",
        label=lambda value: french(value, decimals=0),
        value_label="Visites",
    )


def _sparkline() -> Figure:
    values = (11.2, 11.9, 12.9, 12.1, 14.2)
    years = (2006, 2011, 2016, 2018, 2022)
    return sparkline(
        [(year, _reading("taux", value)) for year, value in zip(years, values, strict=True)],
        key="etincelle",
        title="Taux de pauvreté depuis 2006 (chiffres inventés)",
        ruptures=[Rupture(2018, "nouvelle source")],
    )


def page(figures: dict[str, Figure]) -> str:
    """An HTML page with each figure, its description and its table."""
    sections = "".join(_section(name, figure) for name, figure in figures.items())
    return (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8">'
        f"<title>Figures</title></head><body><h1>Figures</h1>{sections}</body></html>"
    )


def _section(name: str, figure: Figure) -> str:
    return (
        f"<section><h2>{escape(name)}\u00a0: {escape(figure.title)}</h2>"
        f"<figure>{figure.svg}</figure><p>{escape(figure.description)}</p>"
        f"<details><summary>Voir les données</summary>{_html_table(figure)}</details></section>"
    )


def _html_table(figure: Figure) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in figure.table.columns)
    rows = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        + "</tr>"
        for first, *cells in figure.table.rows
    )
    caption = escape(figure.table.caption)
    return f"<table><caption>{caption}</caption><tr>{head}</tr>{rows}</table>"
