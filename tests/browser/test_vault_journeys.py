"""Rings, circles and persons in a real browser: what each may read, and what nobody may."""

import json
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from ruche.accounts.enums import Role
from ruche.desk.demo.vault import RIGHTS
from ruche.engines.vault.acts import Act, sign_act
from ruche.engines.vault.forms import text_of
from ruche.engines.vault.suite import KeyPair, public_of
from ruche.vault.models import Circle, Half, Permission, Piece, Wrap
from tests.browser.test_ways_in import (
    confirm,
    posted_credentials,
    sign_in,
    sign_out,
    with_authenticator,
)
from tests.browser.vault_gestures import (
    CLOSED,
    OPEN,
    compare,
    create_person,
    errors,
    find,
    finish_ring,
    make_ring,
    open_vault,
    words_of,
    write_note,
)
from tests.core.member_urls import MEMBER_ADDRESSES, circle, member
from tests.members import someone

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


# ------------------------------------------------------------------------- rings and slots


@pytest.mark.parametrize("width", [1280, 360])
def test_a_ring_is_made_then_opens_by_phrase_or_by_sheet(width, open_page, served):
    nurse = someone(Role.NURSE)
    page, said = open_page("/coffre/", width=width, member=nurse)
    phrase, code = make_ring(page, served.url)
    page.click("text=Fermer le coffre")
    page.wait_for_selector(CLOSED)
    open_vault(page, served.url, phrase=phrase.upper().replace("É", "E"))
    page.click("text=Fermer le coffre")
    page.goto(served.url + "/coffre/")
    page.click("summary")
    page.fill("#feuille", code.lower().replace("-", " "))
    page.click("text=Ouvrir avec la feuille")
    page.wait_for_selector(OPEN)
    assert errors(said) == []


def test_a_wrong_phrase_says_so_and_keeps_what_was_typed(world, open_page):
    page, _ = open_page("/coffre/", member=member("odile"))
    page.fill("#phrase", "tisane cerise lanterne violon guitare brioche olive")
    page.click("text=Ouvrir avec ma phrase")
    page.wait_for_selector("#phrase-refus:visible")
    assert "Ce n’est pas votre phrase" in page.inner_text("#phrase-refus").replace("\u202f", " ")
    assert page.input_value("#phrase").endswith("olive")
    assert page.locator(CLOSED).count() == 1


def test_one_gesture_logs_in_and_unlocks(open_page, served):
    nurse = someone(Role.NURSE)
    page, said = open_page("/connexion/?next=/compte/securite/cles/ajouter/")
    with_authenticator(page)
    posted = posted_credentials(page)
    sign_in(page, nurse)
    confirm(page)
    page.fill("[name=name]", "Téléphone d’essai")
    page.click("text=Ajouter cette clé")
    page.wait_for_selector(".codes")
    make_ring(page, served.url)
    page.click("[data-ruche-add-passkey]")
    page.wait_for_function(
        "() => document.querySelectorAll('[data-ruche-remove-slot]').length === 3"
    )
    sign_out(page, served.url)
    page.goto(served.url + "/connexion/?next=/coffre/")
    page.click("form[data-ruche-passkey=get] button")
    page.wait_for_url("**/coffre/")
    page.wait_for_selector(OPEN)
    for credential in posted:
        assert set(credential["clientExtensionResults"]) <= {"credProps"}
    assert len(posted) == 2
    assert errors(said) == []


def test_the_slot_goes_with_its_passkey(open_page, served):
    nurse = someone(Role.NURSE)
    page, _ = open_page("/compte/securite/cles/ajouter/", member=nurse)
    with_authenticator(page)
    page.fill("[name=name]", "Téléphone d’essai")
    page.click("text=Ajouter cette clé")
    page.wait_for_selector(".codes")
    make_ring(page, served.url)
    page.click("[data-ruche-add-passkey]")
    page.wait_for_function(
        "() => document.querySelectorAll('[data-ruche-remove-slot]').length === 3"
    )
    nurse.authenticator_set.filter(type="webauthn").delete()
    assert sorted(nurse.ring.slots.values_list("kind", flat=True)) == ["phrase", "sheet"]


# ------------------------------------------------------------------------ between two pages


def test_the_ring_stays_open_from_page_to_page_and_logout_kills_its_halves(
    world, open_page, served
):
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    page.goto(served.url + "/lieux/")
    page.wait_for_selector(OPEN)
    assert Half.objects.count() == 1
    sign_out(page, served.url)
    assert Half.objects.count() == 0
    for _ in range(2):
        page.evaluate("() => { setTimeout(() => history.back(), 0); }")
        page.wait_for_timeout(500)
        assert page.locator(OPEN).count() == 0
        assert "Cyrielle" not in page.content()


def test_a_vault_that_was_closed_stays_closed_however_fast_one_leaves(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url)
    page.evaluate(
        "() => { document.querySelector('[data-ruche-vault-close]').click();"
        " location.assign('/personnes/'); }"
    )
    page.wait_for_url("**/personnes/")
    page.wait_for_selector(CLOSED)
    page.wait_for_timeout(300)
    assert page.locator(OPEN).count() == 0
    assert Half.objects.count() == 0


def test_an_answer_cut_on_the_way_does_not_close_the_vault(world, open_page, served):
    """The page is left, or the network fails, while the half is on its way."""
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url)
    page.route("**/coffre/moitie/", lambda route: route.fulfill(status=200, body='{"half": "'))
    page.goto(served.url + "/personnes/")
    page.wait_for_selector("[data-notice=unreachable]:visible")
    page.unroute("**/coffre/moitie/")
    page.reload()
    page.wait_for_selector(OPEN)


def test_another_tab_opens_and_closes_with_it(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    other = page.context.new_page()
    other.goto(served.url + "/personnes/")
    other.wait_for_selector(CLOSED)
    open_vault(page, served.url)
    other.wait_for_selector(OPEN)
    assert find(other, "cyriele")
    page.click("text=Fermer le coffre")
    other.wait_for_selector(CLOSED)
    assert other.locator("[data-ruche-results] a").count() == 0


def test_a_server_half_that_is_gone_closes_the_ring(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url)
    Half.objects.all().delete()
    page.goto(served.url + "/personnes/")
    page.wait_for_selector(CLOSED)


def test_storage_that_is_refused_is_told_and_the_page_still_works(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    page.add_init_script(
        "indexedDB.open = () => { throw new DOMException('non', 'SecurityError') }"
    )
    open_vault(page, served.url)
    assert page.is_visible("[data-notice=unkept]")
    page.goto(served.url + "/personnes/")
    page.wait_for_selector(CLOSED)


def test_a_browser_without_the_ciphers_says_so(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    page.add_init_script(
        "const before = crypto.subtle.generateKey.bind(crypto.subtle);"
        "crypto.subtle.generateKey = (name, ...more) => name === 'X25519'"
        " ? Promise.reject(new DOMException('non', 'NotSupportedError')) : before(name, ...more);"
    )
    page.goto(served.url + "/coffre/")
    page.wait_for_selector("[data-ruche-unsupported]:visible")
    assert page.locator("main button:enabled").count() == 0


# --------------------------------------------------------------------------------- persons


def test_a_nurse_writes_a_person_and_another_finds_her_by_a_misspelt_name(world, open_page, served):
    odile, said = open_page("/coffre/", member=member("odile"))
    open_vault(odile, served.url, then="/personnes/")
    create_person(odile, served.url, given="Mahaut", family="Ouédraogo-Vraibel", birth="1961")
    write_note(odile, "Attend un rendez-vous.")
    rose, _ = open_page("/coffre/", width=360, member=member("rose"))
    open_vault(rose, served.url, then="/personnes/")
    assert find(rose, "wedraogo") == ["Mahaut Ouédraogo-Vraibel"]
    rose.click("[data-ruche-results] a")
    rose.wait_for_selector("[data-ruche-notes] li")
    assert "Attend un rendez-vous." in rose.inner_text("[data-ruche-notes]")
    assert errors(said) == []


@pytest.mark.parametrize("who", ["ines", "luc"])
def test_neither_the_coordinator_nor_the_administrator_sees_a_name(who, world, open_page, served):
    odile, _ = open_page("/coffre/", member=member("odile"))
    open_vault(odile, served.url, then="/personnes/")
    create_person(odile, served.url, given="Canarienne", family="Introuvable")
    page, _ = open_page("/accueil/", member=member(who))
    for name, address in MEMBER_ADDRESSES.items():
        response = page.request.get(served.url + address.path(name), max_redirects=0)
        assert "anarienne" not in response.text(), name
    assert page.request.get(served.url + "/personnes/").status == 403


def test_who_resembles_is_shown_before_a_person_is_created(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    create_person(page, served.url, given="Mahaut", family="Vraibel", birth="1961")
    page.goto(served.url + "/personnes/")
    find(page, "xx")
    page.click("[data-ruche-new]")
    page.fill("#nouvelle-given", "Mahau")
    page.fill("#nouvelle-family", "Vrébel")
    page.fill("#nouvelle-birth", "1961")
    page.wait_for_selector("[data-ruche-near]:visible")
    assert "Mahaut Vraibel" in page.inner_text("[data-ruche-near-list]")


def test_a_script_in_every_field_stays_a_text(world, open_page, served):
    page, said = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    attack = "<img src=x onerror=alert(1)>"
    create_person(
        page, served.url, alias=attack, given=attack, family=attack, phone=attack, languages=attack
    )
    write_note(page, attack)
    assert page.locator("main img").count() == 0
    assert attack in page.inner_text("[data-ruche-notes]")
    assert errors(said) == []


def test_what_is_typed_never_leaves_in_clear(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    sent: list[str] = []
    page.on("request", lambda one: sent.append(f"{one.url} {one.post_data or ''} {one.headers}"))
    open_vault(page, served.url, then="/personnes/")
    create_person(page, served.url, given="Canarienne", family="Introuvable")
    page.fill("#note", "canarienne elle aussi")
    page.press("#note", "Control+Enter")
    page.click("text=Sceller la note")
    page.wait_for_selector("[data-ruche-notes] li")
    page.goto(served.url + "/personnes/")
    find(page, "canarienne")
    assert len(sent) > 20
    assert not [line for line in sent if re.search("canarienne|introuvable", line, re.I)]
    kept = page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
    assert "anarienne" not in kept


def test_a_gentle_guard_suggests_and_never_forbids(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    create_person(page, served.url, alias="La voisine")
    page.fill("#note", "Un cas social.")
    assert "pourrait blesser" in page.inner_text("[data-ruche-guard]")
    write_note(page, "Un cas social.")


def test_an_identity_changed_by_someone_else_is_not_overwritten(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    record = create_person(page, served.url, alias="La voisine")
    other = page.context.new_page()
    other.goto(f"{served.url}/personnes/{record}/")
    other.wait_for_selector("[data-ruche-identity] dd")
    for tab, name in ((other, "Autre nom"), (page, "Encore un autre")):
        tab.click("text=Modifier")
        tab.fill("#fiche-alias", name)
        tab.click("text=Enregistrer")
        tab.wait_for_timeout(400)
    assert "Quelqu’un vient de modifier" in page.inner_text("[data-ruche-refusal]")
    other.reload()
    other.wait_for_selector("[data-ruche-identity] dd")
    assert "Autre nom" in other.inner_text("[data-ruche-identity]")


def test_not_knowing_and_not_wishing_to_answer_are_answers(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    page.click("[data-ruche-new]")
    page.click("text=Créer la fiche")
    page.wait_for_selector("[data-ruche-refusal]:visible")
    page.fill("#nouvelle-alias", "La voisine")
    page.select_option("[data-ruche-new-person] [data-answer=birth]", "unknown")
    page.select_option("[data-ruche-new-person] [data-answer=phone]", "declined")
    page.click("text=Créer la fiche")
    page.wait_for_selector("[data-ruche-identity] dd")
    said = page.inner_text("[data-ruche-identity]")
    assert "ne sait pas" in said
    assert "ne souhaite pas répondre" in said


def test_a_file_is_turned_to_the_person(world, open_page, served):
    page, _ = open_page("/coffre/", width=360, member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    create_person(page, served.url, alias="La voisine")
    write_note(page, "Lue ensemble.")
    page.click("text=À lire avec la personne")
    assert page.is_hidden(".site-header")
    assert page.is_hidden("[data-ruche-note]")
    assert page.is_hidden("text=Effacer la fiche")
    assert page.is_visible("text=Lue ensemble.")
    page.click("text=Revenir à la fiche")
    assert page.is_visible(".site-header")


def test_what_is_held_is_downloaded_without_a_name_in_the_file_name(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    create_person(page, served.url, given="Mahaut", family="Vraibel")
    write_note(page, "Attend un rendez-vous.")
    with page.expect_download() as waiting:
        page.click("text=Tout télécharger")
    download = waiting.value
    held = json.loads(Path(download.path()).read_text(encoding="utf-8"))
    assert download.suggested_filename == "fiche.json"
    assert held["identity"] == {"given": "Mahaut", "family": "Vraibel"}
    assert [note["text"] for note in held["notes"]] == ["Attend un rendez-vous."]


def test_a_file_is_erased_for_ever(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    record = create_person(page, served.url, given="Mahaut", family="Vraibel")
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("text=Effacer la fiche")
    page.wait_for_url(served.url + "/personnes/")
    assert find(page, "vraibel") == []
    assert not Piece.objects.filter(record=record).exists()


# --------------------------------------------------------------------------------- circles


def test_a_colleague_enters_once_both_compared_their_words(world, open_page, served):
    nurse, odile = someone(Role.NURSE, name="Neuve Essai"), member("odile")
    new, _ = open_page("/coffre/", member=nurse)
    make_ring(new, served.url)
    new.goto(served.url + "/coffre/qui-peut-lire/")
    new.click(f"[data-ruche-ask='{circle().pk}']")
    new.wait_for_selector("text=Votre demande attend")
    page, _ = open_page("/coffre/", member=odile)
    open_vault(page, served.url)
    compare(page, served.url, nurse, words_of(new, served.url))
    page.goto(f"{served.url}/coffre/cercles/{circle().pk}/")
    page.click("[data-ruche-admit]")
    page.wait_for_function("() => !document.body.innerText.includes('attendent')")
    new.goto(served.url + "/coffre/")
    new.wait_for_selector("[data-ruche-vault-troubles] li")
    assert "n’avez pas comparé" in new.inner_text("[data-ruche-vault-troubles]")
    compare(new, served.url, odile, words_of(page, served.url))
    new.goto(served.url + "/personnes/")
    assert find(new, "cyriele")


def test_wrong_words_let_nobody_in(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url)
    page.goto(f"{served.url}/coffre/mots/{member('rose').pk}/")
    page.fill("#mots", "tisane cerise lanterne violon guitare brioche")
    page.click("[data-ruche-compare] button")
    page.wait_for_selector("#mots-refus:visible")
    assert page.is_hidden("[data-ruche-pinned]")


def test_who_leaves_reads_no_more_even_if_she_is_still_there(world, open_page, served):
    rose, _ = open_page("/coffre/", member=member("rose"))
    open_vault(rose, served.url, then="/personnes/")
    assert find(rose, "cyriele")
    odile, _ = open_page("/coffre/", member=member("odile"))
    open_vault(odile, served.url)
    odile.goto(f"{served.url}/coffre/cercles/{circle().pk}/")
    odile.on("dialog", lambda dialog: dialog.accept())
    odile.click(f"[data-ruche-depart='{member('rose').pk}']")
    odile.wait_for_function(
        "() => !document.querySelector('[aria-labelledby=membres]').innerText.includes('Rose')"
    )
    assert Circle.objects.get(pk=circle().pk).epoch == 2
    odile.goto(served.url + "/personnes/")
    assert find(odile, "cyriele"), "celles et ceux qui restent lisent encore ce qui précède"
    rose.goto(served.url + "/personnes/")
    assert rose.locator("[data-ruche-directory]").count() == 0
    assert rose.request.post(served.url + "/coffre/annuaire/", data={}).status == 403


def test_a_lost_ring_is_made_again_and_a_colleague_gives_access_back(world, open_page, served):
    rose, odile = member("rose"), member("odile")
    lost, _ = open_page("/coffre/", member=rose)
    lost.click("summary")
    lost.click("[data-ruche-begin=again]")
    finish_ring(lost)
    lost.goto(served.url + "/coffre/qui-peut-lire/")
    lost.click("[data-ruche-ask-back]")
    lost.wait_for_selector("text=Votre demande attend")
    page, _ = open_page("/coffre/", member=odile)
    open_vault(page, served.url)
    page.goto(f"{served.url}/coffre/cercles/{circle().pk}/")
    assert page.locator("[data-ruche-admit]:visible").count() == 0, "ses clés ont changé"
    compare(page, served.url, rose, words_of(lost, served.url))
    page.goto(f"{served.url}/coffre/cercles/{circle().pk}/")
    page.click("[data-ruche-admit]")
    page.wait_for_function("() => !document.body.innerText.includes('attendent')")
    compare(lost, served.url, odile, words_of(page, served.url))
    lost.goto(served.url + "/personnes/")
    assert find(lost, "cyriele")


def test_two_custodians_bring_back_who_lost_everything(world, open_page, served):
    rose = member("rose")
    lost, _ = open_page("/coffre/", member=rose)
    lost.click("summary")
    lost.click("[data-ruche-begin=again]")
    finish_ring(lost)
    lost.goto(served.url + "/coffre/qui-peut-lire/")
    lost.click("[data-ruche-ask-rescue]")
    lost.wait_for_selector("text=Votre demande attend")
    words = words_of(lost, served.url)
    for who in ("bernard", "solange"):
        guard, _ = open_page("/coffre/", member=member(who))
        open_vault(guard, served.url)
        compare(guard, served.url, rose, words)
        guard.goto(served.url + "/coffre/gardiennes/")
        guard.click("[data-ruche-approve]")
        guard.wait_for_timeout(300)
        compare(lost, served.url, member(who), words_of(guard, served.url))
    lost.goto(served.url + "/coffre/gardiennes/")
    lost.click("[data-ruche-return]:enabled")
    lost.wait_for_url("**/coffre/qui-peut-lire/")
    lost.goto(served.url + "/personnes/")
    assert find(lost, "cyriele")


def test_a_swapped_key_is_refused_and_shown(world, open_page, served):
    """The server serves another act: the browser that remembers the true one says so."""
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url)
    page.click("text=Fermer le coffre")
    act = circle().acts.get(number=1)
    type(act).objects.filter(pk=act.pk).update(
        statement=bytes(act.statement).replace(b"2026", b"2025")
    )
    open_vault(page, served.url)
    page.wait_for_selector("[data-ruche-vault-troubles] li")
    assert "d’autres actes" in page.inner_text("[data-ruche-vault-troubles]")
    page.goto(served.url + "/personnes/")
    assert find(page, "cyriele") == []


def test_a_circle_made_up_between_two_requests_receives_no_secret(world, open_page, served):
    """The second time, the server serves a circle of its own: the departure is not written."""
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url)
    page.goto(f"{served.url}/coffre/cercles/{circle().pk}/")
    page.wait_for_selector(OPEN)
    asked, mine, rose = [], str(circle().pk), member("rose").pk
    invented = acts_as_text(made_up(mine))

    def answer(route: Any) -> None:
        asked.append(route)
        response = route.fetch()
        held = response.json()
        if len(asked) == 2:
            own = next(one for one in held["circles"] if one["id"] == mine)
            own["acts"] = invented
        route.fulfill(response=response, json=held)

    page.route("**/coffre/etat/", answer)
    page.on("dialog", lambda dialog: dialog.accept())
    page.click(f"[data-ruche-depart='{rose}']")
    page.wait_for_selector("[data-ruche-refusal]:visible")
    assert "en présente un autre" in page.inner_text("[data-ruche-refusal]")
    assert len(asked) == 2
    assert circle().epoch == 1


def made_up(id: str) -> list[Act]:
    """A circle that a server could invent: sound, and nobody's."""
    names = [str(member(who).pk) for who in ("odile", "rose")]
    pairs = {name: KeyPair.draw() for name in names}
    said = {
        "circle": id,
        "number": 1,
        "previous": "",
        "kind": "create",
        "epoch": 1,
        "public": public_of(bytes(range(32))),
        "members": {who: (pair.seal_public, pair.sign_public) for who, pair in pairs.items()},
        "custodians": {},
        "recovery": b"",
        "by": names[0],
        "on": "2026-11-24",
    }
    return [sign_act(said, pairs[names[0]].sign_private)]


def acts_as_text(acts: list[Act]) -> list[dict[str, Any]]:
    return [
        {"statement": text_of(one.statement), "signature": text_of(one.signature), "approvals": {}}
        for one in acts
    ]


def test_a_file_is_shared_with_another_circle_then_taken_back(world, open_page, served):
    page, said = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    record = create_person(page, served.url, alias="La voisine d’essai")
    write_note(page, "Cherche un dossier.")
    page.click("text=Partager avec un autre cercle")
    page.check("[data-field=notes]")
    page.fill("#comment", "De vive voix, avec sa fille.")
    page.fill("#jusque", "2030-01-31")
    page.check("[data-field=agreed]")
    page.click("[data-ruche-share] button[type=submit]")
    page.wait_for_selector("[data-ruche-shares] li")
    karim, _ = open_page("/coffre/", member=member("karim"))
    open_vault(karim, served.url, then=f"/personnes/{record}/")
    karim.wait_for_selector("[data-ruche-notes] li")
    assert "Cherche un dossier." in karim.inner_text("[data-ruche-notes]")
    assert karim.locator("[data-ruche-note]").count() == 0, "il lit, il n’écrit pas"
    page.click("text=Retirer ce partage")
    page.wait_for_function("() => !document.querySelector('[data-ruche-shares] li')")
    response = karim.goto(f"{served.url}/personnes/{record}/")
    assert response.status == 403
    assert errors(said) == []


def test_a_share_lives_on_when_the_identity_changes_and_grows_when_asked(world, open_page, served):
    page, said = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    record = create_person(page, served.url, alias="La voisine d’essai")
    page.click("text=Partager avec un autre cercle")
    page.check("[data-field=notes]")
    page.fill("#comment", "De vive voix.")
    page.fill("#jusque", "2030-01-31")
    page.check("[data-field=agreed]")
    page.click("[data-ruche-share] button[type=submit]")
    page.wait_for_selector("[data-ruche-shares] li")
    assert "De vive voix" in page.inner_text("[data-ruche-shares]")
    write_note(page, "Écrite après le partage.")
    page.click("summary:has-text('Modifier')")
    page.fill("#fiche-alias", "La voisine du dessus")
    with page.expect_response("**/coffre/partages/completer/"):
        page.click("text=Enregistrer")
    karim, _ = open_page("/coffre/", member=member("karim"))
    open_vault(karim, served.url, then=f"/personnes/{record}/")
    karim.wait_for_selector("[data-ruche-identity] dd")
    assert "La voisine du dessus" in karim.inner_text("[data-ruche-identity]")
    assert karim.locator("[data-ruche-notes] li").count() == 0
    with page.expect_response("**/coffre/partages/completer/"):
        page.click("text=Y ajouter les notes récentes")
    karim.reload()
    karim.wait_for_selector("[data-ruche-notes] li")
    assert errors(said) == []


def test_a_share_that_the_server_made_up_receives_no_key(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    record = create_person(page, served.url, alias="La voisine d’essai")
    advisers = Circle.objects.get(name=RIGHTS)
    until = date.today() + timedelta(days=30)
    Permission.objects.create(
        id=uuid4(), record_id=record, circle=advisers, since=date.today(), until=until
    )
    page.reload()
    page.wait_for_selector("[data-ruche-shares] li")
    page.click("summary:has-text('Modifier')")
    page.fill("#fiche-alias", "La voisine du dessus")
    page.click("text=Enregistrer")
    page.wait_for_function(
        "() => document.querySelector('[data-ruche-identity]').innerText.includes('dessus')"
    )
    assert not Wrap.objects.filter(piece__record=record, circle=advisers).exists()


def test_nothing_is_shared_without_the_persons_agreement(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    record = create_person(page, served.url, alias="La voisine d’essai")
    page.click("text=Partager avec un autre cercle")
    page.fill("#comment", "De vive voix.")
    page.fill("#jusque", "2030-01-31")
    page.click("[data-ruche-share] button[type=submit]")
    page.wait_for_selector("[data-ruche-refusal]:visible")
    assert "Sans l’accord" in page.inner_text("[data-ruche-refusal]")
    assert Piece.objects.filter(record=record).count() == 1


def test_a_note_that_the_server_drops_is_missed(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    record = create_person(page, served.url, alias="La voisine d’essai")
    write_note(page, "La première.")
    write_note(page, "La seconde.")
    assert page.is_hidden("[data-ruche-dropped]")
    first = page.locator("[data-ruche-notes] li").count()
    assert first == 2
    notes = list(Piece.objects.filter(record=record, kind="note"))
    answers = []
    for note in notes:
        Piece.objects.filter(pk=note.pk).update(kind="words")  # no longer served as a note
        page.reload()
        page.wait_for_selector("[data-ruche-notes] li")
        answers.append(page.is_visible("[data-ruche-dropped]"))
        Piece.objects.filter(pk=note.pk).update(kind="note")
    assert sorted(answers) == [False, True], "la première manque à la seconde"


def test_two_files_are_brought_together_value_by_value_then_separated(world, open_page, served):
    page, said = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    create_person(page, served.url, given="Mahau", family="Vraibel", phone="05 62 00 00 01")
    write_note(page, "Écrite sur la première fiche.")
    create_person(page, served.url, given="Mahaut", family="Vraibel", birth="1961")
    page.click("text=Réunir avec une autre fiche")
    page.focus("#reunir")
    page.wait_for_timeout(500)
    page.fill("#reunir", "mahau vraibel")
    page.locator("[data-ruche-merge-found] button", has_text=re.compile("^Mahau Vraibel")).click()
    page.wait_for_selector("[data-ruche-merge]:visible")
    page.click("text=Réunir ces deux fiches")
    page.wait_for_selector("[data-ruche-merged] li")
    identity = page.inner_text("[data-ruche-identity]")
    assert "05 62 00 00 01" in identity, "ce que l’autre savait de plus est gardé"
    assert "Mahaut" in identity
    assert "1961" in identity
    assert "Écrite sur la première fiche." in page.inner_text("[data-ruche-notes]")
    first = page.url
    page.goto(served.url + "/personnes/")
    assert find(page, "vraibel") == ["Mahaut Vraibel"], "on ne trouve plus qu’une fiche"
    page.goto(first)
    page.click("[data-ruche-merged] button")
    page.wait_for_function("() => !document.querySelector('[data-ruche-merged] li')")
    assert "05 62 00 00 01" not in page.inner_text("[data-ruche-identity]")
    page.goto(served.url + "/personnes/")
    assert sorted(find(page, "vraibel")) == ["Mahau Vraibel", "Mahaut Vraibel"]
    assert errors(said) == []


# ---------------------------------------------------------------------- hostile conditions


def test_envelopes_that_are_swapped_or_cut_do_not_open_and_the_others_do(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    record = create_person(page, served.url, alias="La voisine d’essai")
    for text in ("Première.", "Deuxième.", "Troisième."):
        write_note(page, text)
    first, second, third = Piece.objects.filter(record=record, kind="note").order_by("pk")
    swapped = bytes(first.body), bytes(second.body)
    Piece.objects.filter(pk=first.pk).update(body=swapped[1])
    Piece.objects.filter(pk=second.pk).update(body=swapped[0][:-20])
    page.reload()
    page.wait_for_function("() => document.querySelectorAll('[data-ruche-notes] li').length === 3")
    lines = page.locator("[data-ruche-notes] li").all_inner_texts()
    assert sum("ne s’ouvre pas" in line for line in lines) == 2
    assert third is not None
    assert page.is_visible("[data-ruche-identity]")


def test_a_clock_off_by_a_day_hinders_nothing(world, open_page, served):
    page, said = open_page("/coffre/", member=member("odile"))
    page.clock.install(time=datetime.now() + timedelta(days=1))
    open_vault(page, served.url, then="/personnes/")
    create_person(page, served.url, alias="La voisine d’essai")
    write_note(page, "Écrite demain, dit l’horloge.")
    page.goto(served.url + "/personnes/")
    assert find(page, "voisine d’essai")
    assert errors(said) == []


def test_fifteen_idle_minutes_close_the_vault(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    page.clock.install()
    open_vault(page, served.url, then="/personnes/")
    assert find(page, "cyriele")
    page.clock.fast_forward(16 * 60_000)
    page.wait_for_selector(CLOSED)
    assert page.locator("[data-ruche-results] a").count() == 0
    assert Half.objects.count() == 0


def test_a_journal_that_went_back_is_announced_and_accepted(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    page.evaluate(
        """() => new Promise((done) => { const asked = indexedDB.open('ruche-coffre', 1);
        asked.onsuccess = () => { const change = asked.result.transaction('gardé', 'readwrite');
          change.objectStore('gardé').put({ number: 1, digest: 'une autre' }, 'tête du journal');
          change.oncomplete = () => { asked.result.close(); done(); }; }; })"""
    )
    page.reload()
    page.wait_for_selector("[data-notice=restored]:visible")
    page.click("[data-ruche-vault-accept]")
    page.wait_for_timeout(300)
    page.reload()
    page.wait_for_selector(OPEN)
    page.wait_for_timeout(300)
    assert page.is_hidden("[data-notice=restored]")


def test_a_hole_brought_by_a_script_is_filled_and_leaves_nothing_in_the_page(
    world, open_page, served
):
    page, said = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    record = create_person(page, served.url, given="Mahaut", family="Vraibel")
    piece = Piece.objects.get(record=record, kind="identity").pk
    page.goto(served.url + "/personnes/")
    page.wait_for_selector(OPEN)
    page.evaluate(
        """(piece) => { const hole = document.createElement('ruche-sealed');
        hole.dataset.piece = piece; hole.dataset.show = 'name'; hole.textContent = 'scellé';
        document.querySelector('main').append(hole); }""",
        str(piece),
    )
    page.wait_for_selector("ruche-sealed[data-filled]")
    assert "Mahaut" not in page.content()
    page.click("text=Fermer le coffre")
    page.wait_for_selector("ruche-sealed:not([data-filled])", state="attached")
    assert errors(said) == []
