"""Journeys from a file, and from servers of routes that speak their protocols strictly."""

import ast
import http.client
import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import ruche.engines.rounds
from ruche.engines.rounds.distances import Point
from ruche.engines.rounds.errors import BadTravel
from ruche.engines.rounds.journeys import NoAnswer, Osrm, Valhalla, read_table, write_table
from ruche.engines.rounds.travel import Travel
from tests.engines.rounds.road_servers import (
    OsrmServer,
    Road,
    Roads,
    Speaker,
    Spot,
    Trouble,
    ValhallaServer,
    serving,
)

sockets = pytest.mark.allow_hosts(["127.0.0.1", "::1"])

PLACES = ("auch", "condom", "mirande")
TABLE = """origine;destination;minutes;metres
auch;condom;45;43200
condom;auch;47;43900
auch;mirande;27;25000
mirande;auch;28;25000
condom;mirande;70;68000
mirande;condom;69;68200
"""


# ------------------------------------------------------------------------------- file


def refused(text: str, places: tuple[str, ...] = PLACES) -> str:
    with pytest.raises(BadTravel) as refusal:
        read_table(text, places, "trajets.csv")
    return str(refusal.value)


def test_a_file_gives_minutes_and_metres_in_each_direction_and_says_its_name():
    travel = read_table(TABLE, PLACES, "trajets.csv")
    assert travel.minutes == ((0, 45, 27), (47, 0, 70), (28, 69, 0))
    assert travel.metres == ((0, 43200, 25000), (43900, 0, 68000), (25000, 68200, 0))
    assert travel.source == "fichier « trajets.csv »"


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + TABLE,
        TABLE.replace(";", ","),
        TABLE.replace("\n", "\r\n"),
        TABLE.replace("metres", "Mètres").replace("origine", " Origine "),
        TABLE.replace(";45;", "; 44,2 ;").replace("auch;", "auch ;"),
        TABLE.replace(";45;", ";44.01;"),
        TABLE.replace(";", ",").replace(",45,", ',"44,2",'),
        TABLE + "\n;;;\n",
        TABLE + "auch;auch;0;0\n",
        TABLE + "auch;condom;45;43200\n",
        TABLE + "auch;lectoure;38;36000\n",
    ],
    ids=[
        "byte-order mark",
        "commas",
        "lines of Windows",
        "accent and capital",
        "decimal comma and spaces",
        "decimal point",
        "decimal comma between commas",
        "blank lines",
        "a place to itself",
        "twice the same",
        "a place that nobody asks about",
    ],
)
def test_what_spreadsheets_do_to_a_file_changes_nothing(text):
    plain = read_table(TABLE, PLACES, "trajets.csv")
    assert read_table(text, PLACES, "trajets.csv") == plain


def test_columns_come_in_any_order():
    text = "minutes;destination;origine\n12;b;a\n13;a;b\n"
    assert read_table(text, ("a", "b"), "x").minutes == ((0, 12), (13, 0))


def test_a_file_without_metres_says_so():
    travel = read_table("origine;destination;minutes\na;b;12\nb;a;13\n", ("a", "b"), "x.csv")
    assert travel.metres == ((0, 0), (0, 0))
    assert travel.source == "fichier « x.csv », sans les mètres"


@pytest.mark.parametrize("cell", ["", "douze", "-4", "1e3", "nan", "١٢", "4,5,6", "9" * 12])
@pytest.mark.parametrize("column", ["minutes", "metres"])
def test_a_cell_that_is_not_a_number_is_refused_with_its_line_and_column(cell, column):
    line = {"minutes": f"auch;mirande;{cell};25000", "metres": f"auch;mirande;27;{cell}"}
    text = TABLE.replace("auch;mirande;27;25000", line[column])
    message = refused(text)
    assert message.startswith(f"Fichier « trajets.csv », ligne 4, colonne « {column} » : ")
    assert f"« {cell} »" in message


def test_a_cell_that_is_wrong_is_refused_even_for_a_place_that_nobody_asks_about():
    assert "ligne 8, colonne « minutes »" in refused(TABLE + "auch;lectoure;?;1\n")


@pytest.mark.parametrize(
    ("line", "column"), [("auch;condom;46;43200", "minutes"), ("auch;condom;45;43201", "metres")]
)
def test_a_pair_given_twice_with_different_values_is_refused(line, column):
    message = refused(TABLE + line + "\n")
    assert f"ligne 8, colonne « {column} »" in message
    assert "à la ligne 2" in message


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("de;vers;minutes;metres\n", 1),
        ("origine;destination;minutes;metres;metres\n", 1),
        ("origine;destination;minutes;metre\n", 1),
        ("auch;condom;45;43200\n", 1),
        (TABLE + "auch;condom;45\n", 8),
        (TABLE.replace(";", ",").replace(",45,", ",44,5,"), 2),
        (TABLE + '"auch;condom;45;43200\n', 8),
        (TABLE + 'auch;"con"dom;45;43200\n', 8),
    ],
)
def test_a_file_that_is_not_such_a_table_is_refused_with_its_line(text, line):
    assert refused(text).startswith(f"Fichier « trajets.csv », ligne {line} : ")


def test_a_missing_pair_is_named():
    message = refused(TABLE.replace("mirande;auch;28;25000\n", ""))
    assert message.startswith("Il manque des trajets (fichier « trajets.csv ») : mirande → auch.")


def test_missing_pairs_are_named_up_to_five_and_the_others_are_counted():
    assert refused(TABLE, (*PLACES, "lectoure")).count("→") == 5
    assert " et 1 autre." in refused(TABLE, (*PLACES, "lectoure"))
    assert " et 9 autres." in refused(TABLE, (*PLACES, "lectoure", "fleurance"))


def test_a_journey_of_more_than_a_day_is_refused_as_anywhere():
    assert "1441 min" in refused(TABLE.replace(";45;", ";1441;"))


@st.composite
def travels(draw: st.DrawFn) -> Travel:
    places = draw(st.lists(st.text(max_size=6), unique=True, max_size=4))
    minutes = draw(tables(len(places), most=1440))
    metres = draw(tables(len(places), most=10**6))
    return Travel(tuple(places), minutes, metres, "essai")


def tables(size: int, *, most: int) -> st.SearchStrategy[tuple[tuple[int, ...], ...]]:
    return st.tuples(
        *(
            st.tuples(*(st.integers(0, 0 if i == j else most) for j in range(size)))
            for i in range(size)
        )
    )


@given(travels())
@example(Travel(("a\rb", ' "'), ((0, 1), (2, 0)), ((0, 3), (4, 0)), "essai"))
def test_a_table_that_was_written_is_read_equal(travel):
    read = read_table(write_table(travel), travel.places, "essai.csv")
    assert read == replace(travel, source="fichier « essai.csv »")


@given(st.text(alphabet='ab;,"\n\r 0123456789\ufeff', max_size=60))
def test_whatever_a_file_says_it_is_read_or_refused_in_our_words(text):
    text = "origine;destination;minutes;metres\n" + text
    try:
        travel = read_table(text, ("a", "b"), "x")
    except BadTravel:
        return
    assert travel.places == ("a", "b")


# ---------------------------------------------------------------------------- servers


POINTS = {f"lieu {rank}": Point(43.5 + rank / 100, 0.5 - rank / 70) for rank in range(7)}

both_kinds = pytest.mark.parametrize(
    ("speaker", "asking"),
    [(OsrmServer, Osrm), (ValhallaServer, Valhalla)],
    ids=["osrm", "valhalla"],
)


def spot(place: str) -> Spot:
    return round(POINTS[place].latitude, 6), round(POINTS[place].longitude, 6)


def seconds_and_metres(origin: int, target: int) -> tuple[float, float]:
    """Longer one way than the other, and never a whole number of minutes."""
    return 60.0 * (10 * origin + target) + 1, 1000.0 * (10 * origin + target) + 7


def roads(*, without: tuple[tuple[str, str], ...] = (), **more: Any) -> Roads:
    known: dict[tuple[Spot, Spot], Road] = {
        (spot(a), spot(b)): None if (a, b) in without else seconds_and_metres(i, j)
        for i, a in enumerate(POINTS)
        for j, b in enumerate(POINTS)
        if a != b
    }
    return Roads(known, **more)


def expected(unit: int) -> tuple[tuple[int, ...], ...]:
    """What should come of these roads: minutes rounded up (0), or metres (1)."""
    size = range(len(POINTS))
    said = [[(10 * i + j + 1, 1000 * (10 * i + j) + 7)[unit] for j in size] for i in size]
    return tuple(tuple(0 if i == j else said[i][j] for j in size) for i in size)


@contextmanager
def failing(speaker: type[Speaker], trouble: Trouble) -> Iterator[str]:
    with serving(speaker, roads(trouble=trouble)) as address:
        yield address


def refusal_of(server: Osrm | Valhalla, points: Mapping[str, Point] = POINTS) -> str:
    with pytest.raises(NoAnswer) as refusal:
        server.travel(points)
    return str(refusal.value)


@sockets
@both_kinds
def test_a_server_gives_minutes_rounded_up_and_metres_each_direction_its_own(speaker, asking):
    asked = roads()
    with serving(speaker, asked) as address:
        travel = asking(address + "/").travel(POINTS)
    assert travel.places == tuple(POINTS)
    assert travel.minutes == expected(0)
    assert travel.metres == expected(1)
    assert len(asked.asked) == 1


@sockets
def test_the_source_names_the_server_and_how_it_was_asked():
    with serving(OsrmServer, roads()) as address:
        assert Osrm(address, "car").travel(POINTS).source == "OSRM, 127.0.0.1, profil car"
    with serving(ValhallaServer, roads()) as address:
        assert Valhalla(address).travel(POINTS).source == "Valhalla, 127.0.0.1, auto"


@sockets
@pytest.mark.parametrize("chunk", [2, 3, 4, 6, 7, 8])
@both_kinds
def test_many_places_are_asked_about_block_by_block(speaker, asking, chunk):
    asked = roads(most=chunk)
    with serving(speaker, asked) as address:
        travel = asking(address, chunk=chunk).travel(POINTS)
    assert travel.minutes == expected(0)
    assert travel.metres == expected(1)
    assert all(max(sizes) <= chunk for sizes in asked.asked)
    assert (len(asked.asked) == 1) == (chunk >= len(POINTS))


@sockets
def test_an_old_valhalla_that_only_speaks_at_length_is_understood():
    with serving(ValhallaServer, roads(compact=False)) as address:
        assert Valhalla(address, chunk=3).travel(POINTS).minutes == expected(0)


@both_kinds
@pytest.mark.parametrize("size", [0, 1])
def test_nothing_is_asked_about_one_place(speaker, asking, size):
    """No socket is allowed here."""
    points = dict(list(POINTS.items())[:size])
    travel = asking("http://127.0.0.1:9").travel(points)
    assert travel.minutes == travel.metres == ((0,),) * size


@sockets
@both_kinds
@pytest.mark.parametrize("compact", [True, False])
def test_places_without_a_road_between_them_are_named(speaker, asking, compact):
    holes = (("lieu 2", "lieu 5"), ("lieu 6", "lieu 0"))
    torn = roads(without=holes, compact=compact)
    with serving(speaker, torn) as address, pytest.raises(BadTravel) as refusal:
        asking(address).travel(POINTS)
    assert "lieu 2 → lieu 5, lieu 6 → lieu 0." in str(refusal.value)


@sockets
def test_a_place_far_from_any_road_is_named():
    far = POINTS | {"île": Point(44.0, -3.0)}
    with serving(OsrmServer, roads()) as address:
        assert "« île » est trop loin de toute route" in refusal_of(Osrm(address), far)
    with serving(ValhallaServer, roads()) as address:
        assert "trop loin de toute route (erreur 171)" in refusal_of(Valhalla(address), far)


@sockets
@both_kinds
def test_too_many_places_at_once_say_to_ask_for_fewer(speaker, asking):
    with serving(speaker, roads(most=3)) as address:
        assert "blocs plus petits" in refusal_of(asking(address))


@sockets
def test_an_unknown_costing_is_told():
    with serving(ValhallaServer, roads()) as address:
        assert "moyen de transport" in refusal_of(Valhalla(address, "yak"))


@sockets
@pytest.mark.parametrize(
    ("code", "said"),
    [("NotImplemented", "distances"), ("NoTable", "aucune route"), ("Whim", "code Whim")],
)
def test_a_refusal_of_osrm_is_told_in_french(code, said):
    body = json.dumps({"code": code, "message": "No."}).encode()
    with failing(OsrmServer, Trouble(status=400, body=body)) as address:
        message = refusal_of(Osrm(address))
    assert said in message
    assert "No." not in message


@sockets
@pytest.mark.parametrize(("code", "said"), [(442, "aucune route"), (499, "erreur 499")])
def test_a_refusal_of_valhalla_is_told_in_french(code, said):
    body = json.dumps({"error_code": code, "error": "No.", "status_code": 400}).encode()
    with failing(ValhallaServer, Trouble(status=400, body=body)) as address:
        assert said in refusal_of(Valhalla(address))


@sockets
@both_kinds
def test_a_server_in_pain_says_its_status_and_what_to_do(speaker, asking):
    with failing(speaker, Trouble(status=502, body=b"<h1>Bad Gateway</h1>")) as address:
        message = refusal_of(asking(address))
    assert "erreur HTTP 502" in message
    assert "donnez une table des trajets dans un fichier" in message


@sockets
@both_kinds
def test_a_silent_server_is_not_waited_for(speaker, asking):
    with failing(speaker, Trouble(silent=True)) as address:
        message = refusal_of(asking(address, timeout=0.1))
    assert "n’a pas répondu en 0,1 s." in message
    assert "Réessayez plus tard" in message


@both_kinds
def test_a_server_that_does_not_even_pick_up_is_not_waited_for(speaker, asking, monkeypatch):
    def never(connection: object) -> None:
        raise TimeoutError("timed out")

    monkeypatch.setattr(http.client.HTTPConnection, "connect", never)
    assert "n’a pas répondu en 20 s." in refusal_of(asking("http://127.0.0.1:9"))


@sockets
@both_kinds
def test_a_server_that_is_not_there_says_to_check_its_address(speaker, asking):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        message = refusal_of(asking(f"http://127.0.0.1:{taken.getsockname()[1]}"))
    assert "injoignable" in message
    assert "Vérifiez son adresse" in message


ROWS = [[1.0] * 7] * 7
GARBAGE = [
    b"",
    b"<html>",
    b"\xff\xfe\xfa",
    b"[" * 100_000,
    b"[1, 2]",
    b"null",
    b"{}",
    b'{"code": 3}',
    b'{"code": "Ok"}',
    b'{"sources_to_targets": [], "units": "kilometers"}',
    b'{"sources_to_targets": {}, "units": "kilometers"}',
]


@sockets
@pytest.mark.parametrize("body", GARBAGE, ids=range(len(GARBAGE)))
@both_kinds
def test_an_answer_that_is_not_one_is_refused(speaker, asking, body):
    with failing(speaker, Trouble(body=body)) as address:
        assert "ne se lit pas" in refusal_of(asking(address))


@sockets
@pytest.mark.parametrize("cell", ["12", True, -1, [], float("nan"), float("inf"), 1e12])
@pytest.mark.parametrize("table", ["durations", "distances"])
@both_kinds
def test_a_figure_that_is_not_one_is_refused(speaker, asking, table, cell):
    tables: dict[str, Any] = {"durations": ROWS, "distances": ROWS}
    tables[table] = [[cell] * 7] * 7
    body = {"code": "Ok", **tables, "sources_to_targets": tables, "units": "kilometers"}
    with failing(speaker, Trouble(body=json.dumps(body).encode())) as address:
        assert "ne se lit pas" in refusal_of(asking(address))


@sockets
@pytest.mark.parametrize("table", ["durations", "distances"])
@both_kinds
def test_a_time_without_its_distance_is_a_hole_and_so_is_the_reverse(speaker, asking, table):
    tables: dict[str, Any] = {"durations": ROWS, "distances": ROWS, table: [[None] * 7] * 7}
    body = {"code": "Ok", **tables, "sources_to_targets": tables, "units": "kilometers"}
    trouble = Trouble(body=json.dumps(body).encode())
    with failing(speaker, trouble) as address, pytest.raises(BadTravel, match="et 37 autres"):
        asking(address).travel(POINTS)


@sockets
@pytest.mark.parametrize(
    "change",
    [{"from_index": 3}, {"to_index": None}, {"time": -4}, {"distance": "12"}],
)
def test_a_long_answer_of_valhalla_whose_journeys_are_misplaced_is_refused(change):
    cell = {"from_index": 0, "to_index": 0, "time": 0, "distance": 0}
    rows = [[cell | {"from_index": i, "to_index": j} | change for j in range(7)] for i in range(7)]
    body = {"sources_to_targets": rows, "units": "kilometers"}
    with failing(ValhallaServer, Trouble(body=json.dumps(body).encode())) as address:
        assert "ne se lit pas" in refusal_of(Valhalla(address))


@sockets
def test_miles_are_not_taken_for_kilometres():
    tables = {"durations": ROWS, "distances": ROWS}
    body = {"sources_to_targets": tables, "units": "miles"}
    with failing(ValhallaServer, Trouble(body=json.dumps(body).encode())) as address:
        assert "kilomètres" in refusal_of(Valhalla(address))


# --------------------------------------------------------------------- confidentiality


@sockets
@both_kinds
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_place_is_sent_to_another_server(speaker, asking, status):
    other = roads()
    with serving(speaker, other) as elsewhere:
        trouble = Trouble(status=status, location=f"{elsewhere}/table/v1/driving/0,0;1,1")
        with failing(speaker, trouble) as address:
            message = refusal_of(asking(address))
    assert other.heard == []
    assert "renvoie vers une autre adresse" in message


@sockets
def test_a_question_that_a_redirection_would_empty_is_not_sent_again():
    asked = roads(trouble=Trouble(status=302, location="/loop"))
    with serving(ValhallaServer, asked) as address:
        assert "renvoie vers une autre adresse" in refusal_of(Valhalla(address))
    assert asked.heard == ["/sources_to_targets"]


@sockets
def test_a_redirection_on_the_same_server_is_followed_for_a_while_then_refused():
    asked = roads(trouble=Trouble(status=302, location="/loop"))
    with serving(OsrmServer, asked) as address:
        message = refusal_of(Osrm(address))
    assert len(asked.heard) > 1
    assert "erreur HTTP 302" in message


@sockets
def test_a_proxy_of_the_environment_is_not_spoken_to(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with serving(OsrmServer, roads()) as address:
        assert Osrm(address).travel(POINTS).minutes == expected(0)


@both_kinds
@pytest.mark.parametrize(
    "address",
    [
        "",
        "localhost:5000",
        "ftp://localhost",
        "file:///etc/passwd",
        "http://",
        "http://:5000",
        "http://me:secret@localhost",
        "http://localhost?key=secret",
        "http://localhost#part",
        "http://localhost:port",
        "http://localhost:0",
        "http://local host",
        "http://[::1",
        "http://localhost\r\nX: y",
        "http://écluse.fr",
    ],
)
def test_an_address_that_is_not_plain_is_refused_without_being_repeated(speaker, asking, address):
    with pytest.raises(BadTravel, match="adresse du serveur") as refusal:
        asking(address)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("profile", ["", "../route", "car?x", "é"])
def test_a_profile_that_would_change_the_address_is_refused(profile):
    with pytest.raises(BadTravel, match="profil"):
        Osrm("http://localhost", profile)


@both_kinds
def test_a_question_about_no_place_or_without_delay_is_refused(speaker, asking):
    with pytest.raises(BadTravel, match="à la fois"):
        asking("http://localhost", chunk=0)
    for delay in (0, -1, float("nan"), float("inf")):
        with pytest.raises(BadTravel, match="délai"):
            asking("http://localhost", timeout=delay)


def test_the_rest_of_the_engine_knows_no_network():
    """Only `journeys` may import what opens a socket, and nothing else imports `journeys`."""
    folder = Path(ruche.engines.rounds.__file__).parent
    for module in sorted(folder.rglob("*.py")):
        if "journeys" not in module.parts:
            assert not set(imports_of(module)) & {"urllib", "http", "socket", "journeys"}, module


def imports_of(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from str(node.module).split(".")
            yield from (name.name for name in node.names)
