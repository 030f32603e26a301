"""Circles in a real browser: entering, leaving, coming back, sharing."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from ruche.accounts.enums import Role
from ruche.desk.demo.vault import RIGHTS
from ruche.engines.vault.acts import Act, sign_act
from ruche.engines.vault.forms import text_of
from ruche.engines.vault.suite import KeyPair, public_of
from ruche.vault.models import Circle, Permission, Piece, Wrap
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
from tests.core.member_urls import circle, member
from tests.members import someone

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


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
        with guard.expect_navigation():  # the page comes back once the approval is kept
            guard.click("[data-ruche-approve]")
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
        Piece.objects.filter(pk=note.pk).update(kind="consent")  # no longer served as a note
        page.reload()
        page.wait_for_selector("[data-ruche-notes] li")
        answers.append(page.is_visible("[data-ruche-dropped]"))
        Piece.objects.filter(pk=note.pk).update(kind="note")
    assert sorted(answers) == [False, True], "la première manque à la seconde"


def test_a_vault_that_closes_takes_away_the_file_that_was_compared(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    create_person(page, served.url, given="Mahau", family="Vraibel", birth="1960")
    create_person(page, served.url, given="Mahaut", family="Vraibel", birth="1961")
    page.click("text=Réunir avec une autre fiche")
    page.fill("#reunir", "mahau vraibel")
    page.locator("[data-ruche-merge-found] button", has_text=re.compile("^Mahau Vraibel")).click()
    page.wait_for_selector("[data-ruche-merge-values] >> text=1960")
    page.click("[data-ruche-vault-close]")
    page.wait_for_selector(CLOSED)
    assert "1960" not in page.content()
    assert page.input_value("#reunir") == ""


def test_two_files_are_brought_together_value_by_value_then_separated(world, open_page, served):
    page, said = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    create_person(page, served.url, given="Mahau", family="Vraibel", phone="05 62 00 00 01")
    write_note(page, "Écrite sur la première fiche.")
    create_person(page, served.url, given="Mahaut", family="Vraibel", birth="1961")
    page.click("text=Réunir avec une autre fiche")
    held = []
    page.route("**/coffre/annuaire/", lambda route: held.append(route), times=1)
    with page.expect_request("**/coffre/annuaire/"):
        page.fill("#reunir", "mahau vraibel")
    for route in held:
        route.continue_()
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
