"""What someone knows better of a road: said by hand, brought by a file, taken back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from ruche.core.spreadsheets import UnreadableSpreadsheet, plain, read
from ruche.core.spreadsheets.sheets import clean
from ruche.engines.rounds.errors import BadTravel
from ruche.engines.rounds.journeys.table import COLUMNS, File, read_journeys
from ruche.engines.rounds.limits import DAY
from ruche.engines.rounds.travel import Journey, Pair, Travel
from ruche.journal.actions import record
from ruche.planning.models import Road
from ruche.planning.models.roads import BY_HAND, LONGEST_SOURCE, MOST_METRES
from ruche.planning.refusals import Refused
from ruche.planning.roads import Place, names_of, travel_between

THE_TABLE = "trajets"
LONGEST_NAME = 80
"""Letters of the name of a file that are kept, its last ones."""


@transaction.atomic
def give_roads(roads: Mapping[Pair, Journey], *, by: str, source: str = BY_HAND) -> None:
    """Keep these journeys in place of what was known of the same pairs.

    One that no road has refuses them all.
    """
    for minutes, metres in roads.values():
        if not (0 <= minutes <= DAY and 0 <= metres <= MOST_METRES):
            raise Refused(
                f"Un trajet de {minutes} min et {metres} m : il dure 24 heures au plus, et fait "
                f"{MOST_METRES // 1000} km au plus."
            )
    Road.objects.bulk_create(
        [
            Road(origin=origin, target=target, minutes=minutes, metres=metres, source=source)
            for (origin, target), (minutes, metres) in roads.items()
        ],
        update_conflicts=True,
        unique_fields=["origin", "target"],
        update_fields=["minutes", "metres", "source"],
    )
    record("roads_given", actor=by, kind="road", id=THE_TABLE, detail={"roads": len(roads)})


def give_measured(travel: Travel, *, parking: int, by: str) -> int:
    """Keep what a server of routes says, with minutes to park; how many journeys.

    What someone said by hand is worth more: it stays.
    """
    known = set(Road.objects.filter(source=BY_HAND).values_list("origin", "target"))
    roads = {
        (origin, target): (travel.minutes[here][there] + parking, travel.metres[here][there])
        for here, origin in enumerate(travel.places)
        for there, target in enumerate(travel.places)
        if origin != target and (origin, target) not in known
    }
    give_roads(roads, by=by, source=travel.source[:LONGEST_SOURCE])
    return len(roads)


@transaction.atomic
def forget_roads(roads: Iterable[Road], *, by: str) -> int:
    """Back to the estimates; how many journeys were given."""
    gone, _kinds = Road.objects.filter(pk__in=[road.pk for road in roads]).delete()
    if gone:
        record("roads_forgotten", actor=by, kind="road", id=THE_TABLE, detail={"roads": gone})
    return gone


# ---------------------------------------------------------------------------------- a file


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file: journeys kept, those that change nothing, names that nobody knows."""

    kept: int
    same: int
    unknown: tuple[str, ...]


def take_file(data: bytes, name: str, places: Iterable[Place], *, by: str) -> Taken:
    """Keep what a table of journeys says between these places, when it is not what is known.

    Places are called as the page gives them to fill in. Without its column of metres, those that
    are known stay. Refuses a file that is not understood: nothing of it is kept.
    """
    places = list(places)
    keys = {clean(name): key for name, key in names_of(places).items()}
    known = travel_between(places)
    rank = known.index()
    name = name[-LONGEST_NAME:]
    file = _read(data, name, keys)
    roads: dict[Pair, Journey] = {}
    same, unknown = 0, dict[str, None]()
    for pair, (minutes, metres) in file.journeys.items():
        strangers = [end for end in pair if end not in keys]
        unknown.update(dict.fromkeys(strangers))
        if strangers or pair[0] == pair[1]:
            continue
        origin, target = (keys[end] for end in pair)
        before = known.minutes[rank[origin]][rank[target]], known.metres[rank[origin]][rank[target]]
        journey = minutes, metres if file.measured else before[1]
        same += journey == before
        if journey != before:
            roads[origin, target] = journey
    if roads:
        give_roads(roads, by=by, source=f"le fichier « {name} »")
    return Taken(len(roads), same, tuple(unknown))


def _read(data: bytes, name: str, names: Mapping[str, str]) -> File:
    try:
        sheet = read(data, recognise=lambda cells: sum(plain(cell) in COLUMNS for cell in cells))
        faults = [f"Ligne {each.number} : {why}" for each in sheet.lines for _, why in each.faults]
        if faults:
            raise Refused(faults[0])
        lines = ((each.number, each.cells) for each in sheet.lines)
        return read_journeys(sheet.headers, lines, name, names)
    except (BadTravel, UnreadableSpreadsheet) as error:
        raise Refused(str(error)) from error
