"""What a nurse does with the offline client, as the tests of the browser do it for her."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.conftest import CHROMIUM, CHROMIUM_ARGUMENTS, session_cookie

READY = ".day-card, .meet"
IN_CHARGE = "() => navigator.serviceWorker.controller !== null"


def open_client(page: Any, url: str) -> None:
    """The client, with its service worker in charge and today's séance on the screen."""
    page.goto(f"{url}/saisie/")
    page.wait_for_selector(READY)
    _wait_for_the_service_worker(page)
    wait_for_state(page, "En ligne")


def _wait_for_the_service_worker(page: Any) -> None:
    """A worker that could not install itself, on a busy machine, tries again at the next load."""
    try:
        page.wait_for_function(IN_CHARGE)
    except PlaywrightTimeout:
        page.reload()
        page.wait_for_selector(READY)
        page.wait_for_function(IN_CHARGE)


def wait_for_state(page: Any, words: str) -> None:
    """Until the line that is always shown says so."""
    page.wait_for_function(
        "(words) => document.querySelector('[data-ruche-state]').innerText.includes(words)",
        arg=words,
    )


def meet(page: Any) -> None:
    """From the day to the form of today's first séance."""
    page.locator(".day-card button", has_text="Rencontrer").first.click()
    page.wait_for_selector(".meet")


def tap(page: Any, words: str) -> None:
    """Press the answer that reads so."""
    answer = page.get_by_text(words, exact=True).locator("visible=true")
    page.locator(".pick", has=answer).first.click()


def save(page: Any) -> None:
    """Save, and wait for the next form: the disk then has the encounter."""
    page.evaluate("document.querySelector('.meet').dataset.saved = 'soon'")
    page.click(".meet-save button")
    page.wait_for_selector(".meet:not([data-saved])")


def anonymous(page: Any) -> None:
    """A repeat meeting: two themes, one outcome."""
    for words in ("25 à 44 ans", "femme", "déjà cette année", "Dents", "Douleur", "Écoute"):
        tap(page, words)
    save(page)


def new_person(page: Any, given: str, *, note: str = "") -> None:
    """Someone who is not known yet, and what was said."""
    for words in ("Nouvelle", "25 à 44 ans", "déjà cette année", "Vue, audition", "Information"):
        tap(page, words)
    page.fill("[name=given]", given)
    if note:
        page.click("text=Ajouter une note")
        page.fill("[name=note]", note)
    save(page)


def unsent(page: Any) -> int:
    """How many items wait on the phone."""
    return page.evaluate(
        """async () => {
          const asked = indexedDB.open("ruche-saisie");
          const base = await new Promise((ok) => { asked.onsuccess = () => ok(asked.result); });
          const counted = base.transaction("envois").objectStore("envois").count();
          const found = await new Promise((ok) => {
            counted.onsuccess = () => ok(counted.result);
          });
          base.close();
          return found;
        }"""
    )


def ten_seconds_pass(page: Any) -> None:
    """What was just written can no longer be taken back, as if one had waited."""
    page.evaluate(
        """async () => {
          const asked = indexedDB.open("ruche-saisie");
          const base = await new Promise((ok) => { asked.onsuccess = () => ok(asked.result); });
          const change = base.transaction("envois", "readwrite");
          const shelf = change.objectStore("envois");
          shelf.getAll().onsuccess = ({ target: { result } }) => {
            for (const item of result) shelf.put({ ...item, ready: 0 });
          };
          await new Promise((ok) => { change.oncomplete = ok; });
          base.close();
        }"""
    )


def show_outbox(page: Any) -> None:
    """The screen of what waits."""
    page.locator("[data-ruche-state] button").click()
    page.get_by_role("button", name="Envoyer maintenant").wait_for()


def press_send(page: Any) -> None:
    """« Envoyer maintenant »."""
    page.get_by_role("button", name="Envoyer maintenant").click()


def send_all(page: Any) -> None:
    """« Envoyer maintenant », from the screen of what waits."""
    show_outbox(page)
    press_send(page)
    wait_for_state(page, "Tout est envoyé")


@contextmanager
def phone(playwright: Any, profile: Path, *, member: Any = None, url: str = "") -> Iterator[Any]:
    """A phone whose memory outlives its browser: one context on a profile that is kept."""
    context = playwright.chromium.launch_persistent_context(
        str(profile),
        executable_path=CHROMIUM,
        args=CHROMIUM_ARGUMENTS,
        viewport={"width": 360, "height": 800},
        locale="fr-FR",
        timezone_id="Europe/Paris",
    )
    if member is not None:
        context.add_cookies([session_cookie(member, url)])
    try:
        yield context
    finally:
        context.close()
