"""Our own simple file, for figures entered by hand or given by convention: one figure by line.

Columns `niveau;code;variable;annee;valeur;etat`, and `source` if one likes: `niveau` is COM, EPCI,
DEP, REG or FR; `etat` is empty for a value, else a state (`secret`, `not_published`…) or one of the
usual markers. The year's two digits are added to the variable when they are not in its name.
"""

import polars as pl

from ruche.engines.portraits.errors import Place, UnreadableSource
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.observations import CODE, Reading
from ruche.engines.portraits.sources.building import reading
from ruche.engines.portraits.sources.cells import decode
from ruche.engines.portraits.sources.formats import Context, Format
from ruche.engines.portraits.sources.leveling import france_code
from ruche.engines.portraits.sources.opening import Opened
from ruche.engines.portraits.sources.tables import LINE, read_text
from ruche.engines.portraits.states import MARKERS, State

COLUMNS = ("niveau", "code", "variable", "annee", "valeur", "etat")
DEFAULT_SOURCE = "saisie"
WORDS = {
    **{marker: state for marker, state in MARKERS.items() if marker},
    **{state.code: state for state in State},
    **{state.label: state for state in State},
}


def recognise(table: Opened) -> bool:
    return not table.is_parquet and set(COLUMNS) <= set(table.columns)


def read(table: Opened, context: Context) -> list[Reading]:
    """One reading by level and source."""
    rows = _rows(table)
    if context.wanted is not None:
        rows = rows.filter(pl.col("name").is_in(list(context.wanted)))
    return [
        _reading(group, str(level), str(source), table, context)
        for (level, source), group in rows.group_by("niveau", "source", maintain_order=True)
    ]


def _rows(table: Opened) -> pl.DataFrame:
    more = ["source"] if "source" in table.columns else []
    rows = read_text(table, [*COLUMNS, *more])
    if not more:
        rows = rows.with_columns(source=pl.lit(DEFAULT_SOURCE))
    rows = rows.with_columns(
        pl.col("niveau").str.to_uppercase(),
        pl.col("source").fill_null(DEFAULT_SOURCE),
        pl.col("etat").fill_null("").str.to_lowercase(),
        name=_named("variable", "annee"),
    )
    _refuse_unknown(rows, "niveau", [level.value for level in Level], table)
    _refuse_unknown(rows, "etat", ["", *WORDS], table)
    _refuse_twice(rows, table)
    return _decoded(rows, table)


def _named(variable: str, year: str) -> pl.Expr:
    """The variable, with the year's two digits when its name has none."""
    digits = pl.col(year).fill_null("").str.slice(-2)
    name = pl.col(variable).str.to_uppercase()
    has_year = (digits == "") | name.str.contains(digits, literal=True)
    return pl.when(has_year).then(name).otherwise(name + digits)


def _refuse_unknown(rows: pl.DataFrame, column: str, allowed: list[str], table: Opened) -> None:
    wrong = rows.filter(~pl.col(column).is_in(allowed) | pl.col(column).is_null())
    if wrong.height:
        raise UnreadableSource(
            Place(table.name, wrong[LINE][0], column),
            f"« {wrong[column][0]} » n’est pas connu.",
            f"Écrivez l’un de : {', '.join(word for word in allowed if word)}.",
        )


def _refuse_twice(rows: pl.DataFrame, table: Opened) -> None:
    twice = rows.filter(pl.struct("niveau", "code", "name").is_duplicated())
    if twice.height:
        raise UnreadableSource(
            Place(table.name, twice[LINE][-1], "variable"),
            f"{twice['name'][-1]} est donnée deux fois pour {twice['code'][-1]}.",
            "Gardez une seule ligne.",
        )


def _decoded(rows: pl.DataFrame, table: Opened) -> pl.DataFrame:
    """Numbers and states; a state wins over whatever stands in the cell of the value."""
    decoded = decode(rows["valeur"], table.place)
    plain = pl.Series([State.VALUE.value] * rows.height, dtype=pl.UInt8)
    told = {word: state.value for word, state in WORDS.items()} | {"": None}
    rows = rows.with_columns(
        number=decoded.values,
        read=plain if decoded.states is None else decoded.states,
        told=pl.col("etat").replace_strict(told, return_dtype=pl.UInt8),
    )
    state = pl.when(pl.col("told").fill_null(0) != 0).then("told").otherwise("read")
    rows = rows.with_columns(state=state)
    return rows.with_columns(number=pl.when(pl.col("state") == State.VALUE.value).then("number"))


def _reading(
    group: pl.DataFrame, level: str, source: str, table: Opened, context: Context
) -> Reading:
    group = group.with_columns(france_code(pl.col(CODE)))
    values = group.pivot("name", index=CODE, values="number")
    states = group.pivot("name", index=CODE, values="state")
    return reading(
        table, context, source=source, level=Level(level), values=values, states=states, sparse=True
    )


FORMATS = (Format("par-niveau", "valeurs saisies, par niveau", False, recognise, read),)
