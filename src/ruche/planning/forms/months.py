"""Forms of a month: a visit to move or to add, an absence, dates for a partner, a publication."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from ruche.engines.rounds import Criterion, Problem
from ruche.engines.rounds.editing import Edit, Slot
from ruche.french.times import day as in_words
from ruche.planning.models import Month
from ruche.planning.refusals import StaleMonth
from ruche.planning.showing import Board
from ruche.seances.forms import DayInput


class GenerationForm(forms.Form):
    """The month as its author read it: when someone changed it since, the act is refused."""

    generation = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, month: Month, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.month = month
        self.fields["generation"].initial = month.version

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("generation") != self.month.version:
            # The page that refuses shows the month as it is now.
            self.data = {**self.data, "generation": str(self.month.version)}
            raise forms.ValidationError(str(StaleMonth()))
        return self.cleaned_data


ORDERS = {
    "": "l’ordre habituel",
    Criterion.COPRESENCE.value: "les équipes ensemble",
    Criterion.FAIRNESS.value: "une charge partagée",
    Criterion.KILOMETRES.value: "le moins de route",
}
"""What may be sought right after visits and promises."""


class ProposeForm(forms.Form):
    """What a proposal starts from, and what it seeks first."""

    before = forms.ChoiceField(
        label="Après les visites et ce qui est annoncé, chercher d’abord",
        choices=list(ORDERS.items()),
        required=False,
    )
    fresh = forms.BooleanField(
        label="Repartir de zéro, sans tenir les dates annoncées", required=False
    )

    @property
    def asked(self) -> dict[str, Any]:
        """What `gathering.problem_of` reads."""
        said = self.cleaned_data["before"]
        return {
            "before": Criterion(said) if said else None,
            "fresh": self.cleaned_data["fresh"],
        }

    @property
    def words(self) -> str:
        """What the title of the computation adds."""
        first = self.cleaned_data["before"]
        said = f", {ORDERS[first]} d’abord" if first else ""
        return said + (", en repartant de zéro" if self.cleaned_data["fresh"] else "")


class SlotForm(forms.Form):
    """Another day, another person, for a visit; with an empty day, the visit is taken away."""

    day = forms.ChoiceField(label="Jour")
    worker = forms.ChoiceField(label="Qui vient")

    def __init__(self, *args: Any, problem: Problem, site: str, rota: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site, self.rota = site, rota
        self.fields["day"].choices = list(open_days(problem, site))  # type: ignore[attr-defined]
        self.fields["worker"].choices = [  # type: ignore[attr-defined]
            (worker.id, worker.name) for worker in problem.team(rota)
        ]

    @property
    def slot(self) -> Slot:
        return Slot(date.fromisoformat(self.cleaned_data["day"]), self.cleaned_data["worker"])

    def edit_from(self, before: Slot | None) -> Edit:
        return Edit(site=self.site, team=self.rota, before=before, after=self.slot)


def open_days(problem: Problem, site: str) -> list[tuple[str, str]]:
    """The days on which a door is open, and that may still change."""
    today = timezone.localdate()
    days = sorted({each.day for each in problem.site[site].openings if each.day >= today})
    return [(str(each), in_words(each)) for each in days if not problem.is_frozen(each)]


class NeedChoiceForm(forms.Form):
    """Which visit to add: a site, and who owes it a visit."""

    need = forms.ChoiceField(label="Lieu et équipe")

    def __init__(self, *args: Any, board: Board, rotas: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = sorted(
            (
                board.problem.site[need.site].name,
                rotas.get(need.team, "équipe"),
                need.site,
                need.team,
            )
            for need in board.problem.needs
        )
        self.fields["need"].choices = [  # type: ignore[attr-defined]
            (f"{site} {team}", f"{name}, {rota}") for name, rota, site, team in names
        ]


class AwayForm(forms.Form):
    """Someone who will not come, and when."""

    worker = forms.ChoiceField(label="Qui ne vient pas")
    first = forms.DateField(label="Du", widget=DayInput())
    last = forms.DateField(label="Au", widget=DayInput())

    def __init__(self, *args: Any, problem: Problem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.problem = problem
        self.fields["worker"].choices = [  # type: ignore[attr-defined]
            (worker.id, worker.name) for worker in problem.workers
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", "Une absence finit après avoir commencé.")
        elif first and last and (last < self.problem.first or first > self.problem.last):
            self.add_error(
                "first",
                f"Ce mois va du {self.problem.first:%d/%m/%Y} au {self.problem.last:%d/%m/%Y}.",
            )
        return cleaned


class PartnerDatesForm(forms.Form):
    """A partner who could come: which sites, which days of the week."""

    sites = forms.MultipleChoiceField(
        label="Lieux possibles",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Aucun coché : tous.",
    )
    weekdays = forms.MultipleChoiceField(
        label="Jours possibles",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Aucun coché : tous.",
    )

    def __init__(self, *args: Any, problem: Problem, weekdays: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.problem = problem
        sites = sorted(problem.sites, key=lambda each: each.name)
        self.fields["sites"].choices = [  # type: ignore[attr-defined]
            (each.id, each.name) for each in sites
        ]
        self.fields["weekdays"].choices = [  # type: ignore[attr-defined]
            (str(number), name) for number, name in weekdays
        ]

    @property
    def chosen_sites(self) -> list[str]:
        return self.cleaned_data["sites"] or [each.id for each in self.problem.sites]

    @property
    def chosen_days(self) -> list[date]:
        wanted = {int(each) for each in self.cleaned_data["weekdays"]} or set(range(7))
        return [each for each in self.problem.days if each.weekday() in wanted]


class PublishForm(GenerationForm):
    """A word for the teams, that goes with their dates."""

    message = forms.CharField(
        label="Un mot pour les équipes",
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Il part avec les dates, dans un seul courriel par équipe.",
    )
