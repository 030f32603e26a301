"""The places that the tests speak of: the reference geography and the edition that is shipped.

They are in the database once for the whole session; each test changes them inside its own
transaction, and nobody else sees it.
"""

from typing import Any

from bs4 import BeautifulSoup
from django.apps import apps
from django.core.management import call_command
from django.test import Client

from ruche.geography.models import Territory
from ruche.territories.models import Edition, Figure, Peer

BAS_ARMAGNAC = "243200409"
"""The intercommunalité whose figures were read in the publications: the one that tests quote."""

GERS, OCCITANIE, FRANCE = "dep-32", "reg-76", "france"
AUCH = "32013"
MERGED_COMMUNE = "32365"
"""Cap d’Astarac: three communes became one, and its past years are their sums."""

LOMAGNE_STRADDLER, SAVE_STRADDLER = "200030435", "248200016"
"""Two intercommunalités with communes in the Gers, counted in another département."""

ELSEWHERE = "200054781"
"""The métropole of the Grand Paris: far away, and unlike anything in the Gers."""

PARIS = "75056"
"""A commune whose portrait we do not keep, in an intercommunalité whose portrait we do."""

EPCIS_OF_THE_GERS = 15
SHIPPED = "2026-1"


def load_world() -> None:
    """Exactly what a new instance receives."""
    call_command("demo", if_empty=True, verbosity=0, stdout=Silent())


class Silent:
    """Where a command may speak without being heard."""

    def write(self, text: str) -> None:
        """Nobody listens."""

    def flush(self) -> None:
        """Nothing is kept."""


BUILT = ("planning", "encounters", "tallies", "seances", "places")
"""Apps whose rows the demo world alone writes, those that point at others first."""


def empty_world() -> None:
    """A new instance before `manage.py demo`, for the length of a test."""
    told = [apps.get_app_config(name) for name in BUILT]
    models = [model for app in told for model in app.get_models(include_auto_created=True)]
    for model in (*models, Peer, Figure, Edition, Territory):
        rows = model._default_manager.order_by()
        rows._raw_delete(rows.db)


def visitor() -> Client:
    """Somebody who opens a page without any account."""
    return Client(SERVER_NAME="localhost")


def page_at(address: str, **headers: Any) -> BeautifulSoup:
    """The page at an address, as a browser understands it."""
    response = visitor().get(address, headers=headers or None)
    return BeautifulSoup(response.content, "html.parser")


def words_of(part: Any) -> str:
    """The text of a page or of a part of it, with ordinary spaces."""
    return " ".join(part.get_text(" ").replace("\u202f", " ").replace("\u00a0", " ").split())
