"""Fetch what a public page asks for, or answer with words that help."""

from django.http import Http404

from ruche.engines.portraits.catalogue import Indicator
from ruche.geography.models import Territory
from ruche.territories.models import Edition
from ruche.territories.queries import catalogue, has_portrait, territory_by_address


class UnknownTerritory(Http404):
    """No portrait at this address; the page that answers offers a search."""


def current_edition() -> Edition:
    """The published edition, or a 404 that says what to do."""
    edition = Edition.objects.current()
    if edition is None:
        raise Http404("Aucune édition n’est publiée : lancez « manage.py demo ».")
    return edition


def territory_for(address: str, edition: Edition) -> Territory:
    """The territory of an address, if the edition has its portrait."""
    territory = territory_by_address(address)
    if territory is None or not has_portrait(territory, edition):
        raise UnknownTerritory(address)
    return territory


def indicator_for(name: str) -> Indicator:
    found = catalogue().by_id.get(name)
    if found is None:
        raise Http404(f"Aucun indicateur ne s’appelle « {name} ».")
    return found
