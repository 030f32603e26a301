"""Tables of communes published once, each under its own names of columns: what maps to what.

One entry by file; the reader is the same. Texts become numbers and states, the communes are
carried to today's, and what is known to be wrong in a file is mended by its entry.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl
from polars.exceptions import PolarsError

from ruche.engines.portraits.errors import Note, Severity, UnreadableSource
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.observations import CODE, Reading
from ruche.engines.portraits.sources.building import (
    reading,
    refuse_duplicates,
    refuse_negative_counts,
)
from ruche.engines.portraits.sources.cells import decode
from ruche.engines.portraits.sources.formats import Context, Format
from ruche.engines.portraits.sources.opening import ADVICE_DOWNLOAD, Opened
from ruche.engines.portraits.states import State

LINE = "line"
OVERSEAS_CODE = r"^(97[1-6])(\d{3})$"
"""Some files write 971101 for 97101: the département in full, then the three digits."""


@dataclass
class Work:
    """A table on its way: the mends of each file change it in place."""

    table: Opened
    context: Context
    values: pl.DataFrame
    states: pl.DataFrame
    outside: frozenset[str] = frozenset()
    notes: list[Note] = field(default_factory=list)

    def note(self, severity: Severity, text: str) -> None:
        self.notes.append(Note(severity, self.table.place, text))

    def blank(self, names: list[str], here: pl.Series, state: State) -> None:
        """No number, and this state, in these variables on these rows."""
        for name in names:
            before = (
                pl.col(name)
                if name in self.states.columns
                else pl.lit(State.VALUE.value, dtype=pl.UInt8)
            )
            blank = pl.lit(state.value, dtype=pl.UInt8)
            self.states = self.states.with_columns(
                pl.when(here).then(blank).otherwise(before).alias(name)
            )
        self.values = self.values.with_columns(
            pl.when(~here).then(pl.col(name)).alias(name) for name in names
        )

    def keep(self, rows: pl.Series) -> None:
        self.values, self.states = self.values.filter(rows), self.states.filter(rows)


@dataclass(frozen=True)
class CommuneTable:
    """How one published table of communes is read."""

    id: str
    name: str
    source: str
    code: str
    columns: Mapping[str, str]
    """Column of the file → variable."""

    also: frozenset[str] = frozenset()
    """Other columns by which the file is recognised."""

    mend: Callable[[Work], None] = lambda _work: None
    absent_is_zero: bool = False
    year: int | None = None
    """Of the file's geography, when it is known."""

    def recognise(self, table: Opened) -> bool:
        columns = set(table.columns)
        return {self.code, *self.also} <= columns and not columns.isdisjoint(self.columns)

    def read(self, table: Opened, context: Context) -> list[Reading]:
        wanted = {column: v for column, v in self.columns.items() if context.wants(v)}
        kept = {column: v for column, v in wanted.items() if column in table.columns}
        if not kept:
            return []
        work = _load(table, context, self.code, kept)
        for column in wanted.keys() - kept.keys():
            work.note(Severity.WARNING, f"la colonne {column} n’y est pas.")
        self.mend(work)
        result = reading(
            table,
            context,
            source=self.source,
            level=Level.COMMUNE,
            values=work.values,
            states=work.states,
            outside=work.outside,
            notes=work.notes,
            sparse=self.absent_is_zero,
            year=self.year,
        )
        return [zeros_where_absent(result, context) if self.absent_is_zero else result]

    @property
    def format(self) -> Format:
        return Format(self.id, self.name, True, self.recognise, self.read)


def read_text(table: Opened, columns: list[str]) -> pl.DataFrame:
    """These columns as text, with the line of each row; refuses what is not a table."""
    try:
        frame = pl.read_csv(
            table.plain,
            separator=table.separator,
            columns=columns,
            infer_schema=False,
            encoding="utf8-lossy",
            glob=False,
        )
    except PolarsError as error:
        raise UnreadableSource(
            table.place, f"ce tableau ne se lit pas ({error}).", ADVICE_DOWNLOAD
        ) from error
    return frame.with_columns((pl.int_range(pl.len()) + 2).alias(LINE))


def _load(table: Opened, context: Context, code: str, columns: Mapping[str, str]) -> Work:
    frame = read_text(table, [code, *columns])
    codes = frame[code].str.strip_chars().str.replace(OVERSEAS_CODE, "97$2")
    refuse_duplicates(codes, table, column=code)
    values: dict[str, pl.Series] = {CODE: codes, LINE: frame[LINE]}
    states: dict[str, pl.Series] = {CODE: codes}
    for column, variable in columns.items():
        decoded = decode(frame[column], table.place)
        values[variable] = decoded.values
        if decoded.states is not None:
            states[variable] = decoded.states
    work = Work(table, context, pl.DataFrame(values), pl.DataFrame(states))
    refuse_negative_counts(work.values, table)
    return work


def zeros_where_absent(result: Reading, context: Context) -> Reading:
    """A commune that the file leaves out has none, in the départements that the file covers."""
    codes = context.geography.communes.filter(
        ~pl.col("departement").is_in(list(result.provenance.outside))
    ).select(CODE)
    absent = codes.join(result.values, on=CODE, how="anti")
    zeros = absent.with_columns(pl.lit(0.0).alias(name) for name in result.variables)
    values = pl.concat([result.values, zeros.select(result.values.columns)])
    return Reading(result.provenance, result.level, values, result.states, result.notes)


# --- mends ----------------------------------------------------------------------------------------


def _comparateur(work: Work) -> None:
    """Mayotte is at zero for want of a census (but not its births); so are, but for their
    population, the communes just re-established. Neither is a zero. The six villages dead for
    France are true zeros."""
    _mayotte_is_not_covered(work)
    _restored_communes_have_no_figures(work)
    _drop_insane_areas(work)


def _mayotte_is_not_covered(work: Work) -> None:
    mayotte = work.values[CODE].str.starts_with("976")
    counts = [n for n in work.values.columns if n.startswith("P")]
    nothing = work.values.select(pl.sum_horizontal(counts) == 0).to_series() if counts else mayotte
    if (mayotte & nothing).any():
        work.keep(~mayotte)
        work.outside |= {"976"}
        work.note(Severity.INFO, "Mayotte y est à zéro : elle n’est pas couverte, pas vide.")


def _restored_communes_have_no_figures(work: Work) -> None:
    """The parent still counts them: in the parts, « sans objet »; the sums above are right."""
    parts = work.context.geography.splits["part"].to_list()
    counts = [n for n in work.values.columns if n not in (CODE, LINE, "SUPERF", *POPULATIONS)]
    if not counts:
        return
    empty = work.values.select(
        pl.col(CODE).is_in(parts) & (pl.sum_horizontal(counts) == 0)
    ).to_series()
    if empty.any():
        work.blank(counts, empty, State.NOT_APPLICABLE)
        listed = ", ".join(work.values.filter(empty)[CODE])
        work.note(
            Severity.WARNING,
            f"communes rétablies, comptées avec leur ancienne commune sauf pour la population : "
            f"{listed}.",
        )


def _drop_insane_areas(work: Work) -> None:
    """An area that is absent or null is missing."""
    if "SUPERF" not in work.values.columns:
        return
    insane = work.values["SUPERF"].fill_null(0.0) <= 0
    if insane.any():
        work.blank(["SUPERF"], insane, State.MISSING)


def _populations(work: Work) -> None:
    """Before the first figure of a commune, or after the last of a former one, an empty cell says
    that it did not exist: « sans objet ». Between two figures, an empty cell is missing."""
    years = [n for n in work.values.columns if n not in (CODE, LINE)]
    known = [pl.col(n).is_not_null() for n in years]
    former = ~work.values[CODE].is_in(list(work.context.geography.commune_codes))
    for rank, name in enumerate(years):
        before = pl.any_horizontal(known[:rank]) if rank else pl.lit(False)
        after = pl.any_horizontal(known[rank + 1 :]) if rank + 1 < len(years) else pl.lit(False)
        inexistent = work.values.select(
            pl.col(name).is_null() & (~before | (former & ~after))
        ).to_series()
        if inexistent.any():
            work.blank([name], inexistent, State.NOT_APPLICABLE)
    if not work.values[CODE].str.starts_with("976").any():
        work.outside |= {"976"}


def _cog(work: Work) -> None:
    """The area of a commune just re-established is still within its parent's: « sans objet »."""
    if "SUPERF" in work.values.columns:
        within = work.values[CODE].is_in(work.context.geography.splits["part"].to_list())
        absent = work.values["SUPERF"].is_null() & within
        if absent.any():
            work.blank(["SUPERF"], absent, State.NOT_APPLICABLE)


POPULATIONS = ("P21_POP", "P15_POP")

COMMUNE_TABLES = (
    CommuneTable(
        id="comparateur-extrait",
        name="comparateur de territoires, extrait par commune",
        source="insee-comparateur",
        code="insee_com",
        columns={
            "population_2021": "P21_POP",
            "population_2015": "P15_POP",
            "menages_2021": "P21_MEN",
            "naissances_2022": "NAISD22",
            "deces_2022": "DECESD22",
            "pop_15_64_totale_2021": "P21_POP1564",
            "pop_15_64_chomage_2021": "P21_CHOM1564",
            "pop_15_64_active_2021": "P21_ACT1564",
            "superficie_km2": "SUPERF",
        },
        also=frozenset({"commune_type"}),
        mend=_comparateur,
        year=2024,
    ),
    CommuneTable(
        id="populations",
        name="populations municipales annuelles",
        source="insee-populations",
        code="codgeo",
        columns={f"p{year}_pop": f"P{year}_POP" for year in range(13, 22)},
        mend=_populations,
        year=2023,
    ),
    CommuneTable(
        id="cog-communes",
        name="communes au code officiel géographique, population et superficie",
        source="insee-cog",
        code="code",
        columns={"population_municipale": "P23_POP", "superficie_km2": "SUPERF"},
        also=frozenset({"departement", "epci", "lat", "lon"}),
        mend=_cog,
    ),
    CommuneTable(
        id="rpls",
        name="répertoire des logements sociaux, par commune",
        source="sdes-rpls",
        code="DEPCOM_ARM",
        columns={"nb_ls": "RPLS24_LS"},
        also=frozenset({"LIBCOM", "nb_loues"}),
        absent_is_zero=True,
    ),
)
