"""Journeys as the crow flies, and what a table of journeys refuses."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruche.engines.rounds.distances import EARTH_METRES, Point, Roads, great_circle, metres_between
from ruche.engines.rounds.errors import BadTravel
from ruche.engines.rounds.travel import Travel

PARIS, TOULOUSE = Point(48.8566, 2.3522), Point(43.6045, 1.4440)
AUCH, CONDOM, MIRANDE = Point(43.6460, 0.5860), Point(43.9580, 0.3730), Point(43.5170, 0.4040)

latitudes = st.floats(min_value=-90, max_value=90)
longitudes = st.floats(min_value=-180, max_value=180)
points = st.builds(Point, latitudes, longitudes)


def metres_by_vectors(one: Point, other: Point) -> float:
    """The angle between two vectors from the centre of the Earth: atan2 of their products."""
    (a, b, c), (x, y, z) = _unit_vector(one), _unit_vector(other)
    across = math.hypot(b * z - c * y, c * x - a * z, a * y - b * x)
    return EARTH_METRES * math.atan2(across, a * x + b * y + c * z)


def _unit_vector(point: Point) -> tuple[float, float, float]:
    latitude, longitude = math.radians(point.latitude), math.radians(point.longitude)
    across = math.cos(latitude)
    return across * math.cos(longitude), across * math.sin(longitude), math.sin(latitude)


# ------------------------------------------------------------------------ great circle


def test_paris_and_toulouse_are_588_kilometres_apart():
    assert metres_between(PARIS, TOULOUSE) == pytest.approx(588_000, rel=0.002)


def test_a_quarter_of_a_meridian_is_ten_thousand_kilometres():
    """The metre was made for that, in 1791."""
    assert metres_between(Point(0, 2.3522), Point(90, 0)) == pytest.approx(10_000_000, rel=0.001)


@given(points, points)
def test_two_formulas_of_the_great_circle_agree(one, other):
    """Around the antipodes, a sine near one forgets what a centimetre needs: 10 m are allowed."""
    assert metres_between(one, other) == pytest.approx(metres_by_vectors(one, other), abs=10)


@given(points, points)
def test_the_way_back_is_as_long(one, other):
    assert metres_between(one, other) == pytest.approx(metres_between(other, one), abs=10)


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(90.1, 0), (-91, 0), (0, 180.5), (0, -181), (math.nan, 0), (0, math.inf)],
)
def test_a_point_that_is_not_on_the_earth_is_refused(latitude, longitude):
    with pytest.raises(BadTravel, match="n’existe pas"):
        Point(latitude, longitude)


# -------------------------------------------------------------------------- its table


def test_a_journey_is_lengthened_and_its_minutes_are_rounded_up():
    """A degree along the equator: 111 195 m; twice as long by road, at 100 km/h: 133,4 minutes."""
    travel = great_circle(
        {"a": Point(0, 0), "b": Point(0, 1)},
        Roads(detour=2, kilometres_per_hour=100, minutes_each=5),
    )
    assert travel.metres[0][1] == 222_390
    assert travel.minutes[0][1] == 134 + 5


def test_a_place_is_at_zero_from_itself_and_its_twin_costs_the_minutes_to_park():
    travel = great_circle({"a": AUCH, "same square": AUCH}, Roads(minutes_each=3))
    assert travel.minutes == ((0, 3), (3, 0))
    assert travel.metres == ((0, 0), (0, 0))


def test_the_table_is_symmetric_and_its_source_is_said_in_french():
    travel = great_circle({"auch": AUCH, "condom": CONDOM, "mirande": MIRANDE})
    assert travel.minutes == tuple(zip(*travel.minutes, strict=True))
    assert travel.metres == tuple(zip(*travel.metres, strict=True))
    assert travel.source == "vol d’oiseau × 1,3, 60\N{NO-BREAK SPACE}km/h"


def test_a_journey_known_by_hand_is_kept_in_its_direction_only():
    points = {"auch": AUCH, "condom": CONDOM}
    plain = great_circle(points)
    travel = plain.corrected({("auch", "condom"): (52, 44_000)}, "à la main")
    assert (travel.minutes[0][1], travel.metres[0][1]) == (52, 44_000)
    assert (travel.minutes[1][0], travel.metres[1][0]) == (plain.minutes[1][0], plain.metres[1][0])
    assert travel.source == f"{plain.source}, 1 trajet donné à la main"
    assert plain.corrected({}, "à la main") == plain


def test_a_known_journey_of_zero_is_kept_too():
    """The van parks where a site is: someone knows that there is nothing to drive."""
    travel = great_circle({"a": AUCH, "b": AUCH}).corrected({("a", "b"): (0, 0)}, "à la main")
    assert travel.minutes == ((0, 0), (3, 0))


@pytest.mark.parametrize("pair", [("auch", "lectoure"), ("lectoure", "auch")])
def test_a_known_journey_to_an_unknown_place_is_refused(pair):
    with pytest.raises(BadTravel, match="lectoure"):
        great_circle({"auch": AUCH}).corrected({pair: (30, 30_000)}, "à la main")


# ----------------------------------------------------------------------------- Travel


def two_places(there: int = 10, back: int = 10, metres: int = 8_000) -> Travel:
    return Travel(
        places=("auch", "condom"),
        minutes=((0, there), (back, 0)),
        metres=((0, metres), (metres, 0)),
        source="essai",
    )


def test_a_table_gives_the_rank_of_its_places():
    assert two_places().index() == {"auch": 0, "condom": 1}


def test_a_place_named_twice_is_refused():
    with pytest.raises(BadTravel, match="deux fois"):
        Travel(("a", "a"), ((0, 1), (1, 0)), ((0, 1), (1, 0)), "essai")


@pytest.mark.parametrize("minutes", [((0, 1),), ((0, 1), (1,)), ((0, 1), (1, 0), (2, 2))])
def test_a_table_that_is_not_square_is_refused(minutes):
    with pytest.raises(BadTravel, match=r"minutes.*2\."):
        Travel(("a", "b"), minutes, ((0, 1), (1, 0)), "essai")
    with pytest.raises(BadTravel, match=r"mètres.*2\."):
        Travel(("a", "b"), ((0, 1), (1, 0)), minutes, "essai")


@pytest.mark.parametrize("wrong", [{"there": -1}, {"back": 1441}, {"metres": -5}])
def test_a_journey_that_no_road_has_is_refused_and_named(wrong):
    with pytest.raises(BadTravel, match="→"):
        two_places(**wrong)


def test_the_longest_journey_is_a_day():
    assert two_places(there=1440).minutes[0][1] == 1440


def test_a_place_that_is_not_at_zero_from_itself_is_refused():
    with pytest.raises(BadTravel, match="a → a doit valoir zéro"):
        Travel(("a",), ((1,),), ((0,),), "essai")
    with pytest.raises(BadTravel, match="a → a doit valoir zéro"):
        Travel(("a",), ((0,),), ((1,),), "essai")


def test_a_return_that_is_much_longer_is_doubted_not_refused():
    (doubt,) = two_places(there=20, back=45).doubts()
    assert "condom → auch : 45 min à l’aller, 20 au retour" in doubt


@pytest.mark.parametrize(("there", "back"), [(10, 20), (60, 90), (30, 30)])
def test_a_return_somewhat_longer_is_not_doubted(there, back):
    """Ten minutes more, or half as much again: a one-way street does that."""
    assert two_places(there=there, back=back).doubts() == []
