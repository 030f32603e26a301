"""A map of rounds: each line is one person's, goes where she goes, and is taken for no other."""

import math
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruche.engines.figures import (
    RUCHE,
    BadFigure,
    Base,
    Figure,
    Outline,
    Pin,
    Route,
    contrast,
    prepare,
    rounds_map,
)
from ruche.engines.figures.boxes import boxes, runs
from ruche.engines.figures.framing import Window, contours
from ruche.engines.figures.legs import Leg, bend
from ruche.engines.figures.outline import Area
from ruche.engines.figures.routes import MOST_ROUTES
from ruche.geography.outlines import outlines
from tests.engines.figures.world import check, on_discs, patient, texts

SQUARE = {
    "properties": {"code": "1", "nom": "Carré"},
    "geometry": {"type": "Polygon", "coordinates": [[[0, 43], [1, 43], [1, 44], [0, 44], [0, 43]]]},
}
OUTLINES = tuple(prepare([SQUARE], width) for width in (420.0, 800.0, 1400.0))
COLUMNS = ("Personne", "Ordre", "Lieu")
AUCH = Base("Auch", 43.5, 0.5)
NORTH, EAST, SOUTH = Pin(1, "Nord", 43.9, 0.5), Pin(2, "Est", 43.5, 0.9), Pin(3, "Sud", 43.1, 0.5)
PINS = (NORTH, EAST, SOUTH)
ODILE = Route("Odile", (AUCH, NORTH, EAST, AUCH))
MAYA = Route("Maya", (AUCH, SOUTH, AUCH))


def drawn(*routes: Route, pins=PINS, bases=(AUCH,), **more) -> Figure:
    options = {"key": "t", "title": "Tournées", "description": "Un jour", "columns": COLUMNS}
    return rounds_map(OUTLINES, pins, routes, bases=bases, **{**options, **more})


def groups(figure: Figure) -> dict[str, ElementTree.Element]:
    """What is drawn under each title, the contours apart."""
    found = {}
    for element in ElementTree.fromstring(figure.svg).iter():
        children = list(element)
        if element.tag.endswith("}g") and children and children[0].tag.endswith("}title"):
            found[children[0].text] = element
    return found


def line_of(figure: Figure, label: str) -> tuple[list[tuple[float, float]], str, str]:
    """The points, the colour and the dashes of a route, above its halo."""
    line = list(groups(figure)[label])[-1]
    [points] = runs(line.get("d"))
    return points, line.get("stroke"), line.get("stroke-dasharray", "")


def centre(figure: Figure, title: str) -> tuple[float, float]:
    """Where a mark is seen: the middle of a disc, the point from which a house is drawn."""
    mark = list(groups(figure)[title])[1]
    if mark.get("cx"):
        return float(mark.get("cx")), float(mark.get("cy"))
    x, y = re.match(r"M([\d.]+) ([\d.]+)m", mark.get("d")).groups()
    return float(x), float(y)


def arrow_heads(figure: Figure) -> list[list[tuple[float, float]]]:
    found = re.findall(r'<path d="(M[^"]+z)" fill="#\w+" stroke="#ffffff"/>', figure.svg)
    return [runs(path)[0][:3] for path in found]


# ------------------------------------------------------------------------- what is drawn


def test_a_line_goes_from_the_base_through_each_stop_in_order_and_back():
    figure = drawn(ODILE)
    points, *_ = line_of(figure, "Odile")
    stops = [centre(figure, name) for name in ("Auch", "1. Nord", "2. Est", "Auch")]
    assert points[0] == points[-1] == stops[0]
    assert points.index(stops[1]) < points.index(stops[2])


def test_arrows_point_to_where_one_goes_next():
    figure = drawn(ODILE)
    stops = [centre(figure, name) for name in ("Auch", "1. Nord", "2. Est", "Auch")]
    heads = arrow_heads(figure)
    assert len(heads) == 3
    for (tip, *wings), (start, end) in zip(heads, pairwise(stops), strict=True):
        assert all(math.dist(tip, end) < math.dist(wing, end) for wing in wings)
        assert all(math.dist(tip, start) > math.dist(wing, start) for wing in wings)


def test_the_table_gives_each_stop_of_each_person_in_order_with_its_hours():
    route = Route("Odile", (AUCH, NORTH, AUCH), ("8 h", "9 h à 11 h", "12 h"))
    figure = drawn(route, columns=("Qui", "Ordre", "Lieu", "Heures"))
    assert figure.table.columns == ("Qui", "Ordre", "Lieu", "Heures")
    assert figure.table.rows == (
        ("Odile", "Départ", "Auch", "8 h"),
        ("Odile", "1", "1. Nord", "9 h à 11 h"),
        ("Odile", "Retour", "Auch", "12 h"),
    )


def test_without_hours_the_table_has_three_columns():
    rows = drawn(Route("Odile", (NORTH, EAST))).table.rows
    assert rows == (("Odile", "1", "1. Nord"), ("Odile", "2", "2. Est"))


def test_the_legend_names_each_person_and_the_bases():
    assert texts(drawn(ODILE, MAYA))[-3:] == ["Odile", "Maya", "Départ et retour"]
    assert texts(drawn(Route("Odile", (NORTH, EAST)), bases=()))[-1] == "Odile"


def test_a_position_is_that_of_a_base_at_the_ends_and_of_a_place_between():
    here = Pin(4, "Épicerie", AUCH.latitude, AUCH.longitude)
    route = Route("Odile", ((43.5, 0.5), (43.5, 0.5), (43.9, 0.5), (43.5, 0.5)))
    rows = drawn(route, pins=(*PINS, here)).table.rows
    assert [row[2] for row in rows] == ["Auch", "4. Épicerie", "1. Nord", "Auch"]


def test_persons_who_start_from_the_same_commune_share_its_mark():
    figure = drawn(ODILE, MAYA, bases=(AUCH, Base("Auch", 43.5, 0.5)))
    assert figure.svg.count("<title>Auch</title>") == 1


def test_staying_where_one_is_between_two_stops_draws_nothing_more():
    once, twice = drawn(MAYA), drawn(Route("Maya", (AUCH, SOUTH, SOUTH, AUCH)))
    assert line_of(once, "Maya") == line_of(twice, "Maya")
    assert len(twice.table.rows) == 4


# --------------------------------------------------------------------- told from another


def routes_of(count: int) -> list[Route]:
    return [Route(f"Personne {rank}", (AUCH, NORTH, AUCH)) for rank in range(count)]


def marker_of(figure: Figure, rank: int, count: int) -> str:
    """The shape in the sample of the legend, whatever it is drawn with."""
    samples = figure.svg[figure.svg.rindex("</g>", 0, figure.svg.index(">Personne 0</text>")) :]
    entries = samples.split("</text>")[:count]
    shapes = re.findall(r'<path d="M[\d.]+ [\d.]+(m[^"]+)"', entries[rank])
    return "".join(shapes)


def test_eight_routes_differ_by_their_dashes_alone_for_who_sees_no_colour():
    figure = drawn(*routes_of(8))
    lines = [line_of(figure, f"Personne {rank}") for rank in range(8)]
    assert len({dash for _, _, dash in lines}) == 8
    assert len({colour for _, colour, _ in lines}) == 6
    assert not any(marker_of(figure, rank, 8) for rank in range(8))


@pytest.mark.parametrize("count", [9, 17, MOST_ROUTES])
def test_beyond_eight_a_marker_tells_apart_routes_of_the_same_style(count):
    figure = drawn(*routes_of(count))
    looks = {
        (*line_of(figure, f"Personne {rank}")[1:], marker_of(figure, rank, count))
        for rank in range(count)
    }
    assert len(looks) == count


def test_the_colours_of_the_routes_are_seen_on_the_land():
    figure = drawn(*routes_of(8))
    colours = {line_of(figure, f"Personne {rank}")[1] for rank in range(8)}
    assert colours <= set(RUCHE.mark_colours)
    assert all(contrast(colour, RUCHE.wash) >= 3 for colour in colours)


def halfway(leg: Leg) -> tuple[float, float]:
    points = leg.points
    return points[len(points) // 2]


def test_there_and_back_do_not_take_the_same_line():
    [[there, back]] = bend([[0, 1, 0]], [(0.0, 0.0), (100.0, 0.0)])
    assert halfway(there)[1] > 5  # eastward, the right is the south, which is down
    assert halfway(back)[1] < -5


def test_persons_on_the_same_road_are_side_by_side():
    legs = bend([[0, 1, 0]] * 4, [(0.0, 0.0), (100.0, 0.0)])
    heights = sorted(halfway(leg)[1] for trip in legs for leg in trip)
    assert all(after - before >= 7.9 for before, after in pairwise(heights))


def test_a_line_goes_round_a_place_at_which_one_does_not_stop():
    [[leg]] = bend([[0, 2]], [(0.0, 0.0), (50.0, 0.0), (100.0, 0.0)])
    assert min(math.dist(leg.at(share / 100), (50.0, 0.0)) for share in range(101)) > 11


def test_alone_on_its_road_a_line_is_straight():
    [[leg]] = bend([[0, 1]], [(0.0, 0.0), (100.0, 0.0)])
    assert leg.points == [(0.0, 0.0), (100.0, 0.0)]


# ------------------------------------------------------------------------- what is promised

degrees = st.tuples(st.floats(43, 44), st.floats(0, 1))


@st.composite
def days(draw) -> tuple[list[Pin], list[Base], list[Route]]:
    """Some places and bases, perhaps at the same spots, and who goes from which to which."""
    spots = draw(st.lists(degrees, min_size=1, max_size=5))
    some = st.sampled_from(spots)
    pins = [Pin(rank, f"Lieu {rank}", *draw(some)) for rank in range(1, draw(st.integers(2, 9)))]
    bases = [Base(f"Commune {rank}", *draw(some)) for rank in range(draw(st.integers(1, 3)))]
    routes = []
    for rank in range(draw(st.integers(1, 10))):
        base = draw(st.sampled_from(bases))
        stops = draw(st.lists(st.sampled_from(pins), min_size=1, max_size=5))
        routes.append(Route(f"Personne {rank}", (base, *stops, base)))
    return pins, bases, routes


@patient
@given(days())
def test_every_stop_is_in_the_frame_and_no_mark_hides_another(day):
    pins, bases, routes = day
    figure = drawn(*routes, pins=pins, bases=bases)
    check(figure)
    numbers = on_discs(figure.svg)
    assert [text.content for text, _ in numbers] == [str(pin.number) for pin in pins]
    legend = min(box.top for box in boxes(figure.svg) if box.content == "Personne 0")
    marks = {f"{pin.number}. {pin.name}" for pin in pins} | {base.name for base in bases}
    spots = [centre(figure, name) for name in marks]
    for rank, (x, y) in enumerate(spots):
        assert 11 <= x <= figure.width - 11
        assert 11 <= y <= legend - 11
        assert all(math.dist((x, y), other) >= 22 for other in spots[:rank])


@patient
@given(days())
def test_each_line_passes_by_its_stops_and_no_two_share_colour_and_dashes_and_marker(day):
    pins, bases, routes = day
    figure = drawn(*routes, pins=pins, bases=bases)
    names = {pin: f"{pin.number}. {pin.name}" for pin in pins} | {base: base.name for base in bases}
    looks = set()
    for rank, route in enumerate(routes):
        points, *look = line_of(figure, route.label)
        rest = iter(points)
        stops = [centre(figure, names[stop]) for stop in route.stops]
        for before, stop in pairwise([None, *stops]):
            assert stop == before or any(math.dist(stop, point) < 0.15 for point in rest)
        looks.add((*look, marker_of(figure, rank, len(routes))))
    assert len(looks) == len(routes)
    assert len(figure.table.rows) == sum(len(route.stops) for route in routes)


def test_the_same_day_gives_the_same_drawing():
    assert drawn(ODILE, MAYA) == drawn(ODILE, MAYA)


def test_a_hostile_name_comes_out_escaped():
    figure = drawn(Route("<b onload='x'>", (AUCH, NORTH, AUCH)))
    check(figure)
    assert "<b " not in figure.svg


def inside(spot: tuple[float, float], rings: list[list[tuple[float, float]]]) -> bool:
    """By the even-odd rule, ray to the right: knows nothing of how contours are cut."""
    crossings = 0
    for ring in rings:
        for (x, y), (a, b) in pairwise([*ring, ring[0]]):
            if (y > spot[1]) != (b > spot[1]):
                crossings += x + (spot[1] - y) / (b - y) * (a - x) > spot[0]
    return crossings % 2 == 1


corners = st.lists(
    st.tuples(st.integers(-60, 160), st.integers(-60, 160)), min_size=3, max_size=9, unique=True
)


@patient
@given(corners, st.lists(st.tuples(st.floats(1, 99), st.floats(1, 99)), min_size=20, max_size=20))
def test_contours_cut_at_the_frame_hold_the_same_land_and_nothing_outside(ring, spots):
    path = "M" + "L".join(f"{x} {y}" for x, y in ring) + "z"
    outline = Outline((Area("1", "Un", path),), 160, 160)
    svg = contours(outline, Window(0.0, 0.0, 100.0, 100.0), RUCHE)
    cut = [run for d in re.findall(r' d="([^"]+)"', svg) for run in runs(d)]
    for x, y in (point for run in cut for point in run):
        assert -0.06 <= x <= 100.06
        assert -0.06 <= y <= 100.06
    whole = [(float(x), float(y)) for x, y in ring]
    for spot in spots:
        if edge_distance(spot, whole) > 0.5:
            assert inside(spot, cut) == inside(spot, [whole])


def edge_distance(spot: tuple[float, float], ring: list[tuple[float, float]]) -> float:
    """To the nearest of many points of the edges."""
    return min(
        math.dist(spot, (x + (a - x) * i / 250, y + (b - y) * i / 250))
        for (x, y), (a, b) in pairwise([*ring, ring[0]])
        for i in range(251)
    )


def test_a_day_of_the_whole_gers_holds_in_a_telephone_without_scrolling():
    contours_of_gers = outlines("32")
    assert [outline.width for outline in contours_of_gers] == [420, 800, 1400]
    pins = (Pin(1, "Nogaro", 43.76, -0.03), Pin(2, "Lombez", 43.47, 0.91))
    base = Base("Auch", 43.65, 0.58)
    figure = rounds_map(
        contours_of_gers,
        pins,
        [Route("Odile", (base, pins[0], base)), Route("Maya", (base, pins[1], base))],
        bases=(base,),
        key="g",
        title="Tournées",
        description="Un jour",
        columns=COLUMNS,
    )
    check(figure)
    assert figure.width <= 420


def test_places_that_are_near_are_shown_on_a_wider_outline():
    near = Pin(1, "Près", 43.52, 0.5)
    close = drawn(Route("Odile", (AUCH, near, AUCH)), pins=(near,))
    far = drawn(ODILE)
    scales = [
        abs(centre(figure, name)[1] - centre(figure, "Auch")[1]) / apart
        for figure, name, apart in ((close, "1. Près", 0.02), (far, "1. Nord", 0.4))
    ]
    assert scales[0] > 2 * scales[1]


# ------------------------------------------------------------------------- what is refused

TWINS = (Pin(1, "Un", 43.2, 0.2), Pin(2, "Deux", 43.2, 0.2))


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: drawn(), "aucune tournée"),
        (lambda: drawn(Route("Odile", (AUCH,))), "d’un point à un autre"),
        (lambda: drawn(Route("Odile", (AUCH, AUCH))), "d’un point à un autre"),
        (lambda: drawn(Route("Odile", (AUCH, (48.8, 2.3), AUCH))), "endroit inconnu"),
        (lambda: drawn(Route("Odile", (AUCH, Pin(9, "Ailleurs", 43.2, 0.2)))), "endroit inconnu"),
        (lambda: drawn(Route("Odile", (AUCH, (43.2, 0.2))), pins=TWINS), "plusieurs lieux"),
        (lambda: drawn(Route(" ", (AUCH, NORTH))), "texte est vide"),
        (lambda: drawn(ODILE, ODILE), "même nom"),
        (lambda: drawn(*routes_of(MOST_ROUTES + 1)), "ne se lit plus"),
        (lambda: drawn(ODILE, columns=("Qui", "Où")), "trois colonnes"),
        (lambda: drawn(ODILE, columns=("Qui", "Ordre", "Lieu", "Heures")), "heures"),
        (lambda: drawn(Route("Odile", (AUCH, NORTH), ("8 h", "9 h"))), "heures"),
        (lambda: drawn(ODILE, pins=(*PINS, Pin(4, " ", 43.5, 0.2))), "Nom d’un lieu"),
        (lambda: drawn(ODILE, pins=(*PINS, Pin(4, "X", None, 0.2))), "Latitude"),
        (lambda: drawn(ODILE, pins=(*PINS, Pin(4, "X", 43.5, math.nan))), "Longitude"),
        (lambda: drawn(ODILE, pins=(*PINS, Pin(4, "X", 143.5, 0.2))), "hors de la Terre"),
        (lambda: drawn(ODILE, key="é"), "clé"),
    ],
)
def test_a_map_of_rounds_that_cannot_be_read_is_refused_in_french(attempt, message):
    with pytest.raises(BadFigure, match=message):
        attempt()


def test_a_place_is_given_itself_where_there_are_several():
    rows = drawn(Route("Odile", (AUCH, TWINS[1], AUCH)), pins=TWINS).table.rows
    assert rows[1] == ("Odile", "1", "2. Deux")


def test_a_map_without_contours_is_refused():
    with pytest.raises(BadFigure, match="aucun contour"):
        rounds_map(
            (),
            PINS,
            [Route("x", (NORTH, EAST))],
            key="k",
            title="t",
            description="d",
            columns=COLUMNS,
        )
