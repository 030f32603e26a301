"""Coming in, being given a role, leaving: what changes, what the journal keeps, what is refused."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from ruche.accounts import actions
from ruche.accounts.charter import CURRENT
from ruche.accounts.enums import OrganisationKind, Role, Thing, Verb
from ruche.accounts.models import CharterAcceptance, Invitation, Member, Organisation, Post
from ruche.journal.models import Entry
from tests.members import PASSWORD, browser_of, organisation, someone
from tests.world import words_of

pytestmark = pytest.mark.django_db


def visitor() -> Client:
    return Client(SERVER_NAME="localhost")


def invited(role: Role = Role.NURSE, **more: object) -> tuple[Invitation, str]:
    """An invitation, and the address of its link."""
    by = someone(Role.COORDINATOR)
    invitation, token = actions.invite(
        "nouvelle@essai.example", role=role, organisation=organisation("Accueil"), by=by
    )
    Invitation.objects.filter(pk=invitation.pk).update(**more)
    return invitation, f"/invitation/{token}/"


JOINING = {"name": "Nouvelle", "password": PASSWORD, "charter": "on"}


def verbs() -> list[str]:
    return list(Entry.objects.order_by("number").values_list("verb", flat=True))


# ----------------------------------------------------------------------------- invitation


def test_an_invited_person_reads_the_charter_and_opens_her_account():
    _, link = invited()
    page = visitor().get(link)
    assert "Accueil inconditionnel" in page.content.decode()
    client = visitor()
    answer = client.post(link, JOINING)
    assert (answer.status_code, answer["Location"]) == (302, "/compte/proteger/")
    member = Member.objects.get(email="nouvelle@essai.example")
    assert member.may(Verb.COUNT, Thing.COUNTS)
    assert member.charters.get().version == CURRENT.version
    assert verbs()[-3:] == ["member_invited", "member_joined", "charter_accepted"]


def test_opening_the_link_changes_nothing():
    invitation, link = invited()
    for _ in range(3):
        assert visitor().get(link).status_code == 200
    invitation.refresh_from_db()
    assert invitation.is_waiting


def test_a_link_serves_once():
    _, link = invited()
    visitor().post(link, JOINING)
    again = visitor().post(link, {**JOINING, "name": "Autre"})
    assert again.status_code == 410
    assert Member.objects.filter(email="nouvelle@essai.example").count() == 1


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"expires_at": timezone.now() - timedelta(minutes=1)}, "expirée"),
        ({"revoked_at": timezone.now()}, "retirée"),
        ({"accepted_at": timezone.now()}, "acceptée"),
    ],
)
def test_a_link_that_no_longer_works_says_why(change, word):
    _, link = invited(**change)
    answer = visitor().get(link)
    assert answer.status_code == 410
    assert word in answer.content.decode()
    assert visitor().post(link, JOINING).status_code == 410
    assert not Member.objects.filter(email="nouvelle@essai.example").exists()


def test_a_link_that_never_was_is_unknown():
    assert visitor().get("/invitation/jamais-vu/").status_code == 404


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"charter": ""}, "Lisez la charte"),
        ({"password": "court"}, "12 caractères"),
        ({"password": "administrator"}, "trop courant"),
        ({"name": ""}, "obligatoire"),
    ],
)
def test_a_joining_form_that_lacks_something_opens_no_account(change, message):
    _, link = invited()
    answer = visitor().post(link, {**JOINING, **change})
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not Member.objects.filter(email="nouvelle@essai.example").exists()


def test_only_a_fingerprint_of_the_link_is_kept():
    invitation, link = invited()
    token = link.split("/")[2]
    invitation.refresh_from_db()
    assert token not in str(vars(invitation))
    assert len(invitation.token) == 64


def test_a_second_invitation_to_the_same_role_replaces_the_first():
    _, first = invited()
    by = someone(Role.COORDINATOR)
    actions.invite(
        "nouvelle@essai.example", role=Role.NURSE, organisation=organisation("Accueil"), by=by
    )
    assert visitor().get(first).status_code == 410


def test_someone_who_is_already_a_member_is_not_invited_again():
    member = someone(Role.NURSE)
    with pytest.raises(actions.AlreadyThere, match="déjà cette adresse"):
        actions.invite(
            member.email.upper(),
            role=Role.NURSE,
            organisation=organisation("Accueil"),
            by=someone(Role.COORDINATOR),
        )


def test_inviting_from_the_page_mails_the_link_and_shows_it_once():
    coordinator = someone(Role.COORDINATOR)
    where = organisation("Accueil")
    client = browser_of(coordinator, sudo=True)
    form = {"email": "Neuve@essai.example", "role": Role.NURSE, "organisation": where.pk}
    page = client.post("/membres/inviter/", form)
    assert page.status_code == 200
    (letter,) = mail.outbox
    link = next(word for word in letter.body.split() if "/invitation/" in word)
    assert link in words_of_page(page)
    assert letter.to == ["neuve@essai.example"]


def words_of_page(response) -> str:
    from bs4 import BeautifulSoup

    return words_of(BeautifulSoup(response.content, "html.parser"))


def test_the_first_member_is_invited_from_the_command_line(capsys):
    call_command("inviter", "premiere@essai.example", organisation="GIP neuf")
    link = capsys.readouterr().out.strip()
    assert visitor().get(link.split("8000")[-1]).status_code == 200
    assert Organisation.objects.get(name="GIP neuf").kind == OrganisationKind.GIP


# ------------------------------------------------------------------- charter, second factor


def test_a_member_reads_a_new_charter_before_anything_else(monkeypatch):
    member = someone(Role.NURSE)
    CharterAcceptance.objects.filter(member=member).update(version="ancienne")
    client = browser_of(member)
    assert client.get("/compte/")["Location"] == "/charte/"
    refused = client.post("/charte/", {})
    assert refused.status_code == 422
    client.post("/charte/", {"charter": "on"})
    assert client.get("/compte/").status_code == 200


def test_a_member_without_a_second_factor_is_asked_for_one():
    member = someone(Role.NURSE)
    member.authenticator_set.all().delete()
    assert browser_of(member).get("/compte/")["Location"] == "/compte/proteger/"


# ---------------------------------------------------------------------------- deactivation


def test_deactivation_ends_the_sessions_at_once_and_for_ever():
    member, by = someone(Role.NURSE), someone(Role.COORDINATOR)
    client = browser_of(member)
    assert client.get("/compte/").status_code == 200
    actions.deactivate(member, by=by)
    assert client.get("/compte/")["Location"].startswith("/connexion/")
    actions.reactivate(member, by=by)
    assert client.get("/compte/")["Location"].startswith("/connexion/")
    assert verbs()[-2:] == ["member_deactivated", "member_reactivated"]


def test_a_member_deactivated_in_the_middle_of_an_edit_changes_nothing():
    member, by = someone(Role.COORDINATOR), someone(Role.COORDINATOR)
    client = browser_of(member)
    client.get("/organisations/nouvelle/")
    actions.deactivate(member, by=by)
    form = {"name": "Après coup", "kind": "charity", "is_active": "on"}
    assert client.post("/organisations/nouvelle/", form)["Location"].startswith("/connexion/")
    assert not Organisation.objects.filter(name="Après coup").exists()


def test_nobody_deactivates_herself():
    member = someone(Role.COORDINATOR)
    with pytest.raises(actions.AlreadyThere):
        actions.deactivate(member, by=member)
    assert Member.objects.get(pk=member.pk).is_active


def test_deactivating_twice_writes_one_line():
    member, by = someone(Role.NURSE), someone(Role.COORDINATOR)
    actions.deactivate(member, by=by)
    actions.deactivate(member, by=by)
    assert verbs().count("member_deactivated") == 1


# ------------------------------------------------------------------------------------ roles


def test_a_role_that_ends_takes_its_rights_away_the_same_day():
    member, by = someone(Role.NURSE), someone(Role.COORDINATOR)
    post = member.posts.get()
    Post.objects.filter(pk=post.pk).update(since=timezone.localdate() - timedelta(days=9))
    post.refresh_from_db()
    actions.end_post(post, by=by)
    assert not Member.objects.get(pk=member.pk).may(Verb.SEE, Thing.SITE)


def test_the_same_role_is_not_given_twice():
    member, by = someone(Role.NURSE), someone(Role.COORDINATOR)
    where = member.posts.get().organisation
    with pytest.raises(actions.AlreadyThere, match="déjà ce rôle"):
        actions.give_post(member, Role.NURSE, where, by=by)


def test_a_journal_line_names_nobody():
    invited()
    member, by = someone(Role.NURSE, name="Prénom Nom"), someone(Role.COORDINATOR)
    actions.deactivate(member, by=by)
    kept = str(list(Entry.objects.order_by("number").values()))
    for word in ("Prénom", "essai.example", "Accueil"):
        assert word not in kept


@pytest.mark.parametrize("where", ["roles/", "activite/"])
def test_an_act_on_a_member_asks_who_acts_to_prove_it_once_more(where):
    member, by = someone(Role.NURSE), someone(Role.COORDINATOR)
    form = {"role": Role.NURSE, "organisation": organisation("Ailleurs").pk, "activity": "closed"}
    asked = browser_of(by).post(f"/membres/{member.pk}/{where}", form)
    assert asked["Location"].startswith("/compte/confirmer/")
    assert (member.posts.count(), Member.objects.get(pk=member.pk).is_active) == (1, True)
    done = browser_of(by, sudo=True).post(f"/membres/{member.pk}/{where}", form)
    assert done["Location"] == f"/membres/{member.pk}/"
    assert (member.posts.count(), Member.objects.get(pk=member.pk).is_active) != (1, True)


def test_the_login_does_not_say_whether_an_address_is_a_member_s():
    known, answers = someone(Role.NURSE).email, []
    for email in (known, "inconnue@exemple.invalid"):
        page = visitor().post("/connexion/", {"login": email, "password": "un-faux-mot-de-passe"})
        hidden = re.sub(r'value="[^"]*"', "", page.content.decode())
        answers.append((page.status_code, hidden))
    assert answers[0] == answers[1]
