"""A small month of the demo world, searched in a moment, and the people who plan it or read it."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from ruche.accounts.enums import OrganisationKind, Role
from ruche.accounts.models import Member
from ruche.desk.demo.planning import NURSES, VAN
from ruche.places.agenda import Agenda
from ruche.planning import computing
from ruche.planning.actions import months as actions
from ruche.planning.actions import runs
from ruche.planning.enums import RunKind
from ruche.planning.gathering import period_of, problem_of
from ruche.planning.models import Month, Need, Rota, Run, Worker
from ruche.seances.models import Seance
from tests.members import browser_of, organisation, someone

FEW = {NURSES: 5, VAN: 3}
"""Sites that keep what a rota owes them."""


@pytest.fixture(autouse=True)
def the_queue(monkeypatch):
    """What was put in the queue, which nobody works through: a test does a run by its name."""
    asked = []
    monkeypatch.setattr(runs, "async_task", lambda *call, **_: asked.append(call))
    return asked


@pytest.fixture
def coordinator(world):
    return someone(
        Role.COORDINATOR, at=organisation("GIP d’essai", OrganisationKind.GIP), name="Inès d’essai"
    )


@pytest.fixture
def month(coordinator) -> Month:
    """The first whole month after the séances of the demo world, with eight needs."""
    begun = actions.begin_month(first_free_month(), by=coordinator)
    keep_few_needs(begun)
    return begun


def first_free_month() -> date:
    """The month after the last séance."""
    last = Seance.objects.order_by("-day").values_list("day", flat=True)[0]
    return (last.replace(day=1) + timedelta(days=32)).replace(day=1)


def keep_few_needs(month: Month) -> None:
    """Sites that open in every week of the month, in order of name."""
    rows = Need.objects.select_related("site", "rota").order_by("site__name")
    period = period_of(month)
    days = (period.last - period.first).days + 1
    agenda = Agenda([row.site for row in rows])
    kept: list[Need] = []
    for row in rows:
        opened = {
            each.day
            for each in agenda.of(row.site_id, period.first, days)
            if each.service is None and each.day.weekday() < 5
        }
        done = sum(each.rota_id == row.rota_id for each in kept)
        if len(opened) >= 4 and done < FEW[row.rota.name]:
            kept.append(row)
    Need.objects.exclude(pk__in=[row.pk for row in kept]).delete()


@pytest.fixture
def people() -> SimpleNamespace:
    """The workers of the demo world, by the name of their member; and the van."""
    found = {row.name.split()[0].lower(): row for row in Worker.objects.select_related("team")}
    return SimpleNamespace(van=found.pop(VAN.lower()), **found)


@pytest.fixture
def nurses(world) -> Rota:
    return Rota.objects.get(name=NURSES)


@pytest.fixture
def van(world) -> Rota:
    return Rota.objects.get(name=VAN)


@pytest.fixture
def proposed(month, coordinator) -> Month:
    """The small month, with a proposal in hand."""
    searched(month, coordinator)
    month.refresh_from_db()
    return month


@pytest.fixture
def browser(coordinator):
    return browser_of(coordinator)


@pytest.fixture
def odile(world) -> Member:
    """A nurse: she reads what is proposed or published, and plans nothing."""
    return Member.objects.get(email="odile@exemple.invalid")


def asked_for(month: Month, by: Member, kind: RunKind = RunKind.PROPOSE, **more) -> Run:
    """A computation of the month as it stands, that waits."""
    month = Month.objects.get(pk=month.pk)
    details = {"title": f"Proposition pour {month}", "base": month.head, **more}
    return runs.ask_run(month, problem_of(month), kind, by=by, **details)


def searched(month: Month, by: Member, kind: RunKind = RunKind.PROPOSE, **more) -> Run:
    """A computation that has been done."""
    run = asked_for(month, by, kind, **more)
    computing.work(run.pk)
    run.refresh_from_db()
    return run


def some_day(month: Month, weekday: int, rank: int = 0) -> date:
    """The first such weekday of the month, 0 for Monday; or one that comes `rank` weeks later."""
    first = month.first
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * rank)
