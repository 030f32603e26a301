"""From the text of a cell to a number and a state: the only place where `s` becomes « secret »."""

from dataclasses import dataclass

import polars as pl

from ruche.engines.portraits.errors import Place, UnreadableSource
from ruche.engines.portraits.states import MARKERS, State

_STATE_OF_MARKER = {marker: state.value for marker, state in MARKERS.items()}


@dataclass(frozen=True)
class Decoded:
    """A column decoded: numbers, and states unless every cell is a number."""

    values: pl.Series
    states: pl.Series | None


def decode(texts: pl.Series, place: Place, *, first_line: int = 2) -> Decoded:
    """Numbers with a point or a comma, even mixed; markers and empty cells become states.

    Refuses (`UnreadableSource`) any other text, with its line: row 0 stands at `first_line`.
    """
    clean = texts.str.strip_chars(' "\u00a0\u202f')
    numbers = clean.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    numbers = (
        numbers.set(~numbers.is_finite(), None) if numbers.is_finite().not_().any() else numbers
    )
    absent = numbers.is_null()
    if not absent.any():
        return Decoded(numbers.alias(texts.name), None)
    markers = clean.fill_null("").str.to_lowercase()
    states = (
        pl.select(
            pl.when(absent)
            .then(markers.replace_strict(_STATE_OF_MARKER, default=None, return_dtype=pl.UInt8))
            .otherwise(pl.lit(State.VALUE.value, dtype=pl.UInt8))
        )
        .to_series()
        .alias(texts.name)
    )
    if states.has_nulls():
        row = int(states.is_null().arg_max() or 0)
        refuse_text(str(texts[row]), Place(place.file, row + first_line, texts.name))
    return Decoded(numbers.alias(texts.name), states)


def refuse_text(text: str, place: Place) -> None:
    """A cell that is neither a number nor a known marker."""
    shown = text if len(text) <= 40 else text[:40] + "…"
    raise UnreadableSource(
        place,
        f"« {shown} » n’est ni un nombre ni un signe connu (s, c, nd, ns, so).",
        "Corrigez cette cellule ou retirez la colonne, puis recommencez.",
    )


def states_of_nulls(values: pl.DataFrame, state: State = State.MISSING) -> pl.DataFrame:
    """States of a table whose every absence has the same reason."""
    lacking = [s.name for s in values.iter_columns() if s.has_nulls()]
    return values.select(
        pl.col("code"),
        *(
            pl.when(pl.col(n).is_null())
            .then(pl.lit(state.value, dtype=pl.UInt8))
            .otherwise(pl.lit(State.VALUE.value, dtype=pl.UInt8))
            .alias(n)
            for n in lacking
        ),
    )
