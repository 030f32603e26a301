"""Forms of séances: plan, ask, answer, count, teams."""

from collections.abc import Iterable
from datetime import time
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from ruche.accounts.models import Member, Organisation
from ruche.places.models import Service, Site
from ruche.seances.actions.counting import HIGHEST_TOTAL, MOST_AT_ONCE
from ruche.seances.enums import DECLINE_REASONS, Band, Measure
from ruche.seances.models import Absence, Participation, Seance, Team


class DayInput(forms.DateInput):
    """The calendar of the browser."""

    input_type = "date"

    def __init__(self, **attrs: str) -> None:
        super().__init__(attrs=attrs or None, format="%Y-%m-%d")


class HourInput(forms.TimeInput):
    """The clock of the browser."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def _text(label: str, longest: int, help_text: str = "", **more: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(
        label=label, max_length=longest, help_text=help_text, widget=area, **more
    )


# ----------------------------------------------------------------------------- planning


class SeanceForm(forms.Form):
    """Where, when, and a word for the teams."""

    site = forms.ModelChoiceField(Site.objects.none(), label="Lieu", empty_label="Choisissez")
    day = forms.DateField(label="Jour", widget=DayInput())
    starts = forms.TimeField(label="De", widget=HourInput())
    ends = forms.TimeField(label="À", widget=HourInput())
    note = _text("Note pour les équipes", 300, "Rien sur une personne accueillie.", required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, seance: Seance | None = None, **kwargs: Any) -> None:
        initial = (
            {} if seance is None else {name: getattr(seance, name) for name in self.base_fields}
        )
        kwargs["initial"] = {**initial, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        kept = Q(closed_on=None) | Q(pk=seance.site_id) if seance else Q(closed_on=None)
        sites = Site.objects.filter(kept).select_related("commune")
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned.get("starts") and cleaned.get("ends") and cleaned["ends"] <= cleaned["starts"]:
            self.add_error("ends", "Une séance finit après avoir commencé.")
        return cleaned

    @property
    def changes(self) -> dict[str, Any]:
        """What the author wants, without the version she had read."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class CancelForm(forms.Form):
    """Why a séance does not take place."""

    reason = forms.CharField(
        label="Pourquoi ?", max_length=200, help_text="Les équipes recevront cette phrase."
    )


class TeamsChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Participations, by the name of their team."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.team}, {obj.team.organisation} ({obj.get_answer_display()})"


class HoldForm(forms.Form):
    """Which teams were there."""

    came = TeamsChoice(
        Participation.objects.none(),
        label="Équipes venues",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, teams: QuerySet[Participation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["came"].queryset = teams  # type: ignore[attr-defined]


class TeamChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A team and its organisation."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.organisation} – {obj.name}"


class PickTeamForm(forms.Form):
    """One team, among those that may be asked."""

    team = TeamChoiceField(Team.objects.none(), label="Équipe", empty_label="Choisissez")

    def __init__(self, *args: Any, teams: QuerySet[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]


class AskForm(forms.Form):
    """What a team is asked to bring, and a word for it."""

    services = forms.ModelMultipleChoiceField(
        Service.objects.none(),
        label="Ce qui est demandé",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    message = _text("Un mot pour l’équipe", 300, "Ajouté au courriel.", required=False)

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        kwargs["initial"] = {"services": team.services.all()}
        super().__init__(*args, **kwargs)
        own = Q(organisation=team.organisation, is_active=True) | Q(
            pk__in=team.services.order_by().values("pk")
        )
        self.fields["services"].queryset = Service.objects.filter(own)  # type: ignore[attr-defined]


class WhoForm(forms.Form):
    """Who of a team comes to a séance."""

    member = forms.ModelChoiceField(
        Member.objects.none(), label="Qui vient", required=False, empty_label="Toute l’équipe"
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, participation: Participation) -> None:
        known = {"member": participation.member_id, "version": participation.version}
        super().__init__(data, auto_id=f"qui-{participation.pk}-%s", initial=known)
        members = participation.team.members.filter(is_active=True)
        self.fields["member"].queryset = members  # type: ignore[attr-defined]


# ---------------------------------------------------------------------------- answering


class ConfirmForm(forms.Form):
    """The team comes."""

    message = _text("Un mot pour l’organisation", 300, required=False)


class DeclineForm(ConfirmForm):
    """The team does not come, and says why in a word of the list."""

    reason = forms.ChoiceField(
        label="Raison", choices=[("", "Choisissez"), *DECLINE_REASONS.items()]
    )
    field_order = ("reason", "message")


class ProposeForm(ConfirmForm):
    """The team would come on another day."""

    proposed_day = forms.DateField(label="La date que vous proposez", widget=DayInput())
    field_order = ("proposed_day", "message")


# ----------------------------------------------------------------------------- counting


class IncrementForm(forms.Form):
    """One touch of a button: what, how many, and the identifier drawn by the page."""

    increment = forms.UUIDField()
    measure = forms.ChoiceField(choices=Measure.choices)
    band = forms.ChoiceField(choices=Band.choices, required=False)
    participation = forms.CharField(required=False, max_length=36)
    amount = forms.IntegerField(min_value=1, max_value=MOST_AT_ONCE)
    act = forms.ChoiceField(choices=[("add", "ajouter"), ("take_back", "retirer")])
    slot = forms.ChoiceField(choices=[("one", "un"), ("many", "plusieurs"), ("back", "retour")])
    """Which form of the tile it was: its identifier is drawn again."""


class CorrectionForm(forms.Form):
    """A typed total in the place of another."""

    measure = forms.ChoiceField(choices=Measure.choices)
    band = forms.ChoiceField(choices=Band.choices, required=False)
    participation = forms.CharField(required=False, max_length=36)
    total = forms.IntegerField(label="Nouveau total", min_value=0, max_value=HIGHEST_TOTAL)


# -------------------------------------------------------------------------------- teams


class NewTeamForm(forms.ModelForm):  # type: ignore[type-arg]
    """A team and its organisation; people and services come next."""

    class Meta:
        model = Team
        fields = ("organisation", "name", "phone", "email")

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]


class ReachTeamForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the team itself may change: how to reach it, and what it brings."""

    class Meta:
        model = Team
        fields = ("phone", "email", "services")
        widgets = {"services": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Service.objects.filter(organisation=self.instance.organisation, is_active=True)
        held = self.instance.services.order_by().values("pk")
        services = Service.objects.filter(Q(pk__in=own.order_by().values("pk")) | Q(pk__in=held))
        self.fields["services"].queryset = services  # type: ignore[attr-defined]


class TeamForm(ReachTeamForm):
    """The same, with its name and who is in it."""

    class Meta(ReachTeamForm.Meta):
        fields = ("name", "phone", "email", "services", "members", "is_active")  # type: ignore[assignment]
        widgets = {**ReachTeamForm.Meta.widgets, "members": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = Q(posts__organisation=self.instance.organisation, is_active=True)
        reached = colleagues | Q(teams=self.instance)
        ids = Member.objects.filter(reached).order_by().values("pk")
        self.fields["members"].queryset = Member.objects.filter(pk__in=ids)  # type: ignore[attr-defined]


class AbsenceForm(forms.Form):
    """From one day to another, whole or at some hours; no reason is asked."""

    first = forms.DateField(label="Du", widget=DayInput())
    last = forms.DateField(label="Au (compris)", widget=DayInput())
    member = forms.ModelChoiceField(
        Member.objects.none(), label="Qui", required=False, empty_label="Toute l’équipe"
    )
    starts = forms.TimeField(
        label="Seulement à partir de",
        required=False,
        widget=HourInput(),
        help_text="Laissez vide pour des journées entières.",
    )
    ends = forms.TimeField(label="Jusqu’à", required=False, widget=HourInput())

    def __init__(self, *args: Any, members: Iterable[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = members  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned.get("first") and cleaned.get("last") and cleaned["last"] < cleaned["first"]:
            self.add_error("last", _said_by("absence_ends_after_it_begins"))
        if not self.errors and not _are_whole(cleaned["starts"], cleaned["ends"]):
            self.add_error("ends", _said_by("absence_hours_are_whole"))
        return cleaned


def _are_whole(starts: time | None, ends: time | None) -> bool:
    """Both hours in order, or none."""
    if starts is None or ends is None:
        return starts is ends
    return starts < ends


def _said_by(constraint: str) -> str:
    """What the table of absences says when one of its constraints is not met."""
    found = next(each for each in Absence._meta.constraints if each.name == constraint)
    return str(found.violation_error_message)


# ------------------------------------------------------------------------------ calendar


class CalendarForm(forms.Form):
    """What the address of the calendar says; what cannot be read is left out."""

    vue = forms.ChoiceField(
        required=False, choices=[("mois", "Mois"), ("semaine", "Semaine"), ("liste", "Liste")]
    )
    jour = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    lieu = forms.UUIDField(required=False)
    equipe = forms.UUIDField(required=False)
    organisation = forms.UUIDField(required=False)
