"""A file shaped like the Insee's widest one, from a seed: real commune codes, drawn figures.

34 900 communes × 1 900 columns, about 450 MB at full size; a tenth of the columns otherwise. The
columns that the catalogue needs are spread among the others. Kept in var/bench between runs.
"""

from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.measuring import ROOT
from ruche.engines.portraits.catalogue import Catalogue, Indicator, load_catalogue
from ruche.engines.portraits.geography import load_reference

SEED = 32
COLUMNS = {True: 1_900, False: 190}
MEDIANS = {
    "MED21": (22_500, 2_500, 100),
    "TP6021": (14, 4, 2_000),
    "PIMP21": (50, 8, 2_000),
    "RD21": (3.2, 0.3, 2_000),
}
"""Mean, spread, and inhabitants under which the value is secret."""

YEAR = 2022
WANTED = 45


@cache
def indicators() -> Catalogue:
    """The catalogue cut to 45 indicators of one year, each with one formula of the Insee."""
    full = load_catalogue()
    kept: list[Indicator] = []
    for indicator in full.indicators:
        formula = next((f for f in indicator.formula if _readable(f)), None)
        if formula is not None and len(kept) < WANTED:
            year = YEAR if YEAR in formula.years else formula.years[0]
            one = formula.model_copy(update={"years": (year,)})
            kept.append(indicator.model_copy(update={"formula": (one,)}))
    return Catalogue(full.themes, full.sources, tuple(kept), full.digest)


def _readable(formula: object) -> bool:
    source, rule = formula.source, formula.rule  # type: ignore[attr-defined]
    return source in {"insee-rp", "insee-filosofi"} and rule != "weighted"


@cache
def needed() -> tuple[str, ...]:
    """The columns that the 45 indicators and their margins read."""
    return tuple(sorted(indicators().variables() | {"P22_MEN", "P22_POP"}))


def wide_file(full: bool) -> Path:
    """Path of the file, made at the first call."""
    path = ROOT / "var" / "bench" / f"dossier_complet_{COLUMNS[full]}.csv"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".partiel")
        _frame(COLUMNS[full]).write_csv(draft, separator=";")
        draft.rename(path)
    return path


def membership_file() -> Path:
    """commune → EPCI, département, région, for the engines that are not ours."""
    path = ROOT / "var" / "bench" / "cog.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    communes = load_reference().communes
    communes.select(CODGEO="code", EPCI="epci", DEP="departement", REG="region").write_csv(
        path, separator=";"
    )
    return path


def _frame(width: int) -> pl.DataFrame:
    rng = np.random.default_rng(SEED)
    communes = load_reference().communes
    people = communes["population"].cast(pl.Float64).fill_null(0.0).to_numpy()
    others = [f"P22_AUTRE{i:04}" for i in range(width - 1 - len(needed()))]
    order = [str(name) for name in rng.permutation([*needed(), *others])]
    columns: dict[str, pl.Series] = {"CODGEO": communes["code"]}
    for name in order:
        columns[name] = _column(name, people, rng)
    return pl.DataFrame(columns)


def _column(name: str, people: np.ndarray, rng: np.random.Generator) -> pl.Series:
    size = len(people)
    if name in MEDIANS:
        mean, spread, threshold = MEDIANS[name]
        drawn = np.round(rng.normal(mean, spread, size), 0 if mean > 100 else 1)
        text = pl.Series(drawn).cast(pl.String)
        return pl.select(
            pl.when(pl.Series(people >= threshold)).then(text).otherwise(pl.lit("s"))
        ).to_series()
    if name == "P22_POP":
        return pl.Series(people.astype(np.int64))
    if "AUTRE" not in name:
        share = 0.95 if name.endswith("_POP") else rng.uniform(0.05, 0.4)
        return pl.Series(np.round(people * share * rng.uniform(0.9, 1.1, size), 10))
    share = rng.beta(0.4, 6)
    drawn = people * share * rng.uniform(0.3, 1.7, size)
    empty = rng.random(size) < np.exp(-drawn / 2)
    exact = np.where(empty, 0.0, np.round(drawn, 8))
    return pl.Series(exact) if rng.random() < 0.52 else pl.Series(exact.astype(np.int64))
