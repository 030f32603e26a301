"""The offline client: what an encounter costs to its hands, opening, sending, crossing.

    PYTHONPATH=src python -m benchmarks --only capture [--full]

The product is really served, by its own processes; a character of the demo uses it in Debian's
Chromium, on a screen of 360 × 800 that one touches. Taps are counted by the page, its
processor slowed six times as a cheap telephone is; each is timed from the finger that lifts (the
first event that the page may act on) until a frame that shows what has changed is drawn: an answer
that is ticked, a form that is being kept. Chromium slows the page and not its cryptographic
threads. The time of a whole encounter is a model
(`benchmarks/keystrokes.py`): nobody was timed.

The alternatives: for an opening without network, the same with it; for a sending, one encounter at
a time; for a crossing, the same facts as phones seal them, one by one. `full` crosses 50 000 facts,
otherwise a tenth.
"""

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks import keystrokes
from benchmarks.measuring import ROOT, claim, conditions
from benchmarks.vault import _settings

SLOWED, RUNS = 6, 7
CAPTURES, ALONE = 1_000, 50
FACTS, A_TENTH, LOOSE = 50_000, 10, 1_000
RESPONSE, WAITED, SENT, CROSSED = 100.0, 1_000.0, 5.0, 3.0
"""Milliseconds, milliseconds, seconds, seconds."""

OPENED = {1: 1_000.0, SLOWED: 3_000.0}
"""By how much the processor is slowed, milliseconds."""


@dataclass(frozen=True)
class Way:
    """One way of writing an encounter: what is touched, and how many questions that answers."""

    name: str
    touched: tuple[str, ...]
    questions: int
    most_taps: int
    most_seconds: float | None = None


REPEAT = ("25 à 44 ans", "femme", "déjà cette année", "Dents", "Douleur", "Écoute")
ANONYMOUS = Way("anonymous", REPEAT, 5, 7, 14)
NAMED = Way("someone of the bag", ("Connue", "*person", *REPEAT), 7, 10, 20)
FIRST = Way(
    "a first meeting",
    (
        *("Nouvelle", "25 à 44 ans", "femme", "jamais", "Dents", "Douleur", "Écoute"),
        *("ne sait pas", "C2S", "un à deux ans", "oui, le coût"),
    ),
    10,
    14,
)


def run(full: bool) -> Iterator[dict[str, Any]]:
    """Taps, responses, modelled times, openings, sending, crossing."""
    _settings()
    from playwright.sync_api import sync_playwright

    from tests.browser.torture_of_phones import Service

    with tempfile.TemporaryDirectory() as folder:
        service = Service(Path(folder) / "instance").prepare()
        with service, sync_playwright() as playwright:  # type: ignore[attr-defined]
            chromium = playwright.chromium
            yield from _writing(chromium, service)
            yield from _opening(chromium, service, Path(folder) / "phone")
            yield from _sending(chromium, service, Path(folder) / "other phone")
            yield from _crossing(chromium, service, FACTS if full else FACTS // A_TENTH)


@contextmanager
def screen(chromium: Any, service: Any) -> Iterator[Any]:
    """A page of Odile’s, on a small screen that one touches."""
    from tests.conftest import CHROMIUM, CHROMIUM_ARGUMENTS

    browser = chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
    context = browser.new_context(
        viewport={"width": 360, "height": 800}, has_touch=True, is_mobile=True, locale="fr-FR",
        timezone_id="Europe/Paris",
    )  # fmt: skip
    context.add_cookies([service.cookie()])
    yield context.new_page()
    browser.close()


def slow(page: Any, rate: int = SLOWED) -> None:
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": rate})


# ------------------------------------------------------------------------------- writing

WATCH = """() => {
  window.taps = [];
  const forms = new WeakMap();
  let numbers = 0;
  const shown = () => {
    const form = document.querySelector(".meet");
    if (!forms.has(form)) forms.set(form, numbers += 1);
    const checked = [...form.querySelectorAll(":checked")].map(({ name, value }) => name + value);
    return [forms.get(form), form.inert, ...checked].join();
  };
  document.addEventListener("pointerup", (event) => {
    const [before, tap] = [shown(), { from: event.timeStamp, y: scrollY }];
    window.taps.push(tap);
    const look = () => {
      if (shown() === before) return requestAnimationFrame(look);
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => { tap.took = performance.now() - tap.from; };
      return port2.postMessage(""); // heard once this frame is drawn
    };
    requestAnimationFrame(look);
  }, { capture: true });
  for (const name of ["change", "submit"]) {
    addEventListener(name, () => {
      const tap = window.taps.at(-1);
      tap.handled ??= performance.now() - tap.from;
    });
  }
}"""
"""Each touch: the time until the page has dealt with it, until a frame shows what it changed."""


def _writing(chromium: Any, service: Any) -> Iterator[dict[str, Any]]:
    with screen(chromium, service) as page:
        _with_an_open_bag(page, service.url)
        slow(page)
        page.evaluate(WATCH)
        measured = {way: _encounters(page, way) for way in (ANONYMOUS, NAMED, FIRST)}
    told = conditions(
        screen="360 × 800, touched", processor=f"slowed {SLOWED} times", encounters=f"{RUNS} each"
    )
    for way, taps in measured.items():
        count = max(map(len, taps))
        yield claim(
            f"Taps for an encounter, {way.name}: two themes, one outcome, defaults kept",
            ours=count,
            other=way.most_taps,
            bar=way.most_taps,
            holds=count <= way.most_taps,
            conditions=f"{told}; other: what was promised",
        )
    yield from _responses(measured, told)
    for way in (ANONYMOUS, NAMED):
        yield _modelled(way, measured[way])


def _with_an_open_bag(page: Any, url: str) -> None:
    """Prepared vault open, opened with the phrase; then the form of the first séance of today."""
    from ruche.desk.demo.vault import PHRASE
    from tests.browser.meetings import open_client
    from tests.browser.torture_of_phones import MODULES
    from tests.browser.vault_gestures import open_vault

    open_vault(page, url, then="/personnes/")
    open_client(page, url)
    keeper = page.evaluate(MODULES)["keeper"]
    page.wait_for_function("async (url) => (await import(url)).keeper.isOpen", arg=keeper)
    page.locator(".day-card button", has_text="Préparer le sac").first.click()
    page.wait_for_selector("h1:has-text('Sac de tournée')")
    page.locator("main button", has_text="Préparer le sac").click()
    page.fill("main input[type=password]", PHRASE)
    page.click("text=Ouvrir le sac")
    page.wait_for_selector(".lines strong")
    page.click("text=Retour à ma journée")
    page.locator(".day-card button", has_text="Rencontrer").first.click()
    page.wait_for_selector(".meet")


def _encounters(page: Any, way: Way) -> list[list[dict[str, float]]]:
    """The taps of each run; a first one warms."""
    found = []
    for _ in range(RUNS + 1):
        page.evaluate("() => { window.taps.length = 0; scrollTo(0, 0); }")
        for words in way.touched:
            _touched(page, _answer(page, words))
        page.evaluate("document.querySelector('.meet').dataset.saved = 'soon'")
        _touched(page, page.locator(".meet-save button"))
        page.evaluate(KEPT)
        found.append(page.evaluate("window.taps"))
    return found[1:]


KEPT = """() => new Promise((resolve) => {
  const look = () => {
    if (!document.querySelector(".meet:not([data-saved])")) return requestAnimationFrame(look);
    const tap = window.taps.at(-1);
    tap.kept = performance.now() - tap.from;
    return resolve();
  };
  look();
})"""
"""Until the next form: the disk then has the encounter."""


def _answer(page: Any, words: str) -> Any:
    if words == "*person":
        return page.locator(".pick:has([name=person])").locator("visible=true").first
    text = page.get_by_text(words, exact=True).locator("visible=true")
    return page.locator(".pick", has=text).first


AT_REST = """() => new Promise((resolve) => {
  let [place, still] = [scrollY, 0];
  const look = () => {
    still = scrollY === place ? still + 1 : 0;
    place = scrollY;
    if (still > 10) resolve();
    else requestAnimationFrame(look);
  };
  look();
})"""
"""Nobody touches a page that moves."""

IN_SIGHT = """(target) => {
  const { top, bottom } = target.getBoundingClientRect();
  const place = document.querySelector(".meet-save").getBoundingClientRect();
  const bar = document.querySelector(".capture-bar").getBoundingClientRect();
  const isSaving = target.closest(".meet-save");
  const end = isSaving ? innerHeight : Math.min(place.top, innerHeight);
  const isHidden = top < bar.bottom || bottom > end;
  if (isHidden) scrollBy({ top: top - bar.bottom - 60, behavior: "instant" });
}"""
"""A thumb scrolls when what it wants is out of the screen, or under what stays on it."""


def _touched(page: Any, target: Any) -> None:
    """Touch, and wait until it was seen. The finger comes from outside of the page, at rest."""
    page.evaluate(AT_REST)
    target.evaluate(IN_SIGHT)
    page.evaluate(AT_REST)
    box, before = target.bounding_box(), page.evaluate("window.taps.length")
    point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    finger = page.context.new_cdp_session(page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function("(before) => window.taps[before]?.took", arg=before)
    finger.detach()


def _responses(measured: Mapping[Way, Any], told: str) -> Iterator[dict[str, Any]]:
    runs = [run for runs in measured.values() for run in runs]
    taps, saves = [tap for run in runs for tap in run], [run[-1]["took"] for run in runs]
    answers = [tap["took"] for run in runs for tap in run[:-1]]
    slowest = max(taps, key=lambda tap: tap["took"])
    middle = statistics.median(tap["took"] for tap in taps)
    yield claim(
        "Slowest response to a tap, from the finger that lifts to what it changed, in milliseconds",
        ours=slowest["took"],
        other=RESPONSE,
        bar=RESPONSE,
        holds=slowest["took"] <= RESPONSE,
        conditions=f"{told}; taps {len(taps)}, median {middle:.0f} ms; of the slowest, "
        f"{slowest['handled']:.0f} ms until the page had dealt with it, the rest to draw it; "
        f"answers at most {max(answers):.0f} ms, saving at most {max(saves):.0f} ms; "
        "other: the limit of what seems immediate",
    )
    kept = [run[-1]["kept"] for run in runs]
    yield claim(
        "From the tap that saves to the next form, sealed and on the disk, in milliseconds",
        ours=statistics.median(kept),
        other=WAITED,
        bar=WAITED,
        holds=max(kept) <= WAITED,
        conditions=f"{told}; slowest {max(kept):.0f} ms; other: the limit of what breaks a thought",
    )


def _modelled(way: Way, taps: Sequence[Sequence[Mapping[str, float]]]) -> dict[str, Any]:
    scrolls = max(map(_scrolls, taps))
    counts = {"questions": way.questions, "taps": len(taps[0]), "scrolls": scrolls}
    ours = keystrokes.seconds(**counts)
    assert way.most_seconds is not None
    return claim(
        f"Modelled seconds of an encounter, {way.name}",
        ours=ours,
        other=keystrokes.seconds(**counts, tap=keystrokes.MOUSE),
        bar=way.most_seconds,
        holds=ours <= way.most_seconds,
        conditions=conditions(
            **counts, M=f"{keystrokes.M} s", tap=f"{keystrokes.TAP:.2f} s", other="P for a mouse"
        ),
    )


def _scrolls(taps: Sequence[Mapping[str, float]]) -> int:
    """How many times the page had moved when it was touched."""
    places = [0, *(tap["y"] for tap in taps)]
    return sum(abs(after - before) > 1 for before, after in pairwise(places))


# ------------------------------------------------------------------------------- opening

SHOWN = """new MutationObserver((_, looking) => {
  if (!document.querySelector(".day-card, .meet")) return;
  looking.disconnect();
  requestAnimationFrame(() => setTimeout(() => { window.shownAfter = performance.now(); }));
}).observe(document, { childList: true, subtree: true });"""


def _opening(chromium: Any, service: Any, profile: Path) -> Iterator[dict[str, Any]]:
    """A browser that starts, then the client, with and without network in turn."""
    from tests.browser.meetings import wait_for_state
    from tests.browser.torture_of_phones import Phone

    phone = Phone(chromium, profile, service.url, cookie=service.cookie()).start()
    wait_for_state(phone.page, "En ligne")
    phone.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    phone.page.wait_for_timeout(500)
    phone.close()
    times: dict[tuple[bool, int], list[float]] = {}
    for rate in OPENED:
        for _ in range(RUNS):
            for offline in (True, False):
                times.setdefault((offline, rate), []).append(_opened(phone, offline, rate))
    for rate in OPENED:
        ours, other = (statistics.median(times[offline, rate]) for offline in (True, False))
        yield claim(
            "Cold opening without network, from the navigation to the day on the screen, in "
            f"milliseconds, processor slowed {rate} times",
            ours=ours,
            other=other,
            bar=OPENED[rate],
            holds=ours <= OPENED[rate],
            conditions=conditions(
                runs=RUNS, browser="started each time", slowest=f"{max(times[True, rate]):.0f} ms"
            ),
        )


def _opened(phone: Any, offline: bool, rate: int) -> float:
    from tests.browser.meetings import READY
    from tests.conftest import CHROMIUM, CHROMIUM_ARGUMENTS

    context = phone.chromium.launch_persistent_context(
        str(phone.profile), executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS,
        viewport={"width": 360, "height": 800}, locale="fr-FR", timezone_id="Europe/Paris",
    )  # fmt: skip
    context.add_cookies([phone.cookie])
    context.set_offline(offline)
    context.add_init_script(SHOWN)
    page = context.pages[0]
    slow(page, rate)
    page.goto(f"{phone.url}/saisie/")
    page.wait_for_selector(READY)
    page.wait_for_function("() => window.shownAfter")
    found: float = page.evaluate("window.shownAfter")
    context.close()
    return found


# ------------------------------------------------------------------------------- sending

SEALED = """async ([urls, count]) => {
  const { app } = await import(urls.app);
  const { keepEncounter } = await import(urls.meeting);
  const task = app.seancesOf(app.today).find(({ use: { circle } }) => circle);
  const answers = { age: ["25-44"], genre: ["woman"], duree: ["10-30"],
                    themes: ["dents", "douleur"], suite: ["ecoute"] };
  const start = performance.now();
  for (let at = 0; at < count; at += 1) {
    const said = { answers, note: "", promises: [], settled: [] };
    const someone = { mode: "new", given: "Inventée", note: `Note ${at}.` };
    const who = at % 2 ? { mode: "anonymous" } : someone;
    await keepEncounter(app, task, { ...said, ...who }, { ready: 0 });
  }
  return (performance.now() - start) / 1000;
}"""
SENDING = """async (urls) => {
  const { app } = await import(urls.app);
  const { send } = await import(urls.sending);
  const start = performance.now();
  const { sent, stopped } = await send(app.member, { all: true, today: app.today });
  if (stopped) throw stopped;
  const seconds = (performance.now() - start) / 1000;
  const asked = performance.getEntriesByType("resource")
    .filter(({ startTime }) => startTime >= start);
  const by = {};
  for (const { name, duration } of asked) {
    const path = new URL(name).pathname;
    by[path] ??= { requests: 0, seconds: 0 };
    by[path].requests += 1;
    by[path].seconds += duration / 1000;
  }
  return { seconds, sent, by };
}"""


def _sending(chromium: Any, service: Any, profile: Path) -> Iterator[dict[str, Any]]:
    from tests.browser.meetings import unsent, wait_for_state
    from tests.browser.torture_of_phones import Phone

    phone = Phone(chromium, profile, service.url, cookie=service.cookie()).start()
    page = phone.page
    wait_for_state(page, "En ligne")
    page.wait_for_timeout(1_000)
    urls = phone.modules()
    alone = 0.0
    for _ in range(ALONE):
        page.evaluate(SEALED, [urls, 1])
        alone += page.evaluate(SENDING, urls)["seconds"]
    page.evaluate(
        "performance.clearResourceTimings(), performance.setResourceTimingBufferSize(5000)"
    )
    page.context.set_offline(True)
    sealing = page.evaluate(SEALED, [urls, CAPTURES])
    # The page is told nothing: sending begins when we say so, and not when the network is back.
    page.evaluate("addEventListener('online', (event) => event.stopImmediatePropagation(), true)")
    page.context.set_offline(False)
    sent = page.evaluate(SENDING, urls)
    left = unsent(page)
    phone.close()
    where = ", ".join(
        f"{path} {one['requests']} in {one['seconds']:.2f} s" for path, one in sent["by"].items()
    )
    yield claim(
        f"{CAPTURES} encounters written offline, then sent to the server, in seconds",
        ours=sent["seconds"],
        other=alone / ALONE * CAPTURES,
        bar=SENT,
        holds=sent["seconds"] <= SENT and left == 0,
        conditions=conditions(
            notes=CAPTURES // 2, unsent=left, sealing=f"{sealing:.2f} s beforehand", requests=where,
            other=f"sent one at a time, {ALONE} of them scaled",
        ),
    )  # fmt: skip


# ------------------------------------------------------------------------------ crossing

CROSSING = """async ([opening, crossing, circle]) => {
  const { openFacts } = await import(opening);
  const { chosen, crossed } = await import(crossing);
  const start = performance.now();
  const found = await openFacts(circle);
  const opened = performance.now();
  const facts = chosen(found.facts, { form: "sante", from: "0000", to: "9999" });
  const table = crossed(facts, { rows: "age", columns: "themes" });
  const end = performance.now();
  const asked = performance.getEntriesByType("resource")
    .filter(({ startTime }) => startTime >= start);
  const fetched = asked.reduce((sum, { duration }) => sum + duration, 0);
  return {
    seconds: (end - start) / 1000, opened: (opened - start) / 1000, crossed: (end - opened) / 1000,
    fetched: fetched / 1000, facts: found.facts.length, total: table.total, closed: found.closed,
    envelopes: found.opened.length,
  };
}"""
ADDRESSES = """() => {
  const found = (name) => performance.getEntriesByType("resource")
    .map(({ name: url }) => url)
    .find((url) => new RegExp(`/encounters/${name}(\\\\.[0-9a-f]+)?\\\\.js$`).test(url));
  const { rucheCrossing } = document.querySelector("[data-ruche-crossing]").dataset;
  return [found("facts-opening"), found("crossing"), rucheCrossing];
}"""
GROUPING = """async ([opening, circle]) => {
  const { groupFacts, openFacts } = await import(opening);
  let grouped = 0;
  for (let last = -1; last !== 0; grouped += last) {
    last = await groupFacts(circle, (await openFacts(circle)).opened);
  }
  return grouped;
}"""


def _crossing(chromium: Any, service: Any, facts: int) -> Iterator[dict[str, Any]]:
    """Facts that phones sealed one by one: crossed so, then sealed together and crossed again."""
    from tests.browser.vault_gestures import open_vault

    with screen(chromium, service) as page:
        open_vault(page, service.url, then="/rencontres/croiser/")
        page.wait_for_selector("tbody tr", state="attached")
        page.evaluate("performance.setResourceTimingBufferSize(5000)")
        asked = page.evaluate(ADDRESSES)
        _beside(service, "seal", facts)
        apart = [page.evaluate(CROSSING, asked) for _ in range(3)]
        page.evaluate(GROUPING, [asked[0], asked[2]])
        _beside(service, "seal", LOOSE)
        together = [page.evaluate(CROSSING, asked) for _ in range(RUNS)]
    ours, other = (_middle(runs) for runs in (together, apart))
    yield claim(
        f"Crossing {ours['facts']} sealed facts, from the fetch to the table, in seconds",
        ours=ours["seconds"],
        other=other["seconds"],
        bar=CROSSED,
        holds=ours["seconds"] <= CROSSED and ours["closed"] == 0 and ours["facts"] >= facts,
        conditions=conditions(
            runs=RUNS, envelopes=ours["envelopes"], loose=LOOSE, fetched=f"{ours['fetched']:.2f} s",
            opened=f"{ours['opened']:.2f} s with the fetch", crossed=f"{ours['crossed']:.3f} s",
            other=f"{other['facts']} facts in {other['envelopes']} envelopes, {len(apart)} runs",
        ),
    )  # fmt: skip


def _middle(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The run whose time is the median."""
    return sorted(runs, key=lambda one: one["seconds"])[len(runs) // 2]


# -------------------------------------------------------------- in a process of its own


def _beside(service: Any, what: str, *arguments: int) -> None:
    """A function of this file, in a process beside the product."""
    from tests.vault.stolen_server import environment

    code = f"from benchmarks.capture import alone; alone('{what}', *{arguments})"
    subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment(service.var, service.url),
        check=True,
    )


def alone(what: str, *arguments: int) -> None:
    """What such a process runs."""
    import django

    django.setup()
    acts: dict[str, Callable[..., None]] = {"seal": seal}
    acts[what](*arguments)


def seal(count: int) -> None:
    """Invented facts, each in an envelope of its own, as phones deposit them."""
    import random
    from uuid import UUID

    from ruche.desk.demo.encounters import _answers
    from ruche.desk.demo.vault import MEASURE
    from ruche.encounters.models import Facts, Form
    from ruche.engines.vault.pieces import Place, seal_piece
    from ruche.places.models import Site
    from ruche.seances.models import Team
    from tests.browser.torture_of_phones import secret_of

    chance, secret = random.Random(count), secret_of(MEASURE)
    form = Form.objects.get(key="sante").newest
    sites = [str(pk) for pk in Site.objects.order_by("pk").values_list("pk", flat=True)]
    teams = [str(pk) for pk in Team.objects.order_by("pk").values_list("pk", flat=True)]
    rows = []
    for _ in range(count):
        id = UUID(int=chance.getrandbits(128), version=4)
        fact = {
            "form": "sante",
            "number": form.number,
            "month": f"2026-{chance.randint(1, 11):02}",
            "site": chance.choice(sites),
            "team": chance.choice(teams),
            "answers": _answers(form.definition, chance),
            **({"token": f"{chance.getrandbits(128):032x}"} if chance.random() < 0.5 else {}),
        }
        place = Place("fact", secret.circle, secret.epoch, str(id), str(id))
        sealed = seal_piece([fact], place, secret)
        rows.append(
            Facts(
                id=id,
                circle_id=secret.circle,
                epoch=secret.epoch,
                body=sealed.body,
                key=sealed.wrap,
            )
        )
    Facts.objects.bulk_create(rows, batch_size=500)
