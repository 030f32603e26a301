"""What waits for a member because of a circle shows on her home."""

import pytest
from django.utils import timezone

from ruche.desk.queries import home_of
from ruche.vault.models import Ask
from tests.core.member_urls import circle, member

pytestmark = pytest.mark.django_db


def titles(who: str) -> list[str]:
    return [one.title for one in home_of(member(who), timezone.localdate()).waiting]


def test_those_of_the_circle_see_who_asks_to_enter(world):
    Ask.objects.create(circle=circle(), member=member("karim"), kind="join")
    assert "Attendent votre cercle" in titles("odile")
    assert "Attendent votre cercle" not in titles("ines")


def test_a_custodian_sees_who_lost_everything_until_she_agreed(world):
    ask = Ask.objects.create(circle=circle(), member=member("rose"), kind="rescue")
    assert "Attendent votre accord de secours" in titles("bernard")
    assert "Attendent votre cercle" not in titles("odile")
    ask.approvals.create(custodian=member("bernard"), part=b"\1" * 64, signature=b"\2" * 64)
    assert "Attendent votre accord de secours" not in titles("bernard")
    assert "Attendent votre accord de secours" in titles("solange")
