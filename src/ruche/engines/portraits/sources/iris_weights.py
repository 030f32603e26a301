"""The weight that turns each share by IRIS back into something that can be summed.

A share cannot be added; a share times its denominator can. The denominators are not in the file:
they are rebuilt here from what is, each with its reason. Shares of years whose denominator cannot
be rebuilt are left aside.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

Build = Callable[[str], pl.Expr]
"""From the two digits of a year to the weight of an IRIS."""


@dataclass(frozen=True)
class Weight:
    """The denominator of the shares whose column matches `pattern` (with the year as `yy`)."""

    pattern: str
    build: Build
    reason: str


def _share(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Float64).fill_nan(None) / 100


def _count(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Float64).fill_nan(None).fill_null(0.0)


def population(yy: str) -> pl.Expr:
    return _count(f"P{yy}_POP")


def households(yy: str) -> pl.Expr:
    return _count(f"men_tot_stock_{yy}")


def dwellings(yy: str) -> pl.Expr:
    """A main residence by household: households over the share of main residences."""
    main = _share(f"log_rp_pct_{yy}")
    return pl.when(main > 0).then(households(yy) / main).otherwise(0.0)


def aged(*bands: str) -> Build:
    """Inhabitants of these bands of age (`1524`), from the shares of the population."""
    return lambda yy: (
        population(yy)
        * pl.sum_horizontal(_share(f"dm_{band}_pct_{yy}").fill_null(0.0) for band in bands)
    )


def fifteen_or_more(yy: str) -> pl.Expr:
    return population(yy) * (1 - _share(f"dm_0014_pct_{yy}").fill_null(0.0))


def employed(band: str, *bands: str) -> Build:
    """Inhabitants of the band of age times its employment rate."""
    return lambda yy: aged(*bands)(yy) * _share(f"eco_txemp_{band}_{yy}").fill_null(0.0)


def active(band: str, *bands: str) -> Build:
    """The employed and the unemployed: employed over one minus the unemployment rate."""

    def build(yy: str) -> pl.Expr:
        working = 1 - _share(f"soc_txchom_{band}_{yy}")
        return pl.when(working > 0).then(employed(band, *bands)(yy) / working).otherwise(0.0)

    return build


def column(name: str) -> Build:
    return lambda yy: _count(f"{name}_{yy}")


WORKING_AGE = ("1524", "2554", "5564")

WEIGHTS = (
    Weight(r"dm_15p_seul_pct_(?P<yy>22)", fifteen_or_more, "part des 15 ans ou plus"),
    Weight(r"dmv_5579_seul_pct_(?P<yy>22)", aged("5564", "6579"), "part des 55 à 79 ans"),
    Weight(r"dmv_80p_seul_pct_(?P<yy>22)", aged("80p"), "part des 80 ans ou plus"),
    Weight(r"dmv?_\w+_pct_(?P<yy>11|16|22)", population, "part des habitants"),
    Weight(r"men_\w+_pct_(?P<yy>11|16|22)", households, "part des ménages"),
    Weight(
        r"log_(rp|ressec|vac)_pct_(?P<yy>11|16|22)",
        dwellings,
        "part des logements : ménages divisés par la part des résidences principales",
    ),
    Weight(
        r"log_(prop|loc|lochlm|emmenrec)_pct_(?P<yy>11|16|22)",
        households,
        "part des résidences principales, une par ménage",
    ),
    Weight(r"logd_dpe_(abc|fg)_pct_(?P<yy>24)", column("logd_dpe_total"), "part des diagnostics"),
    Weight(r"logd_appt_trans_pct_(?P<yy>24)", column("logd_trans"), "part des ventes"),
    Weight(
        r"dsp_(dipl|csp)_\w+_pct_(?P<yy>22)",
        fifteen_or_more,
        "part des 15 ans ou plus (pour les diplômes : faute du nombre des non scolarisés)",
    ),
    Weight(
        r"eco_n?sal_pct_(?P<yy>22)",
        employed("1564", *WORKING_AGE),
        "part des actifs occupés : 15-64 ans fois leur taux d’emploi",
    ),
    *(
        Weight(rf"eco_txemp_{band}_(?P<yy>22)", aged(*bands), f"part des habitants de {band}")
        for band, bands in {
            "1564": WORKING_AGE, "1524": ("1524",), "2554": ("2554",), "5564": ("5564",)
        }.items()
    ),
    *(
        Weight(
            rf"soc_txchom_{band}_(?P<yy>22)",
            active(band, *bands),
            "part des actifs : occupés divisés par un moins le taux de chômage",
        )
        for band, bands in {
            "1564": WORKING_AGE, "1524": ("1524",), "2554": ("2554",), "5564": ("5564",)
        }.items()
    ),
)  # fmt: skip
"""The first pattern that matches the whole name wins."""


def weight_of(name: str) -> tuple[Weight, str] | None:
    """The weight of a share column and its year; None when the column is not a share to weigh."""
    for weight in WEIGHTS:
        if found := re.fullmatch(weight.pattern, name):
            return weight, found["yy"]
    return None
