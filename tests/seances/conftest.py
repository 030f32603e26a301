"""The calendar is empty at the beginning of a test: it puts there what it speaks of."""

import pytest

from ruche.planning.models import Visit, Worker
from ruche.seances.models import Seance, Team
from ruche.tallies.models import Tally


@pytest.fixture(autouse=True)
def an_empty_calendar(request: pytest.FixtureRequest) -> None:
    """The séances of the demo world are away for the length of a test that reads the database."""
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        Seance.objects.all().delete()
        Tally.objects.all().delete()
        Visit.objects.all().delete()
        Worker.objects.all().delete()
        Team.objects.all().delete()
