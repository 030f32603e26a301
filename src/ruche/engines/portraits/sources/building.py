"""From a table just read to the `Reading` that the engine expects, in today's geography."""

from collections.abc import Callable, Iterable

import polars as pl

from ruche.engines.portraits.errors import Note, Place, Severity, UnreadableSource
from ruche.engines.portraits.geography import to_current
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.observations import CODE, Provenance, Reading
from ruche.engines.portraits.sources.formats import Context
from ruche.engines.portraits.sources.opening import Opened
from ruche.engines.portraits.sources.variables import counts_something, is_additive

NOTHING: frozenset[str] = frozenset()


def reading(
    table: Opened,
    context: Context,
    *,
    source: str,
    level: Level,
    values: pl.DataFrame,
    states: pl.DataFrame,
    outside: frozenset[str] = NOTHING,
    notes: Iterable[Note] = (),
    sparse: bool = False,
    year: int | None = None,
    additive: Callable[[str], bool] = is_additive,
) -> Reading:
    """The reading of one level. `values` may carry a `line` column, for the messages.

    A commune table is carried to the reference geography (`sparse` and `year`: see `to_current`).
    At other levels, the territories that the reference does not know are left aside with a note.
    """
    provenance = Provenance(source, table.name, table.sha256, outside)
    told = list(notes)
    if level == Level.COMMUNE:
        names = [n for n in values.columns if n not in (CODE, "line") and additive(n)]
        carried = to_current(
            values,
            states,
            context.geography,
            additive=names,
            place=table.place,
            sparse=sparse,
            year=year,
        )
        return Reading(provenance, level, carried.values, carried.states, (*told, *carried.notes))
    values, strangers = _known(values.drop("line", strict=False), level, context)
    told += _note_of_strangers(strangers, level, table)
    return Reading(provenance, level, values, states, tuple(told))


def _known(values: pl.DataFrame, level: Level, context: Context) -> tuple[pl.DataFrame, list[str]]:
    known = pl.col(CODE).is_in(context.geography.codes(level).to_list())
    return values.filter(known), values.filter(~known)[CODE].to_list()


def _note_of_strangers(codes: list[str], level: Level, table: Opened) -> list[Note]:
    if not codes:
        return []
    shown = ", ".join(codes[:12]) + (" …" if len(codes) > 12 else "")
    text = f"{len(codes)} territoires inconnus ({level.label}), laissés de côté : {shown}."
    return [Note(Severity.WARNING, table.place, text)]


def refuse_duplicates(codes: pl.Series, table: Opened, *, column: str, first_line: int = 2) -> None:
    """Two lines for one territory: neither can be trusted."""
    if codes.n_unique() == len(codes):
        return
    again = codes.is_duplicated()
    code = str(codes.filter(again)[0])
    lines = [row + first_line for row in (codes == code).arg_true().to_list()]
    raise UnreadableSource(
        Place(table.name, lines[1], column),
        f"le code {code} figure deux fois, lignes {lines[0]} et {lines[1]}.",
        "Gardez une seule ligne par territoire.",
    )


def refuse_negative_counts(values: pl.DataFrame, table: Opened, *, first_line: int = 2) -> None:
    """A count below zero is an error of the file; balances and changes may be negative."""
    counted = [n for n in values.columns if n not in (CODE, "line") and counts_something(n)]
    lowest = values.select(pl.col(counted).min()) if counted else pl.DataFrame()
    for name in counted:
        least = lowest[name][0]
        if least is not None and least < 0:
            row = int(values[name].arg_min() or 0)
            raise UnreadableSource(
                Place(table.name, row + first_line, name),
                f"l’effectif vaut {least:g}, et un effectif n’est jamais négatif.",
                "Vérifiez le fichier auprès de son producteur.",
            )
