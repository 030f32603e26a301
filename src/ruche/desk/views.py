"""Pages that cross missions: the home of members, and the e-mails of the demo."""

import time

from allauth.mfa.totp.internal.auth import hotp_value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.desk import mailbox
from ruche.desk.demo.people import CHARACTERS, PASSWORD
from ruche.desk.demo.vault import PHRASE
from ruche.desk.queries import home_of


@members_only(Verb.SEE, Thing.DESK)
@require_safe
def home(request: Request) -> HttpResponse:
    """My day, my week, what waits for me."""
    today = timezone.localdate()
    context = {"today": today, "home": home_of(request.member, today)}
    return render(request, "desk/home.html", context)


@members_only(Verb.SEE, Thing.MAIL)
@require_safe
def mails(request: Request) -> HttpResponse:
    """The e-mails that this instance kept, when it has no server to send them."""
    context = {"letters": mailbox.letters(), "kept": mailbox.keeps_letters()}
    return render(request, "desk/mails.html", context)


@never_cache
@require_safe
def demo(request: HttpRequest) -> HttpResponse:
    """The accounts of the demo world, with the code that each generator shows right now.

    This address exists only where RUCHE_DEMO is on.
    """
    now = int(time.time())
    accounts = [(one, f"{hotp_value(one.totp_secret, now // 30):06}") for one in CHARACTERS]
    context = {
        "accounts": accounts,
        "password": PASSWORD,
        "phrase": PHRASE,
        "seconds": 30 - now % 30,
    }
    return render(request, "desk/demo.html", context)
