"""What of a circle is no secret, and can be changed: its name, its purpose, how long it keeps."""

from django import forms

from ruche.vault.models import Circle


class CircleForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """Members of the circle change it; every member of the network reads it."""

    class Meta:
        model = Circle
        fields = ("name", "purpose", "retention_months")
        help_texts = {
            "name": "Il se voit de tous les membres.",
            "purpose": "Une phrase que l’on pourrait lire à une personne accueillie.",
            "retention_months": (
                "24 mois selon la CNIL, sauf raison particulière. Une fiche suit la nouvelle durée "
                "à sa prochaine note."
            ),
        }
