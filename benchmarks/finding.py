"""Finding a person, and noticing that she is already there: in the browser, without the server.

    PYTHONPATH=src python -m benchmarks --only finding

15 000 invented persons and 600 second writings of some of them (`tests/people/finding_world.py`, by
another seed than the one on which our bits were chosen). « Ours » is `Directory` of
`ruche/people/finding.js` in Debian's Chromium. « Other » is what a server that sees only seals
could do at most: an exact match of the normalised names, without accents nor case, in either order,
whose years of birth do not differ. Times are medians, unthrottled then with the processor slowed
six times, as a cheap telephone is; a directory is read each time in a new page. Their « other » is
the time that we allow ourselves on a desktop, their bar how much slower the processor is.
"""

import re
import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.measuring import ROOT, claim, conditions
from tests.people.finding_world import crowd, plain, second_writings

CHROMIUM = "/usr/bin/chromium"
MODULES = ROOT / "src/ruche/people/static"
PEOPLE, WRITINGS, SEED = 15_000, 600, 1789
RECALL, SHOWN = 0.80, 2.0
READ, SEARCH, NEAR = 120.0, 15.0, 10.0  # milliseconds, unthrottled
SLOWED = 6
ORIGIN = "http://finding.invalid"
QUESTIONS = [
    "mar", "ben", "marie", "mohamed", "marie sab", "sabatier", "Thérèse Dupui", "wedraogo ousman",
    "marie 1957", "benali fatma", "da silva joao", "jean-luc", "06 12", "+33 6 34", "n'diaye",
    "dos santos maria", "stefany cazenave", "khadidja el", "momo du marche",
    "marie de la cruz dos santos",
]  # fmt: skip
PAGES = 5

LOADING = """async ([people, writings, questions]) => {
  const { Directory } = await import("/ruche/people/finding.js");
  Object.assign(window, { Directory, people, writings, questions });
}"""
READING = """() => {
  const start = performance.now();
  window.directory = new Directory(people);
  directory.ready();
  return performance.now() - start;
}"""
SEARCHING = """(runs) => {
  const times = [];
  for (let run = 0; run < runs; run += 1) {
    for (const question of questions) {
      const start = performance.now();
      directory.search(question);
      times.push(performance.now() - start);
    }
  }
  return times;
}"""
NEARING = """(count) => {
  const [times, shown] = [[], []];
  for (const identity of writings.slice(0, count)) {
    const start = performance.now();
    const found = directory.near(identity);
    times.push(performance.now() - start);
    shown.push(found.map((one) => one.identity.id));
  }
  return { times, shown };
}"""


def run(full: bool) -> Iterator[dict[str, Any]]:
    """Two claims of quality and six of speed. `full` changes nothing: the crowd is always whole."""
    people = crowd(PEOPLE, seed=SEED)
    writings = second_writings(people, WRITINGS, seed=SEED)
    identities = [writing.identity for writing in writings]
    expected = [writing.person for writing in writings]
    measured = measure(people, identities)
    told = conditions(people=PEOPLE, writings=WRITINGS, seed=SEED, browser=measured["browser"])
    yield from _quality(people, identities, expected, measured["shown"], told)
    for slowed in (1, SLOWED):
        yield from _speed(measured[slowed], slowed, told)


def measure(people: Sequence[Any], identities: Sequence[Any]) -> dict[Any, Any]:
    """Everything in one page, made for it: no server, no product, our modules alone."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        page = chromium.new_page()
        page.route(f"{ORIGIN}/**", _served)
        found: dict[Any, Any] = {"browser": f"Chromium {chromium.version.split('.')[0]}"}
        throttle = page.context.new_cdp_session(page)
        for slowed in (1, SLOWED):
            reading = []
            for _ in range(PAGES):
                throttle.send("Emulation.setCPUThrottlingRate", {"rate": 1})
                page.goto(f"{ORIGIN}/")
                page.evaluate(LOADING, [people, identities, QUESTIONS])
                throttle.send("Emulation.setCPUThrottlingRate", {"rate": slowed})
                reading.append(page.evaluate(READING))
            searching = page.evaluate(SEARCHING, 5 if slowed == 1 else 2)
            near = page.evaluate(NEARING, WRITINGS if slowed == 1 else WRITINGS // 4)
            found[slowed] = {"reading": reading, "search": searching, "near": near["times"]}
            found.setdefault("shown", near["shown"])
        chromium.close()
    return found


def _served(route: Any) -> None:
    path = MODULES / route.request.url.removeprefix(f"{ORIGIN}/")
    if path.suffix == ".js":
        route.fulfill(body=path.read_text(encoding="utf-8"), content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html><title>finding</title>", content_type="text/html")


# ----------------------------------------------------------------------------- quality


def _quality(
    people: Sequence[Any],
    identities: Sequence[Any],
    expected: Sequence[str],
    shown: Sequence[Sequence[str]],
    told: str,
) -> Iterator[dict[str, Any]]:
    exact = exact_matches(people, identities)
    ours, other = _recall(expected, shown), _recall(expected, exact)
    yield claim(
        "Share of second writings for which the person is among those shown (five at most)",
        ours=ours,
        other=other,
        bar=RECALL,
        holds=ours >= RECALL,
        conditions=told,
    )
    average = statistics.mean(map(len, shown))
    yield claim(
        "Persons shown on average for a second writing",
        ours=average,
        other=statistics.mean(map(len, exact)),
        bar=SHOWN,
        holds=average < SHOWN,
        conditions=told,
    )


def _recall(expected: Sequence[str], shown: Sequence[Sequence[str]]) -> float:
    return statistics.mean(person in ids for person, ids in zip(expected, shown, strict=True))


def exact_matches(people: Sequence[Any], identities: Sequence[Any]) -> list[list[str]]:
    """Same names without accents nor case, in either order, years that agree; five at most."""
    index = defaultdict(list)
    for person in people:
        index[_names(person)].append(person)
    return [
        [person["id"] for person in index[_names(one)] if _years_agree(person, one)][:5]
        for one in identities
    ]


def _names(person: Any) -> tuple[str, ...]:
    written = (person["given"], person["family"], person["alias"])
    names = (re.sub(r"[^a-z]", "", plain(name).lower()) for name in written)
    return tuple(sorted(filter(None, names)))


def _years_agree(one: Any, other: Any) -> bool:
    years = {one["birth"][:4], other["birth"][:4]} - {""}
    return len(years) < 2


# ------------------------------------------------------------------------------- speed


def _speed(times: dict[str, list[float]], slowed: int, told: str) -> Iterator[dict[str, Any]]:
    how = "unthrottled" if slowed == 1 else f"processor slowed {slowed} times"
    what = {
        "reading": ("Reading the directory of 15 000 persons", READ),
        "search": ("A search", SEARCH),
        "near": ("Those who may already be a person about to be written", NEAR),
    }
    for name, (text, bar) in what.items():
        milliseconds = statistics.median(times[name])
        yield claim(
            f"{text}, in milliseconds, {how}",
            ours=milliseconds,
            other=bar,
            bar=slowed,
            holds=milliseconds <= bar * slowed,
            conditions=f"{told}, runs {len(times[name])}, slow {_slow(times[name]):.1f} ms",
        )


def _slow(times: Sequence[float]) -> float:
    """Nineteen in twenty take less."""
    return sorted(times)[int(len(times) * 0.95)]
