"""What templates may use of the member who is signed in."""

from typing import Any

from django.http import HttpRequest

from ruche.accounts.enums import Thing, Verb

MENU = (
    ("Mon accueil", "desk:home", Verb.SEE, Thing.DESK),
    ("Rencontres", "capture:shell", Verb.COUNT, Thing.ENCOUNTER),
    ("Calendrier", "seances:calendar", Verb.SEE, Thing.CALENDAR),
    ("Planning", "planning:home", Verb.SEE, Thing.PLANNING),
    ("Lieux", "places:sites", Verb.SEE, Thing.SITE),
    ("Équipes", "seances:teams", Verb.SEE, Thing.TEAM),
    ("Personnes", "people:directory", Verb.SEE, Thing.PERSON),
    ("Comptages", "seances:counts", Verb.SEE, Thing.COUNTS),
    ("Coffre", "vault:home", Verb.SEE, Thing.VAULT),
    ("Membres", "accounts:members", Verb.SEE, Thing.MEMBER),
    ("Organisations", "accounts:organisations", Verb.SEE, Thing.ORGANISATION),
    ("Courriels", "desk:mails", Verb.SEE, Thing.MAIL),
    ("Journal", "journal:index", Verb.SEE, Thing.JOURNAL),
)
"""The menu of members: label, URL name, and the right that shows it."""


def member(request: HttpRequest) -> dict[str, Any]:
    """On a page of members: who she is, and the menu that her posts open in place of the public's.

    Public pages do not even look at the session: they are the same for everyone.
    """
    found = getattr(request, "member", None)
    if found is None:
        return {}
    menu = [(label, name) for label, name, verb, thing in MENU if found.may(verb, thing)]
    return {"signed_in": found, "navigation": menu}
