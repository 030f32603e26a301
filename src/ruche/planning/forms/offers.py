"""When a partner can come: its days are said in French, and read back in full."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from ruche.accounts.models import Organisation
from ruche.core.typesetting import typographic
from ruche.places.actions import checked_rule
from ruche.places.errors import BadOpening
from ruche.places.models import Site
from ruche.places.openings import BadRule, from_french, in_french, is_spoken, to_osm
from ruche.planning.models import PartnerOffer, Rota, Worker
from ruche.seances.forms import TeamChoiceField
from ruche.seances.models import Team


class OfferForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """A partner's team, when it can come, where and with whom it wishes to."""

    team = TeamChoiceField(
        Team.objects.none(),
        label="Équipe partenaire",
        empty_label="Choisissez",
        error_messages={"required": "Choisissez l’équipe qui vient."},
    )
    rule = forms.CharField(
        label="Jours possibles",
        max_length=2_000,
        help_text=typographic(
            "« 1er et 3e mardi du mois, 9h-17h », ou l’écriture d’OpenStreetMap."
        ),
        error_messages={"required": "Dites les jours et les heures où cette équipe peut venir."},
    )

    class Meta:
        model = PartnerOffer
        fields = ("team", "rule", "visits", "sites", "rotas", "rides", "is_active")
        widgets = {
            "sites": forms.CheckboxSelectMultiple,
            "rotas": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "sites": typographic("Aucun : partout où le roulement va."),
            "rotas": typographic("Aucun : avec n’importe quel roulement."),
            "rides": typographic("Vide : par ses propres moyens."),
            "is_active": "Décochez pour ne plus en tenir compte.",
        }

    def __init__(self, data: Any = None, *, instance: PartnerOffer) -> None:
        known = not instance._state.adding
        initial = {"rule": rule_to_type(instance.rule)} if known else {}
        super().__init__(data, instance=instance, initial=initial)
        self._choose("team", partner_teams(instance).select_related("organisation"))
        held = instance.sites.order_by().values("pk") if known else []
        self._choose(
            "sites",
            Site.objects.filter(Q(closed_on=None) | Q(pk__in=held)).select_related("commune"),
        )
        mine = instance.rotas.order_by().values("pk") if known else []
        self._choose("rotas", Rota.objects.filter(Q(is_active=True) | Q(pk__in=mine)))
        self.fields["rides"].empty_label = "Non"  # type: ignore[attr-defined]

    def _choose(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows

    def clean_rule(self) -> str:
        """The rule of a sentence, in the syntax of OpenStreetMap."""
        text = " ".join(self.cleaned_data["rule"].split())
        try:
            rule = to_osm(from_french(text)) if is_spoken(text) else text
            return checked_rule(rule, since=timezone.localdate())
        except (BadOpening, BadRule) as error:
            raise forms.ValidationError(typographic(str(error))) from error

    @property
    def understood(self) -> str:
        """What the typed rule says, in full; nothing while it is not understood."""
        rule = getattr(self, "cleaned_data", {}).get("rule") if self.is_bound else ""
        return in_french(rule or self.instance.rule) if rule or self.instance.rule else ""


def partner_teams(held: PartnerOffer) -> Any:
    """Active teams of organisations that have nobody in the rounds, without an offer yet."""
    in_the_rounds = Organisation.objects.filter(teams__workers__in=Worker.objects.active())
    free = Q(is_active=True, offer=None) & ~Q(
        organisation__in=in_the_rounds.order_by().values("pk")
    )
    return Team.objects.filter(free | Q(pk=held.team_id))


def rule_to_type(rule: str) -> str:
    """The French sentence of a rule when it is read back as the same one; the rule otherwise."""
    said = in_french(rule)
    try:
        return said if to_osm(from_french(said)) == rule else rule
    except BadRule:
        return rule
