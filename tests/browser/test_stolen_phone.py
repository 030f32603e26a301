"""A phone is stolen with what was written on it: its disk says nothing of anyone.

Every file of the profile is searched, as it is and as its databases would give it back, for what a
nurse typed and ticked, for the names in her bag, for her phrase. The same search of a page that
keeps the same words in clear finds them all: it can see.
"""

import random
from pathlib import Path
from typing import Any

import pytest

from ruche.desk.demo.vault import CIRCLE, PHRASE
from ruche.encounters.models import Promise
from ruche.engines.vault import Piece, Place, open_piece
from ruche.engines.vault.cards import Card
from ruche.engines.vault.codes import write_code
from ruche.vault.models import Wrap
from tests.browser.meetings import anonymous, meet, new_person, save, tap, unsent
from tests.browser.profile_on_disk import search_profile
from tests.browser.torture_of_phones import Phone, secret_of
from tests.browser.vault_gestures import CLOSED, open_vault
from tests.conftest import session_cookie, shared_connection
from tests.core.member_urls import member
from tests.vault.stolen_server import Found, Search, canary, draw_prefix, open_circle_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

ANSWERS = {
    "réponses, JSON": b'"themes":["dents","douleur"]',
    "réponses, V8": b'"\x06themesA\x02"\x05dents"\x07douleur',
}
"""What was said of someone: the words of the form are no secret, which ones were ticked is."""


@pytest.fixture
def phone(browser, served, world, tmp_path):
    """Odile’s phone, on a profile of its own."""
    with shared_connection(served):
        cookie = session_cookie(member("odile"), served.url)
        phone = Phone(browser.browser_type, tmp_path / "phone", served.url, cookie=cookie)
        yield phone
        phone.close()


def prepare_bag(page: Any) -> int:
    """The bag of the first séance of today; how many promises it holds."""
    page.locator(".day-card button", has_text="Préparer le sac").first.click()
    page.wait_for_selector("h1:has-text('Sac de tournée')")
    page.locator("main button", has_text="Préparer le sac").click()
    promises = page.locator("[data-ruche-locked]")
    promises.wait_for()
    return int(promises.get_attribute("data-ruche-locked"))


def with_a_card(page: Any, code: str) -> None:
    """Someone whose card is copied by hand, and whom one promises to call back."""
    for words in ("Sa carte", "Dents", "Douleur", "À rappeler"):
        tap(page, words)
    page.fill("[name=code]", code)
    save(page)


def names_in_bags() -> set[str]:
    """Who is promised something: each name, and each word that was promised."""
    secret, found = secret_of(CIRCLE), set()
    for promise in Promise.objects.order_by("pk"):
        wraps = Wrap.objects.filter(piece__record=promise.record_id, circle=secret.circle)
        for wrap in wraps.select_related("piece").order_by("piece_id"):
            piece = wrap.piece
            place = Place(
                piece.kind, secret.circle, piece.epoch, str(piece.record_id), str(piece.pk)
            )
            value = open_piece(Piece(place, bytes(piece.body), bytes(wrap.key)), secret)
            fields = ("given", "family", "alias", "phone", "words", "text")
            found |= {value[name] for name in fields if value.get(name)}
    return found


def long_enough(name: str) -> str:
    """A short name alone could be found anywhere by chance."""
    return name if len(name.encode()) >= 8 else f'"{name}"'.center(8)


def keys() -> dict[str, bytes]:
    """What would open the rest."""
    ring, secret, ring_key = open_circle_of("odile")
    return {
        "secret de l’époque": secret.secret,
        "clé de dépôt": secret.deposit_private,
        "clé de scellement": ring.keys.seal_private,
        "clé de signature": ring.keys.sign_private,
        "clé du trousseau": ring_key,
    }


def test_a_stolen_phone_says_nothing_of_those_who_were_met(phone, served):
    prefix, card = draw_prefix(), random.SystemRandom().randbytes(16)
    code = write_code(card)
    phone.start()
    page = phone.page
    open_vault(page, served.url, then="/personnes/")
    page.goto(f"{served.url}/saisie/")
    page.wait_for_selector(".day-card")
    assert prepare_bag(page) > 0
    page.goto(f"{served.url}/coffre/")
    page.click("[data-ruche-vault-close]")
    page.wait_for_selector(CLOSED)
    page.goto(f"{served.url}/saisie/")
    page.wait_for_selector(".day-card")
    phone.context.set_offline(True)
    meet(page)
    new_person(page, canary(prefix, "given", 1), note=f"Elle dit : {canary(prefix, 'note', 1)}.")
    with_a_promise(page, canary(prefix, "alias", 1), canary(prefix, "typed", 1))
    with_a_card(page, code)
    anonymous(page)
    assert unsent(page) == 4 + 3
    phone.kill()
    names = names_in_bags()
    assert len(names) > 5
    texts = (PHRASE, code, code.replace("-", ""), *map(long_enough, sorted(names)))
    secrets = {**keys(), **ANSWERS, "carte": card, "repère": Card(card).handle}
    search = Search(prefix, secrets, texts)
    found = search_profile(search, phone.profile)
    assert found.searched > 1_000_000
    assert found.marks == set(), str(found)
    assert found.secrets == set(), str(found)


def with_a_promise(page: Any, given: str, words: str) -> None:
    """Someone new, to whom something is promised."""
    for answer in ("Nouvelle", "Dents", "Douleur", "À rappeler"):
        tap(page, answer)
    page.fill("[name=given]", given)
    page.fill("[name=promised]", words)
    save(page)


# -------------------------------------------------------------------------------- control

IN_CLEAR = """async ({ local, small, long, old, answers, phrase }) => {
  const asked = indexedDB.open("en clair", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("notes");
  const base = await new Promise((ok) => { asked.onsuccess = () => ok(asked.result); });
  const put = (value, key) => new Promise((ok) => {
    const change = base.transaction("notes", "readwrite", { durability: "strict" });
    change.objectStore("notes").put(value, key);
    change.oncomplete = ok;
  });
  const inTwo = (mark) => `${mark.slice(0, 7)} ${mark.slice(7)} ${mark} `;
  await put({ note: inTwo(old).repeat(9) }, "old");
  for (let turn = 0; turn < 250; turn += 1) {
    const drawn = crypto.getRandomValues(new Uint32Array(3_000));
    await put(Array.from(drawn).map(String), `bulk ${turn}`);
  }
  await put({ note: small, answers }, "small");
  await put({ note: `${"des mots et des mots ".repeat(20_000)} ${inTwo(long)}` }, "long");
  localStorage.setItem("note", local);
  localStorage.setItem("autre", JSON.stringify({ answers, phrase }));
}"""
"""What a careless client would do: in a table that was compacted, in a long value, as it comes.
Half a mark, the other, then the whole: a compression writes the whole as a reference to both."""


def test_the_same_search_reads_a_careless_page_to_the_last_word(phone, served):
    prefix = draw_prefix()
    places = {"local": "alias", "small": "note", "long": "given", "old": "typed"}
    kept = {where: canary(prefix, name, 7) for where, name in places.items()}
    phone.start()
    answers = {"themes": ["dents", "douleur"]}
    phone.page.evaluate(IN_CLEAR, {**kept, "answers": answers, "phrase": PHRASE})
    phone.close()  # localStorage is written late: a control must not depend on when
    assert list(phone.profile.rglob("*.ldb")), (
        "rien n’a été mis dans une table : le contrôle est vide"
    )
    search = Search(prefix, ANSWERS, [PHRASE])
    found = search_profile(search, phone.profile)
    assert found.marks == set(kept.values()), str(found)
    assert as_it_is(search, phone.profile).marks < found.marks, "rien n’était comprimé"
    assert any("JSON" in secret for secret in found.secrets)
    assert any("V8" in secret for secret in found.secrets)
    assert any("phrase" in secret for secret in found.secrets)


def as_it_is(search: Search, profile: Path) -> Found:
    """The same search, by who uncompresses nothing."""
    return search.folder(profile, Found())
