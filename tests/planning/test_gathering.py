"""From rows to a problem: what a month depends on is there, and nothing more."""

import re
from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from ruche.engines.rounds import Assignment, BadProblem, Opening, WorkedWeek
from ruche.engines.rounds.limits import DAY
from ruche.engines.rounds.problem import monday_of
from ruche.geography.models import Territory
from ruche.places import actions as places
from ruche.places.models import Opening as Rule
from ruche.places.models import Site
from ruche.planning.actions.months import begin_month
from ruche.planning.actions.publishing import publish
from ruche.planning.gathering import problem_of
from ruche.planning.models import (
    Block,
    Month,
    Need,
    Outage,
    PartnerOffer,
    Pin,
    Rota,
    Vehicle,
    Visit,
    Worker,
)
from ruche.seances.enums import Answer, SeanceStatus
from ruche.seances.models import Absence, Participation, Seance
from tests.planning.conftest import searched, some_day
from tests.seances.field import a_service, a_team

pytestmark = pytest.mark.django_db

UUID_LIKE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")


@pytest.fixture
def site(month, coordinator, nurses) -> Site:
    """A place of Auch that opens on Tuesday afternoons, and on which nurses are awaited."""
    made = places.save_site(
        Site(name="Lieu d’essai", commune=Territory.objects.get(pk="32013"), address="1 rue"),
        by=coordinator,
    )
    places.save_opening(Rule(site=made, rule="Tu 14:00-17:00; PH off"), by=coordinator)
    Need.objects.create(site=made, rota=nurses)
    return made


def openings(month, site) -> list[Opening]:
    return list(problem_of(month).site[str(site.pk)].openings)


def faults(month) -> str:
    with pytest.raises(BadProblem) as refused:
        problem_of(month)
    text = "\n".join(refused.value.faults)
    assert not UUID_LIKE.search(text)
    return text


def seance(site, day, worker, member=None, answer=Answer.CONFIRMED, **more) -> Seance:
    """A séance made by hand, where the team of a worker is expected."""
    values = {"status": SeanceStatus.CONFIRMED, "starts": time(14), "ends": time(17), **more}
    made = Seance.objects.create(site=site, day=day, **values)
    Participation.objects.create(seance=made, team=worker.team, member=member, answer=answer)
    return made


def promised(month, **more) -> set[tuple[date, str]]:
    """Each announced visit: its day, and who comes."""
    problem = problem_of(month, **more)
    return {(each.day, problem.worker[each.worker].name) for each in problem.announced}


# ---------------------------------------------------------------------------- where, when


def test_a_site_opens_by_its_rule_within_the_month(month, site):
    found = openings(month, site)
    assert found
    assert {(each.start, each.end) for each in found} == {(14 * 60, 17 * 60)}
    assert {each.day.weekday() for each in found} == {1}
    assert {each.day.replace(day=1) for each in found} == {month.first}


def test_a_cancelled_day_is_closed_and_a_moved_one_opens_where_it_went(month, site, coordinator):
    rule, (gone, moved) = site.openings.get(), (some_day(month, 1, 1), some_day(month, 1, 2))
    places.change_occurrence(rule, gone, by=coordinator)
    new = moved + timedelta(days=1)
    places.change_occurrence(
        rule, moved, new_day=new, starts=time(9), ends=time(11, 30), by=coordinator
    )
    found = openings(month, site)
    assert not {gone, moved} & {each.day for each in found}
    assert Opening(new, 9 * 60, 11 * 60 + 30) in found


def test_a_public_holiday_is_closed(coordinator, nurses, month):
    """1 May 2029 is a Tuesday."""
    made = places.save_site(
        Site(name="Lieu d’essai", commune=Territory.objects.get(pk="32013"), address="1 rue"),
        by=coordinator,
    )
    places.save_opening(Rule(site=made, rule="Tu 14:00-17:00; PH off"), by=coordinator)
    Need.objects.create(site=made, rota=nurses)
    may = Month.objects.create(first=date(2029, 5, 1))
    days = {each.day for each in openings(may, made)}
    assert date(2029, 5, 1) not in days
    assert date(2029, 5, 15) in days


def test_hours_of_a_service_are_not_hours_of_the_site(month, site, coordinator):
    before = openings(month, site)
    service = a_service()
    places.offer(service, site, by=coordinator)
    rule = Rule(site=site, service=service, rule="We 10:00-12:00")
    places.save_opening(rule, by=coordinator)
    assert openings(month, site) == before


def test_two_rules_that_say_the_same_are_one_opening(month, site, coordinator):
    before = openings(month, site)
    places.save_opening(Rule(site=site, rule="Tu 14:00-17:00; PH off"), by=coordinator)
    assert openings(month, site) == before


def test_a_night_stops_at_midnight(month, site, coordinator):
    places.save_opening(Rule(site=site, rule="Fr 20:00-02:00"), by=coordinator)
    ends = {each.end for each in openings(month, site) if each.day.weekday() == 4}
    assert ends == {DAY}


def test_a_site_that_is_closed_for_ever_is_not_visited(month, site, coordinator):
    places.close_site(site, by=coordinator, on=month.first)
    assert str(site.pk) not in problem_of(month).site


def test_a_site_that_closes_in_the_month_is_visited_until_then(month, site, coordinator):
    last = some_day(month, 1, 1)
    places.close_site(site, by=coordinator, on=last)
    days = {each.day for each in openings(month, site)}
    assert days
    assert max(days) < last


# ---------------------------------------------------------------------------------- who


def test_who_is_out_of_the_rounds_is_not_planned(month, people, nurses):
    Worker.objects.filter(pk=people.rose.pk).update(is_active=False)
    assert str(people.rose.pk) not in problem_of(month).worker
    Rota.objects.filter(pk=nurses.pk).update(is_active=False)
    problem = problem_of(month)
    assert {each.name for each in problem.workers} == {people.van.name}
    assert {each.team for each in problem.needs} == {str(people.van.rota_id)}


def test_a_contract_is_that_of_the_row(month, people):
    Worker.objects.filter(pk=people.odile.pk).update(
        workdays=[3, 0], max_week_min=1200, earliest_start=500, latest_end=1000
    )
    contract = problem_of(month).worker[str(people.odile.pk)].contract
    assert contract.workdays == (0, 3)
    assert (contract.max_week_min, contract.earliest_start, contract.latest_end) == (
        1200,
        500,
        1000,
    )


def test_an_absence_of_a_member_is_hers_and_that_of_a_team_is_of_everyone(month, people):
    Absence.objects.all().delete()
    team, first = people.odile.team, month.first
    Absence.objects.create(team=team, member=people.odile.member, first=first, last=first)
    assert {each.worker for each in problem_of(month).absences} == {str(people.odile.pk)}
    Absence.objects.all().delete()
    Absence.objects.create(team=team, first=first, last=first)
    mine = {str(each.pk) for each in team.workers.all()}
    assert str(people.odile.pk) in mine
    assert {each.worker for each in problem_of(month).absences} == mine


def test_an_absence_has_its_hours_and_is_cut_at_the_month(month, people):
    Absence.objects.all().delete()
    Absence.objects.create(
        team=people.odile.team,
        member=people.odile.member,
        first=month.first - timedelta(days=5),
        last=month.first + timedelta(days=1),
        starts=time(9),
        ends=time(12, 30),
    )
    (away,) = problem_of(month).absences
    assert (away.first, away.last) == (month.first, month.first + timedelta(days=1))
    assert (away.start, away.end) == (9 * 60, 12 * 60 + 30)


def test_an_absence_of_another_month_says_nothing(month, people):
    Absence.objects.all().delete()
    before = month.first - timedelta(days=1)
    Absence.objects.create(team=people.odile.team, first=before, last=before)
    assert problem_of(month).absences == ()


def test_a_vehicle_at_the_garage_is_unavailable_on_those_days(month, people):
    vehicle, first = people.van.vehicle, month.first
    Outage.objects.create(
        vehicle=vehicle, first=first - timedelta(days=9), last=first + timedelta(days=1)
    )
    Outage.objects.create(
        vehicle=vehicle, first=first - timedelta(days=30), last=first - timedelta(days=20)
    )
    known = problem_of(month).vehicle[str(vehicle.pk)]
    assert known.unavailable == (first, first + timedelta(days=1))


def test_a_partner_comes_on_its_days_where_it_wishes(month, site):
    PartnerOffer.objects.all().delete()
    team = a_team()
    offer = PartnerOffer.objects.create(team=team, rule="Tu 09:00-17:00", visits=3)
    offer.sites.add(site)
    (partner,) = problem_of(month).partners
    assert (partner.id, partner.sites, partner.visits) == (str(team.pk), (str(site.pk),), 3)
    assert {each.weekday() for each in partner.days} == {1}
    PartnerOffer.objects.update(is_active=False)
    assert problem_of(month).partners == ()


def test_a_partner_that_wishes_for_sites_that_are_not_visited_is_not_there(month, coordinator):
    PartnerOffer.objects.all().delete()
    unvisited = Site.objects.exclude(needs__isnull=False).order_by("name").first()
    offer = PartnerOffer.objects.create(team=a_team(), rule="Tu 09:00-17:00")
    offer.sites.add(unvisited)
    assert problem_of(month).partners == ()


def test_a_reserved_time_is_of_its_month_and_of_who_is_in_the_rounds(month, people):
    Block.objects.all().delete()
    day = some_day(month, 0, 1)
    block = Block.objects.create(
        name="Formation",
        options=[[str(day), 540, 720], [str(day - timedelta(days=60)), 540, 720]],
        stay_min=120,
    )
    block.workers.set([people.odile, people.rose])
    Worker.objects.filter(pk=people.rose.pk).update(is_active=False)
    (held,) = problem_of(month).blocks
    assert held.options == (Opening(day, 540, 720),)
    assert held.workers == (str(people.odile.pk),)


def test_pins_are_those_of_what_is_still_owed_by_who_is_still_there(month, site, nurses, people):
    pin = {"month": month, "site": site, "rota": nurses}
    Pin.objects.create(**pin, day=some_day(month, 1))
    Pin.objects.create(**pin, worker=people.rose)
    assert {(p.day, p.worker) for p in problem_of(month).pins} == {
        (some_day(month, 1), None),
        (None, str(people.rose.pk)),
    }
    Worker.objects.filter(pk=people.rose.pk).update(is_active=False)
    assert [each.day for each in problem_of(month).pins] == [some_day(month, 1)]
    Need.objects.filter(site=site).delete()
    assert problem_of(month).pins == ()


def test_a_reference_who_left_is_no_longer_a_known_face(month, site, people):
    Need.objects.filter(site=site).update(reference=people.rose)
    key = str(site.pk), str(people.rose.rota_id)
    assert problem_of(month).need[key].reference == str(people.rose.pk)
    Worker.objects.filter(pk=people.rose.pk).update(is_active=False)
    assert problem_of(month).need[key].reference is None


# ------------------------------------------------------------------------- what was told


def test_a_seance_made_by_hand_is_a_promise_of_who_is_named(month, site, people):
    day = some_day(month, 1)
    seance(site, day, people.rose, member=people.rose.member)
    assert promised(month) == {(day, people.rose.name)}


def test_a_seance_that_names_nobody_is_a_promise_of_someone_of_the_team(month, site, people):
    day = some_day(month, 1)
    seance(site, day, people.odile, answer=Answer.ASKED)
    ((told, name),) = promised(month)
    assert told == day
    assert name in {each.name for each in people.odile.team.workers.all()}


@pytest.mark.parametrize("answer", [Answer.DECLINED, Answer.CANCELLED])
def test_a_team_that_does_not_come_is_not_a_promise(month, site, people, answer):
    seance(site, some_day(month, 1), people.odile, answer=answer)
    assert promised(month) == set()


def test_a_cancelled_seance_is_not_a_promise(month, site, people):
    seance(site, some_day(month, 1), people.odile, status=SeanceStatus.CANCELLED)
    assert promised(month) == set()


def test_a_seance_where_nothing_is_owed_is_not_a_promise(month, site, people):
    Need.objects.filter(site=site).delete()
    seance(site, some_day(month, 1), people.odile)
    assert promised(month) == set()


def test_a_published_visit_is_a_promise_on_the_day_of_its_seance(month, site, people, nurses):
    """The séance was moved by hand since: what people were told is its new day."""
    day, later = some_day(month, 1), some_day(month, 1, 1)
    made = seance(site, day, people.odile, member=people.odile.member)
    Visit.objects.create(
        month=month,
        site=site,
        rota=nurses,
        day=day,
        worker=people.odile,
        participation=made.participations.get(),
    )
    Seance.objects.filter(pk=made.pk).update(day=later)
    assert promised(month) == {(later, people.odile.name)}
    Participation.objects.update(answer=Answer.DECLINED)
    assert promised(month) == set()


def test_starting_afresh_forgets_promises_to_come(month, site, people):
    seance(site, some_day(month, 1), people.odile)
    assert promised(month)
    assert promised(month, fresh=True) == set()


def test_once_the_month_has_begun_what_is_past_is_a_fact(month, site, people, time_machine):
    past, today, later = (some_day(month, 1, rank) for rank in range(3))
    for day in (past, today, later):
        seance(site, day, people.odile, member=people.odile.member)
    time_machine.move_to(_noon(today))
    problem = problem_of(month)
    assert problem.frozen_until == today
    assert {each.day for each in problem.announced} == {past, today, later}
    fresh = problem_of(month, fresh=True)
    assert {each.day for each in fresh.announced} == {past, today}
    assert fresh.frozen_until == today


def test_what_someone_who_left_did_does_not_prevent_planning(month, site, people, time_machine):
    past, later = some_day(month, 1), some_day(month, 1, 2)
    for day in (past, later):
        seance(site, day, people.odile, member=people.odile.member)
    # A plan had named her, and she has left the rounds since.
    for part in Participation.objects.filter(seance__site=site):
        Visit.objects.create(
            month=month,
            site=site,
            rota=people.odile.rota,
            day=part.seance.day,
            worker=people.odile,
            participation=part,
        )
    Worker.objects.filter(pk=people.odile.pk).update(is_active=False)
    time_machine.move_to(_noon(past + timedelta(days=1)))
    assert {each.day for each in problem_of(month).announced} == {later}


def test_a_month_to_come_is_not_frozen(month):
    assert problem_of(month).frozen_until is None


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=timezone.get_default_timezone())


def test_faces_and_hours_of_the_month_before_are_remembered(proposed, coordinator, people):
    """January is published; February knows who came where, and what the common week has taken."""
    publish(proposed, generation=proposed.version, by=coordinator)
    later = begin_month(proposed.first + timedelta(days=32), by=coordinator)
    problem = problem_of(later)
    assert set(problem.history) >= {
        Assignment(str(v.site_id), str(v.rota_id), v.day, str(v.worker_id))
        for v in proposed.visits.all()
    }
    expected: dict[tuple[str, date], int] = {}
    for day in proposed.head.found.days:
        key = day.worker, monday_of(day.day)
        expected[key] = expected.get(key, 0) + day.work
    assert set(problem.worked) == {WorkedWeek(*key, work) for key, work in expected.items()}


def test_a_draft_of_the_month_before_is_not_remembered(proposed, coordinator):
    later = begin_month(proposed.first + timedelta(days=32), by=coordinator)
    problem = problem_of(later)
    assert (problem.history, problem.worked) == ((), ())


# --------------------------------------------------------------------------------- faults


def test_a_month_without_anyone_says_so(month):
    Worker.objects.update(is_active=False)
    assert "Personne à planifier" in faults(month)


def test_a_site_whose_place_is_unknown_is_named(month, coordinator, nurses, site):
    paris = Territory.objects.get(pk="75056")
    Site.objects.filter(pk=site.pk).update(commune=paris, latitude=None, longitude=None)
    assert "Lieu d’essai" in faults(month)
    assert "latitude" in faults(month)


def test_someone_whose_commune_is_unknown_is_named(month, people):
    Worker.objects.filter(pk=people.rose.pk).update(base=Territory.objects.get(pk="75056"))
    assert f"{people.rose.name} : la position de" in faults(month)


def test_more_people_than_seats_is_told(month, people):
    Worker.objects.filter(pk=people.van.pk).update(people=5)
    Vehicle.objects.filter(pk=people.van.vehicle_id).update(seats=4)
    assert f"{people.van.name} : 5\N{NO-BREAK SPACE}personnes pour 4" in faults(month)


def test_a_reserved_time_too_short_for_itself_is_told(month, people):
    day = some_day(month, 0)
    block = Block.objects.create(name="Formation", options=[[str(day), 540, 600]], stay_min=120)
    block.workers.add(people.odile)
    assert "Formation" in faults(month)


def test_a_partner_that_rides_in_one_of_several_cars_is_told(month, people, site):
    Vehicle.objects.filter(pk=people.van.vehicle_id).update(count=2)
    PartnerOffer.objects.all().delete()
    team = a_team(name="Point budget")
    PartnerOffer.objects.create(team=team, rule="Tu 09:00-17:00", rides=people.van.vehicle)
    assert "Point budget" in faults(month)


def test_a_plan_of_a_month_that_has_begun_keeps_what_is_past(proposed, coordinator, time_machine):
    publish(proposed, generation=proposed.version, by=coordinator)
    days = sorted({each.day for each in proposed.visits.all()})
    middle = days[len(days) // 2]
    time_machine.move_to(_noon(middle))
    run = searched(proposed, coordinator)
    assert run.status == "done", run.trouble
    plan = run.results.get().found
    past = {each for each in proposed.head.found.assignments if each.day < middle}
    assert past
    assert {each for each in plan.assignments if each.day < middle} == past
