"""A portrait straight from an edition on disk, without a database: for the command, the tests."""

from collections.abc import Mapping
from functools import cached_property

import polars as pl

from ruche.engines.portraits.catalogue import Catalogue
from ruche.engines.portraits.editions import Edition
from ruche.engines.portraits.facts import (
    Figure,
    PeerTerritory,
    Portrait,
    ReferenceKind,
    Territory,
    build_portrait,
)
from ruche.engines.portraits.geography import NOWHERE, Geography
from ruche.engines.portraits.levels import FRANCE_CODE, Level
from ruche.engines.portraits.observations import CODE
from ruche.engines.portraits.states import State
from ruche.engines.portraits.statistics import HOME_GROUP, groups

PREFIXES = {Level.DEPARTEMENT: "dep-", Level.REGION: "reg-"}
FRANCE_ADDRESS = "france"

REFERENCE_OF: dict[Level, ReferenceKind] = {
    Level.EPCI: "epci",
    Level.DEPARTEMENT: "departement",
    Level.REGION: "region",
    Level.FRANCE: "france",
}


def address_of(level: Level, code: str) -> str:
    """The code as addresses write it: a région and a département may share « 32 »."""
    if level is Level.FRANCE:
        return FRANCE_ADDRESS
    return PREFIXES.get(level, "") + code


def level_and_code(address: str) -> tuple[Level, str]:
    """The other way: « dep-32 » → (DEP, « 32 »). Raises ValueError for what is not an address."""
    if address == FRANCE_ADDRESS:
        return Level.FRANCE, FRANCE_CODE
    for level, prefix in PREFIXES.items():
        if address.startswith(prefix):
            return level, address.removeprefix(prefix)
    if len(address) == 9:
        return Level.EPCI, address
    if len(address) == 5:
        return Level.COMMUNE, address
    raise ValueError(f"« {address} » n'est pas l'adresse d'un territoire.")


class Portraitist:
    """Makes portraits out of one edition."""

    def __init__(self, edition: Edition, catalogue: Catalogue, geography: Geography) -> None:
        self.edition, self.catalogue, self.geography = edition, catalogue, geography

    @cached_property
    def _rows(self) -> dict[tuple[str, str], dict[str, Figure]]:
        histories: dict[tuple[str, str, str], list[tuple[object, ...]]] = {}
        for level, code, indicator, *point, _ in self.edition.series.iter_rows():
            histories.setdefault((level, code, indicator), []).append(tuple(point))
        rows: dict[tuple[str, str], dict[str, Figure]] = {}
        for row in self.edition.figures.iter_rows(named=True):
            key = row["level"], row[CODE]
            history = histories.get((*key, row["indicator"]), [])
            rows.setdefault(key, {})[row["indicator"]] = Figure.from_row(
                {**row, "history": history}
            )
        return rows

    def figures(self, level: Level, code: str) -> Mapping[str, Figure]:
        return self._rows.get((level.value, code), {})

    def territory(self, level: Level, code: str) -> Territory:
        members = self.geography.members(level).filter(pl.col("territory") == code)
        communes = self.geography.communes.filter(pl.col(CODE).is_in(members["commune"].to_list()))
        return Territory(
            level=level,
            code=code,
            address=address_of(level, code),
            toponym=self.geography.toponym(level, code),
            population=int(communes["population"].sum()),
            communes=members.height,
        )

    def portrait(self, address: str) -> Portrait:
        """The portrait of an address. Raises KeyError when the edition knows nothing of it."""
        level, code = level_and_code(address)
        figures = self.figures(level, code)
        if not figures:
            raise KeyError(f"L'édition {self.edition.manifest.id} n'a rien sur « {address} ».")
        parents = self.geography.parents(level, code)
        order = [upper for upper in REFERENCE_OF if upper in parents]
        group = self._group(level, code)
        return build_portrait(
            self.territory(level, code),
            edition=self.edition.manifest.id,
            catalogue=self.catalogue,
            figures=figures,
            references=[
                (
                    REFERENCE_OF[upper],
                    self.territory(upper, parents[upper]),
                    self.figures(upper, parents[upper]),
                )
                for upper in order
            ],
            group=self._values(level, group),
            group_margins=self._margins(level, group),
            peers=self._peers(code) if level is Level.EPCI else (),
            group_label=self._group_label(level, len(group), parents),
        )

    def _group(self, level: Level, code: str) -> list[str]:
        """The codes of the territories that this one is ranked with; none for an island."""
        codes = self.geography.codes(level)
        homes = groups(level, HOME_GROUP.get(level), self.geography)
        home = homes[codes.index_of(code)]
        return sorted(codes.filter(homes == home)) if home != NOWHERE else []

    def _group_label(self, level: Level, size: int, parents: Mapping[Level, str]) -> str:
        nouns = {
            Level.COMMUNE: "communes",
            Level.EPCI: "intercommunalités",
            Level.DEPARTEMENT: "départements",
        }
        if level is Level.REGION:
            return f"les {size} régions de France"
        upper = HOME_GROUP.get(level)
        if upper is None or upper not in parents or size < 2:
            return ""
        return f"les {size} {nouns[level]} {self.geography.toponym(upper, parents[upper]).of}"

    def _values(self, level: Level, codes: list[str]) -> dict[str, list[tuple[str, float]]]:
        found: dict[str, list[tuple[str, float]]] = {}
        for code in codes:
            for name, figure in self.figures(level, code).items():
                if figure.state is State.VALUE and figure.value is not None:
                    found.setdefault(name, []).append((address_of(level, code), figure.value))
        return found

    def _margins(self, level: Level, codes: list[str]) -> dict[str, dict[str, float]]:
        found: dict[str, dict[str, float]] = {}
        for code in codes:
            for name, figure in self.figures(level, code).items():
                if figure.margin is not None:
                    found.setdefault(name, {})[address_of(level, code)] = figure.margin
        return found

    def _peers(self, code: str) -> list[PeerTerritory]:
        rows = self.edition.peers.filter(
            (pl.col(CODE) == code) & (pl.col("base") == "ensemble")
        ).sort("position")
        return [
            PeerTerritory(
                self.territory(Level.EPCI, row["peer"]),
                row["distance"],
                tuple(row["closest"]),
                tuple(row["farthest"]),
            )
            for row in rows.iter_rows(named=True)
        ]
