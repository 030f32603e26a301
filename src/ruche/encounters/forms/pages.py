"""Plain forms: the head of a form of encounter, whom it is given to, the circle that measures."""

from typing import Any, Self

from django import forms
from django.http import QueryDict

from ruche.encounters.definitions import Definition, Mode
from ruche.encounters.forms.drafts import Draft, Known, cleaned
from ruche.seances.models import Team
from ruche.vault.models import Circle

VOLUNTEERS = "volunteers"


class HeadForm(forms.Form):
    """The title of a form, whom one may meet with it, and what it keeps."""

    title = forms.CharField(
        label="Titre",
        max_length=80,
        help_text="Ce que montrent les téléphones. Par exemple : Permanence juridique.",
    )
    keeps = forms.BooleanField(
        label="On peut garder une rencontre pour quelqu’un : sur sa carte, pour une personne déjà "
        "connue ou nouvelle",
        required=False,
    )
    note = forms.BooleanField(
        label="On peut écrire une note, scellée pour le cercle", required=False
    )
    promises = forms.BooleanField(
        label="On peut faire une promesse, qui revient à la bonne séance", required=False
    )

    @classmethod
    def initial_of(cls, form: Definition) -> dict[str, Any]:
        return {
            "title": form.title,
            "keeps": len(form.modes) > 1,
            "note": form.note,
            "promises": form.promises,
        }

    @classmethod
    def typed(cls, data: QueryDict) -> Self:
        """As it was typed, without a judgement: nobody asked to save."""
        boxes = {name: name in data for name in ("keeps", "note", "promises")}
        return cls(initial={"title": data.get("title", ""), **boxes})

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("promises") and not said.get("keeps"):
            self.add_error(
                "promises",
                "Une promesse se fait à quelqu’un : cochez aussi « garder une rencontre ».",
            )
        return said

    def as_definition(self, draft: Draft, *, key: str, known: Known) -> Definition:
        """The whole form; `BadDefinition` says what is wrong with it."""
        said = self.cleaned_data
        return Definition.of(
            {
                "key": key,
                "title": cleaned(said["title"]),
                "modes": list(Mode) if said["keeps"] else [Mode.ANONYMOUS],
                "note": said["note"],
                "promises": said["promises"],
                "fields": draft.as_fields(known),
            }
        )


class GiveForm(forms.Form):
    """Which team uses a form, and the circle that will read what it keeps."""

    team = forms.ChoiceField(label="À qui ?")
    circle = forms.ModelChoiceField(
        Circle.objects.order_by("name"),
        label="Pour quel cercle ?",
        empty_label="Choisissez",
        help_text="Ses membres seuls liront ce que l’équipe scelle.",
    )

    def __init__(self, *args: Any, keeps: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = Team.objects.filter(is_active=True).select_related("organisation")
        self.teams = {str(team.pk): team for team in teams.order_by("organisation__name", "name")}
        choices = [(pk, f"{team.organisation} – {team.name}") for pk, team in self.teams.items()]
        if not keeps:  # volunteers count, and keep nothing of anyone
            del self.fields["circle"]
            choices.insert(0, (VOLUNTEERS, "Les bénévoles de chaque lieu"))
        self.fields["team"].choices = [("", "Choisissez"), *choices]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> tuple[Team | None, Circle | None]:
        """The team, nothing for volunteers; and the circle, nothing when nothing is kept."""
        return self.teams.get(self.cleaned_data["team"]), self.cleaned_data.get("circle")


class MeasuringForm(forms.Form):
    """The circle that may cross what encounters said, or none."""

    circle = forms.ModelChoiceField(
        Circle.objects.order_by("name"),
        label="Cercle « mesure »",
        required=False,
        empty_label="Aucun : les faits ne sont pas scellés",
    )
