"""What a member does with the vault, as the tests of the browser do it for her."""

from typing import Any

from ruche.desk.demo.vault import PHRASE

OPEN = "[data-ruche-vault-bar][data-state=open]"
CLOSED = "[data-ruche-vault-bar][data-state=closed]"


def open_vault(page: Any, url: str, *, then: str = "", phrase: str = PHRASE) -> None:
    """Open the vault with the phrase, then go on to a page."""
    page.goto(f"{url}/coffre/" + (f"?next={then}" if then else ""))
    page.fill("#phrase", phrase)
    page.click("text=Ouvrir avec ma phrase")
    if then:
        page.wait_for_url(f"{url}{then}")
    page.wait_for_selector(OPEN)


def make_ring(page: Any, url: str) -> tuple[str, str]:
    """Make a first ring → its phrase, and the code of its sheet."""
    page.goto(f"{url}/coffre/")
    page.click("[data-ruche-begin=first]")
    return finish_ring(page)


def finish_ring(page: Any) -> tuple[str, str]:
    """From the phrase that is shown to a ring that is open."""
    page.wait_for_selector("[data-ruche-phrase] li")
    phrase = " ".join(page.locator("[data-ruche-phrase] li").all_inner_texts())
    page.click("text=Je l’ai recopiée")
    page.fill("#redite", phrase)
    page.click("[data-step=repeat] button[type=submit]")
    code = page.inner_text("[data-ruche-sheet]")
    page.check("[data-ruche-kept]")
    page.click("[data-ruche-finish]")
    page.wait_for_selector(OPEN)
    page.wait_for_selector("[data-ruche-my-words] li")
    return phrase, code


def words_of(page: Any, url: str) -> str:
    """The six words that a member would read aloud."""
    page.goto(f"{url}/coffre/")
    page.wait_for_selector("[data-ruche-my-words] li")
    return " ".join(page.locator("[data-ruche-my-words] li").all_inner_texts())


def compare(page: Any, url: str, other: Any, words: str) -> None:
    """Type the words that someone reads aloud."""
    page.goto(f"{url}/coffre/mots/{other.pk}/")
    page.fill("#mots", words)
    page.click("[data-ruche-compare] button")
    page.wait_for_selector("[data-ruche-pinned]:visible")


def find(page: Any, text: str) -> list[str]:
    """Names that a search shows, once the directory is open."""
    page.wait_for_function(
        "() => !document.querySelector('[data-ruche-count]').textContent.includes('…')"
    )
    page.fill("#chercher", text)
    page.wait_for_timeout(50)
    return page.locator("[data-ruche-results] a").all_inner_texts()


def create_person(page: Any, url: str, **fields: str) -> str:
    """A new person → the identifier of her record."""
    page.goto(f"{url}/personnes/")
    page.click("[data-ruche-new]")
    for name, value in fields.items():
        page.fill(f"#nouvelle-{name}", value)
    page.click("text=Créer la fiche")
    page.wait_for_url(f"{url}/personnes/*-*/")
    page.wait_for_selector("[data-ruche-identity] dd")
    return page.url.rstrip("/").rsplit("/", 1)[-1]


def write_note(page: Any, text: str) -> None:
    """A note in the file that is open."""
    page.fill("#note", text)
    page.click("text=Sceller la note")
    page.wait_for_function(
        "(text) => document.querySelector('[data-ruche-notes]').innerText.includes(text)", arg=text
    )


def errors(said: list[str]) -> list[str]:
    """What the console said that it should not."""
    return [line for line in said if line.startswith(("error", "erreur", "warning"))]
