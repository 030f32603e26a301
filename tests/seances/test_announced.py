"""What is said to everyone: certain dates, cancellations said, nothing that is for the network."""

import random
from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from ruche.places import actions as register
from ruche.places.agenda import Agenda, is_of_the_rule
from ruche.places.enums import Choice, Need
from ruche.places.models import Opening, Site
from ruche.seances import actions
from ruche.seances.enums import Answer, SeanceStatus
from ruche.seances.models import Participation, Seance
from ruche.seances.queries import Announced, Announcements, announced, needs_coming, sites_for
from ruche.seances.queries.announced import CERTAIN
from tests.seances.field import a_coordinator, a_seance, a_service, a_site, a_team, in_days, today

pytestmark = pytest.mark.django_db

TUESDAYS = "Tu 14:00-16:30"


def coming(seance: Seance, answer: str = Answer.CONFIRMED, need: str = Need.HEALTH):
    team, service = a_team(), a_service()
    service.need = need
    service.save()
    part = Participation.objects.create(seance=seance, team=team, answer=answer)
    part.services.add(service)
    return part


def of(site: Site, need: str = "") -> list[Announced]:
    return announced([site], today(), 60, need=need)[site.pk]


@pytest.mark.parametrize("answer", [Answer.ASKED, Answer.DECLINED, Answer.CANCELLED])
def test_a_team_that_has_not_confirmed_is_not_announced(answer):
    seance = a_seance()
    coming(seance, answer)
    assert of(seance.site) == []


def test_only_the_services_of_confirmed_teams_are_said():
    seance = a_seance()
    sure, unsure = coming(seance), coming(seance, Answer.ASKED, Need.BUDGET)
    (said,) = of(seance.site)
    assert said.needs == (Need.HEALTH,)
    assert [service.pk for service in said.services] == [sure.services.get().pk]
    assert unsure.services.get() not in said.services


def test_a_cancelled_seance_stays_and_says_so():
    seance = a_seance()
    coming(seance)
    actions.cancel_seance(seance, reason="infirmière malade", by=a_coordinator())
    (said,) = of(seance.site)
    assert said.is_cancelled
    assert said.uid == str(seance.pk)


def test_a_seance_that_nobody_had_confirmed_is_not_announced_as_cancelled():
    seance = a_seance()
    coming(seance, Answer.ASKED)
    actions.cancel_seance(seance, reason="personne", by=a_coordinator())
    assert of(seance.site) == []


def test_a_need_keeps_what_answers_to_it():
    seance = a_seance()
    coming(seance, need=Need.BUDGET)
    assert of(seance.site, Need.BUDGET)
    assert of(seance.site, Need.HEALTH) == []


def test_a_site_that_opens_answers_to_hunger_unless_it_gives_no_food():
    site, other = a_site(), a_site(choice=Choice.NOT_FOOD)
    for each in (site, other):
        Opening.objects.create(site=each, rule=TUESDAYS, since=date(2026, 1, 1))
    assert of(site, Need.FOOD)
    assert of(other)
    assert of(other, Need.FOOD) == []


def test_an_opening_keeps_its_name_when_it_is_moved_or_cancelled():
    site, by = a_site(), a_coordinator()
    opening = Opening.objects.create(site=site, rule=TUESDAYS, since=date(2026, 1, 1))
    first, second = of(site)[:2]
    register.change_occurrence(opening, first.day, by=by)
    register.change_occurrence(
        opening, second.day, new_day=in_days(50), starts=time(9), ends=time(10), by=by
    )
    after = {said.uid: said for said in of(site)}
    assert after[first.uid].is_cancelled
    assert after[second.uid].is_moved
    assert after[second.uid].day == in_days(50)


def test_a_day_with_two_openings_has_two_names():
    site = a_site()
    Opening.objects.create(site=site, rule="Tu 09:00-12:00,14:00-16:00", since=date(2026, 1, 1))
    said = of(site)
    assert len({each.uid for each in said}) == len(said) > 8


def test_a_rule_that_nobody_can_read_does_not_take_away_the_other_dates():
    site = a_site()
    for rule in ("n’importe quoi", TUESDAYS):
        Opening.objects.create(site=site, rule=rule, since=date(2026, 1, 1))
    assert len(of(site)) >= 8


def test_a_service_that_is_no_longer_offered_is_not_announced():
    site, service = a_site(), a_service()
    site.services.add(service)
    Opening.objects.create(site=site, service=service, rule=TUESDAYS, since=date(2026, 1, 1))
    assert of(site)
    service.is_active = False
    service.save()
    assert of(site) == []


def test_nothing_is_announced_after_a_site_has_closed():
    seance = a_seance(day=in_days(10))
    coming(seance)
    Site.objects.filter(pk=seance.site_id).update(closed_on=in_days(10))
    assert of(Site.objects.get(pk=seance.site_id)) == []


def test_a_past_seance_that_was_held_was_announced():
    seance = a_seance(day=in_days(-3), status=SeanceStatus.HELD)
    coming(seance, Answer.HELD)
    assert len(announced([seance.site], in_days(-5), 5)[seance.site_id]) == 1


RULES = (TUESDAYS, "Mo-Fr 09:00-12:00,14:00-16:00", "Fr 22:00-02:00", "Tu[1] 09:00-11:00")
NEEDS = ("", Need.FOOD, Need.HEALTH, Need.BUDGET)


def a_random_world(chance: random.Random) -> list[Site]:
    """Sites with hours that change, services that are offered or not, teams that come or not."""
    by, sites = a_coordinator(), []
    services = [a_service(), a_service(), a_service()]
    for service, need in zip(services, (Need.HEALTH, Need.BUDGET, Need.FOOD), strict=True):
        service.need, service.is_active = need, chance.random() < 0.7
        service.save()
    for _ in range(8):
        sites.append(a_site(choice=chance.choice([Choice.UNKNOWN, Choice.NOT_FOOD, Choice.FREE])))
        for _ in range(chance.randrange(3)):
            opening = Opening.objects.create(
                site=sites[-1],
                service=chance.choice([None, *services]),
                rule=chance.choice(RULES),
                since=in_days(chance.choice([-30, 2])),
                until=chance.choice([None, in_days(4)]),
            )
            days = [each.day for each in Agenda(sites[-1:]).of(sites[-1].pk, today(), 7)]
            for day in chance.sample(sorted(set(days)), min(2, len(set(days)))):
                if is_of_the_rule(opening, day):
                    moved = {"new_day": in_days(9), "starts": time(9), "ends": time(10)}
                    register.change_occurrence(opening, day, by=by, **chance.choice([{}, moved]))
        for _ in range(chance.randrange(3)):
            seance = a_seance(
                sites[-1],
                in_days(chance.randrange(8)),
                status=chance.choice([SeanceStatus.CONFIRMED, SeanceStatus.CANCELLED]),
            )
            part = Participation.objects.create(
                seance=seance, team=a_team(), answer=chance.choice([*CERTAIN, Answer.ASKED])
            )
            part.services.set(chance.sample(services, chance.randrange(3)))
    return sites


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("days", [1, 7])
def test_the_light_reading_finds_the_sites_that_announce_something_and_no_other(seed, days):
    chance = random.Random(seed)
    sites = a_random_world(chance)
    now = timezone.now() + timedelta(hours=chance.randrange(20))
    read = Announcements(sites, today(), days)
    coming = needs_coming(today(), days, now=now)
    for need in NEEDS:
        told = {pk for pk in read.sites if any(each.end > now for each in read.of(pk, need=need))}
        assert {pk for pk in read.sites if need in coming.get(pk, ())} == told
    for need in NEEDS[1:]:
        answering = {pk for pk in read.sites if need in read.needs_of(pk)}
        assert sites_for(need, today(), days) & read.sites.keys() == answering


def test_the_number_of_queries_does_not_depend_on_the_sites(django_assert_num_queries):
    def a_full_site() -> Site:
        seance = a_seance()
        coming(seance)
        Opening.objects.create(site=seance.site, rule=TUESDAYS, since=date(2026, 1, 1))
        return seance.site

    one, many = [a_full_site()], [a_full_site() for _ in range(5)]
    with django_assert_num_queries(5):
        announced(one, today(), 60)
    with django_assert_num_queries(5):
        announced(many, today(), 60)
