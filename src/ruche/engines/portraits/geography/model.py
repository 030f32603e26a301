"""What a geography is: tables of territories, and the questions that every reader asks of them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from ruche.engines.portraits.geography.grouping import Grouping
from ruche.engines.portraits.geography.names import EpciNames, epci_toponym
from ruche.engines.portraits.levels import FRANCE_CODE, Level
from ruche.french.toponyms import FRANCE, Toponym, commune, departement, region

DROM = frozenset({"971", "972", "973", "974", "976"})
"""The five overseas départements. France is the métropole and them."""

OVERSEAS_COLLECTIVITIES = ("975", "977", "978", "984", "986", "987", "988", "989")
"""Saint-Pierre-et-Miquelon, Saint-Barthélemy, Saint-Martin, the Pacific… outside « France »."""

COLUMN_OF = {Level.EPCI: "epci", Level.DEPARTEMENT: "departement", Level.REGION: "region"}


def is_overseas_collectivity(code: str) -> bool:
    """Is this commune or collectivity code one that the totals of France leave out?"""
    return code.startswith(OVERSEAS_COLLECTIVITIES)


@dataclass(frozen=True)
class Geography:
    """The territories of France (métropole and five DROM) at 1 January of `year`.

    `communes`: code, name, tncc, departement, region, epci (null for four islands), population,
    area_km2 (null where no source gives it), lat, lon.
    `epcis`: code, name, type, departement and region where *most of its inhabitants* live (an
    intercommunalité may straddle several), n_communes.
    `departements`: code, name, tncc, region. `regions`: code, name, tncc.
    `passage`: old_code → new_code of every commune merged or renumbered.
    `splits`: parent → part, communes re-established out of another one, and since which year.
    `arrondissements`: code → commune, for Paris, Lyon, Marseille. `postal`: postal_code, commune.
    The overseas collectivities are left out.
    """

    year: int
    communes: pl.DataFrame
    epcis: pl.DataFrame
    departements: pl.DataFrame
    regions: pl.DataFrame
    passage: pl.DataFrame
    splits: pl.DataFrame
    arrondissements: pl.DataFrame
    postal: pl.DataFrame
    epci_names: EpciNames

    def table(self, level: Level) -> pl.DataFrame:
        """The territories of a level, one row each, with `code` and `name`."""
        tables = {
            Level.COMMUNE: self.communes,
            Level.EPCI: self.epcis,
            Level.DEPARTEMENT: self.departements,
            Level.REGION: self.regions,
        }
        return tables.get(level, _FRANCE_TABLE)

    def codes(self, level: Level) -> pl.Series:
        """The codes of the territories of a level, in the order of its table."""
        return self.table(level)["code"]

    def members(self, level: Level) -> pl.DataFrame:
        """`commune` → `territory` of that level. Communes without an EPCI have no row for it."""
        code = pl.col("code").alias("commune")
        if level == Level.COMMUNE:
            return self.communes.select(code, territory=pl.col("code"))
        if level == Level.FRANCE:
            return self.communes.select(code, territory=pl.lit(FRANCE_CODE))
        return self.communes.select(code, territory=pl.col(COLUMN_OF[level])).drop_nulls()

    def straddling_epcis(self) -> pl.DataFrame:
        """`epci`, `departement`, n_communes, population: a row for each part of the straddlers."""
        parts = (
            self.communes.drop_nulls("epci")
            .group_by("epci", "departement")
            .agg(n_communes=pl.len(), population=pl.col("population").sum())
        )
        return parts.filter(pl.len().over("epci") > 1).sort("epci", "departement")

    def epcis_touching(self, departement: str) -> list[str]:
        """The EPCIs that have at least one commune in this département, in order of code."""
        here = self.communes.filter(pl.col("departement") == departement)["epci"]
        return sorted(here.drop_nulls().unique())

    def epcis_inside(self, departement: str) -> list[str]:
        """The EPCIs of which every commune lies in this département."""
        straddlers = set(self.straddling_epcis()["epci"])
        return [code for code in self.epcis_touching(departement) if code not in straddlers]

    def parents(self, level: Level, code: str) -> dict[Level, str]:
        """The territories above this one; for an EPCI, where most of its inhabitants live."""
        row = self._row(level, code)
        above = {
            upper: str(row[column])
            for upper, column in COLUMN_OF.items()
            if upper != level and row.get(column) is not None
        }
        return above if level == Level.FRANCE else {**above, Level.FRANCE: FRANCE_CODE}

    def name(self, level: Level, code: str) -> str:
        """The official name."""
        return str(self._row(level, code)["name"])

    def toponym(self, level: Level, code: str) -> Toponym:
        """The name as sentences need it, with its article."""
        if level == Level.FRANCE:
            return FRANCE
        row = self._row(level, code)
        if level == Level.EPCI:
            return epci_toponym(code, row["name"], self.epci_names)
        builders: dict[Level, Callable[[str, int], Toponym]] = {
            Level.COMMUNE: commune,
            Level.DEPARTEMENT: departement,
            Level.REGION: region,
        }
        return builders[level](row["name"], row["tncc"])

    @cached_property
    def commune_codes(self) -> frozenset[str]:
        return frozenset(self.communes["code"])

    @cached_property
    def successors(self) -> dict[str, str]:
        """Former commune or municipal arrondissement → the commune of today."""
        passage = zip(self.passage["old_code"], self.passage["new_code"], strict=True)
        districts = zip(self.arrondissements["code"], self.arrondissements["commune"], strict=True)
        return {**dict(passage), **dict(districts)}

    def parts_since(self, year: int | None) -> dict[str, list[str]]:
        """Parent commune → the communes re-established out of it after `year` (None: ever)."""
        parts: dict[str, list[str]] = {}
        for parent, part, since in self.splits.select("parent", "part", "year").iter_rows():
            if year is None or since > year:
                parts.setdefault(parent, []).append(part)
        return parts

    @cached_property
    def groupings(self) -> dict[Level, Grouping]:
        """How communes fold into the territories of each level above them."""
        everywhere = pl.repeat(FRANCE_CODE, self.communes.height, eager=True)
        keys = {level: self.communes[column] for level, column in COLUMN_OF.items()}
        return {
            level: Grouping.of(key, self.codes(level))
            for level, key in {**keys, Level.FRANCE: everywhere}.items()
        }

    @cached_property
    def departements_of(self) -> dict[Level, pl.Series]:
        """The département of each territory, in the order of its level's table.

        A région that is one département (overseas) lies in it; the others, and France, in none.
        """
        alone = self.departements.filter(pl.len().over("region") == 1)
        regions = self.regions.select("code").join(
            alone.select("region", departement="code"),
            left_on="code",
            right_on="region",
            how="left",
            maintain_order="left",
        )
        return {
            Level.COMMUNE: self.communes["departement"],
            Level.EPCI: self.epcis["departement"],
            Level.DEPARTEMENT: self.departements["code"],
            Level.REGION: regions["departement"],
            Level.FRANCE: pl.Series([None], dtype=pl.String),
        }

    @cached_property
    def _index(self) -> dict[Level, dict[str, int]]:
        return {level: {code: i for i, code in enumerate(self.codes(level))} for level in Level}

    def _row(self, level: Level, code: str) -> dict[str, Any]:
        try:
            position = self._index[level][code]
        except KeyError:
            raise KeyError(
                f"Aucun territoire {code} parmi les territoires : {level.label}"
            ) from None
        return self.table(level).row(position, named=True)


_FRANCE_TABLE = pl.DataFrame({"code": [FRANCE_CODE], "name": ["France"]})
