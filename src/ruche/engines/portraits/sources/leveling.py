"""Tell the level of a table by its codes: five characters a commune, nine digits an EPCI…"""

import polars as pl

from ruche.engines.portraits.geography import Geography
from ruche.engines.portraits.levels import FRANCE_CODE, Level

METROPOLE_CODES = frozenset({"METRO", "METROPOLE", "FM", "METRODOM_HORS"})
FRANCE_CODES = frozenset({"FR", "FRANCE", "F", "00FR", "METRODOM", *METROPOLE_CODES})
HINTS = {
    "DEP": Level.DEPARTEMENT,
    "REG": Level.REGION,
    "EPCI": Level.EPCI,
    "COM": Level.COMMUNE,
    "DEPCOM": Level.COMMUNE,
}
MOST = 0.5


def level_of(codes: pl.Series, geography: Geography, *, column: str = "") -> Level | None:
    """The level of these codes, or None when they look like no territory.

    Départements and régions share numbers: a set made only of régions is one of régions, unless
    the name of the column says « DEP ».
    """
    if codes.is_empty():
        return None
    if codes.str.to_uppercase().is_in(list(FRANCE_CODES)).all():
        return Level.FRANCE
    lengths = codes.str.len_chars()
    if _mostly(codes.str.contains(r"^\d{9}$")):
        return Level.EPCI
    if _mostly(lengths == 5):
        return Level.COMMUNE
    return _departement_or_region(codes, geography, column) if _mostly(lengths <= 3) else None


def _mostly(test: pl.Series) -> bool:
    return float(test.mean() or 0.0) > MOST  # type: ignore[arg-type]


def _departement_or_region(codes: pl.Series, geography: Geography, column: str) -> Level | None:
    hinted = HINTS.get(column.upper())
    if hinted in (Level.DEPARTEMENT, Level.REGION):
        return hinted
    territories = codes.filter(~codes.str.to_uppercase().is_in(list(FRANCE_CODES)))
    if territories.is_in(geography.codes(Level.REGION).to_list()).all():
        return Level.REGION
    known = territories.is_in(geography.codes(Level.DEPARTEMENT).to_list())
    return Level.DEPARTEMENT if _mostly(known) else None


def france_code(codes: pl.Expr) -> pl.Expr:
    """Our code of France in the place of each producer's."""
    is_france = codes.str.to_uppercase().is_in(list(FRANCE_CODES))
    return pl.when(is_france).then(pl.lit(FRANCE_CODE)).otherwise(codes).alias("code")
