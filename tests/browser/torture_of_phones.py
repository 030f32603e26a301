"""Phones, servers and networks that die at any moment: is an encounter lost, or counted twice?

`Service` is the product in its own processes, killed without warning and started again on the same
data. `Phone` is a browser whose memory outlives it: two tabs on one profile, killed the same way.
`torture` follows a plan drawn from a seed: it has encounters written by the client's own modules,
lets the network flap, and kills. Each encounter carries a mark: in its note, or in its joint facts,
that the circles open at the end (in another process, by the Python engine). Counters, which carry
none, must be exactly those of the encounters that were found: three ways to the server, that no
common mistake can bring into agreement.

    python -m tests.browser.torture_of_phones session|look

is what the other processes run; what they must know comes by their standard input.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.browser.meetings import READY, send_all, unsent, wait_for_state
from tests.conftest import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.vault.stolen_server import ROOT, Product, environment, tree_of

KILLS, CAPTURES = 50, 2_000
VICTIMS = ("browser", "server", "browser", "both")
SENDINGS = ("/saisie/rencontres/", "/saisie/compteurs/", "/saisie/faits/")
A_TENTH = 10
WHO = "odile"
EMPTY = "[data-ruche-first]:visible"
"""What the client shows when it knows nothing, and nobody answers."""

# ------------------------------------------------------------------------------- service


class Service(Product):
    """The product as people use it, that may be killed and started again."""

    def __enter__(self) -> "Service":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        """Answer on the same address, with what was kept; no background task is needed here."""
        with (self.logs / "serve.txt").open("ab") as log:
            self._server = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--no-tasks", "--port", str(self.port)],
                cwd=ROOT, env=environment(self.var, self.url), stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + 60
        while not self._answers():
            assert self._server.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def kill(self) -> None:
        """What a power cut does: every process at once, in the middle of what it was doing."""
        assert self._server
        kill_all(self.processes())
        self._server.wait()

    def ask(self, what: str, said: Mapping[str, Any]) -> Any:
        """Ask a process beside the product, that ends with its answer."""
        ended = subprocess.run(
            [sys.executable, "-m", "tests.browser.torture_of_phones", what],
            cwd=ROOT, env=environment(self.var, self.url), text=True, check=True,
            input=json.dumps(said) + "\n", stdout=subprocess.PIPE,
        )  # fmt: skip
        return json.loads(ended.stdout.splitlines()[-1])

    def cookie(self, key: str = WHO) -> dict[str, Any]:
        """The cookie of a browser in which a character of the demo has just signed in."""
        value = self.ask("session", {"member": key})
        return {"name": "sessionid", "value": value, "url": self.url}


def kill_all(pids: Sequence[int]) -> None:
    """SIGKILL, and wait until the last is gone."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while any(tree_of(pid) for pid in pids):
        assert time.monotonic() < deadline, "un processus survit à SIGKILL"
        time.sleep(0.01)


# --------------------------------------------------------------------------------- phone

MODULES = """() => {
  const found = (name) => performance.getEntriesByType("resource")
    .map(({ name: url }) => url)
    .find((url) => new RegExp(`/${name}(\\\\.[0-9a-f]+)?\\\\.js$`).test(url));
  return { app: found("capture/app"), meeting: found("capture/screens/meeting"),
           store: found("encounters/store"), outbox: found("encounters/outbox"),
           sending: found("encounters/sending"), keeper: found("vault/keeper") };
}"""
"""Where the modules of the page were loaded from: imported again, they are the same ones."""


WITHOUT_BUCKETS = "delete Navigator.prototype.storageBuckets"
"""What makes of Chromium a browser that keeps things in one place only."""


class Phone:
    """A phone that can be killed: its profile stays, its browser and tabs come and go."""

    def __init__(
        self, chromium: Any, profile: Path, url: str, *, cookie: Any = None, has_copy: bool = True
    ) -> None:
        self.chromium, self.profile, self.url, self.cookie = chromium, profile, url, cookie
        self.has_copy = has_copy
        self.context: Any = None
        self.tabs: list[Any] = []
        self.said: list[str] = []
        self.asked: list[str] = []

    def start(self, *, tabs: int = 1, offline: bool = False) -> "Phone":
        """Turn it on, and open the client in each tab."""
        self.context = self.chromium.launch_persistent_context(
            str(self.profile),
            executable_path=CHROMIUM,
            args=CHROMIUM_ARGUMENTS,
            viewport={"width": 360, "height": 800},
            locale="fr-FR",
            timezone_id="Europe/Paris",
        )
        self.context.set_offline(offline)
        if not self.has_copy:
            self.context.add_init_script(WITHOUT_BUCKETS)
        if self.cookie:
            self.context.add_cookies([self.cookie])  # a session ends with its browser
        first = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.tabs = [first, *(self.context.new_page() for _ in range(tabs - 1))]
        for tab in self.tabs:
            tab.on("console", lambda message: self.said.append(message.text))
            tab.on("request", lambda request: self.asked.append(request.url))
            tab.goto(f"{self.url}/saisie/")
            tab.wait_for_selector(f"{READY}, {EMPTY}")
        return self

    def read_again(self) -> None:
        """Once the server is there: a phone that has lost everything can learn its work again."""
        for tab in self.tabs:
            if tab.locator(EMPTY).count():
                tab.reload()
            tab.wait_for_selector(READY)

    @property
    def page(self) -> Any:
        return self.tabs[0]

    def processes(self) -> list[int]:
        """Those of the browser that runs on this profile, and of no other."""
        asked = f"--user-data-dir={self.profile}".encode()
        found: set[int] = set()
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                if asked in entry.read_bytes().split(b"\0"):
                    found.update(tree_of(int(entry.parent.name)))
        return sorted(found)

    def kill(self) -> None:
        """A battery that comes out."""
        pids = self.processes()
        assert pids, "le navigateur ne tourne pas"
        kill_all(pids)
        with suppress(Exception):  # there is nothing left to close
            self.context.close()
        self.context, self.tabs = None, []

    def wait_for_a_sending(self) -> bool:
        """Until something leaves, or two seconds: its answer is not there yet."""
        self.asked.clear()
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline:
            self.page.wait_for_timeout(1)
            if any(url.endswith(SENDINGS) for url in self.asked):
                return True
        return False

    def close(self) -> None:
        if self.context is not None:
            self.context.close()
            self.context, self.tabs = None, []

    def modules(self) -> dict[str, str]:
        found: dict[str, str] = self.page.evaluate(MODULES)
        assert all(found.values()), found
        return found


# ---------------------------------------------------------------------------------- plan

WRITE = """([urls, seance, captures, every]) => {
  const write = async () => {
    const { app } = await import(urls.app);
    const { keepEncounter } = await import(urls.meeting);
    const task = app.task(app.pack.seances.find(({ id }) => id === seance));
    for (const [at, { mark, encounter }] of captures.entries()) {
      await keepEncounter(app, task, encounter, { ready: 0 });
      console.log(`gardée ${mark}`);
      if (at % every === 0) app.reach({ all: at % (2 * every) === 0 }).catch(() => undefined);
    }
    console.log("fini");
  };
  write().catch((error) => console.log(`refusée ${error.message}`));
}"""
"""Write encounters one after the other, and send meanwhile. Returns at once: it will be killed."""

TASK = """async ({ app }) => {
  const client = (await import(app)).app;
  const { seance, use } = client.seancesOf(client.today).find(({ use: { circle } }) => circle);
  return { seance: seance.id, day: seance.day, site: seance.site.id, team: use.team,
           form: use.form, fields: use.data.fields };
}"""


IS_NEW = """() => new Promise((resolve, reject) => {
  const asked = indexedDB.open("témoin", 1);
  let isNew = false;
  asked.onupgradeneeded = () => { isNew = true; };
  asked.onsuccess = () => { asked.result.close(); resolve(isNew); };
  asked.onerror = () => reject(asked.error);
})"""
"""Whether the browser began its bases again since it was last asked: they go together."""


@dataclass
class Torture:
    """What was done to a phone and to its server, and what the phone said of it."""

    kills: Counter[str] = field(default_factory=Counter)
    in_flight: int = 0
    """Kills while something was on its way."""
    flaps: int = 0
    wiped: int = 0
    """Times that the browser threw its whole base away and began another one."""
    given: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    """Mark → the answers of an encounter that the client was asked to keep."""
    resolved: set[str] = field(default_factory=set)
    """Marks of those that it said were kept."""
    troubles: list[str] = field(default_factory=list)
    before: dict[str, int] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    unsent: int = -1

    @property
    def found(self) -> list[str]:
        """Marks that the circles opened, as many times as they were found."""
        return sorted([*self.after["deposits"], *self.after["facts"]])

    @property
    def counted(self) -> dict[str, int]:
        """What the counters gained."""
        gained = Counter(self.after["cells"])
        gained.subtract(self.before)
        return {cell: count for cell, count in sorted(gained.items()) if count}

    @property
    def ambiguous(self) -> int:
        """Encounters whose killer came before their answer: kept, or not, but never half."""
        return len(set(self.found) - self.resolved)

    def told(self) -> dict[str, Any]:
        """The whole in a few figures."""
        found = self.found
        return {
            "kills": dict(self.kills),
            "in flight": self.in_flight,
            "flaps": self.flaps,
            "wiped": self.wiped,
            "resolved": len(self.resolved),
            "found": len(found),
            "lost": len(self.resolved - set(found)),
            "doubled": len(found) - len(set(found)),
            "kept without an answer": self.ambiguous,
            "counters agree": self.counted == self.after["expected"],
            "unsent": self.unsent,
        }


def torture(service: Service, phone: Phone, *, kills: int, captures: int, seed: int) -> Torture:
    """Kill so many times while so many encounters are written and sent; then look at the server."""
    chance, told = random.Random(seed), Torture()
    phone.start(tabs=2)
    wait_for_state(phone.page, "En ligne")
    phone.page.evaluate(IS_NEW)
    task = phone.page.evaluate(TASK, phone.modules())
    where = {name: task[name] for name in ("day", "site", "team", "form")}
    told.before = service.ask("look", {**where, "captures": {}})["cells"]
    marks = drawn(task["fields"], chance)
    each = -(-captures // kills)
    while len(told.resolved) < captures or told.kills.total() < kills:
        _round(service, phone, task["seance"], [next(marks) for _ in range(each)], told, chance)
    phone.context.set_offline(False)
    phone.page.reload()
    phone.page.wait_for_selector(READY)
    send_all(phone.page)
    told.unsent = unsent(phone.page)
    _hear(phone, told)
    phone.close()
    told.after = service.ask("look", {**where, "captures": told.given})
    return told


def tortured(
    chromium: Any, prepared: Path, folder: Path, *, seed: int, share: int = 1,
    change: Callable[[Path], None] | None = None, has_copy: bool = True,
) -> Torture:  # fmt: skip
    """The same on a copy of a prepared instance; `share` divides its size, `change` its files."""
    shutil.copytree(prepared, folder / "instance")
    service = Service(folder / "instance")
    if change is not None:
        change(service.var / "static")
    with service:
        cookie = service.cookie()
        phone = Phone(chromium, folder / "phone", service.url, cookie=cookie, has_copy=has_copy)
        try:
            kills, captures = KILLS // share, CAPTURES // share
            return torture(service, phone, kills=kills, captures=captures, seed=seed)
        finally:
            phone.close()


Encounter = tuple[str, dict[str, Any]]
"""A mark, and what is written under it."""


def drawn(fields: Sequence[Mapping[str, Any]], chance: random.Random) -> Iterator[Encounter]:
    """Encounters without end: one with someone new and a note, one with nobody, and so on.

    The mark of an anonymous one is the answer to a question that the form has not: it counts
    nowhere, and goes into the joint facts.
    """
    number = 0
    while True:
        number += 1
        mark = f"marque-{chance.getrandbits(64):016x}-{number}"
        answers = {
            one["key"]: chance.sample(
                [option["key"] for option in one["options"]], k=2 if one["many"] else 1
            )
            for one in fields
            if chance.random() < 0.8
        }
        said = {"promises": [], "settled": []}
        if number % 2:
            yield (
                mark,
                {**said, "mode": "new", "given": "Inventée", "answers": answers, "note": mark},
            )
        else:
            marked = {**answers, "marque": [mark]}
            yield mark, {**said, "mode": "anonymous", "answers": marked, "note": ""}


def _round(
    service: Service,
    phone: Phone,
    seance: str,
    encounters: Sequence[Encounter],
    told: Torture,
    chance: random.Random,
) -> None:
    """Write in both tabs, let the network flap, kill, and start again what was killed."""
    urls, every = phone.modules(), chance.randint(2, 8)
    for place, tab in enumerate(phone.tabs):
        mine = [{"mark": mark, "encounter": one} for mark, one in encounters[place::2]]
        told.given |= {one["mark"]: one["encounter"]["answers"] for one in mine}
        tab.evaluate(WRITE, [urls, seance, mine, every])
    for _ in range(chance.randrange(3)):
        phone.page.wait_for_timeout(chance.uniform(5, 150))
        phone.context.set_offline(chance.random() < 0.5)
        told.flaps += 1
    told.in_flight += _wait_for_the_moment(phone, chance)
    victim = VICTIMS[told.kills.total() % len(VICTIMS)]
    told.kills[victim] += 1
    if victim in ("server", "both"):
        service.kill()
    if victim in ("browser", "both"):
        phone.kill()
    else:
        phone.page.wait_for_timeout(chance.uniform(0, 300))  # it goes on alone
    restarts = [service.start] if victim in ("server", "both") else []
    if victim in ("browser", "both"):
        restarts.append(lambda: phone.start(tabs=2))
    chance.shuffle(restarts)
    for restart in restarts:
        restart()
    phone.read_again()
    told.wiped += phone.page.evaluate(IS_NEW)
    _hear(phone, told)


def _wait_for_the_moment(phone: Phone, chance: random.Random) -> bool:
    """Any moment, or three times out of four just after something was sent. Whether it was."""
    phone.context.set_offline(False)
    if chance.random() < 0.25:
        phone.context.set_offline(chance.random() < 0.5)
        phone.page.wait_for_timeout(chance.uniform(5, 400))
        return False
    sent = phone.wait_for_a_sending()
    time.sleep(chance.uniform(0, 0.04))
    return sent


def _hear(phone: Phone, told: Torture) -> None:
    """What the client said since: a kept encounter, or a refusal, that nothing here explains."""
    phone.page.wait_for_timeout(1)  # what waits in the pipe comes in
    for line in phone.said:
        word, _, rest = line.partition(" ")
        if word == "gardée":
            told.resolved.add(rest)
        elif word == "refusée":
            told.troubles.append(rest)
    phone.said.clear()


# ---------------------------------------------------------------------- in other processes


def session(said: Mapping[str, Any]) -> str:
    from ruche.accounts.models import Member
    from tests.members import browser_of

    member = Member.objects.get(email=f"{said['member']}@exemple.invalid")
    return str(browser_of(member, sudo=True).cookies["sessionid"].value)


def look(said: Mapping[str, Any]) -> dict[str, Any]:
    """Marks that the circles can read, what counters hold, what they should have gained."""
    from ruche.desk.demo.vault import CIRCLE, MEASURE
    from ruche.encounters.models import Deposit, Facts
    from ruche.tallies.models import Tally

    nurses, measuring = secret_of(CIRCLE), secret_of(MEASURE)
    notes = [json.loads(value["text"])["note"] for value in opened(Deposit, "deposit", nurses)]
    facts = [fact for value in opened(Facts, "fact", measuring) for fact in value]
    marks = [mark for fact in facts for mark in fact["answers"].get("marque", ())]
    cells = {cell_name(row): row.total for row in Tally.objects.order_by("pk")}
    expected = expected_cells(said, [*notes, *marks]) if said["captures"] else {}
    return {"deposits": notes, "facts": marks, "cells": cells, "expected": expected}


def secret_of(name: str) -> Any:
    """The secret of a circle of the demo world, opened with Odile’s ring: she is in both."""
    from ruche.engines.vault import EpochSecret
    from ruche.vault.models import Circle
    from tests.vault.stolen_server import open_circle_of

    ring, _, _ = open_circle_of(WHO)
    wrapped = Circle.objects.get(name=name).wraps.get(member__email=f"{WHO}@exemple.invalid")
    return EpochSecret.unwrapped(
        bytes(wrapped.wrapped), ring.keys.seal_private,
        circle=str(wrapped.circle_id), epoch=wrapped.epoch, member=str(wrapped.member_id),
    )  # fmt: skip


def opened(model: Any, kind: str, secret: Any) -> Iterator[Any]:
    """The content of every envelope of a circle."""
    from ruche.engines.vault import Piece, Place, open_piece

    for row in model.objects.filter(circle=secret.circle).order_by("pk"):
        place = Place(kind, secret.circle, row.epoch, str(row.pk), str(row.pk))
        yield open_piece(Piece(place, bytes(row.body), bytes(row.key)), secret)


def expected_cells(said: Mapping[str, Any], marks: Sequence[str]) -> dict[str, int]:
    """What the encounters that were found count, by the Python twin of the client."""
    from datetime import date
    from uuid import UUID

    from ruche.encounters.counting import Where, cells_of
    from ruche.encounters.models import Form

    form = Form.objects.get(key=said["form"]).newest.definition
    where = Where(date.fromisoformat(said["day"]), UUID(said["site"]), UUID(said["team"]))
    sums: Counter[str] = Counter()
    for mark in set(marks):
        sums.update(map(cell_name, cells_of(form, said["captures"][mark], where)))
    return dict(sorted(sums.items()))


def cell_name(cell: Any) -> str:
    """The same name for a cell of the engine and for its row."""
    team, site = (
        getattr(cell, f"{name}_id", getattr(cell, name, None)) for name in ("team", "site")
    )
    return "|".join(str(part or "") for part in (cell.shape, team, site, cell.period, cell.measure))


def main(what: str, said: Mapping[str, Any]) -> None:
    import django

    django.setup()
    acts: dict[str, Callable[[Mapping[str, Any]], Any]] = {"session": session, "look": look}
    sys.stdout.write(json.dumps(acts[what](said)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.stdin.readline()))
