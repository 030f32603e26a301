"""What was counted at a site, all teams together: a quarter, a year; and in the département."""

from collections.abc import Sequence
from dataclasses import dataclass

from ruche.core.components import Column, Table
from ruche.encounters.counters_shown.periods import Quarter
from ruche.encounters.counters_shown.questions import FormAnswered, answered, versions_of
from ruche.places.models import Site
from ruche.tallies import queries as tallies
from ruche.tallies.enums import AgeBand, Gender, Shape
from ruche.tallies.wording import NOT_SHOWN, readings_of_a_whole


@dataclass(frozen=True)
class SiteShown:
    """The counters of a site. Always masked: no team is alone there."""

    quarter: Quarter
    people: Table | None
    """Age and gender of who was met in the quarter; None when nobody was, or too few."""

    is_hidden: bool
    """Too few were met for the table to be shown."""

    themes: Sequence[FormAnswered]
    """Of the year of the quarter, at the site."""

    sensitive: Sequence[FormAnswered]
    """Of the same year, in the whole département."""


def site_shown(site: Site, quarter: Quarter) -> SiteShown:
    """What the members who see the counters of the network may read."""
    people, is_hidden = _people(site, quarter)
    versions = versions_of()
    themes = tallies.years_of_sites([site.pk], quarter.year).get(site.pk, {})
    sensitive = tallies.year_of_the_network(quarter.year)
    at_the_site = answered(versions, themes, Shape.SITE_YEAR, key="themes")
    return SiteShown(
        quarter,
        people,
        is_hidden,
        [form for form in at_the_site if not form.is_empty],
        answered(
            versions, sensitive, Shape.NETWORK_YEAR, key="sensibles", where="tout le département"
        ),
    )


def _people(site: Site, quarter: Quarter) -> tuple[Table | None, bool]:
    """The table, without sums; and whether there is one that is not shown."""
    counted = tallies.quarter_of(site.pk, quarter.key)
    if not any(counted.values()):
        return None, False
    cells = {(age, gender): 0 for age in AgeBand.values for gender in Gender.values} | counted
    found = readings_of_a_whole(cells)
    if all(one == NOT_SHOWN for one in found.values()):
        return None, True
    heads = [Column(gender.label.capitalize(), numeric=True) for gender in Gender]
    rows = [
        (age.label.capitalize(), *(found[age.value, gender.value].text for gender in Gender))
        for age in AgeBand
    ]
    return Table("Âge et genre des personnes rencontrées", [Column("Âge"), *heads], rows), False
