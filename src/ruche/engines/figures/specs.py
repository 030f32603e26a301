"""A figure can be asked in JSON, by someone who does not write Python: the JSON becomes a figure,
or a sentence in French that says which field is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any, Final

from ruche.engines.figures.ages import AgeBand, age_bands
from ruche.engines.figures.bars import ranked_bars
from ruche.engines.figures.gallery import french
from ruche.engines.figures.heatmap import calendar_heatmap
from ruche.engines.figures.maps import choropleth
from ruche.engines.figures.model import BadFigure, Figure, Reading
from ruche.engines.figures.pyramid import Band, pyramid
from ruche.engines.figures.series import Point, Rupture, Series
from ruche.engines.figures.sparkline import sparkline
from ruche.engines.figures.strip import Reference, strip
from ruche.engines.figures.trend import trend

Spec = Mapping[str, Any]

_TEXT = (
    "unit_label",
    "column_label",
    "value_label",
    "left_label",
    "right_label",
    "reference_label",
    "subject_label",
    "group_label",
    "group_text",
    "margin_text",
    "missing_text",
    "highlight",
    "order",
    "method",
)
_NUMBER = ("width", "height", "plot_height", "margin")
_WHOLE = ("limit", "classes")
_DATA = (
    "key",
    "title",
    "readings",
    "reference",
    "bands",
    "reference_labels",
    "subject",
    "references",
    "peers_values",
    "series",
    "ruptures",
    "points",
    "features",
    "values",
    "days",
    "bounds",
    "decimals",
    "suffix",
)


def build(form: str, spec: object) -> Figure:
    """The figure that ``spec`` describes; raises :class:`BadFigure` when it does not."""
    fields = _object(spec, "Le document")
    unknown = fields.keys() - {*_DATA, *_TEXT, *_NUMBER, *_WHOLE}
    if unknown:
        raise BadFigure(f"Champ inconnu : « {min(unknown)} ».")
    common = {"key": _text(fields, "key"), "title": _text(fields, "title")}
    return FORMS[form](fields, common | _options(fields))


def _options(fields: Spec) -> dict[str, Any]:
    """The optional fields that are given, each of the type it must have."""
    options: dict[str, Any] = {name: _text(fields, name) for name in _TEXT if name in fields}
    options |= {name: _number(fields, name) for name in _NUMBER if name in fields}
    for name in _WHOLE:
        if name in fields:
            if not isinstance(fields[name], int):
                raise BadFigure(f"Le champ « {name} » doit être un nombre entier.")
            options[name] = fields[name]
    return options


def _object(value: object, what: str) -> Spec:
    if not isinstance(value, dict):
        raise BadFigure(f"{what} doit être un objet JSON, entre accolades.")
    return value


def _field(fields: Spec, name: str) -> Any:
    if name not in fields:
        raise BadFigure(f"Il manque le champ « {name} ».")
    return fields[name]


def _text(fields: Spec, name: str) -> str:
    value = _field(fields, name)
    if not isinstance(value, str):
        raise BadFigure(f"Le champ « {name} » doit être un texte.")
    return value


def _number(fields: Spec, name: str) -> float:
    value = _field(fields, name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadFigure(f"Le champ « {name} » doit être un nombre.")
    return value


def _list(fields: Spec, name: str) -> list[Any]:
    value = _field(fields, name)
    if not isinstance(value, list):
        raise BadFigure(f"Le champ « {name} » doit être une liste.")
    return value


def _some(fields: Spec, name: str) -> list[Any]:
    return _list(fields, name) if name in fields else []


def _objects(fields: Spec, name: str) -> list[Spec]:
    return [_object(item, f"Chaque élément de « {name} »") for item in _list(fields, name)]


def _numbers(fields: Spec, name: str) -> list[float]:
    return [_number({name: value}, name) for value in _some(fields, name)]


def _bounds(fields: Spec) -> list[float] | None:
    return _numbers(fields, "bounds") if "bounds" in fields else None


def _reading(value: object, *, label: str | None = None) -> Reading:
    fields = _object(value, "Une valeur")
    number = _field(fields, "value")
    name = _text(fields, "label") if label is None or "label" in fields else label
    return Reading(
        name, None if number is None else _number(fields, "value"), _text(fields, "text")
    )


def _optional(fields: Spec, name: str) -> Reading | None:
    return _reading(fields[name], label=name) if fields.get(name) is not None else None


def _points(fields: Spec, label: str) -> tuple[Point, ...]:
    return tuple(
        (_field(point, "year"), _reading(point, label=label))
        for point in _objects(fields, "points")
    )


def _ruptures(fields: Spec) -> list[Rupture]:
    given = _objects(fields, "ruptures") if "ruptures" in fields else []
    return [Rupture(_field(rupture, "year"), _text(rupture, "label")) for rupture in given]


def _label(fields: Spec) -> Callable[[float], str]:
    decimals = fields.get("decimals", 1)
    if not isinstance(decimals, int) or not 0 <= decimals <= 6:
        raise BadFigure("Le champ « decimals » doit être un entier de 0 à 6.")
    suffix = _text(fields, "suffix") if "suffix" in fields else ""
    return partial(french, decimals=decimals, suffix=suffix)


def _bars(fields: Spec, options: dict[str, Any]) -> Figure:
    readings = [_reading(value) for value in _list(fields, "readings")]
    return ranked_bars(readings, reference=_optional(fields, "reference"), **options)


def _pyramid(fields: Spec, options: dict[str, Any]) -> Figure:
    bands = [
        Band(
            _text(band, "label"),
            _reading(_field(band, "left"), label="left"),
            _reading(_field(band, "right"), label="right"),
            _optional(band, "reference_left"),
            _optional(band, "reference_right"),
        )
        for band in _objects(fields, "bands")
    ]
    return pyramid(bands, **options)


def _ages(fields: Spec, options: dict[str, Any]) -> Figure:
    names = _some(fields, "reference_labels")
    bands = [
        AgeBand(
            _text(band, "label"),
            _reading(_field(band, "reading"), label="reading"),
            tuple(_reading(value, label="reference") for value in _some(band, "references")),
        )
        for band in _objects(fields, "bands")
    ]
    return age_bands(bands, reference_labels=names, **options)


def _strip(fields: Spec, options: dict[str, Any]) -> Figure:
    given = _objects(fields, "references") if "references" in fields else []
    references = [Reference(_field(one, "kind"), _reading(_field(one, "reading"))) for one in given]
    peers = _numbers(fields, "peers_values")
    subject = _reading(_field(fields, "subject"))
    return strip(subject, references=references, peers_values=peers, **options)


def _trend(fields: Spec, options: dict[str, Any]) -> Figure:
    series = [
        Series(_text(one, "label"), _points(one, _text(one, "label")))
        for one in _objects(fields, "series")
    ]
    return trend(series, ruptures=_ruptures(fields), **options)


def _sparkline(fields: Spec, options: dict[str, Any]) -> Figure:
    return sparkline(_points(fields, "valeur"), ruptures=_ruptures(fields), **options)


def _map(fields: Spec, options: dict[str, Any]) -> Figure:
    given = _object(_field(fields, "values"), "Le champ « values »")
    values = {code: _reading(value) for code, value in given.items()}
    return choropleth(
        _objects(fields, "features"),
        values,
        label=_label(fields),
        bounds=_bounds(fields),
        **options,
    )


def _calendar(fields: Spec, options: dict[str, Any]) -> Figure:
    given = _object(_field(fields, "days"), "Le champ « days »")
    days = {_date(day): _reading(value, label=day) for day, value in given.items()}
    return calendar_heatmap(days, label=_label(fields), bounds=_bounds(fields), **options)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadFigure(f"« {text} » n’est pas une date comme 2026-03-31.") from error


FORMS: Final[dict[str, Callable[[Spec, dict[str, Any]], Figure]]] = {
    "bars": _bars,
    "pyramid": _pyramid,
    "ages": _ages,
    "strip": _strip,
    "trend": _trend,
    "map": _map,
    "calendar": _calendar,
    "sparkline": _sparkline,
}
