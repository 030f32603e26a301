"""Takes the pictures of the guide again, from a product that runs: `make screenshots`.

Starts the product on a free port, with its own database, and opens the pages in Debian's chromium.
"""

import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import closing
from pathlib import Path
from uuid import UUID

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "guide" / "images"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

PICTURES = {
    "index": ("/portraits/", 1200, 1500),
    "portrait": ("/portraits/243200409/", 1200, 1500),
    "portrait-telephone": ("/portraits/243200409/", 360, 900),
    "comparer": ("/portraits/comparer/?t=243200409&t=dep-32&t=reg-76", 1200, 1200),
    "indicateur": ("/portraits/indicateurs/rev_pauvrete/", 1200, 1400),
    "accueil": ("/", 1200, 1400),
    "connexion": ("/connexion/", 1200, 900),
}

MEMBER_PICTURES = {
    "membre-accueil": ("/accueil/", 1200, 1300),
    "membre-calendrier": ("/seances/", 1200, 1400),
    "membre-lieu": ("/lieux/{site}/", 1200, 1400),
    "membre-horaire": ("/lieux/horaires/{opening}/", 1200, 1300),
    "membre-seance": ("/seances/{seance}/", 1200, 1000),
    "membre-compter": ("/seances/{today}/compter/", 360, 800),
}
"""Seen by the coordinator of the demo world; names in braces are looked for in its database."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(address).read()
            return
        except OSError:
            time.sleep(0.3)
    raise SystemExit(f"{address} ne répond pas.")


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    port = free_port()
    with tempfile.TemporaryDirectory() as var:
        environment = os.environ | {"RUCHE_VAR": var, "RUCHE_DEMO": "yes"}
        manage = [sys.executable, str(ROOT / "manage.py")]
        for command in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"], ["demo"]):
            subprocess.run([*manage, *command], env=environment, check=True)
        server = subprocess.Popen([*manage, "serve", "--port", str(port)], env=environment)
        try:
            wait_for(f"http://localhost:{port}/")
            take(f"http://localhost:{port}", Path(var) / "ruche.sqlite3")
        finally:
            server.terminate()
            server.wait()


def take(site: str, database: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(locale="fr-FR")
        page = context.new_page()
        shoot(page, site, PICTURES)
        sign_in(page, site)
        found = identifiers(database)
        pictures = {
            name: (address.format(**found), width, height)
            for name, (address, width, height) in MEMBER_PICTURES.items()
        }
        shoot(page, site, pictures)
        browser.close()


def shoot(page: Page, site: str, pictures: dict[str, tuple[str, int, int]]) -> None:
    for name, (address, width, height) in pictures.items():
        page.set_viewport_size({"width": width, "height": height})
        page.goto(site + address)
        page.screenshot(path=IMAGES / f"{name}.png")


def sign_in(page: Page, site: str) -> None:
    """As the coordinator of the demo world, with the code that its own page shows."""
    page.goto(f"{site}/accueil/demonstration/")
    row = page.locator("tr", has_text="ines@")
    email, code = row.locator("td").nth(1).inner_text(), row.locator("code").inner_text()
    password = page.locator(".lead code").inner_text()
    page.goto(f"{site}/connexion/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", password)
    page.click("text=Continuer")
    page.fill("[name=code]", code)
    page.click("text=Continuer")
    page.wait_for_url("**/accueil/")


QUESTIONS = {
    "site": "select id from places_site where name = 'La Halle imaginaire'",
    "opening": "select id from places_opening where rule like 'Tu[1,3]%' limit 1",
    "seance": "select id from seances_seance where day > date('now', '+9 day') order by day",
    "today": "select id from seances_seance where day <= date('now') order by day desc limit 1",
}


def identifiers(database: Path) -> dict[str, str]:
    """The identifiers of a few objects of the demo world, that are drawn at each start."""
    with closing(sqlite3.connect(database)) as held:
        return {
            name: str(UUID(held.execute(question).fetchone()[0]))
            for name, question in QUESTIONS.items()
        }


if __name__ == "__main__":
    main()
