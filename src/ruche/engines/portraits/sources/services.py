"""Lists of places (France services, conseillers numériques) counted by commune.

Only the columns named here are read: such lists may carry people's names and addresses, which a
portrait has no use for.
"""

import re
import unicodedata

import polars as pl

from ruche.engines.portraits.errors import Note, Severity
from ruche.engines.portraits.geography import Geography
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.observations import CODE, Reading
from ruche.engines.portraits.sources.building import reading
from ruche.engines.portraits.sources.cells import decode
from ruche.engines.portraits.sources.formats import Context, Format
from ruche.engines.portraits.sources.opening import Opened
from ruche.engines.portraits.sources.tables import read_text, zeros_where_absent

FRANCE_SERVICES = {"id_fs", "insee_com", "format_fs"}
ITINERANT = ("Itinérante", "Bus_équivalent")
CONSEILLERS = {"nb_conseillers", "commune", "code_postal", "labels_nationaux"}


def recognise_france_services(table: Opened) -> bool:
    return set(table.columns) >= FRANCE_SERVICES


def read_france_services(table: Opened, context: Context) -> list[Reading]:
    """FS24_NB, places by commune; FS24_ITIN, those that travel. A commune without any has zero."""
    names = context.among(("FS24_NB", "FS24_ITIN"))
    if not names:
        return []
    places = read_text(table, ["insee_com", "format_fs"])
    counts = places.group_by(pl.col("insee_com").alias(CODE)).agg(
        FS24_NB=pl.len().cast(pl.Float64),
        FS24_ITIN=pl.col("format_fs").is_in(ITINERANT).sum().cast(pl.Float64),
    )
    return [_counted(table, context, counts.select(CODE, *names), "anct-france-services")]


def recognise_conseillers(table: Opened) -> bool:
    return set(table.columns) >= CONSEILLERS


def read_conseillers(table: Opened, context: Context) -> list[Reading]:
    """CN22_NB, conseillers by commune, found by postal code and name."""
    if not context.wants("CN22_NB"):
        return []
    places = read_text(table, ["commune", "code_postal", "nb_conseillers"])
    places = places.with_columns(
        decode(places["nb_conseillers"], table.place).values.alias("CN22_NB")
    )
    located = _locate(places, context.geography)
    lost = located[CODE].null_count()
    counts = located.drop_nulls(CODE).group_by(CODE).agg(pl.col("CN22_NB").sum())
    notes = _note_of_lost(lost, located.height, table)
    return [_counted(table, context, counts, "anct-conseillers-numeriques", notes)]


def _note_of_lost(lost: int, total: int, table: Opened) -> list[Note]:
    if not lost:
        return []
    text = f"{lost} lieux sur {total} n’ont pas été rattachés à une commune (code postal et nom)."
    return [Note(Severity.WARNING, table.place, text)]


def _counted(
    table: Opened,
    context: Context,
    counts: pl.DataFrame,
    source: str,
    notes: list[Note] | None = None,
) -> Reading:
    counts = counts.sort(CODE)
    result = reading(
        table,
        context,
        source=source,
        level=Level.COMMUNE,
        values=counts,
        states=counts.select(CODE),
        outside=_not_covered(counts[CODE], context.geography),
        notes=notes or (),
        sparse=True,
    )
    return zeros_where_absent(result, context)


def _not_covered(codes: pl.Series, geography: Geography) -> frozenset[str]:
    """A list that names one département only covers no other; a national one covers them all."""
    departements = geography.communes.filter(pl.col(CODE).is_in(codes.to_list()))["departement"]
    covered = set(departements.unique())
    return frozenset(geography.departements[CODE]) - covered if len(covered) == 1 else frozenset()


# --- from a postal code and a name to a commune ---------------------------------------------------


def plain_name(name: str) -> str:
    """« L'Isle-Jourdain », « ISLE JOURDAIN (L') », « Saint-Clar » → « isle jourdain », « st clar ».

    Lower case, without accents, articles, arrondissements or « cedex ».
    """
    text = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "OE"))
    text = "".join(c for c in text if not unicodedata.combining(c)).lower()
    text = re.sub(r"\bcedex\b.*|\([^)]*\)|\b\d+\s*(er|e|eme)?\b|arrondissement", " ", text)
    words = re.sub(r"[^a-z]+", " ", text).split()
    short = {"saint": "st", "sainte": "ste"}
    kept = [short.get(w, w) for w in words]
    return " ".join(kept[1:] if len(kept) > 1 and kept[0] in ("l", "le", "la", "les") else kept)


def _locate(places: pl.DataFrame, geography: Geography) -> pl.DataFrame:
    """Add the code of the commune: same postal code and name, or the only name in the département,
    or the only commune of the postal code."""
    names = geography.communes.select(CODE, "departement", key=_keys(geography.communes["name"]))
    towns = geography.postal.join(names, left_on="commune", right_on=CODE)
    places = places.with_columns(key=_keys(places["commune"]), departement=_departement())
    exact = towns.select("postal_code", "key", by_both="commune").unique(["postal_code", "key"])
    alone = names.filter(pl.len().over("departement", "key") == 1)
    single = towns.filter(pl.len().over("postal_code") == 1)
    joined = (
        places.join(
            exact, left_on=["code_postal", "key"], right_on=["postal_code", "key"], how="left"
        )
        .join(alone.rename({CODE: "by_name"}), on=["departement", "key"], how="left")
        .join(
            single.select("postal_code", by_postal="commune"),
            left_on="code_postal",
            right_on="postal_code",
            how="left",
        )
    )
    return joined.with_columns(pl.coalesce("by_both", "by_name", "by_postal").alias(CODE))


def _keys(names: pl.Series) -> pl.Series:
    return pl.Series([plain_name(name or "") for name in names.to_list()], dtype=pl.String)


def _departement() -> pl.Expr:
    postal = pl.col("code_postal").str.zfill(5)
    overseas = postal.str.starts_with("97")
    return pl.when(overseas).then(postal.str.slice(0, 3)).otherwise(postal.str.slice(0, 2))


FORMATS = (
    Format(
        "france-services",
        "structures France services",
        True,
        recognise_france_services,
        read_france_services,
    ),
    Format(
        "conseillers-numeriques",
        "lieux des conseillers numériques",
        True,
        recognise_conseillers,
        read_conseillers,
    ),
)
