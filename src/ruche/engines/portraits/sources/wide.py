"""The Insee's wide files: one line by territory, one column by variable, `;` between them.

They mix markers (`s`, `nd`), points and commas, sometimes on one line, and may weigh half a
gigabyte. A few samples tell which columns are plain numbers: Polars reads these as such in one
pass, and only the others are read as text and decoded. Should a later line give the lie to the
samples, the columns that it concerns are read again as text; so nothing rests on luck.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

import polars as pl
from polars.exceptions import PolarsError

from ruche.engines.portraits.errors import Note, Place, Severity, UnreadableSource
from ruche.engines.portraits.geography import DROM, Geography
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.observations import CODE, Provenance, Reading
from ruche.engines.portraits.sources.building import (
    reading,
    refuse_duplicates,
    refuse_negative_counts,
)
from ruche.engines.portraits.sources.cells import decode
from ruche.engines.portraits.sources.formats import Context, Format
from ruche.engines.portraits.sources.leveling import METROPOLE_CODES, france_code, level_of
from ruche.engines.portraits.sources.opening import SEPARATOR_NAMES, Opened
from ruche.engines.portraits.sources.samples import Sampled, refuse_ragged, sample
from ruche.engines.portraits.sources.variables import source_of

CODE_COLUMNS = ("CODGEO", "COM", "DEPCOM", "EPCI", "DEP", "REG", "CODE_GEO")
LABELS = frozenset(
    {"LIBGEO", "LIBELLE", "NIVGEO", "OBJGEO", "DEP", "REG", "EPCI", "COM", "ARR", "CV", "ZE2020"}
)
FIRST_LINE = 2


@dataclass(frozen=True)
class Wide:
    """A wide file read, before any geography: values and states in the file's own codes."""

    column: str
    codes: pl.Series
    values: pl.DataFrame
    states: pl.DataFrame
    notes: tuple[Note, ...] = ()


def recognise(table: Opened) -> bool:
    """A text table one of whose first two columns is a code that the Insee uses."""
    if table.is_parquet or len(table.columns) < 2:
        return False
    return any(name.upper() in CODE_COLUMNS for name in table.columns[:2])


def read(table: Opened, context: Context) -> list[Reading]:
    """Readings of the file's level, one by source (census, Filosofi…)."""
    return readings_of(load(table, context), table, context)


def load(table: Opened, context: Context) -> Wide:
    """Values and states of the wanted columns.

    Refuses a wrong separator, a line with too many or too few fields, a doubled name or code, text
    that is neither a number nor a marker, a negative count: with the line and the column.
    """
    header = _header(table)
    code = next(name for name in header if name.upper() in CODE_COLUMNS)
    variables = [n for n in header if n != code and _is_variable(n) and context.wants(n.upper())]
    if not variables:
        return _nothing(table, code, context)
    context.progress(f"{table.name} : {len(variables)} colonnes à lire")
    sampled = sample(table, header, variables)
    notes: list[Note] = []
    if context.wanted is None:
        notes += _notes_of_text(sampled, table)
        variables = [n for n in variables if n not in sampled.textual]
    frame = _scan(table, header, code, variables, sampled)
    codes = frame[code].str.strip_chars(' "')
    _refuse_holes(codes, header, table, code)
    refuse_duplicates(codes, table, column=code)
    values, states = _columns(frame, variables, codes, table)
    refuse_negative_counts(values, table)
    return Wide(code, codes, values, states, tuple(notes))


def _header(table: Opened) -> list[str]:
    """The names of the columns; refuses another separator than `;` and doubled names."""
    if table.separator != ";":
        raise UnreadableSource(
            Place(table.name, 1),
            f"le séparateur semble être {SEPARATOR_NAMES[table.separator]}, ce fichier demande le "
            "point-virgule.",
            "Enregistrez-le de nouveau en CSV avec le point-virgule, sans rien changer d’autre.",
        )
    header = table.columns
    if len(set(header)) < len(header):
        name, _ = next((n, g) for n, g in groupby(sorted(header)) if len(list(g)) > 1)
        raise UnreadableSource(
            Place(table.name, 1, name),
            "deux colonnes portent ce nom.",
            "Supprimez ou renommez l’une des deux.",
        )
    return header


def _is_variable(name: str) -> bool:
    upper = name.upper()
    return bool(name) and upper not in LABELS and not upper.startswith(("LIB", "NOM_"))


def _nothing(table: Opened, code: str, context: Context) -> Wide:
    empty = pl.DataFrame(schema={CODE: pl.String})
    wanted = len(context.wanted or ())
    text = f"aucune des {wanted} variables attendues n’est dans ce fichier."
    notes = (Note(Severity.WARNING, table.place, text),)
    return Wide(code, empty[CODE], empty, empty, notes)


def _notes_of_text(sampled: Sampled, table: Opened) -> list[Note]:
    return [
        Note(Severity.INFO, Place(table.name, column=name), "colonne de texte, laissée de côté.")
        for name in sampled.textual
    ]


def _scan(
    table: Opened, header: list[str], code: str, variables: list[str], sampled: Sampled
) -> pl.DataFrame:
    """The columns, numbers where the samples say so; read again as text where they were wrong.

    The last column is read too: its absences tell the lines that are too short.
    """
    plain = [n for n in variables if n in sampled.numeric]
    asked = list(dict.fromkeys([code, *variables, header[-1]]))
    frame = _csv(table, asked, plain, quoted=sampled.quoted)
    if frame[header[-1]].has_nulls() or frame[code].has_nulls():
        refuse_ragged(table, len(header), quoted=sampled.quoted)
    doubtful = [n for n in plain if frame[n].has_nulls() or not frame[n].is_finite().all()]
    if doubtful:
        frame = frame.with_columns(_csv(table, doubtful, [], quoted=sampled.quoted))
    return frame


def _csv(
    table: Opened, columns: list[str], numeric: Iterable[str], *, quoted: bool
) -> pl.DataFrame:
    try:
        return (
            pl.scan_csv(
                table.plain,
                separator=";",
                quote_char='"' if quoted else None,
                schema_overrides=dict.fromkeys(numeric, pl.Float64),
                infer_schema=False,
                encoding="utf8-lossy",
                ignore_errors=True,
                glob=False,
            )
            .select(columns)
            .collect(engine="streaming")
        )
    except PolarsError as error:
        refuse_ragged(table, len(table.columns), quoted=quoted)
        raise UnreadableSource(
            table.place, f"ce tableau ne se lit pas ({error}).", "Vérifiez le fichier."
        ) from error


def _refuse_holes(codes: pl.Series, header: list[str], table: Opened, code: str) -> None:
    empty = codes.is_null() | (codes == "")
    if empty.any():
        line = int(empty.arg_max() or 0) + FIRST_LINE
        raise UnreadableSource(
            Place(table.name, line, code), "le code du territoire manque.", "Retirez la ligne."
        )


def _columns(
    frame: pl.DataFrame, variables: list[str], codes: pl.Series, table: Opened
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Values, with the line of each row, and states."""
    values, states = [codes.alias(CODE)], [codes.alias(CODE)]
    for name in variables:
        column = frame[name].alias(name.upper())
        if column.dtype == pl.String:
            decoded = decode(column, table.place, first_line=FIRST_LINE)
            column = decoded.values
            states += [] if decoded.states is None else [decoded.states]
        values.append(column)
    return pl.DataFrame(values), pl.DataFrame(states)


# --- readings -------------------------------------------------------------------------------------


def readings_of(wide: Wide, table: Opened, context: Context) -> list[Reading]:
    """One reading by source, at the level that the codes tell."""
    variables = wide.values.columns[1:]
    if not variables:
        return [_empty_reading(wide, table)]
    level = level_of(wide.codes, context.geography, column=wide.column)
    if level is None:
        raise UnreadableSource(
            Place(table.name, FIRST_LINE, wide.column),
            f"« {wide.codes[0]} » n’est le code d’aucun territoire.",
            "La première colonne doit porter des codes de communes, d’EPCI, de départements ou de "
            "régions.",
        )
    lines = (pl.int_range(pl.len()) + FIRST_LINE).alias("line")
    code = france_code(pl.col(CODE)) if level == Level.FRANCE else pl.col(CODE)
    by_source: dict[str, list[str]] = {}
    for name in variables:
        by_source.setdefault(source_of(name), []).append(name)
    return [
        reading(
            table,
            context,
            source=source,
            level=level,
            values=wide.values.select(code, lines, *names),
            states=wide.states.select(code, *(n for n in names if n in wide.states.columns)),
            outside=_outside(wide.codes, names, context.geography, level),
            notes=wide.notes if rank == 0 else (),
        )
        for rank, (source, names) in enumerate(by_source.items())
    ]


def _empty_reading(wide: Wide, table: Opened) -> Reading:
    provenance = Provenance("insee-rp", table.name, table.sha256)
    return Reading(provenance, Level.COMMUNE, wide.values, wide.states, wide.notes)


def _outside(
    codes: pl.Series, names: list[str], geography: Geography, level: Level
) -> frozenset[str]:
    """Départements that a national file leaves out: those of the overseas of which it has no row,
    and all of them for a row « métropole »."""
    if level == Level.FRANCE:
        metropole = codes.str.to_uppercase().is_in(list(METROPOLE_CODES)).any()
        return DROM if metropole else frozenset()
    if level not in (Level.COMMUNE, Level.DEPARTEMENT) or len(codes) < 90:
        return frozenset()
    prefixes = set(codes.str.slice(0, 3))
    return frozenset(code for code in DROM if code not in prefixes)


FORMATS = (Format("insee-large", "fichier large de l’Insee", True, recognise, read),)
