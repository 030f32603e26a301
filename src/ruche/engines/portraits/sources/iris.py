"""The observatory's table by IRIS, summed to communes: shares become pairs that can be added.

For each share whose denominator can be rebuilt (see `iris_weights`), two variables by commune:
`OTTD_<COLUMN>__N` = Σ share × weight and `OTTD_<COLUMN>__D` = Σ weight, over the IRIS where both
are known. Their quotient is an *estimation* at every level; a commune none of whose IRIS is known
counts zero in both.
"""

import polars as pl

from ruche.engines.portraits.errors import Note, Severity
from ruche.engines.portraits.geography import DROM, Geography
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.observations import CODE, Reading
from ruche.engines.portraits.sources.building import reading
from ruche.engines.portraits.sources.formats import Context
from ruche.engines.portraits.sources.iris_weights import weight_of
from ruche.engines.portraits.sources.opening import Opened

SOURCE = "tiers-ottd"
STOCKS = (
    "P22_POP",
    "P16_POP",
    "P11_POP",
    "men_tot_stock_22",
    "men_tot_stock_16",
    "men_tot_stock_11",
)
SUSPECT_SHARE, SUSPECT_HEADS = 0.25, 50
"""A commune is suspect when its population is off by a quarter and by fifty inhabitants."""


def recognise_iris(table: Opened) -> bool:
    return table.is_parquet and {"COM", "TYP_IRIS", "P22_POP"} <= set(table.columns)


def read_iris(table: Opened, context: Context) -> list[Reading]:
    """One reading, by commune."""
    pairs = [n for n in table.columns if weight_of(n) and _wanted_pair(n, context)]
    stocks = [n for n in STOCKS if n in table.columns and context.wants(variable(n))]
    if not pairs and not stocks:
        return []
    frame = pl.read_parquet(table.plain)
    sums = (expression for n in pairs for expression in _pair(n))
    counts = (pl.col(n).cast(pl.Float64).fill_null(0.0).sum().alias(variable(n)) for n in stocks)
    values = frame.group_by(pl.col("COM").alias(CODE)).agg(*counts, *sums).sort(CODE)
    return [
        reading(
            table,
            context,
            source=SOURCE,
            level=Level.COMMUNE,
            values=values,
            states=values.select(CODE),
            outside=DROM,
            notes=_suspects(frame, context.geography, table),
        )
    ]


def variable(column: str) -> str:
    return f"OTTD_{column.upper()}"


def _wanted_pair(name: str, context: Context) -> bool:
    return context.wants(f"{variable(name)}__N") or context.wants(f"{variable(name)}__D")


def _pair(name: str) -> tuple[pl.Expr, pl.Expr]:
    """Σ share × weight and Σ weight, over the IRIS where both are known."""
    found = weight_of(name)
    if found is None:
        raise ValueError(f"No weight for {name}")
    weight, year = found
    share = pl.col(name).cast(pl.Float64).fill_nan(None) / 100
    denominator = (
        pl.when(share.is_not_null()).then(weight.build(year).fill_null(0.0)).otherwise(0.0)
    )
    return (
        (share.fill_null(0.0) * denominator).sum().alias(f"{variable(name)}__N"),
        denominator.sum().alias(f"{variable(name)}__D"),
    )


def _suspects(frame: pl.DataFrame, geography: Geography, table: Opened) -> list[Note]:
    """Communes that lost or gained too many inhabitants against the reference: a bad merge."""
    successors = geography.successors
    summed = frame.group_by(code=pl.col("COM").replace(successors)).agg(
        here=pl.col("P22_POP").cast(pl.Float64).sum()
    )
    reference = geography.communes.select(CODE, known=pl.col("population").cast(pl.Float64))
    gap = (pl.col("here") - pl.col("known")).abs()
    suspects = (
        summed.join(reference, on=CODE)
        .filter(gap > SUSPECT_HEADS, gap > SUSPECT_SHARE * pl.col("known"))
        .sort(CODE)
    )
    if suspects.is_empty():
        return []
    listed = ", ".join(
        f"{code} ({here:.0f} contre {known:.0f})" for code, here, known in suspects.iter_rows()
    )
    text = (
        f"{suspects.height} communes n’y ont pas leur population de la géographie "
        f"{geography.year} ; une fusion ou une scission y a sans doute été mal reportée : {listed}."
    )
    return [Note(Severity.WARNING, table.place, text)]
