"""Rings in a real browser: made, opened, held from page to page, closed."""

from contextlib import nullcontext

import pytest

from ruche.accounts.enums import Role
from ruche.vault.models import Half
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
    errors,
    find,
    make_ring,
    open_vault,
)
from tests.core.member_urls import member
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


def wait_until_half_is_gone(page, served):
    """The server overwrites its half when it is asked to, after the page was left."""
    for _ in range(100):
        with getattr(served, "alone", nullcontext()):
            if not Half.objects.exists():
                return
        page.wait_for_timeout(100)
    pytest.fail("la moitié du serveur est toujours là")


def test_a_vault_that_was_closed_stays_closed_however_fast_one_leaves(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url)
    page.evaluate(
        "() => { document.querySelector('[data-ruche-vault-close]').click();"
        " location.assign('/personnes/'); }"
    )
    page.wait_for_url("**/personnes/")
    page.wait_for_selector(CLOSED)
    wait_until_half_is_gone(page, served)
    assert page.locator(OPEN).count() == 0


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
