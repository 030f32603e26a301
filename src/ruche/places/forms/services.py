"""The form of a service."""

from typing import Any

from django import forms

from ruche.accounts.models import Member, Organisation
from ruche.accounts.policy import Grants
from ruche.places.enums import LANGUAGES
from ruche.places.models import Service


class ServiceForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """What an organisation offers; only those of the organisations that the right reaches."""

    languages = forms.MultipleChoiceField(
        label="Langues",
        choices=LANGUAGES.items(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Service
        fields = (
            "organisation", "name", "need", "description", "conditions", "documents", "languages",
            "is_free", "is_active",
        )  # fmt: skip
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "conditions": "Vide : sans condition. Par exemple « sur rendez-vous ».",
            "documents": "Vide : rien à apporter.",
            "is_active": "Décochez quand il n’est plus proposé nulle part.",
        }

    def __init__(self, *args: Any, grants: Grants, by: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        active = Organisation.objects.filter(is_active=True)
        field.queryset = active if grants.network else active.filter(pk__in=grants.organisations)
        field.empty_label = "Choisir une organisation"
        own = by.organisations
        if len(own) == 1 and self.instance._state.adding:
            self.initial.setdefault("organisation", own[0].pk)
