"""Forms of who can go, and with what: rotas, vehicles and their outages, workers."""

from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Q
from django.urls import reverse

from ruche.accounts.models import Member
from ruche.core.typesetting import typographic
from ruche.engines.rounds.limits import Contract, clock, sources_of
from ruche.french.numbers import counted
from ruche.geography.models import Territory
from ruche.places.forms.sites import commune_in_words, communes_named
from ruche.planning.enums import WEEKDAYS
from ruche.planning.forms.fields import ClockField, DurationField
from ruche.planning.models import Outage, Rota, Vehicle, Worker
from ruche.planning.models.resources import LONGEST_DAY, LONGEST_WEEK, STRICT
from ruche.seances.forms import DayInput, TeamChoiceField
from ruche.seances.models import Team

SHORTEST_STAY, LONGEST_STAY = 10, 600
LONGEST_COMMUTE = 240


def where_from(limit: str) -> str:
    """« Par défaut 35 h : Code du travail, art. L. 3121-27. »"""
    _label, source = sources_of(Contract)[limit]
    return typographic(f"Par défaut {clock(getattr(STRICT, limit))} : {source}.")


# -------------------------------------------------------------------- rotas and vehicles


class RotaForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """People who answer for the same visits, and what a visit is for them."""

    stay_min = DurationField(
        label="Durée d’une visite",
        least=SHORTEST_STAY,
        most=LONGEST_STAY,
        alone=1,
        help_text=typographic("« 1 h 30 » ou « 90 min ». Chaque lieu peut avoir la sienne."),
    )

    class Meta:
        model = Rota
        fields = ("name", "visits", "stay_min", "is_active")
        help_texts = {
            "name": typographic("« Infirmières », « Camping-car »"),
            "visits": "Pour chaque lieu. Un lieu peut en avoir un autre nombre.",
        }


class VehicleForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """A car that a team shares, or a van."""

    class Meta:
        model = Vehicle
        fields = ("name", "seats", "count")
        help_texts = {"count": "Combien de véhicules pareils se partagent sous ce nom."}


class OutageForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """Days on which a vehicle stays at the garage."""

    class Meta:
        model = Outage
        fields = ("first", "last")
        labels = {"last": "Au (compris)"}
        widgets = {"first": DayInput(), "last": DayInput()}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("first") and cleaned.get("last") and cleaned["last"] < cleaned["first"]:
            self.add_error("last", str(Outage._meta.constraints[0].violation_error_message))
        return cleaned


# ------------------------------------------------------------------------------- workers


class WorkerForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """Who moves as one, from where, and when she may work. Her commune is typed by name."""

    team = TeamChoiceField(
        Team.objects.none(),
        label="Équipe",
        empty_label="Choisissez",
        help_text="Celle qui est attendue à la séance, et qui reçoit les messages.",
    )
    member = forms.ModelChoiceField(
        Member.objects.none(),
        label="Membre",
        required=False,
        empty_label="Toute l’équipe se déplace ensemble",
        help_text="Quelqu’un de l’équipe choisie au-dessus.",
    )
    commune_name = forms.CharField(
        label="Commune de départ",
        max_length=120,
        help_text=typographic(
            "La commune suffit : jamais d’adresse personnelle. « Auch », « Montaut (32) »."
        ),
        widget=forms.TextInput(attrs={"list": "communes", "autocomplete": "off"}),
        error_messages={"required": "Écrivez le nom de la commune."},
    )
    commune_choice = forms.ChoiceField(
        label="Quelle commune ?", required=False, widget=forms.RadioSelect
    )
    workdays = forms.TypedMultipleChoiceField(
        label="Jours de travail",
        choices=[(number, name.capitalize()) for number, name in WEEKDAYS],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un jour de travail."},
    )
    max_week_min = DurationField(
        label="Travail par semaine",
        least=60,
        most=LONGEST_WEEK,
        help_text=typographic(f"« 35 », « 35 h 30 », « 7,5 ». {where_from('max_week_min')}"),
    )
    max_day_min = DurationField(
        label="Travail par jour, au plus",
        least=60,
        most=LONGEST_DAY,
        help_text=where_from("max_day_min"),
    )
    earliest_start = ClockField(label="Départ au plus tôt", help_text=where_from("earliest_start"))
    latest_end = ClockField(
        label="Retour au plus tard", is_end=True, help_text=where_from("latest_end")
    )
    usual_commute_min = DurationField(
        label="Trajet habituel",
        required=False,
        most=LONGEST_COMMUTE,
        alone=1,
        help_text="De quelle durée est le trajet habituel, si seul ce qui le dépasse est du "
        f"travail. {where_from('usual_commute_min')}",
    )

    field_order = (
        "name", "rota", "team", "member", "people", "commune_name", "commune_choice", "vehicle",
        "workdays", "max_week_min", "max_day_min", "earliest_start", "latest_end", "commute",
        "usual_commute_min", "is_active",
    )  # fmt: skip

    class Meta:
        model = Worker
        fields = (
            "name", "rota", "team", "member", "people", "vehicle", "workdays", "max_week_min",
            "max_day_min", "earliest_start", "latest_end", "commute", "usual_commute_min",
            "is_active",
        )  # fmt: skip
        help_texts = {
            "name": typographic("Comme le planning la nomme : « Odile », « Camping-car »."),
            "is_active": typographic(
                "Décochez pour la sortir des tournées : ce qu’elle a fait reste connu."
            ),
        }
        error_messages = {"rota": {"required": "Choisissez un roulement."}}

    def __init__(self, data: Any = None, *, instance: Worker) -> None:
        known = not instance._state.adding
        initial = {"commune_name": commune_in_words(instance.base)} if known else {}
        super().__init__(data, instance=instance, initial=initial)
        self._offer_rotas_and_teams()
        self._offer_members()
        self._offer_communes()

    def _offer_rotas_and_teams(self) -> None:
        held = self.instance
        rotas, teams = self.fields["rota"], self.fields["team"]
        assert isinstance(rotas, forms.ModelChoiceField)
        assert isinstance(teams, forms.ModelChoiceField)
        rotas.queryset = Rota.objects.filter(Q(is_active=True) | Q(pk=held.rota_id))
        rotas.empty_label = "Choisissez"
        self.fields["vehicle"].empty_label = "Sa propre voiture"  # type: ignore[attr-defined]
        teams.queryset = Team.objects.filter(Q(is_active=True) | Q(pk=held.team_id)).select_related(
            "organisation"
        )

    def _offer_members(self) -> None:
        """The members of each team, under its name."""
        field = self.fields["member"]
        assert isinstance(field, forms.ModelChoiceField)
        teams = self.fields["team"].queryset  # type: ignore[attr-defined]
        places = (
            Team.members.through.objects.filter(team__in=teams, member__is_active=True)
            .select_related("team__organisation", "member")
            .order_by("team__organisation__name", "team__name", "team", "member__name", "pk")
        )
        field.queryset = Member.objects.filter(
            Q(pk__in=[each.member_id for each in places]) | Q(pk=self.instance.member_id)
        )
        groups = [
            (f"{team.organisation} – {team.name}", [(x.member_id, x.member.name) for x in those])
            for team, those in groupby(places, key=lambda place: place.team)
        ]
        field.choices = [("", str(field.empty_label)), *groups]

    def _offer_communes(self) -> None:
        """The choice is shown when the name means several communes, or none that is exact."""
        self.communes = communes_named(self.data.get("commune_name", "")) if self.is_bound else []
        self.fields["commune_name"].widget.attrs.update(
            {
                "hx-get": reverse("places:communes"),
                "hx-trigger": "input changed delay:250ms",
                "hx-target": "#communes",
                "hx-sync": "this:replace",
            }
        )
        field = self.fields["commune_choice"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.pk, _commune_label(one)) for one in self.communes]
        if len(self.communes) < 2:
            del self.fields["commune_choice"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["usual_commute_min"] = cleaned.get("usual_commute_min") or 0
        if (base := self._commune()) is not None:
            self.instance.base = base
        self._check_member()
        self._check_hours()
        return cleaned

    def _commune(self) -> Territory | None:
        """The commune that was named, or chosen; an error and nothing when it is not known."""
        if "commune_name" in self.errors:
            return None
        if not self.communes:
            self.add_error("commune_name", "Aucune commune ne porte ce nom : vérifiez l’écriture.")
            return None
        if len(self.communes) == 1:
            return self.communes[0]
        chosen = self.cleaned_data.get("commune_choice")
        found = next((one for one in self.communes if one.pk == chosen), None)
        if found is None and "commune_choice" not in self.errors:
            self.add_error(
                "commune_choice", "Plusieurs communes conviennent : choisissez la bonne."
            )
        return found

    def _check_member(self) -> None:
        team, member = self.cleaned_data.get("team"), self.cleaned_data.get("member")
        if team and member and not team.members.filter(pk=member.pk).exists():
            self.add_error(
                "member",
                f"{member.name} n’est pas dans l’équipe « {team.name} » : choisissez quelqu’un de "
                "cette équipe, ou ajoutez-la d’abord à l’équipe.",
            )

    def _check_hours(self) -> None:
        start, end = self.cleaned_data.get("earliest_start"), self.cleaned_data.get("latest_end")
        if start is not None and end is not None and end <= start:
            self.add_error(
                "latest_end",
                f"Le retour au plus tard ({clock(end)}) vient après le départ au plus tôt "
                f"({clock(start)}).",
            )


def _commune_label(commune: Territory) -> str:
    """« Montaut (32), 122 habitants »: what tells homonyms apart."""
    people = f", {counted(commune.population, 'habitant')}" if commune.population else ""
    return f"{commune_in_words(commune)}{people}"


def never_more() -> list[tuple[str, str, str]]:
    """What the law allows to nobody, whatever the contract: limit, duration, source."""
    sources = sources_of(Contract)
    return [
        (sources[name][0], clock(getattr(STRICT, name)), sources[name][1])
        for name in ("max_week_abs_min", "avg12_max_min")
    ]
