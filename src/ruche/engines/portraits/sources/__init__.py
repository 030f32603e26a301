"""Read what producers publish, as they publish it, into one shape (`observations.Reading`).

A file is recognised by what it holds, never by its name. A file that lies, or that stops short, is
refused whole with the line, the column and what to do; what is merely absent keeps its reason.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ruche.engines.portraits.errors import Place, UnreadableSource
from ruche.engines.portraits.geography import Geography
from ruche.engines.portraits.observations import Reading
from ruche.engines.portraits.sources import by_level, long, observatory, services, wide
from ruche.engines.portraits.sources.formats import Context, Format, Progress, silent
from ruche.engines.portraits.sources.opening import DEFAULT_LIMIT, Opened, opened
from ruche.engines.portraits.sources.tables import COMMUNE_TABLES

__all__ = ["FORMATS", "Format", "Scanned", "read", "recognise", "scan", "widest_first"]

FORMATS: tuple[Format, ...] = (
    *observatory.FORMATS,
    *by_level.FORMATS,
    *long.FORMATS,
    *(table.format for table in COMMUNE_TABLES),
    *services.FORMATS,
    *wide.FORMATS,
)
"""In the order in which they are tried: the particular before the general."""

UNKNOWN = "aucun format connu ne reconnaît ce fichier."
ADVICE = "La page des sources dit quels fichiers sont attendus."


@dataclass(frozen=True)
class Scanned:
    """What became of one file of a folder."""

    path: Path
    format: Format | None
    readings: tuple[Reading, ...] = ()
    reason: str = ""
    """Why it gave nothing, when it gave nothing."""

    error: UnreadableSource | None = None
    """Why it is refused, when it is."""

    @property
    def recognised(self) -> bool:
        return self.format is not None


def widest_first(readings: Iterable[Reading]) -> list[Reading]:
    """Readings by the number of territories they cover: an extract never hides the whole file.

    `gather` keeps the first reading of a variable; of two as wide, the first one given is kept.
    """
    return sorted(readings, key=lambda reading: -reading.values.height)


def recognise(table: Opened) -> Format | None:
    """The first format that knows this table."""
    if _elsewhere(table):
        return None
    return next((known for known in FORMATS if known.recognise(table)), None)


def read(
    path: Path,
    geography: Geography,
    *,
    wanted: Collection[str] | None = None,
    progress: Progress | None = None,
    limit: int = DEFAULT_LIMIT,
) -> list[Reading]:
    """All that a file says, in today's geography. `wanted` names the variables needed (None: all).

    Raises `UnreadableSource` for a file that no format knows, or that its reader refuses.
    """
    found = _read_one(path, _context(geography, wanted, progress), limit)
    if found.error is not None:
        raise found.error
    if found.format is None:
        raise UnreadableSource(Place(path.name), found.reason, ADVICE)
    return list(found.readings)


def scan(
    folder: Path,
    geography: Geography,
    *,
    wanted: Collection[str] | None = None,
    progress: Progress | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Iterator[Scanned]:
    """Each file of a folder and its folders, in order of path, with what it gave or why not.

    A refused file does not stop the others: it comes out with its `error`.
    """
    context = _context(geography, wanted, progress)
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        context.progress(str(path.relative_to(folder)))
        yield _read_one(path, context, limit)


def _context(
    geography: Geography, wanted: Collection[str] | None, progress: Progress | None
) -> Context:
    return Context(geography, None if wanted is None else frozenset(wanted), progress or silent)


def _read_one(path: Path, context: Context, limit: int) -> Scanned:
    known: Format | None = None
    readings: list[Reading] = []
    reason = ""
    try:
        with opened(path, limit=limit) as tables:
            for table in tables:
                if (known_here := recognise(table)) is None:
                    reason = reason or _elsewhere(table)
                    continue
                known = known_here
                _ = table.digest  # it begins now, and is waited for when it is written down
                readings += known.read(table, context)
    except UnreadableSource as error:
        return Scanned(path, known, error=error)
    if known is None:
        return Scanned(path, None, reason=reason or UNKNOWN)
    return Scanned(path, known, tuple(readings))


ELSEWHERE: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"codze2020"}), "table des zones d’emploi"),
    (frozenset({"code", "nom", "chef_lieu"}), "table du code officiel géographique"),
    (frozenset({"code", "nom", "nb_communes"}), "table des intercommunalités"),
    (frozenset({"code_ancien", "code_nouveau"}), "table de passage entre communes"),
    (frozenset({"TYPECOM", "COM", "TNCC"}), "table du code officiel géographique"),
    (frozenset({"MOD", "COM_AV", "COM_AP"}), "table de passage entre communes"),
)
"""Tables of geography, by their columns: known, but without any figure to read."""


def _elsewhere(table: Opened) -> str:
    """Why a table that we know holds no figure, or nothing."""
    columns = set(table.columns)
    if table.head.lstrip()[:1] in (b"{", b"["):
        return "fichier JSON (contours ou descriptions) : il n’apporte pas de chiffres."
    named = next((name for wanted, name in ELSEWHERE if wanted <= columns), "")
    return named and f"{named} : elle sert à refaire la géographie, pas aux chiffres."
