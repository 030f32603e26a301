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

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "guide" / "images"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

PICTURES = {
    "ou-et-quand": ("/ou-et-quand/fr/?commune=mirande", 1200, 900),
    "ou-et-quand-arabe": ("/ou-et-quand/ar/?commune=mirande&besoin=health", 360, 900),
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
    "rencontres-formulaire": ("/rencontres/formulaires/sante/", 1200, 1000),
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
        take_import(page, site)
        take_planning(page, site)
        take_vault(browser, site, database)
        browser.close()


def shoot(page: Page, site: str, pictures: dict[str, tuple[str, int, int]]) -> None:
    for name, (address, width, height) in pictures.items():
        page.set_viewport_size({"width": width, "height": height})
        page.goto(site + address)
        page.screenshot(path=IMAGES / f"{name}.png")


IMPORTED = """Nom;Commune;Adresse;Téléphone;Horaires
Épicerie d’essai;Nogaro;1 rue de l’Essai;05 62 00 00 01;mardi de 14 h à 16 h 30
Halle d’essai;Marciak;2 rue de l’Essai;05 62 00 00 02;1er et 3e jeudi du mois, 9h-12h
Foyer d’essai;Mirande;3 rue de l’Essai;5,62E+08;vendredi 9h-12h
Salle d’essai;Condom;4 rue de l’Essai;05 62 00 00 04;le matin
"""


def take_import(page: Page, site: str) -> None:
    """What four lines of a spreadsheet would change, three of them wrong."""
    page.set_viewport_size({"width": 1200, "height": 1400})
    page.goto(f"{site}/lieux/imports/nouveau/")
    page.select_option("[name=format]", "lieux")
    sheet = {"name": "lieux.csv", "mimeType": "text/csv", "buffer": IMPORTED.encode()}
    page.set_input_files("[name=file]", files=[sheet])
    page.click("text=Envoyer et vérifier")
    page.click("text=Continuer vers l’aperçu")
    page.wait_for_selector("h1:has-text('Ce que ce fichier changerait')")
    picture(page, "import-apercu")


def take_planning(page: Page, site: str) -> None:
    """A month proposed, explained, changed, published; then someone is away."""
    page.set_viewport_size({"width": 1200, "height": 1300})
    page.set_default_timeout(180_000)
    page.goto(f"{site}/planning/moyens/")
    picture(page, "planning-moyens")
    page.goto(f"{site}/planning/moyens/trajets/")
    page.select_option("[name=de]", label="La Halle imaginaire (Auch)")
    page.click("text=Voir ses trajets")
    page.wait_for_url("**de=*")
    picture(page, "planning-trajets")
    page.goto(f"{site}/planning/")
    page.locator("button[name=mois]").last.click()
    month = page.url
    page.click("text=Proposer le mois")
    page.wait_for_url(month)
    picture(page, "planning-mois")
    page.goto(f"{month}?vue=carte")
    picture(page, "planning-carte")
    page.goto(f"{month}?vue=manques")
    while page.locator("text=Raison en cours de recherche").count():
        page.wait_for_timeout(2_000)
        page.reload()
    picture(page, "planning-manques")
    page.goto(month)
    page.locator("[data-ruche-visit]").nth(6).click()
    page.locator("a:has-text('Conséquences')").first.click()
    page.wait_for_selector("text=Accepter")
    page.evaluate("document.querySelector('#deplacer').scrollIntoView()")
    picture(page, "planning-consequences")
    publish(page, month)
    page.goto(f"{month}absence/")
    page.select_option("[name=worker]", label="Jeanne Exemple")
    page.fill("[name=first]", f"{month[-8:-1]}-11")
    page.fill("[name=last]", f"{month[-8:-1]}-15")
    page.click("text=Noter l’absence et chercher")
    page.wait_for_url(month)
    publish(page, month)
    picture(page, "planning-appels")
    page.set_default_timeout(30_000)


def publish(page: Page, month: str) -> None:
    page.goto(f"{month}publier/")
    page.click("text=Publier le mois")
    page.wait_for_selector("#appels")


def take_vault(browser: Browser, site: str, database: Path) -> None:
    """The vault and the persons, as nurses and a custodian of the demo world see them."""
    wide = {"width": 1200, "height": 1000}
    rose, odile, bernard = (
        browser.new_context(locale="fr-FR", viewport=wide).new_page() for _ in range(3)
    )
    sign_in(odile, site, "odile@")
    odile.goto(f"{site}/coffre/")
    picture(odile, "coffre-ouvrir")
    open_vault(odile, site)
    found = identifiers(database)
    odile.goto(f"{site}/coffre/qui-peut-lire/")
    picture(odile, "coffre-lecteurs")
    odile.goto(f"{site}/coffre/cercles/{found['circle']}/")
    odile.wait_for_timeout(400)
    picture(odile, "coffre-cercle")
    odile.goto(f"{site}/coffre/mots/{found['rose']}/")
    odile.wait_for_selector("[data-ruche-my-words] li")
    picture(odile, "coffre-mots")
    take_encounters(odile, site)
    take_persons(odile, browser, site)
    take_recovery(rose, bernard, site)


def take_persons(page: Page, browser: Browser, site: str) -> None:
    page.goto(f"{site}/personnes/")
    page.wait_for_function(
        "() => !document.querySelector('[data-ruche-count]').textContent.includes('…')"
    )
    page.fill("#chercher", "cyriele")
    picture(page, "personnes-chercher")
    page.click("[data-ruche-new]")
    page.fill("#nouvelle-alias", "Dame au velo vert")
    page.wait_for_selector("[data-ruche-near]:visible")
    page.locator("#nouvelle").scroll_into_view_if_needed()
    picture(page, "personnes-doublon", full=True)
    page.fill("#nouvelle-alias", "")
    page.fill("#nouvelle-given", "Alizé")
    page.fill("#nouvelle-family", "Personne-Inventée")
    page.click("text=Créer la fiche")
    page.wait_for_selector("[data-ruche-identity] dd")
    page.fill("#note", "Voudrait un rendez-vous chez le dentiste ; a peur d’y aller seule.")
    page.click("text=Sceller la note")
    page.wait_for_selector("[data-ruche-notes] li")
    picture(page, "personnes-fiche", full=True)
    page.click("text=Faire une carte")
    page.wait_for_selector("[data-ruche-qr] svg")
    page.locator("[data-ruche-printed]").screenshot(path=IMAGES / "personnes-carte.png")
    code = page.inner_text("[data-ruche-code]")
    page.click("text=C’est fait")
    page.wait_for_selector("[data-ruche-showing] input")
    for box in page.locator("[data-ruche-showing] input").all():
        box.check()
    page.wait_for_timeout(500)
    phone = browser.new_context(locale="fr-FR", viewport={"width": 360, "height": 900}).new_page()
    phone.goto(f"{site}/carte/#{code}")
    phone.wait_for_selector("[data-ruche-opened]:visible")
    phone.wait_for_selector(".card-piece")
    picture(phone, "carte-telephone", full=True)


def take_encounters(page: Page, site: str) -> None:
    """The offline client on a narrow screen, then the tray and a team's week."""
    page.goto(f"{site}/saisie/")
    page.set_viewport_size({"width": 360, "height": 740})
    page.wait_for_selector(".day-card")
    page.wait_for_timeout(1_500)
    picture(page, "rencontres-jour")
    page.get_by_role("button", name="Préparer le sac").first.click()
    page.get_by_role("button", name="Préparer le sac").click()
    page.wait_for_selector("[data-ruche-locked]")
    picture(page, "rencontres-sac")
    page.click("text=Retour à ma journée")
    page.click("text=Reprendre une feuille")
    page.locator(".sheet-lines input").nth(0).fill("A4 B1 C3 E3 F1")
    picture(page, "rencontres-feuille")
    page.click("text=Retour à ma journée")
    page.click("text=Rencontrer")
    page.wait_for_selector(".meet")
    for words in ("Nouvelle", "25 à 44 ans", "femme", "déjà cette année", "Dents", "Écoute"):
        answer = page.get_by_text(words, exact=True)
        page.locator(".pick", has=answer).locator("visible=true").first.click()
    page.fill("[name=given]", "Alizé")
    page.evaluate("scrollTo(0, 0)")
    picture(page, "rencontres-noter", full=True)
    page.click(".meet-save button")
    page.wait_for_selector(".saved button")
    page.wait_for_timeout(11_000)
    page.locator("[data-ruche-state] button").click()
    page.get_by_role("button", name="Envoyer maintenant").click()
    page.wait_for_function(
        "() => document.querySelector('[data-ruche-state]').innerText.includes('Tout est envoyé')"
    )
    page.set_viewport_size({"width": 1200, "height": 1000})
    page.goto(f"{site}/rencontres/a-ranger/")
    page.wait_for_selector("[data-ruche-deposits] li")
    picture(page, "rencontres-ranger")
    page.goto(f"{site}/rencontres/equipes/")
    page.locator("main a", has_text="Infirmières, est").click()
    page.locator("main").get_by_role("link", name="Mois").click()
    picture(page, "rencontres-semaine", full=True)
    page.set_viewport_size({"width": 1200, "height": 1000})


def take_recovery(lost: Page, guard: Page, site: str) -> None:
    """Someone lost everything: she makes a ring anew, and a custodian sees her demand."""
    sign_in(lost, site, "rose@")
    lost.goto(f"{site}/coffre/")
    lost.click("summary")
    lost.click("[data-ruche-begin=again]")
    lost.wait_for_selector("[data-ruche-phrase] li")
    lost.locator("[data-ruche-wizard]").scroll_into_view_if_needed()
    picture(lost, "coffre-phrase")
    phrase = " ".join(lost.locator("[data-ruche-phrase] li").all_inner_texts())
    lost.click("text=Je l’ai recopiée")
    lost.fill("#redite", phrase)
    lost.click("[data-step=repeat] button[type=submit]")
    lost.check("[data-ruche-kept]")
    lost.click("[data-ruche-finish]")
    lost.wait_for_selector("[data-ruche-vault-bar][data-state=open]")
    lost.goto(f"{site}/coffre/qui-peut-lire/")
    lost.wait_for_selector("[data-ruche-lost]:visible")
    lost.locator("[data-ruche-lost]:visible").scroll_into_view_if_needed()
    picture(lost, "coffre-perdu")
    lost.click("[data-ruche-ask-rescue]")
    lost.wait_for_selector("text=Votre demande attend")
    sign_in(guard, site, "bernard@")
    open_vault(guard, site)
    guard.goto(f"{site}/coffre/gardiennes/")
    guard.wait_for_timeout(500)
    picture(guard, "coffre-gardienne")


def picture(page: Page, name: str, *, full: bool = False) -> None:
    page.screenshot(path=IMAGES / f"{name}.png", full_page=full)


def open_vault(page: Page, site: str) -> None:
    """With the phrase that the page of the demo shows to all."""
    page.goto(f"{site}/accueil/demonstration/")
    phrase = page.locator("main code", has_text=" ").nth(1).inner_text()
    page.goto(f"{site}/coffre/")
    page.fill("#phrase", phrase)
    page.click("text=Ouvrir avec ma phrase")
    page.wait_for_selector("[data-ruche-vault-bar][data-state=open]")


def sign_in(page: Page, site: str, who: str = "ines@") -> None:
    """As someone of the demo world, with the code that its own page shows."""
    page.goto(f"{site}/accueil/demonstration/")
    row = page.locator("tr", has_text=who)
    email, code = row.locator("td").nth(1).inner_text(), row.locator("code").inner_text()
    password = page.locator("main code").first.inner_text()
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
    "circle": "select id from vault_circle where name like 'Infirm%'",
    "rose": "select id from accounts_member where email like 'rose@%'",
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
