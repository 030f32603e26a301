"""The catalogue of indicators, as data: what each one measures, how, and what it cannot say.

One TOML table per indicator, in one file per theme, and `sources.toml` for the producers. A new
vintage is a line of data, not a change of code. The models below refuse what contradicts itself.
"""

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from ruche.engines.portraits.errors import BadCatalogue
from ruche.engines.portraits.expressions import Linear
from ruche.engines.portraits.levels import Level

FOLDER = Path(__file__).parent

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Year = Annotated[int, Field(ge=1962, le=2100)]
Rule = Literal["sum", "ratio", "growth", "annual", "published", "quotient", "weighted"]

RULES: dict[Rule, str] = {
    "sum": "somme des communes",
    "ratio": "rapport de deux sommes de communes",
    "growth": "taux annuel moyen entre deux sommes de communes",
    "annual": "taux annuel rapporté à la population moyenne de la période",
    "published": "valeur publiée à chaque échelle, jamais agrégée",
    "quotient": "effectif publié à chaque échelle, rapporté à une somme de communes",
    "weighted": "estimation : moyenne pondérée de parts publiées par quartier ou par commune",
}


class Model(BaseModel):
    """A table of the catalogue: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


M = TypeVar("M", bound=Model)


class Theme(Model):
    """One of the four themes of a portrait."""

    id: str
    label: Text
    question: Text
    """What a reader comes to ask of this theme."""


class Source(Model):
    """A producer's data set, and whether we read it from the producer or through a third party."""

    id: str
    producer: Text
    title: Text
    licence: Text
    url: str = ""
    scope: Text
    """What « France » means there: France entière, métropole…"""
    third_party: str = ""
    """Who computed the figure, when it was not read from the producer's own file."""


class Formula(Model):
    """How one indicator is computed, for a list of years, from one source.

    `{yy}` in an expression is the year on two digits, `{y0}` the year `span` years before, `{yp}`
    the year before the last one (the Insee writes NAIS1621 for January 2016 to December 2021).
    """

    rule: Rule
    years: tuple[Year, ...]
    num: str
    den: str = ""
    scale: float = 1.0
    span: int = Field(default=0, ge=0)
    source: str
    original: str = ""
    """Producer and year behind a third party's figure: « Insee, RP 2022 »."""
    levels: tuple[Level, ...] = tuple(Level)
    """Where the formula is trusted; elsewhere the next one is tried."""
    rounding: float = 0.0
    """Half the last published digit, when it is coarser than what we show."""

    @model_validator(mode="after")
    def _coherent(self) -> "Formula":
        if self.rule in {"ratio", "growth", "annual", "quotient", "weighted"} and not self.den:
            raise ValueError(f"la règle {self.rule} demande un dénominateur (den)")
        if self.rule in {"sum", "published"} and self.den:
            raise ValueError(f"la règle {self.rule} n'a pas de dénominateur")
        if self.rule in {"growth", "annual"} and not self.span:
            raise ValueError(f"la règle {self.rule} demande un nombre d'années (span)")
        for year in self.years:
            self.numerator(year)
            self.denominator(year)
        return self

    def numerator(self, year: int) -> Linear:
        return _expression(self.num, year, self.span)

    def denominator(self, year: int) -> Linear | None:
        return _expression(self.den, year, self.span) if self.den else None

    def variables(self, year: int) -> list[str]:
        den = self.denominator(year)
        return self.numerator(year).variables + (den.variables if den else [])

    @property
    def additive(self) -> bool:
        """Computed from communes upwards, as against published at each level."""
        return self.rule not in {"published", "quotient"}

    def in_words(self, year: int) -> str:
        """The formula as the method page prints it."""
        num, den = self.numerator(year), self.denominator(year)
        scale = "" if self.scale == 1 else f"{self.scale:g} × "
        if self.rule == "growth":
            return f"{scale}((({num}) / ({den}))^(1/{self.span}) − 1)"
        if self.rule == "annual":
            return f"{scale}({num}) / ({den}) / {self.span}"
        return f"{scale}({num}) / ({den})" if den else f"{scale}{num}"


@lru_cache(maxsize=4096)
def _expression(text: str, year: int, span: int) -> Linear:
    """The expression of one year."""
    for name, number in (("{yy}", year), ("{y0}", year - span), ("{yp}", year - 1)):
        text = text.replace(name, f"{number % 100:02}")
    return Linear.parse(text)


FEMININE_ELIDED = ("l’évolution", "l’accessibilité")
"""Feminine subjects whose article does not tell their gender."""


class Break(Model):
    """A rupture: figures before and after it are never joined, in a line or in a sentence."""

    after: Year
    """The last year of the old series."""
    reason: Text


class Indicator(Model):
    """One indicator, with everything a reader may ask about it."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    theme: str
    label: Text
    subject: Text
    """The label as it begins inside a sentence, with its article: « la part des… »."""
    unit: str
    decimals: int = Field(default=1, ge=0, le=3)
    polarity: Literal[-1, 0, 1] = 0
    """1: favourable when high; -1: unfavourable when high; 0: neither."""
    definition: Text
    why: Text
    caution: str = ""
    sampling: Literal["exhaustive", "principal", "complementary"] = "exhaustive"
    """How it was collected: whole register, yearly census survey, or its 1-in-5 exploitation."""
    min_denominator: float = 50
    estimate_margin: float = Field(default=0.25, gt=0)
    """Points. 95 % of the gaps between our weighted estimate and the published values of the same
    share, where both exist (page of checks), are under it."""
    key: bool = False
    """One of the handful of figures that open a portrait."""
    highlight: bool = True
    """May be named among what is favourable or fragile here; not when it is old, or of one year."""
    comparable: bool = True
    """Used to find comparable territories."""
    formula: tuple[Formula, ...]
    breaks: tuple[Break, ...] = ()
    absent: Text
    """Why a territory may have no figure, in words for a reader."""

    @model_validator(mode="after")
    def _coherent(self) -> "Indicator":
        if not self.formula:
            raise ValueError("au moins une formule")
        if self.subject.split()[0] not in {"le", "la"} and not self.subject.startswith("l’"):
            raise ValueError("« subject » commence par son article, au singulier : le, la ou l’")
        if self.sampling == "complementary" and not self.share:
            raise ValueError(
                "une exploitation au cinquième a une marge, donc une part : unité « % »"
            )
        return self

    @property
    def share(self) -> bool:
        """A percentage of a whole, for which a sampling margin can be computed."""
        return self.unit == "%"

    @property
    def surveyed(self) -> bool:
        """A share that was not counted on everyone, everywhere."""
        return self.share and self.sampling != "exhaustive"

    @property
    def extensive(self) -> bool:
        """A size (inhabitants), which says nothing beside the size of a larger territory."""
        return any(formula.rule == "sum" for formula in self.formula)

    @property
    def feminine(self) -> bool:
        return self.subject.startswith(("la ", *FEMININE_ELIDED))

    @property
    def resolution(self) -> float:
        """The finest difference that two rounded figures can show."""
        return max(10.0**-self.decimals, *(2 * formula.rounding for formula in self.formula))

    @property
    def years(self) -> list[int]:
        return sorted({year for formula in self.formula for year in formula.years})

    def crosses_break(self, first: int, second: int) -> bool:
        """Whether a declared rupture lies between two years."""
        low, high = sorted((first, second))
        return any(low <= rupture.after < high for rupture in self.breaks)


@dataclass(frozen=True)
class Catalogue:
    """All the indicators in reading order, their themes and their sources."""

    themes: tuple[Theme, ...]
    sources: tuple[Source, ...]
    indicators: tuple[Indicator, ...]
    digest: str
    """SHA-256 of the files, kept by every edition built from them."""

    def __post_init__(self) -> None:
        _refuse_duplicates("Indicateurs", [indicator.id for indicator in self.indicators])
        _refuse_duplicates("Thèmes", [theme.id for theme in self.themes])
        _refuse_duplicates("Sources", [source.id for source in self.sources])
        themes, sources = {t.id for t in self.themes}, {s.id for s in self.sources}
        for indicator in self.indicators:
            if indicator.theme not in themes:
                raise BadCatalogue(f"{indicator.id} : thème inconnu « {indicator.theme} ».")
            for formula in indicator.formula:
                if formula.source not in sources:
                    raise BadCatalogue(f"{indicator.id} : source inconnue « {formula.source} ».")

    @cached_property
    def by_id(self) -> dict[str, Indicator]:
        return {indicator.id: indicator for indicator in self.indicators}

    @cached_property
    def source_by_id(self) -> dict[str, Source]:
        return {source.id: source for source in self.sources}

    def of_theme(self, theme: str) -> list[Indicator]:
        return [indicator for indicator in self.indicators if indicator.theme == theme]

    def variables(self) -> set[str]:
        """Every source variable that some formula asks for."""
        return {v for _, formula, year in self.steps() for v in formula.variables(year)}

    def steps(self) -> Iterator[tuple[Indicator, Formula, int]]:
        """Every (indicator, formula, year) to try, in order of preference."""
        for indicator in self.indicators:
            for formula in indicator.formula:
                for year in formula.years:
                    yield indicator, formula, year


def _refuse_duplicates(what: str, ids: list[str]) -> None:
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise BadCatalogue(f"{what} en double : {', '.join(twice)}.")


def load_catalogue(folder: Path = FOLDER) -> Catalogue:
    """Read every TOML file of a folder. Raises `BadCatalogue`, naming the file and the field."""
    paths = sorted(folder.glob("*.toml"))
    digest = hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()
    themes: list[Theme] = []
    sources: list[Source] = []
    indicators: list[Indicator] = []
    for path in paths:
        tables = _read(path)
        themes += [_parse(Theme, table, path) for table in tables.pop("theme", [])]
        sources += [_parse(Source, table, path) for table in tables.pop("source", [])]
        indicators += [_parse(Indicator, table, path) for table in tables.pop("indicator", [])]
        if tables:
            raise BadCatalogue(f"{path.name} : table inconnue « {next(iter(tables))} ».")
    order = {theme.id: rank for rank, theme in enumerate(themes)}
    indicators.sort(key=lambda indicator: order.get(indicator.theme, len(order)))
    return Catalogue(tuple(themes), tuple(sources), tuple(indicators), digest)


def _read(path: Path) -> dict[str, list[dict[str, object]]]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadCatalogue(f"{path.name} : {error}.") from error


def _parse(model: type[M], table: dict[str, object], path: Path) -> M:
    try:
        return model.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        name = table.get("id", "?")
        raise BadCatalogue(f"{path.name}, {name}, {where} : {first['msg']}") from error
