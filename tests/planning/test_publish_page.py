"""The page that publishes says what the plan no longer keeps, as things stand today."""

import pytest
from django.urls import reverse
from django.utils import timezone

from ruche.planning.models import Worker
from ruche.seances.actions import add_absence
from tests.core.member_urls import member, month
from tests.members import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(world):
    held = month()
    browser = browser_of(member("ines"))
    return held, lambda: browser.get(reverse("planning:publish", args=[held.first]))


def test_an_absence_noted_since_the_proposal_is_said_before_publishing(page):
    held, opened = page
    day = held.head.found.days[0]
    worker = Worker.objects.get(pk=day.worker)
    assert f"{worker.name}, le {day.day:%d/%m/%Y}" not in opened().text
    add_absence(worker.team, day.day, day.day, by=member("ines"), member=worker.member)
    said = opened().text
    assert "ne tient pas toutes les règles" in said
    assert f"{worker.name}, le {day.day:%d/%m/%Y}" in said


def test_someone_taken_out_of_the_rounds_since_the_proposal_is_said(page):
    held, opened = page
    day = held.head.found.days[0]
    Worker.objects.filter(pk=day.worker).update(is_active=False)
    assert day.day >= timezone.localdate()
    assert "cette personne n’est pas dans l’équipe du mois" in opened().text
