"""The portraits in one glance, for pages of other rooms."""

from dataclasses import dataclass

from django.http import Http404

from ruche.engines.figures import Figure
from ruche.engines.portraits.levels import Level
from ruche.geography.models import Territory
from ruche.territories import drawings, queries
from ruche.territories.access import current_edition

SHOWN = "rev_pauvrete"


@dataclass(frozen=True)
class NetworkSummary:
    """The intercommunalités of a département and a map of one indicator."""

    departement: Territory
    epcis: list[Territory]
    map: Figure | None


def network_summary(departement: str) -> NetworkSummary | None:
    """None when no edition is published yet."""
    try:
        edition = current_edition()
    except Http404:
        return None
    home = queries.territory_by_address(f"dep-{departement}")
    if home is None:
        return None
    indicator = queries.catalogue().by_id[SHOWN]
    rows = queries.ranking(edition, indicator, level=Level.EPCI, departement=departement)
    values = {row.territory.code: (row.territory.title, row.figure) for row in rows}
    title = f"{indicator.label} par intercommunalité"
    return NetworkSummary(
        departement=home,
        epcis=list(Territory.objects.epcis_of(departement)),
        map=drawings.level_map(indicator, values, level=Level.EPCI, title=title),
    )
