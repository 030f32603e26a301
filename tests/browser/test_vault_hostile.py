"""What goes wrong in a real browser: changed envelopes, clocks, sessions, a journal gone back."""

from datetime import datetime, timedelta

import pytest

from ruche.vault.models import Half, Piece
from tests.browser.vault_gestures import (
    CLOSED,
    OPEN,
    create_person,
    errors,
    find,
    open_vault,
    write_note,
)
from tests.conftest import session_cookie
from tests.core.member_urls import circle, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


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


def test_an_identity_that_was_changed_is_told_and_the_others_are_found(world, open_page, served):
    one = Piece.objects.filter(record__circle=circle(), kind="identity").order_by("pk")[0]
    Piece.objects.filter(pk=one.pk).update(body=bytes(one.body)[:-1] + b"\0")
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    find(page, "")
    assert "Une fiche ne s’ouvre pas" in page.inner_text("[data-ruche-closed]")
    assert "39 personnes" in page.inner_text("[data-ruche-count]")


def test_a_session_that_ended_is_told_and_what_was_typed_stays(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    create_person(page, served.url, alias="La voisine d’essai")
    page.fill("#note", "Une note que l’on ne veut pas retaper.")
    again = session_cookie(member("odile"), served.url)  # signed in anew, in another tab
    page.context.clear_cookies(name="sessionid")
    page.click("text=Sceller la note")
    page.wait_for_selector("[data-ruche-refusal]:visible")
    assert "Votre session a pris fin" in page.inner_text("[data-ruche-refusal]")
    assert page.input_value("#note") == "Une note que l’on ne veut pas retaper."
    page.context.add_cookies([again])
    page.click("text=Sceller la note")
    page.wait_for_selector("[data-ruche-notes] li")


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
    with page.expect_response("**/coffre/fermer/"):
        page.clock.fast_forward(16 * 60_000)
    page.wait_for_selector(CLOSED)
    assert page.locator("[data-ruche-results] a").count() == 0
    assert Half.objects.count() == 0


def test_who_works_in_one_tab_does_not_lose_the_other(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    page.clock.install()
    open_vault(page, served.url, then="/personnes/")
    other = page.context.new_page()
    other.goto(f"{served.url}/personnes/")
    other.wait_for_selector(OPEN)
    page.clock.fast_forward(10 * 60_000)
    page.evaluate(
        """() => { new BroadcastChannel('ruche-coffre').onmessage = ({ data }) => {
        if (data === 'alive') window.heard = true; }; }"""
    )
    other.keyboard.press("Tab")
    page.clock.fast_forward(2 * 60_000)
    page.wait_for_function("() => window.heard")
    page.clock.fast_forward(8 * 60_000)
    page.wait_for_timeout(300)
    assert page.locator(OPEN).count() == other.locator(OPEN).count() == 1
    page.clock.fast_forward(16 * 60_000)
    page.wait_for_selector(CLOSED)


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
    page.wait_for_selector("[data-notice=restored]", state="hidden")
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
