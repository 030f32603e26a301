"""The register of sites is tested on a day that does not move."""

from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from ruche.places.openings.occurrences import PARIS

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=PARIS)
"""A Monday, a week before the first Tuesday of December."""


@pytest.fixture
def a_monday_of_november(world: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the product believes to be now: the morning of Monday 23 November 2026."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return NOW
