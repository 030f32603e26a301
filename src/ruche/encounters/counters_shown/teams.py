"""What a team counted: its week, its month, its year as a file; and the list of teams.

Counters of encounters and totals declared at séances stand side by side, and are never added.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ruche.accounts.enums import Thing, Verb
from ruche.accounts.models import Member
from ruche.core.components import Column, Table
from ruche.encounters.access import sees_exact_values
from ruche.encounters.counters_shown.periods import Month, Week
from ruche.encounters.counters_shown.questions import (
    FIGURE_WIDTH,
    FormAnswered,
    answered,
    forms_in,
    title_of,
    versions_of,
)
from ruche.encounters.models import FormUse
from ruche.engines import figures
from ruche.french.numbers import number
from ruche.french.times import day
from ruche.places.models import Site
from ruche.seances.access import seances_with_counts
from ruche.seances.enums import OUT, TEAM_MEASURES, SeanceStatus
from ruche.seances.models import Count, Participation, Seance, Team
from ruche.tallies import queries as tallies
from ruche.tallies.enums import Meeting, Shape
from ruche.tallies.queries import Totals
from ruche.tallies.wording import Reading, reading, sum_of

WEEKS_OF_TREND = 12

# -------------------------------------------------------------------------------- teams


@dataclass(frozen=True)
class TeamLine:
    """A team of the list: the titles of its forms, how many people it met this week."""

    team: Team
    forms: Sequence[str]
    met: Reading


def teams_with_counters(member: Member) -> QuerySet[Team]:
    """The teams whose counters the member may see, as `access.team_with_counters` says."""
    grants = member.grants(Verb.SEE, Thing.TALLY)
    teams = Team.objects.select_related("organisation")
    if grants.network:
        return teams
    reached = Q(organisation__in=grants.organisations)
    if grants:
        reached |= Q(pk__in=Team.objects.filter(members=member).order_by().values("pk"))
    return teams.filter(reached)


def team_lines(member: Member, today: date) -> list[TeamLine]:
    """Her list. Values are masked for all: the page of a team says more to who is in it."""
    teams = list(teams_with_counters(member))
    uses = FormUse.objects.alive().filter(team__in=teams).order_by("team", "form__key")
    forms: dict[UUID, list[str]] = {}
    for team, key in uses.values_list("team", "form__key"):
        forms.setdefault(team, []).append(key)
    versions = versions_of({key for keys in forms.values() for key in keys})
    titles = {key: title_of(known) for key, known in versions.items()}
    met = tallies.met_in(Week.of(today).key, [team.pk for team in teams])
    return [
        TeamLine(
            team,
            [titles[key] for key in forms.get(team.pk, ())],
            reading(met.get(team.pk, 0)),
        )
        for team in teams
        if team.is_active or team.pk in met
    ]


# ---------------------------------------------------------------------------- declared


@dataclass(frozen=True)
class Declared:
    """The séances of a team in a period, and the totals that were declared there."""

    seances: Sequence[Seance]
    totals: Mapping[str, int]
    """Measure → total of the séances; what nobody counted is not there."""

    by_seance: Mapping[UUID, Mapping[str, int]]

    @property
    def sums(self) -> list[tuple[str, str]]:
        """« Entretiens », « 12 »: what was declared at least once."""
        return [
            (measure.label.capitalize(), number(self.totals[measure]))
            for measure in TEAM_MEASURES
            if measure in self.totals
        ]

    @property
    def table(self) -> Table:
        """Séance by séance, the measures that were counted at one of them at least."""
        measures = [one for one in TEAM_MEASURES if one in self.totals] or [TEAM_MEASURES[0]]
        heads = [Column(one.label.capitalize(), numeric=True) for one in measures]
        rows = [
            (_link(seance), *(self._cell(seance, one) for one in measures))
            for seance in self.seances
        ]
        return Table("Totaux déclarés, séance par séance", [Column("Séance"), *heads], rows)

    def _cell(self, seance: Seance, measure: str) -> str:
        """Never counted is not zero."""
        counted = self.by_seance.get(seance.pk, {})
        return number(counted[measure]) if measure in counted else "pas compté"


def _link(seance: Seance) -> SafeString:
    return format_html(
        '<a href="{}">{}, {}</a>',
        reverse("seances:seance", args=[seance.pk]),
        seance.site,
        day(seance.day),
    )


def declared_by(team: Team, member: Member, *, first: date, last: date) -> Declared:
    """The séances to which a team came, and what it declared there, if the member may see it."""
    came = Participation.objects.filter(team=team).exclude(answer__in=OUT).order_by()
    seances = Seance.objects.between(first, min(last, timezone.localdate()))
    seances = seances.filter(pk__in=came.values("seance")).exclude(status=SeanceStatus.CANCELLED)
    seances = seances.select_related("site__commune").order_by("day", "starts", "pk")
    seen = seances_with_counts(member).order_by().values("pk")
    counts = Count.objects.filter(participation__team=team, seance__in=seen)
    counts = counts.filter(seance__in=seances.order_by().values("pk")).order_by()
    by_seance: dict[UUID, dict[str, int]] = {}
    totals: dict[str, int] = {}
    for seance, measure, total in counts.values_list("seance", "measure").annotate(Sum("total")):
        by_seance.setdefault(seance, {})[measure] = total
        totals[measure] = totals.get(measure, 0) + total
    return Declared(list(seances), totals, by_seance)


# --------------------------------------------------------------------------------- week


@dataclass(frozen=True)
class WeekShown:
    """The week of a team."""

    week: Week
    exact: bool
    met: Reading
    forms: Sequence[FormAnswered]
    declared: Declared


def week_shown(team: Team, week: Week, *, to: Member) -> WeekShown:
    """What a member may read of it."""
    exact = sees_exact_values(to, team)
    totals = tallies.weeks_of(team, [week.key])[week.key]
    versions = versions_of(_forms_of(team) | forms_in([totals]))
    return WeekShown(
        week,
        exact,
        _met(totals, exact=exact),
        answered(versions, totals, Shape.TEAM_WEEK, exact=exact),
        declared_by(team, to, first=week.first, last=week.last),
    )


def _forms_of(team: Team) -> set[str]:
    return set(FormUse.objects.filter(team=team).order_by().values_list("form__key", flat=True))


def _met(totals: Totals, *, exact: bool) -> Reading:
    return reading(totals.get(Meeting.MET, 0), exact=exact)


# -------------------------------------------------------------------------------- month


@dataclass(frozen=True)
class SiteThemes:
    """A site, and the themes of its year in the forms of the team."""

    site: Site
    forms: Sequence[FormAnswered]


@dataclass(frozen=True)
class MonthShown:
    """The month of a team: its weeks, and the sites where it went."""

    month: Month
    exact: bool
    weeks: Sequence[tuple[Week, Reading]]
    """Those that have begun."""

    met: Reading
    trend: figures.Figure
    declared: Declared
    sites: Table | None
    """None: the member does not see what all teams count at a site."""

    themes: Sequence[SiteThemes]


def month_shown(team: Team, month: Month, *, to: Member) -> MonthShown:
    """What a member may read of it."""
    exact, this = sees_exact_values(to, team), Week.of(timezone.localdate())
    recent = min(month.weeks[-1], this).and_before(WEEKS_OF_TREND)
    asked = {week.key: week for week in (*recent, *month.weeks)}
    totals = tallies.weeks_of(team, asked)
    met = {asked[key]: _met(found, exact=exact) for key, found in totals.items()}
    weeks = [(week, met[week]) for week in month.weeks if week <= this]
    declared = declared_by(team, to, first=month.first, last=month.last)
    sites = list({seance.site_id: seance.site for seance in declared.seances}.values())
    network = to.grants(Verb.SEE, Thing.TALLY).network
    return MonthShown(
        month,
        exact,
        weeks,
        sum_of(one for _, one in weeks),
        _trend([(week, met[week]) for week in recent]),
        declared,
        _table_of_sites(sites, month) if network else None,
        _themes_of_sites(team, sites, month.first.year) if network else [],
    )


def _trend(weeks: Iterable[tuple[Week, Reading]]) -> figures.Figure:
    """A bar a week, in the order of time; a masked week has no bar of its own length."""
    bands = [
        figures.AgeBand(week.short, figures.Reading(week.short, met.value, met.text))
        for week, met in weeks
    ]
    return figures.age_bands(
        bands,
        key="semaines",
        title="Personnes rencontrées, semaine après semaine",
        subject_label="Personnes rencontrées",
        column_label="Semaine du",
        width=FIGURE_WIDTH,
    )


def _table_of_sites(sites: Sequence[Site], month: Month) -> Table:
    """What all teams counted at these sites. Always masked: other teams are in it."""
    counted = tallies.months_of_sites([site.pk for site in sites], month.key)
    heads = [Column(one.label.capitalize(), numeric=True) for one in Meeting]
    rows = [
        (
            _site_link(site),
            *(reading(counted.get(site.pk, {}).get(one, 0)).text for one in Meeting),
        )
        for site in sites
    ]
    return Table("Compteurs des lieux, toutes équipes ensemble", [Column("Lieu"), *heads], rows)


def _site_link(site: Site) -> SafeString:
    return format_html(
        '<a href="{}">{}</a>', reverse("encounters:site-counters", args=[site.pk]), site
    )


def _themes_of_sites(team: Team, sites: Sequence[Site], year: int) -> list[SiteThemes]:
    versions = versions_of(_forms_of(team))
    counted = tallies.years_of_sites([site.pk for site in sites], year)
    found = []
    for site in sites:
        forms = answered(versions, counted.get(site.pk, {}), Shape.SITE_YEAR)
        found.append(SiteThemes(site, [one for one in forms if not one.is_empty]))
    return found


# --------------------------------------------------------------------------------- file

COLUMNS = ("semaine", "du", "au", "formulaire", "question", "reponse", "rencontres")


def week_rows(team: Team, year: int) -> Iterator[tuple[str, ...]]:
    """One line a measure, for the weeks of a year in which the team counted something.

    Masked for everyone, the team included: a file travels.
    """
    weeks = tallies.year_of(team, year)
    versions = versions_of(_forms_of(team) | forms_in(weeks.values()))
    for key, totals in weeks.items():
        week = Week.named(key)
        assert week is not None, "une cellule a une semaine qui existe"
        head = (key, week.first.isoformat(), week.last.isoformat())
        yield (*head, "", Meeting.MET.label, "", _cell(_met(totals, exact=False)))
        for form in answered(versions, totals, Shape.TEAM_WEEK):
            for one in form.questions:
                for measure, words in one.question.answers.items():
                    yield (*head, form.title, one.title, words, _cell(one.readings[measure]))


def _cell(one: Reading) -> str:
    """A number as machines read it, or the words that stand for it."""
    return one.text if one.value is None else str(one.value)
