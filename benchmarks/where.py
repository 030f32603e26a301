"""« Où et quand » under its readers: fifty of them, two hundred sites, three years of séances.

The server is the embedded one (`manage.py serve --workers 4 --threads 1`, SQLite), the readers
are threads of another process on the same two cores: one page each every two seconds, drawn from a
seed among searches and sites in seven languages. Nothing is cached between two pages. A commune is
searched beside the same question asked of the database; the calendar of every site for a year
beside the `icalendar` library writing the same events.
"""

import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from threading import Thread
from typing import Any

from benchmarks.measuring import ROOT, claim, conditions, environment_of, medians, run_module

READERS, EVERY, SITES, YEARS, SEED = 50, 2.0, 200, 3, 32
SECONDS = {False: 20, True: 60}
PAGE_MS, SEARCH_MS, FEED_MS = 100.0, 5.0, 150.0
TYPED = (
    "mirande",
    "Mirende",
    "st clar",
    "32300",
    "l'isle jourdain",
    "s",
    "saint",
    "xyzzy",
    "castera",
)
COMMUNES = ("Mirande", "Auch", "Condom", "Fleurance", "32300", "Lectoure", "st clar", "Samatan", "")
NEEDS = ("", "food", "health", "rights", "budget")
LANGUAGES = ("fr", "fr", "fr", "ar", "uk", "en", "es", "pt", "oc")
DAYS = ("1", "7", "30")


def run(full: bool) -> Iterator[dict[str, Any]]:
    """Pages under readers, a search, a calendar."""
    with tempfile.TemporaryDirectory() as var:
        product = environment_of(var, RUCHE_DEMO="yes")
        built = run_module("benchmarks.where", "build", environment=product)
        times, weight = _read_pages(product, built["sites"], SECONDS[full])
        found = run_module("benchmarks.where", "measure", environment=product)
    late = statistics.quantiles(times, n=20)[-1] * 1000
    about = conditions(readers=READERS, every=f"{EVERY:g} s", pages=len(times), sites=SITES,
                       years=YEARS, heaviest=f"{weight / 1000:.1f} kB gzip")  # fmt: skip
    yield claim(
        f"A page of « Où et quand », 95 of 100, in milliseconds (median "
        f"{statistics.median(times) * 1000:.0f}, slowest {max(times) * 1000:.0f})",
        ours=late, other=PAGE_MS, bar=1.0, holds=late <= PAGE_MS, conditions=about,
    )  # fmt: skip
    yield claim(
        f"A commune searched among 35 000, slowest of {len(TYPED)} words, in milliseconds",
        ours=found["search"], other=found["database"], bar=SEARCH_MS,
        holds=found["search"] <= SEARCH_MS, conditions=conditions(other="the database, same word"),
    )  # fmt: skip
    network = built["network"]
    yield claim(
        f"The calendar of a year of the {network['sites']} sites of the demo network, "
        f"{network['events']} events, in milliseconds",
        ours=network["feed"], other=network["library"], bar=FEED_MS,
        holds=network["feed"] <= FEED_MS,
        conditions=conditions(other="the same events written by icalendar"),
    )  # fmt: skip
    yield claim(
        f"The same of {SITES} sites that open far more, {found['events']} events, in milliseconds",
        ours=found["feed"], other=found["library"], bar=FEED_MS, holds=found["feed"] <= FEED_MS,
        conditions=conditions(other="the same events written by icalendar"),
    )  # fmt: skip


# ------------------------------------------------------------------------------- readers


def _read_pages(product: dict[str, str], sites: list[str], seconds: int) -> tuple[list[float], int]:
    """Seconds of each page, and bytes of the heaviest."""
    port = _free_port()
    command = [
        sys.executable,
        "manage.py",
        "serve",
        "--port",
        str(port),
        "--no-tasks",
        "--workers",
        "4",
        "--threads",
        "1",
    ]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(command, env=product, cwd=ROOT, **quiet)  # type: ignore[call-overload]
    try:
        _until_open(port)
        for address in _addresses(random.Random(0), sites, 40):
            _get(port, address)
        return _crowd(port, sites, seconds)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def _crowd(port: int, sites: list[str], seconds: int) -> tuple[list[float], int]:
    times: list[float] = []
    weights: list[int] = []

    def reader(number: int) -> None:
        chance = random.Random(SEED + number)
        begin = time.perf_counter() + number * EVERY / READERS
        for rank, address in enumerate(_addresses(chance, sites, int(seconds / EVERY))):
            time.sleep(max(0.0, begin + rank * EVERY - time.perf_counter()))
            start = time.perf_counter()
            weights.append(_get(port, address))
            times.append(time.perf_counter() - start)

    readers = [Thread(target=reader, args=(number,)) for number in range(READERS)]
    for each in readers:
        each.start()
    for each in readers:
        each.join()
    return times, max(weights)


def _addresses(chance: random.Random, sites: list[str], number: int) -> Iterator[str]:
    """Three searches for one page of a site."""
    from urllib.parse import urlencode

    for _ in range(number):
        home = f"/ou-et-quand/{chance.choice(LANGUAGES)}/"
        if chance.random() < 0.25:
            yield f"{home}lieux/{chance.choice(sites)}/"
        else:
            asked = {"commune": chance.choice(COMMUNES), "besoin": chance.choice(NEEDS),
                     "jours": chance.choice(DAYS)}  # fmt: skip
            yield f"{home}?{urlencode(asked)}"


def _get(port: int, address: str) -> int:
    connection = HTTPConnection("localhost", port, timeout=30)
    connection.request("GET", address, headers={"Accept-Encoding": "gzip"})
    response = connection.getresponse()
    content = response.read()
    connection.close()
    if response.status != 200:
        raise RuntimeError(f"{response.status} {address}")
    return len(content)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("localhost", 0))
        return int(one.getsockname()[1])


def _until_open(port: int) -> None:
    for _ in range(300):
        try:
            _get(port, "/ou-et-quand/fr/?commune=auch")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the server did not open")


# --------------------------------------------------------------------------------- world


def build() -> dict[str, Any]:
    """The demo world and its calendar, then sites, openings and séances drawn from a seed."""
    from datetime import timedelta

    from django.core.management import call_command
    from django.db import transaction
    from django.utils import timezone

    from benchmarks.openings import rules
    from ruche.desk.tasks import tidy_up
    from ruche.geography.models import Territory
    from ruche.places.models import Opening, Service, Site
    from ruche.seances.enums import Answer, SeanceStatus
    from ruche.seances.models import Participation, Seance, Team

    call_command("migrate", verbosity=0)
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        call_command("demo", stdout=nowhere)
    call_command("collectstatic", interactive=False, verbosity=0)
    network = {"sites": Site.objects.open().count(), **_calendar()}
    chance = random.Random(SEED)
    communes = list(Territory.objects.filter(level="COM", departement="32").order_by("pk"))
    texts, today = rules(), timezone.localdate()
    team = Team.objects.order_by("pk").first()
    services = list(Service.objects.order_by("pk"))
    with transaction.atomic():
        known = Site.objects.count()
        sites = Site.objects.bulk_create(
            Site(name=f"Salle {number}", commune=chance.choice(communes), phone="05 62 00 00 00",
                 address="Place du Foirail")
            for number in range(SITES - known)
        )  # fmt: skip
        Opening.objects.bulk_create(
            Opening(site=site, rule=texts[rank], since=today - timedelta(days=365 * YEARS))
            for rank, site in enumerate(sites)
        )
        for site in sites:
            site.services.add(*chance.sample(services, min(2, len(services))))
        days = range(-365 * YEARS, 60, 15)
        seances = Seance.objects.bulk_create(
            Seance(site=site, day=today + timedelta(days=day + chance.randrange(15)),
                   starts="14:00", ends="16:30",
                   status=SeanceStatus.CONFIRMED if day > 0 else SeanceStatus.HELD)
            for site in sites for day in days
        )  # fmt: skip
        parts = Participation.objects.bulk_create(
            Participation(seance=each, team=team, answer=Answer.CONFIRMED) for each in seances
        )
        Participation.services.through.objects.bulk_create(
            Participation.services.through(participation=each, service=chance.choice(services))
            for each in parts
        )
    tidy_up()
    return {"sites": [str(site.pk) for site in sites], "network": network}


def measure() -> dict[str, Any]:
    """The search of a commune, and the calendar of every site."""
    from ruche.geography.communes import communes
    from ruche.geography.models import Territory

    known = communes("32")
    slowest = {"search": 0.0, "database": 0.0}
    for word in TYPED:
        found = medians(
            {
                "search": lambda word=word: known.search(word),
                "database": lambda word=word: list(Territory.objects.search(word)[:8]),
            }
        )
        slowest = {name: max(slowest[name], found[name] * 1000) for name in slowest}
    return {**slowest, **_calendar()}


def _calendar() -> dict[str, Any]:
    """Events of the calendar of every site, and milliseconds: ours, and the library."""
    import icalendar
    from django.utils import timezone

    from ruche.core.warming import warm_up
    from ruche.languages import language
    from ruche.public.where.feeds import of_everything

    warm_up().join()
    now, french = timezone.now(), language("fr")
    feed = of_everything(french, now=now)
    events = icalendar.Calendar.from_ical(feed.content).walk("VEVENT")
    rows = [
        (str(each["UID"]), each.decoded("DTSTART"), each.decoded("DTEND"), str(each["SUMMARY"]),
         str(each["LOCATION"]), str(each["URL"]))
        for each in events
    ]  # fmt: skip

    def library() -> bytes:
        told = icalendar.Calendar()
        for uid, start, end, summary, location, url in rows:
            event = icalendar.Event()
            event.add("uid", uid)
            event.add("dtstamp", now)
            event.add("dtstart", start)
            event.add("dtend", end)
            event.add("summary", summary)
            event.add("location", location)
            event.add("url", url)
            event.add("status", "CONFIRMED")
            told.add_component(event)
        return bytes(told.to_ical())

    times = medians({"feed": lambda: of_everything(french, now=now), "library": library}, runs=3)
    milliseconds = {name: seconds * 1000 for name, seconds in times.items()}
    return {**milliseconds, "events": len(rows)}


MEASURES = {"build": build, "measure": measure}

if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(MEASURES[sys.argv[1]]()))
