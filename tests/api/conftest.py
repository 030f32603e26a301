"""Open data is read in the demo world, or in a register that says only what a test puts there."""

from datetime import date

import pytest

from ruche.places.models import Service, Site

LONG_AGO = date(2025, 1, 1)


@pytest.fixture
def an_empty_register(world: None) -> None:
    """Every site of the demo world is closed, every service stopped."""
    Site.objects.update(closed_on=LONG_AGO)
    Service.objects.update(is_active=False)
