"""Each way in, in a real browser: passkey, password and code, recovery, invitation, sudo mode."""

import json
import re
import time
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import hotp_value

from ruche.accounts import actions
from ruche.accounts.enums import Role
from ruche.accounts.models import Member
from tests.members import PASSWORD, organisation, someone

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

SECRET = "JBSWY3DPEHPK3PXP"
PHONE = 360


STEP = 30
"""Seconds during which a code is good."""

TIME_TO_TYPE = 12


def code_now() -> str:
    """A code that stays good long enough to be typed, as a person would wait for one."""
    left = STEP - time.time() % STEP
    if left < TIME_TO_TYPE:
        time.sleep(left)
    return f"{hotp_value(SECRET, int(time.time()) // STEP):06}"


def with_authenticator(page: Any, *, verified: bool = True) -> Any:
    """A passkey reader in the browser, that could derive secrets (PRF).

    `verified`: whether it recognises who holds it, by the finger or the code.
    """
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "ctap2Version": "ctap2_1",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": verified,
                "hasPrf": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session


def sign_in(page: Any, member: Member) -> None:
    """With the password, then the code."""
    page.fill("[name=login]", member.email)
    page.fill("[name=password]", PASSWORD)
    page.click("text=Continuer")
    page.fill("[name=code]", code_now())
    page.click("text=Continuer")


def confirm(page: Any) -> None:
    """Sudo mode: the password once more."""
    page.fill("[name=password]", PASSWORD)
    page.click("main button:has-text('Confirmer')")


def sign_out(page: Any, url: str) -> None:
    page.goto(url + "/deconnexion/")
    page.click("text=Me déconnecter")


@pytest.mark.parametrize("width", [1280, PHONE])
def test_a_member_signs_in_with_a_password_and_a_code(open_page, width):
    member = someone(Role.NURSE, name="Odile Essai")
    page, said = open_page("/connexion/?next=/compte/", width=width)
    sign_in(page, member)
    page.wait_for_url(re.compile(r"^[^?]*/compte/$"))
    assert page.inner_text("h1") == "Odile Essai"
    assert not [line for line in said if "erreur" in line]


def test_a_wrong_code_is_told_and_opens_nothing(open_page, served):
    member = someone(Role.NURSE)
    page, _ = open_page("/connexion/")
    page.fill("[name=login]", member.email)
    page.fill("[name=password]", PASSWORD)
    page.click("text=Continuer")
    page.fill("[name=code]", "000000")
    page.click("text=Continuer")
    page.wait_for_selector("[role=alert]")
    page.goto(served.url + "/compte/")
    assert "/connexion/" in page.url


def test_a_recovery_code_stands_for_the_lost_telephone_once(open_page, served):
    member = someone(Role.NURSE)
    codes = RecoveryCodes.activate(member)
    lost = codes.get_unused_codes()[0]
    page, _ = open_page("/connexion/?next=/compte/")
    page.fill("[name=login]", member.email)
    page.fill("[name=password]", PASSWORD)
    page.click("text=Continuer")
    page.fill("[name=code]", lost)
    page.click("text=Continuer")
    page.wait_for_url(re.compile(r"^[^?]*/compte/$"))
    assert (
        lost
        not in RecoveryCodes(member.authenticator_set.get(type="recovery_codes")).get_unused_codes()
    )


def posted_credentials(page: Any) -> list[dict[str, Any]]:
    """Every credential that the page posts from now on."""
    seen: list[dict[str, Any]] = []

    def look(request: Any) -> None:
        from urllib.parse import parse_qs

        if request.method == "POST" and "credential" in (request.post_data or ""):
            seen.extend(json.loads(one) for one in parse_qs(request.post_data)["credential"])

    page.on("request", look)
    return seen


def test_a_passkey_is_added_then_opens_the_account_alone(open_page, served):
    member = someone(Role.NURSE, name="Odile Essai")
    page, said = open_page("/connexion/?next=/compte/securite/cles/ajouter/")
    with_authenticator(page)
    posted = posted_credentials(page)
    sign_in(page, member)
    confirm(page)
    page.wait_for_selector("form[data-ruche-passkey=create]")
    page.fill("[name=name]", "Téléphone d’essai")
    page.click("text=Ajouter cette clé")
    page.wait_for_selector(".codes")
    assert member.authenticator_set.filter(type="webauthn").count() == 1
    sign_out(page, served.url)
    page.goto(served.url + "/connexion/?next=/compte/")
    page.click("form[data-ruche-passkey=get] button")
    page.wait_for_url(re.compile(r"^[^?]*/compte/$"))
    assert page.inner_text("h1") == "Odile Essai"
    assert len(posted) == 2
    for credential in posted:
        assert set(credential) == {"id", "rawId", "type", "response", "clientExtensionResults"}
        assert set(credential["clientExtensionResults"]) <= {"credProps"}
    assert not [line for line in said if "erreur" in line]


def test_a_passkey_that_is_refused_says_so_and_can_be_tried_again(open_page):
    page, _ = open_page("/connexion/")
    session = with_authenticator(page)  # it holds no passkey of ours
    page.click("form[data-ruche-passkey=get] button")
    page.wait_for_selector("[data-state=refused]:visible, [data-state=failed]:visible")
    assert session is not None
    assert page.locator("form[data-ruche-passkey=get] button").is_enabled()


def test_a_passkey_that_does_not_recognise_its_holder_is_not_added(open_page):
    member = someone(Role.NURSE)
    page, _ = open_page("/compte/securite/cles/ajouter/", member=member)
    with_authenticator(page, verified=False)
    page.click("text=Ajouter cette clé")
    page.wait_for_selector("[data-state=refused]:visible, [data-state=failed]:visible")
    assert member.authenticator_set.filter(type="webauthn").count() == 0


def test_someone_invited_opens_her_account_with_a_passkey_on_a_phone(open_page, served):
    coordinator = someone(Role.COORDINATOR)
    _, token = actions.invite(
        "neuve@essai.example", role=Role.NURSE, organisation=organisation(), by=coordinator
    )
    page, said = open_page(f"/invitation/{token}/", width=PHONE)
    with_authenticator(page)
    page.fill("[name=name]", "Neuve Essai")
    page.fill("[name=password]", PASSWORD)
    page.check("[name=charter]")
    page.click("text=Créer mon compte")
    page.wait_for_url("**/compte/proteger/")
    page.click("text=Ajouter une clé d’accès")
    page.click("text=Ajouter cette clé")
    page.wait_for_url("**/compte/securite/secours/")
    assert page.locator(".codes li").count() == 10
    page.goto(served.url + "/compte/")
    assert page.inner_text("h1") == "Neuve Essai"
    assert not [line for line in said if "erreur" in line]


def test_a_deactivated_member_is_out_at_her_next_click(open_page, served):
    member = someone(Role.NURSE)
    page, _ = open_page("/connexion/?next=/compte/")
    sign_in(page, member)
    page.wait_for_url(re.compile(r"^[^?]*/compte/$"))
    actions.deactivate(member, by=someone(Role.COORDINATOR))
    page.goto(served.url + "/compte/")
    assert "/connexion/" in page.url


def test_a_key_act_asks_once_more_who_acts(open_page):
    member = someone(Role.COORDINATOR)
    page, _ = open_page("/connexion/?next=/membres/inviter/")
    sign_in(page, member)
    page.wait_for_url("**/compte/confirmer/**")
    confirm(page)
    page.wait_for_url("**/membres/inviter/")
    assert page.locator("[name=email]").is_visible()
