"""Forms of sites: the place itself, who is there, what is given there, photos."""

import re
from typing import Any, cast

from django import forms
from django.core.validators import FileExtensionValidator
from django.http import QueryDict
from django.urls import reverse

from ruche.accounts.models import Member, Organisation
from ruche.engines.portraits.levels import Level
from ruche.french.numbers import counted
from ruche.geography.models import Territory
from ruche.geography.names import plain
from ruche.places.enums import PresenceKind
from ruche.places.models import Photo, Service, Site
from ruche.places.queries import likely_duplicates

MOST_COMMUNES = 12
WITH_DEPARTEMENT = re.compile(r"(?P<name>.+?)\s*\((?P<departement>\w{2,3})\)\s*")
DECIMAL = re.compile(r"-?\d+(?:[.,]\d+)?")
FRANCE_LATITUDES, FRANCE_LONGITUDES = (41, 52), (-6, 10)


# -------------------------------------------------------------------------------- communes


def commune_in_words(commune: Territory) -> str:
    """« Montaut (32) »: a name that can be typed again and means one commune."""
    return f"{commune.title} ({commune.departement})"


def communes_named(words: str) -> list[Territory]:
    """The communes that a typed name may mean: those of this very name, or else that begin so.

    « Montaut (32) » means the one of this département.
    """
    found = WITH_DEPARTEMENT.fullmatch(words.strip())
    name = found["name"] if found else words
    communes = Territory.objects.filter(level=Level.COMMUNE)
    if found:
        communes = communes.filter(departement=found["departement"].upper())
    close = list(communes.search(name)[:MOST_COMMUNES])
    wanted = plain(name)
    exact = [one for one in close if wanted in {one.search_name, plain(one.name)}]
    return exact or close


def position_in_words(site: Site) -> str:
    """« 43,64652 0,58512 »: a metre is enough; nothing when it is not known."""
    if not site.is_placed:
        return ""
    return f"{site.latitude:.5f} {site.longitude:.5f}".replace(".", ",")


# ----------------------------------------------------------------------------------- site


COMPARED = {
    "name", "commune_name", "address", "address_note", "position", "transport", "access",
    "access_note", "audience", "choice", "cold", "phone", "email", "is_hub", "note",
}  # fmt: skip
"""What is shown when two people have saved the same site."""


class SiteForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """A site. The commune is typed by name; who types a name that several bear chooses.

    A place that looks like another one is saved only when she says that it is another.
    """

    commune_name = forms.CharField(
        label="Commune",
        max_length=120,
        help_text="Son nom, ou son nom et son département : « Montaut (32) ».",
        widget=forms.TextInput(attrs={"list": "communes", "autocomplete": "off"}),
        error_messages={"required": "Écrivez le nom de la commune."},
    )
    commune_choice = forms.ChoiceField(
        label="Quelle commune ?", required=False, widget=forms.RadioSelect
    )
    position = forms.CharField(
        label="Position",
        required=False,
        max_length=60,
        help_text="Latitude puis longitude, copiées d’une carte : « 43,6465 0,5855 ».",
    )
    is_another = forms.BooleanField(label="C’est un autre lieu : l’enregistrer", required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    field_order = (
        "name", "commune_name", "commune_choice", "address", "address_note", "position",
        "transport", "access", "access_note", "audience", "choice", "cold", "phone", "email",
        "is_hub", "note", "is_another", "version",
    )  # fmt: skip

    class Meta:
        model = Site
        fields = (
            "name", "address", "address_note", "transport", "access", "access_note", "audience",
            "choice", "cold", "phone", "email", "is_hub", "note",
        )  # fmt: skip
        widgets = {
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "address_note": forms.TextInput(),
            "note": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "transport": "Bus, covoiturage, parking : ce qui aide à venir.",
            "note": "Lue par les membres seulement. Aucune information sur une personne.",
        }

    def __init__(self, data: Any = None, *, instance: Site) -> None:
        known = not instance._state.adding
        initial = _of_the_site(instance) if known else {}
        super().__init__(data, instance=instance, initial=initial)
        self.duplicates: list[Site] = []
        self.before = _what_makes_it_unique(self.instance) if known else None
        self.communes = communes_named(self.data.get("commune_name", "")) if self.is_bound else []
        self._offer_communes()
        if not self.is_bound:
            del self.fields["is_another"]
        self.fields["commune_name"].widget.attrs.update(_suggesting(reverse("places:communes")))

    def _offer_communes(self) -> None:
        """The choice is shown when the name means several communes, or none that is exact."""
        field = self.fields["commune_choice"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.pk, _commune_label(one)) for one in self.communes]
        if len(self.communes) < 2:
            del self.fields["commune_choice"]

    def clean_position(self) -> tuple[float, float] | None:
        text = self.cleaned_data["position"].strip()
        if not text:
            return None
        numbers = [float(number.replace(",", ".")) for number in DECIMAL.findall(text)]
        if len(numbers) != 2 or not -90 <= numbers[0] <= 90 or not -180 <= numbers[1] <= 180:
            raise forms.ValidationError(
                "Écrivez deux nombres : la latitude, puis la longitude. Par exemple 43,6465 0,5855."
            )
        latitude, longitude = numbers
        if not _in_france(latitude, longitude) and _in_france(longitude, latitude):
            raise forms.ValidationError(
                "Ces deux nombres semblent inversés : la latitude d’abord, puis la longitude."
            )
        return latitude, longitude

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        commune = self._commune()
        if commune is not None:
            self.instance.commune = commune
        if "position" in self.changed_data:  # what is shown is rounded to a metre
            latitude, longitude = cleaned.get("position") or (None, None)
            self.instance.latitude, self.instance.longitude = latitude, longitude
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
                "commune_choice", "Plusieurs communes conviennent : choisissez la vôtre."
            )
        return found

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # not in its stub
        if not self.errors:
            self._look_for_duplicates()
        if not self.duplicates:
            self.fields.pop("is_another", None)

    def _look_for_duplicates(self) -> None:
        """Only for a new place, or one whose name, commune or position was just changed."""
        if self.before == _what_makes_it_unique(self.instance):
            return
        self.duplicates = likely_duplicates(self.instance)
        if self.duplicates and not self.cleaned_data.get("is_another"):
            self.add_error(
                "is_another",
                "Un lieu qui lui ressemble est déjà dans le registre : regardez si c’est le même.",
            )

    def show_saved(self, version: int) -> None:
        """After a refusal for staleness: the next time, what is typed wins over this version."""
        data = cast(QueryDict, self.data).copy()
        data["version"] = str(version)
        self.data = data

    def differences(self, saved: Site) -> list[tuple[str, str, str]]:
        """(label, what the other person saved, what is typed here), where they differ."""
        theirs, found = SiteForm(instance=saved), []
        for name, field in self.fields.items():
            same_commune = name == "commune_name" and self.instance.commune_id == saved.commune_id
            if name not in COMPARED or same_commune:
                continue
            kept, here = _shown(field, theirs[name].initial), _shown(field, self[name].data)
            if kept != here:
                found.append((str(field.label), kept or "vide", here or "vide"))
        return found


def _shown(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.BooleanField):
        return "oui" if value not in (False, None, "", "False") else "non"
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value or ""))  # type: ignore[arg-type]
    return " ".join(str(value or "").split())


def _of_the_site(site: Site) -> dict[str, Any]:
    return {
        "commune_name": commune_in_words(site.commune),
        "position": position_in_words(site),
        "version": site.version,
    }


def _suggesting(url: str) -> dict[str, str]:
    """Names of communes proposed as one types; without JavaScript the name is simply typed."""
    return {
        "hx-get": url,
        "hx-trigger": "input changed delay:250ms",
        "hx-target": "#communes",
        "hx-sync": "this:replace",
    }


def _what_makes_it_unique(site: Site) -> tuple[Any, ...]:
    return site.name, site.commune_id, site.latitude, site.longitude


def _in_france(latitude: float, longitude: float) -> bool:
    (south, north), (west, east) = FRANCE_LATITUDES, FRANCE_LONGITUDES
    return south <= latitude <= north and west <= longitude <= east


def _commune_label(commune: Territory) -> str:
    """« Montaut (32), 122 habitants »: what tells homonyms apart."""
    people = f", {counted(commune.population, 'habitant')}" if commune.population else ""
    return f"{commune_in_words(commune)}{people}"


# -------------------------------------------------------------------- who is there, photos


class PresenceForm(forms.Form):
    """An organisation on a site."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.filter(is_active=True),
        label="Organisation",
        empty_label="Choisir une organisation",
    )
    kind = forms.ChoiceField(
        label="Ce qu’elle y fait", choices=PresenceKind.choices, initial=PresenceKind.VISITOR
    )
    note = forms.CharField(label="Précisions", max_length=200, required=False)


class AssignmentForm(forms.Form):
    """A volunteer of a site."""

    member = forms.ModelChoiceField(
        Member.objects.active(), label="Membre", empty_label="Choisir une personne"
    )


class ServiceChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not at run time
    """A service, told apart from those of the same name by its organisation."""

    def label_from_instance(self, obj: Service) -> str:
        return f"{obj.name}, {obj.organisation}"


class OfferForm(forms.Form):
    """A service given at a site."""

    service = ServiceChoice(
        Service.objects.none(), label="Service", empty_label="Choisir un service"
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["service"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = (
            Service.objects.filter(is_active=True)
            .exclude(pk__in=site.services.values("pk"))
            .select_related("organisation")
        )


class PhotoForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """A photo, and the words that stand for it."""

    file = forms.FileField(
        label="Photo",
        help_text="JPEG, PNG ou WebP, 8 Mo au plus. La position et l’appareil sont effacés.",
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        validators=[
            FileExtensionValidator(
                ["jpg", "jpeg", "png", "webp"], "Choisissez une image JPEG, PNG ou WebP."
            )
        ],
    )
    field_order = ("file", "alternative")

    class Meta:
        model = Photo
        fields = ("alternative",)
