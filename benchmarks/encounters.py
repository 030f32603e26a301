"""Encounters that arrive from phones: how fast, and what of them a thief could put together.

    PYTHONPATH=src python -m benchmarks --only encounters [--full]

Phones are played by the Python engine (`tests/encounters/sealed_phones.py`), and what they seal is
ready before the clock starts. « Ours » is what the offline client does: encounters together, then
batches of mixed increments, then facts, through the views, sessions and middlewares of the product.
« Other » is one encounter at a time: three requests for each. On PostgreSQL when TEST_POSTGRES_URL
is given, on a file of SQLite otherwise.

The thief has a copy of the database. He matches what is kept of people (encounters in trays, those
that were filed, promises) with what is counted (batches, counters, facts), by the order of rows, by
their place in the file, by identifiers that resemble, by transactions that follow each other. The
control is a table that keeps rows as they come: the same thief finds there nearly everything.

The year is simulated: 9 000 encounters, 27 sites, 4 teams of nurses, as in the Gers.
"""

import json
import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time
import uuid
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from benchmarks.measuring import claim, conditions, in_the_product, schema_in

SEED = 32
NURSES, A_DAY = 6, 12
SYNCS, PORTIONS = 20, 3
"""Phones that send a day of encounters in one portion; portions of both ways alternate."""

CAPTURES, FEWER = 1_000, 5
PER_SECOND, SECONDS = 300, 5.0
YEAR, ENCOUNTERS, SITES, TEAMS, AT_A_SEANCE = 2026, 9_000, 27, 4, 8


def run(full: bool) -> Iterator[dict[str, Any]]:
    """Speed, linkage, small cells. `full`: the thief looks at five days, not at one."""
    with database() as (vendor, environment):
        speed = in_process("speed", **environment)
    yield from _speed(speed, vendor)
    days = 5 if full else 1
    with database() as (vendor, environment):
        found = in_process("linkage", days, **environment)
    yield from _linkage(found, vendor, days)
    yield from _small_cells(in_process("small_cells"))


def _speed(found: Mapping[str, Any], vendor: str) -> Iterator[dict[str, Any]]:
    told = conditions(
        database=vendor,
        encounters=found["encounters"],
        slips=found["slips"],
        phones=SYNCS,
        processes="1, as one worker",
    )
    yield claim(
        "encounters received per second (encounter, counters, facts), beside one request for each",
        ours=found["ours"],
        other=found["unbatched"],
        bar=PER_SECOND,
        holds=found["ours"] >= PER_SECOND,
        conditions=told,
    )
    yield claim(
        f"seconds to receive {CAPTURES} captures of one phone that was long without network",
        ours=found["captures"],
        other=CAPTURES / found["unbatched"],
        bar=SECONDS,
        holds=found["captures"] <= SECONDS,
        conditions=f"{told}, requests {found['requests']}; other: at the rate above",
    )


def _linkage(found: Mapping[str, Any], vendor: str, days: int) -> Iterator[dict[str, Any]]:
    told = conditions(database=vendor, days=days, nurses=NURSES, encounters=days * NURSES * A_DAY)
    control = {one["target"]: one for one in best(found["control"])}
    for moment in ("day", "night"):
        for one in best(found[moment]):
            rate = one["found"] / one["notes"]
            yield claim(
                f"what is kept of someone put together with its {one['target']}, share found by "
                f"the best of the attacks, {WHEN[moment]}, beside chance",
                ours=rate,
                other=one["chance"],
                bar=round(limit(one) / one["notes"], 4),
                holds=one["found"] <= limit(one),
                conditions=f"{told}, notes {one['notes']}, rows {one['rows']}, "
                f"attack « {one['attack']} », control {_rate(control[one['target']])}",
            )


WHEN = {"day": "before the nightly rewriting", "night": "after it"}


def _rate(one: Mapping[str, Any]) -> str:
    return f"{one['found'] / one['notes']:.2f}"


def _small_cells(found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    told = conditions(encounters=ENCOUNTERS, sites=SITES, teams=TEAMS)
    for shape, (small, cells, met) in found["shapes"].items():
        yield claim(
            f"share of the cells of « {shape} » that hold 1 to 4, beside a row of site × day × "
            "age × gender × theme",
            ours=small / cells,
            other=found["naive"][0] / found["naive"][1],
            bar=round(found["naive"][0] / found["naive"][1], 4),
            holds=small / cells < found["naive"][0] / found["naive"][1],
            conditions=f"{told}, cells {cells}, increments {met}, naive cells {found['naive'][1]}",
        )


# ------------------------------------------------------------------------------ processes


@contextmanager
def database() -> Iterator[tuple[str, dict[str, str]]]:
    """A schema of its own in TEST_POSTGRES_URL, or nothing: the file of SQLite of the process."""
    url = os.environ.get("TEST_POSTGRES_URL")
    if not url:
        yield "SQLite WAL", {}
        return
    with schema_in(url) as own:
        yield "PostgreSQL", {"DATABASE_URL": own}


def in_process(what: str, *arguments: int, **environment: str) -> dict[str, Any]:
    """A measure in a fresh process with a new database; `DATABASE_URL` may name another one."""
    return in_the_product("benchmarks.encounters", what, *arguments, **environment)


def a_place(nurses: int) -> SimpleNamespace:
    """Nurses, their form and their circle, in a database that holds nothing else."""
    from django.core.management import call_command

    from ruche.accounts.actions import SYSTEM
    from ruche.encounters.actions import install_shipped_forms
    from ruche.geography.models import Territory
    from tests.encounters.sealed_phones import in_the_field

    call_command("migrate", verbosity=0)
    Territory.objects.get_or_create(
        address="32013",
        defaults={
            "level": "COM",
            "code": "32013",
            "name": "Auch",
            "title": "Auch",
            "official": "Auch",
            "tncc": 0,
            "inside": "à",
            "search_name": "auch",
        },
    )
    install_shipped_forms(by=SYSTEM)
    return in_the_field(nurses)


# ---------------------------------------------------------------------------------- speed

Sending = tuple[Any, str, bytes]
"""Who, to which address, what."""


def speed() -> dict[str, Any]:
    """Encounters per second, both ways; seconds for a thousand captures of one phone."""
    place, chance = a_place(NURSES), random.Random(SEED)
    clients = _clients(place)
    rates: dict[str, list[float]] = {"ours": [], "unbatched": []}
    ways = {"ours": _day_of_phones, "unbatched": _one_by_one}
    for portion in range(PORTIONS + 1):
        for way, prepare in ways.items():
            sendings, number = prepare(place, chance)
            seconds = _send(clients, sendings)
            if portion:  # the first warms up
                rates[way].append(SYNCS * A_DAY / seconds)
            slips = number
    outbox, _ = _prepared(place, chance, phones=1, each=CAPTURES)
    return {
        **{way: statistics.median(found) for way, found in rates.items()},
        "captures": _send(clients, outbox),
        "requests": len(outbox),
        "encounters": SYNCS * A_DAY,
        "slips": slips,
    }


def _clients(place: SimpleNamespace) -> dict[Any, Any]:
    from tests.members import browser_of

    return {hand.member.pk: browser_of(hand.member) for hand in place.hands}


def _send(clients: Mapping[Any, Any], sendings: Sequence[Sending]) -> float:
    """Seconds of the server. A request that is not answered as it should stops the measure."""
    start = time.perf_counter()
    for who, address, body in sendings:
        answer = clients[who].post(address, body, content_type="application/json")
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code} {answer.content[:200]!r}")
    return time.perf_counter() - start


def _day_of_phones(place: SimpleNamespace, chance: random.Random) -> tuple[list[Sending], int]:
    return _prepared(place, chance, phones=SYNCS, each=A_DAY)


def _one_by_one(place: SimpleNamespace, chance: random.Random) -> tuple[list[Sending], int]:
    return _prepared(place, chance, phones=SYNCS * A_DAY, each=1)


def _prepared(
    place: SimpleNamespace, chance: random.Random, *, phones: int, each: int
) -> tuple[list[Sending], int]:
    """What phones send at the end of their day, sealed; and how many slips that makes."""
    from tests.encounters.sealed_phones import COUNTERS, phone_of

    found: list[Sending] = []
    slips = 0
    for number in range(phones):
        phone = phone_of(place.hands[number % NURSES], place, chance=chance)
        for _ in range(each):
            an_encounter(phone, chance, noted=True)
        for address, body in phone.sync(all=True):
            found.append((phone.member.pk, address, json.dumps(body).encode()))
            slips += len(body["slips"]) if address == COUNTERS else 0
    return found, slips


def an_encounter(phone: Any, chance: random.Random, *, noted: bool = False) -> Any:
    """One in two anonymous, with a note or not; the others leave a sealed encounter."""
    from tests.encounters.sealed_phones import answers_to

    answers = answers_to(phone.form, chance)
    if noted:
        return phone.meet(answers, note="Venue avec sa sœur.")
    kind = chance.choice(["anonymous", "noted", "noted", "new"])
    if kind == "noted":
        return phone.meet(answers, note="Venue avec sa sœur.")
    return phone.meet(answers, mode=kind)


# -------------------------------------------------------------------------------- linkage

Truth = Mapping[str, set[str]]
"""What is kept of someone → the rows that were counted from the same encounter."""

Attack = Callable[[Sequence[str], Sequence[str]], dict[str, str]]
"""Notes and rows, each in the order in which they are found → which row for which note."""


def by_rank(notes: Sequence[str], rows: Sequence[str]) -> dict[str, str]:
    """The first with the first, the last with the last."""
    return {note: rows[at * len(rows) // len(notes)] for at, note in enumerate(notes)}


def by_rank_reversed(notes: Sequence[str], rows: Sequence[str]) -> dict[str, str]:
    return by_rank(notes, rows[::-1])


def by_number(notes: Sequence[str], rows: Sequence[str]) -> dict[str, str]:
    """The row whose identifier is the nearest."""
    numbers = sorted((int(row[:16], 16), row) for row in rows)
    found = {}
    for note in notes:
        value = int(note[:16], 16)
        at = bisect_left(numbers, (value, ""))
        near = numbers[max(at - 1, 0) : at + 1]
        found[note] = min(near, key=lambda one: abs(one[0] - value))[1]
    return found


ATTACKS: Mapping[str, Attack] = {
    "rank": by_rank,
    "rank, reversed": by_rank_reversed,
    "nearest identifier": by_number,
}


@dataclass
class Dump:
    """A copy of the database: for each table, its identifiers in the order of each reading."""

    orders: dict[str, dict[str, list[str]]]
    """Reading → table → identifiers."""
    transactions: dict[str, dict[str, int]]
    """Table → identifier → number of the transaction that wrote it last; PostgreSQL only."""


NOTES = ("encounters_deposit", "encounters_fileddeposit", "encounters_promise")
ROWS = {
    "batch": "tallies_spentbatch",
    "counters": "tallies_tally",
    "facts": "encounters_facts",
}


def attacks_on(dump: Dump, truths: Mapping[str, Truth]) -> list[dict[str, Any]]:
    """Every attack, on every pair of tables, in every reading: how many it finds, and by chance."""
    found = []
    for reading, tables in dump.orders.items():
        for target, truth in truths.items():
            rows = tables.get(ROWS[target], [])
            for table in NOTES:
                notes = [one for one in tables.get(table, []) if truth.get(one)]
                for name, attack in ATTACKS.items():
                    if notes and rows:
                        named = f"{name}, {reading}, {table}"
                        found.append(scored(target, named, attack(notes, rows), truth, rows))
    for target, truth in truths.items():
        for table in NOTES:
            guessed = _next_transaction(dump, table, ROWS[target], truth)
            if guessed:
                rows = list(dump.transactions[ROWS[target]])
                named = f"next transaction, {table}"
                found.append(scored(target, named, guessed, truth, rows))
    return found


def _next_transaction(dump: Dump, table: str, rows: str, truth: Truth) -> dict[str, str]:
    """What the first transaction after that of the note wrote in the other table."""
    notes = {one: at for one, at in dump.transactions.get(table, {}).items() if truth.get(one)}
    after = sorted((at, row) for row, at in dump.transactions.get(rows, {}).items())
    found = {}
    for note, at in notes.items():
        place = bisect_left(after, (at, ""))
        if place < len(after):
            found[note] = after[place][1]
    return found


def scored(
    target: str, attack: str, guessed: Mapping[str, str], truth: Truth, rows: Sequence[str]
) -> dict[str, Any]:
    """How many guesses are right; `chance`: the share that a draw would find."""
    kept = set(rows)
    chance = statistics.mean(len(truth[note] & kept) / len(kept) for note in guessed)
    right = sum(row in truth[note] for note, row in guessed.items())
    return {
        "target": target,
        "attack": attack,
        "notes": len(guessed),
        "rows": len(kept),
        "found": right,
        "chance": chance,
    }


def limit(one: Mapping[str, Any], *, risk: float = 1e-6) -> int:
    """What chance finds at most, but for one time in a million: the tail of the binomial law."""
    number, chance = one["notes"], one["chance"]
    term = (1 - chance) ** number
    below, found = term, 0
    while found < number and 1 - below > risk:
        term *= (number - found) / (found + 1) * chance / (1 - chance)
        found += 1
        below += term
    return found


def best(attacks: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Of each target, the attack that finds the most beyond what chance allows."""
    by_target: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for one in attacks:
        by_target[one["target"]].append(one)
    return [
        max(some, key=lambda one: one["found"] / (limit(one) + 1)) for some in by_target.values()
    ]


def linkage(days: int = 1) -> dict[str, Any]:
    """Days of encounters, then the thief: by day, after the nightly rewriting, and the control."""
    from ruche.desk.tasks import forget_order

    place, chance = a_place(NURSES), random.Random(SEED)
    met = [one for _ in range(days) for one in a_day(place, chance)]
    noted = [one for one in met if one.deposit]
    filed = _filed(place, chance)
    truths = {
        "batch": {_bare(one.deposit): {one.batch} for one in noted},
        "counters": {_bare(one.deposit): {cell.key for cell in one.cells} for one in noted},
        "facts": {_bare(one.deposit): {_bare(one.fact)} for one in noted if one.fact},
    }
    for truth in truths.values():
        for promise, deposit in filed.items():
            if deposit in truth:
                truth[promise] = truth[deposit]
    day = attacks_on(dumped(), truths)
    forget_order()
    night = dumped()  # before the control, whose rows would be in the file
    return {
        "day": day,
        "night": attacks_on(night, truths),
        "neighbours": _same_phone(night, {_bare(one.deposit): one.batch for one in noted}),
        "control": attacks_on(dumped_control(met), truths),
        "deposits": len(noted),
        "met": len(met),
    }


def _bare(id: str) -> str:
    return id.replace("-", "")


def a_day(place: SimpleNamespace, chance: random.Random) -> list[Any]:
    """Six nurses meet twelve people each, at six sites; phones send when there is a network."""
    from tests.encounters.sealed_phones import phone_of
    from tests.seances.field import a_site

    phones = [phone_of(hand, place, site=a_site(), chance=chance) for hand in place.hands]
    clients, met = _clients(place), []
    turns = [phone for phone in phones for _ in range(A_DAY)]
    chance.shuffle(turns)
    for phone in turns:
        met.append(an_encounter(phone, chance))
        if chance.random() < 0.15:
            _sync(clients, phone)
    for phone in chance.sample(phones, len(phones)):
        _sync(clients, phone, all=True)
    return met


def _sync(clients: Mapping[Any, Any], phone: Any, *, all: bool = False) -> None:
    who = phone.member.pk
    bodies = [(who, address, json.dumps(body).encode()) for address, body in phone.sync(all=all)]
    _send(clients, bodies)


def _filed(place: SimpleNamespace, chance: random.Random) -> dict[str, str]:
    """A part of the tray is filed, with promises; promise → the deposit that it comes from."""
    from ruche.encounters.actions import file
    from ruche.encounters.models import Deposit, Promise
    from ruche.encounters.payloads import FilingGiven
    from tests.encounters.sealed_phones import filing_given

    waiting = list(Deposit.objects.select_related("circle").order_by("pk"))
    found = {}
    for deposit in chance.sample(waiting, len(waiting) // 3):
        month = date(YEAR, 12, 1)
        given = filing_given(place.hands[0], deposit, promised=[(place.site, month)])
        file(place.hands[0].member, deposit, FilingGiven.model_validate(given))
        promise = Promise.objects.get(piece=given["promises"][0]["piece"])
        found[promise.pk.hex] = deposit.pk.hex
    return found


def _same_phone(dump: Dump, batches: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """Two encounters side by side: how often they left together, beside any two of them."""
    size = Counter(batches.values())
    number = len(batches)
    chance = sum(one * (one - 1) for one in size.values()) / (number * (number - 1))
    found = {}
    for reading, tables in dump.orders.items():
        notes = [one for one in tables["encounters_deposit"] if one in batches]
        pairs = list(pairwise(notes))
        together = sum(batches[one] == batches[other] for one, other in pairs)
        found[reading] = {"notes": len(pairs), "found": together, "chance": chance}
    return found


# ----------------------------------------------------------------------------- the thief


def dumped() -> Dump:
    """A copy of the database, read in every order that it keeps."""
    from django.db import connection

    return _from_sqlite() if connection.vendor == "sqlite" else _from_postgres()


def _from_sqlite() -> Dump:
    """The file, copied: tables as they are stored, and the bytes of the file from end to end."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = Path(connection.settings_dict["NAME"])
    raw = path.read_bytes()
    with tempfile.NamedTemporaryFile(suffix=".sqlite3") as copy:
        Path(copy.name).write_bytes(raw)
        stolen = sqlite3.connect(copy.name)
        stored = {
            table: [id for (id,) in stolen.execute(f"SELECT id FROM {table} NOT INDEXED")]
            for table in (*NOTES, *ROWS.values())
        }
        stolen.close()
    first = {
        table: sorted(ids, key=lambda id: raw.find(id.encode())) for table, ids in stored.items()
    }
    last = {
        table: sorted(ids, key=lambda id: raw.rfind(id.encode())) for table, ids in stored.items()
    }
    orders = {"as stored": stored, "first in the file": first, "last in the file": last}
    return Dump(orders, {})


def _from_postgres() -> Dump:
    """Rows where they are on the disk, in the order of transactions, and by their index."""
    from django.db import connection

    orders: dict[str, dict[str, list[str]]] = defaultdict(dict)
    transactions: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        for table in (*NOTES, *ROWS.values()):
            for name, order in {"on the disk": "ctid", "by index": "id"}.items():
                cursor.execute(f"SELECT id FROM {table} ORDER BY {order}")
                orders[name][table] = [_bare(str(id)) for (id,) in cursor.fetchall()]
            cursor.execute(f"SELECT id, xmin::text::bigint FROM {table} ORDER BY ctid")
            transactions[table] = {_bare(str(id)): at for id, at in cursor.fetchall()}
            orders["by transaction"][table] = sorted(
                transactions[table], key=transactions[table].__getitem__
            )
    return Dump(dict(orders), transactions)


def dumped_control(met: Sequence[Any]) -> Dump:
    """What one writes first: a row for each thing, as it comes, with a number that grows."""
    from django.db import connection

    number = "INTEGER PRIMARY KEY" if connection.vendor == "sqlite" else "SERIAL PRIMARY KEY"
    noted = [one for one in met if one.deposit]
    naive = {
        "encounters_deposit": [_bare(one.deposit) for one in noted],
        "tallies_spentbatch": [one.batch for one in noted],
        "tallies_tally": [cell.key for one in noted for cell in one.cells],
        "encounters_facts": [_bare(one.fact) for one in noted if one.fact],
    }
    stored = {}
    with connection.cursor() as cursor:
        for table, ids in naive.items():
            cursor.execute(f"CREATE TABLE naive_{table} (number {number}, id VARCHAR(64))")
            for id in ids:
                cursor.execute(f"INSERT INTO naive_{table} (id) VALUES (%s)", [id])
            cursor.execute(f"SELECT id FROM naive_{table} ORDER BY number")
            stored[table] = [id for (id,) in cursor.fetchall()]
    return Dump({"as it came": stored}, {})


# ----------------------------------------------------------------------------- small cells


def small_cells() -> dict[str, Any]:
    """Of a year, shape by shape: cells that hold 1 to 4, cells, increments; and the naive row."""
    from ruche.encounters.counting import Where, cells_of
    from ruche.encounters.shipped import shipped_forms
    from ruche.tallies.enums import MASKED_BELOW

    form, chance = shipped_forms()["sante"], random.Random(SEED)
    sites = [uuid.UUID(int=number + 1) for number in range(SITES)]
    teams = [uuid.UUID(int=1_000 + number) for number in range(TEAMS)]
    weights = [chance.lognormvariate(0, 0.6) for _ in sites]
    ours: Counter[Any] = Counter()
    naive: Counter[Any] = Counter()
    met = 0
    while met < ENCOUNTERS:
        place = chance.choices(range(SITES), weights)[0]
        day = date(YEAR, 1, 1) + timedelta(days=chance.randrange(365))
        where = Where(day, sites[place], teams[place % TEAMS])
        for _ in range(min(max(1, round(chance.gauss(AT_A_SEANCE, 3))), ENCOUNTERS - met)):
            answers = _said(form, chance)
            ours.update(cells_of(form, answers, where))
            told = (where.site, day, *answers["age"], *answers["genre"])
            naive.update((*told, theme) for theme in answers["themes"])
            met += 1
    by_shape: dict[str, list[int]] = defaultdict(list)
    for cell, total in ours.items():
        by_shape[str(cell.shape)].append(total)
    return {
        "shapes": {
            shape: (sum(one < MASKED_BELOW for one in totals), len(totals), sum(totals))
            for shape, totals in sorted(by_shape.items())
        },
        "naive": (sum(one < MASKED_BELOW for one in naive.values()), len(naive)),
    }


AGES = {
    "0-5": 1,
    "6-17": 3,
    "18-24": 8,
    "25-44": 34,
    "45-64": 33,
    "65-79": 15,
    "80+": 3,
    "declined": 3,
}
GENDERS = {"woman": 60, "man": 37, "other": 1, "declined": 2}
FIRST = {"never": 20, "not-this-year": 25, "this-year": 55}


def _said(form: Any, chance: random.Random) -> dict[str, list[str]]:
    """Age, gender and first meeting as often as they are; one theme or two, the first ones most."""

    def drawn(table: Mapping[str, int]) -> list[str]:
        return chance.choices(list(table), list(table.values()))

    found = {"age": drawn(AGES), "genre": drawn(GENDERS), "premiere": drawn(FIRST)}
    for field in form.fields:
        if field.key not in found and (found["premiere"] == ["never"] or not field.at_first):
            keys = [option.key for option in field.options]
            weights = [len(keys) - place / 2 for place in range(len(keys))]
            number = chance.randint(1, 2) if field.many else 1
            found[field.key] = list(dict.fromkeys(chance.choices(keys, weights, k=number)))
    return found


MEASURES: Mapping[str, Callable[..., dict[str, Any]]] = {
    "speed": speed,
    "linkage": linkage,
    "small_cells": small_cells,
}

if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(MEASURES[sys.argv[1]](*map(int, sys.argv[2:]))))
