"""What a browser may post of a passkey: these keys and no other."""

import copy
import json

import pytest

from ruche.accounts.enums import Role
from ruche.accounts.passkeys import UnexpectedKey, refuse_unexpected
from tests.members import browser_of, someone

GOOD = {
    "id": "AAAA",
    "rawId": "AAAA",
    "type": "public-key",
    "response": {"clientDataJSON": "AA", "attestationObject": "AA", "transports": ["internal"]},
    "clientExtensionResults": {"credProps": {"rk": True}},
}


def changed(path: str, value: object) -> dict[str, object]:
    """The good credential with one more key."""
    credential = copy.deepcopy(GOOD)
    *places, last = path.split(".")
    inside = credential
    for place in places:
        inside = inside[place]
    inside[last] = value
    return credential


def test_what_our_script_posts_is_accepted():
    refuse_unexpected(GOOD)
    refuse_unexpected({**GOOD, "clientExtensionResults": {}})


@pytest.mark.parametrize(
    "path",
    [
        "prf",
        "authenticatorAttachment",
        "response.prf",
        "response.publicKey",
        "clientExtensionResults.prf",
        "clientExtensionResults.largeBlob",
        "clientExtensionResults.credProps.secret",
    ],
)
def test_one_more_key_is_refused(path):
    with pytest.raises(UnexpectedKey):
        refuse_unexpected(changed(path, {"results": {"first": "secret"}}))


@pytest.mark.parametrize("thing", [None, [], "texte", 3, {**GOOD, "id": {"prf": 1}}])
def test_what_is_not_a_credential_is_refused(thing):
    with pytest.raises(UnexpectedKey):
        refuse_unexpected(thing)


SECRET = "c2VjcmV0LXByZi1vdXRwdXQ"
WITH_SECRET = changed("clientExtensionResults.prf", {"results": {"first": SECRET}})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/connexion/cle/", "/connexion/verification/"],
)
def test_a_login_that_carries_a_secret_is_refused_and_leaves_nothing(client, address, caplog):
    answer = client.post(
        address, {"credential": json.dumps(WITH_SECRET)}, headers={"host": "localhost"}
    )
    assert answer.status_code == 400
    assert SECRET not in caplog.text
    assert SECRET not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/compte/securite/cles/ajouter/", "/compte/confirmer/cle/"])
def test_a_registration_that_carries_a_secret_is_refused_and_leaves_nothing(address, caplog):
    member = someone(Role.NURSE)
    client = browser_of(member, sudo=True)
    answer = client.post(address, {"credential": json.dumps(WITH_SECRET), "passwordless": "on"})
    assert answer.status_code == 400
    assert member.authenticator_set.filter(type="webauthn").count() == 0
    assert SECRET not in caplog.text + str(dict(client.session))


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["{", "", "x" * 70_000])
def test_an_unreadable_credential_is_refused(client, text):
    answer = client.post("/connexion/cle/", {"credential": text}, headers={"host": "localhost"})
    assert answer.status_code == 400
