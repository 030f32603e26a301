"""Members for a test: someone with a role, ready to work, and her browser.

The standing characters of the demo world are in `ruche.desk.demo`; these are for one test's needs.
"""

from itertools import count

from allauth.mfa.models import Authenticator
from django.test import Client

from ruche.accounts.charter import CURRENT
from ruche.accounts.enums import OrganisationKind, Role
from ruche.accounts.models import CharterAcceptance, Member, Organisation, Post

PASSWORD = "quatre mots sans rapport"
NUMBERS = count(1)


def organisation(name: str = "", kind: OrganisationKind = OrganisationKind.CHARITY) -> Organisation:
    """An organisation; the same name gives the same one."""
    name = name or f"Organisation d’essai {next(NUMBERS)}"
    found, _ = Organisation.objects.get_or_create(name=name, defaults={"kind": kind})
    return found


def someone(
    *roles: Role, at: Organisation | None = None, name: str = "", ready: bool = True
) -> Member:
    """A member with these roles. `ready`: the charter accepted, a second factor in place."""
    number = next(NUMBERS)
    member = Member(email=f"membre{number}@essai.example", name=name or f"Membre {number}")
    member.set_password(PASSWORD)
    member.save()
    where = at or organisation("Organisation d’essai")
    for role in roles:
        Post.objects.create(member=member, organisation=where, role=role)
    if ready:
        CharterAcceptance.objects.create(member=member, version=CURRENT.version)
        Authenticator.objects.create(
            user=member, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"}
        )
    return member


def browser_of(member: Member, *, sudo: bool = False) -> Client:
    """A browser in which the member is signed in; `sudo`: she has just proved who she is."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(member)
    if sudo:
        enter_sudo(client, member)
    return client


def enter_sudo(client: Client, member: Member) -> None:
    """What a fresh confirmation of the password leaves in the session."""
    import time

    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(member.pk)
    session.save()
