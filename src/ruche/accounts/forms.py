"""Forms of members: invitation, acceptance, organisations, roles."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from ruche.accounts.enums import Role
from ruche.accounts.models import Member, Organisation

CHARTER_LABEL = "J’ai lu la charte et je m’engage à la tenir"


class InviteForm(forms.Form):
    """Whom to invite, as what, and where."""

    email = forms.EmailField(label="Courriel")
    name = forms.CharField(label="Nom affiché", max_length=80, required=False)
    organisation = forms.ModelChoiceField(Organisation.objects.filter(is_active=True))
    role = forms.ChoiceField(label="Rôle", choices=Role.choices)


class JoinForm(forms.Form):
    """What someone says of herself when she accepts an invitation."""

    name = forms.CharField(
        label="Nom affiché", max_length=80, help_text="Celui que verront les autres membres."
    )
    password = forms.CharField(
        label="Mot de passe",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Au moins 12 caractères : quatre mots sans rapport font un bon mot de passe.",
    )
    charter = forms.BooleanField(
        label=CHARTER_LABEL,
        error_messages={"required": "Lisez la charte, puis cochez la case pour continuer."},
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, Member(name=self.data.get("name", "")))
        return password


class CharterForm(forms.Form):
    """The acceptance of a new version."""

    charter = forms.BooleanField(
        label=CHARTER_LABEL,
        error_messages={"required": "Cochez la case pour continuer."},
    )


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]  # it takes none at run time
    """An organisation of the network."""

    website = forms.URLField(label="Site internet", required=False, assume_scheme="https")

    class Meta:
        model = Organisation
        fields = ("name", "short_name", "kind", "email", "phone", "website", "is_active")


class PostForm(forms.Form):
    """One more role for a member."""

    organisation = forms.ModelChoiceField(Organisation.objects.filter(is_active=True))
    role = forms.ChoiceField(label="Rôle", choices=Role.choices)


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # it takes none at run time
    """What a member changes of her own account."""

    class Meta:
        model = Member
        fields = ("name", "phone")
        help_texts = {"phone": "Montré aux équipes avec qui vous travaillez."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].widget.attrs["autocomplete"] = "tel"
