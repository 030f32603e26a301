"""What a rota owes to each site, all in one form."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField

from ruche.places.models import Site
from ruche.planning.forms.fields import DurationField
from ruche.planning.forms.resources import LONGEST_STAY, SHORTEST_STAY
from ruche.planning.models import Need, Rota, Worker

MOST_VISITS, MOST_DAYS = 31, 365
NUMBERS = ("visits", "stay_min", "min_days", "max_days")
ASKED = (*NUMBERS, "reference")


@dataclass(frozen=True)
class Line:
    """A site of the form, and its fields."""

    site: Site
    visited: BoundField
    fields: tuple[BoundField, ...]

    @property
    def is_wrong(self) -> bool:
        return any(field.errors for field in (self.visited, *self.fields))


class NeedsForm(forms.Form):
    """Every open site with what it is owed. A site that the page did not show stays as it is."""

    def __init__(self, data: Any = None, *, rota: Rota, sites: list[Site]) -> None:
        super().__init__(data)
        self.rota, self.sites = rota, sites
        self.kept = {need.site_id: need for need in rota.needs.filter(site__in=sites)}
        self.faces = {str(who.pk): who for who in Worker.objects.active().filter(rota=rota)}
        for site in sites:
            self._add_fields(site)

    def _add_fields(self, site: Site) -> None:
        need = self.kept.get(site.pk)
        fresh = Need(rota=self.rota, visits=self.rota.visits, stay_min=self.rota.stay_min)
        for name, field in self._fields(str(site)).items():
            field.initial = _held(need, name)
            if name in ASKED:
                field.widget.attrs["aria-label"] = str(field.label)
            if name in NUMBERS:
                shown = field.prepare_value(getattr(fresh, name))
                field.widget.attrs["placeholder"] = str(shown)
            self.fields[_key(name, site)] = field

    def _fields(self, where: str) -> dict[str, forms.Field]:
        """The fields of one site; a number left empty takes the value that it shows in grey."""
        return {
            "visited": forms.BooleanField(label=f"{where} : visité", required=False),
            "visits": _number(f"{where} : visites par mois", MOST_VISITS),
            "stay_min": DurationField(
                label=f"{where} : durée d’une visite",
                required=False,
                least=SHORTEST_STAY,
                most=LONGEST_STAY,
                alone=1,
            ),
            "min_days": _number(f"{where} : jours entre deux visites, au moins", MOST_DAYS),
            "max_days": _number(f"{where} : jours entre deux visites, au plus", MOST_DAYS),
            "reference": forms.TypedChoiceField(
                choices=[("", "qui est venu avant"), *self.faces.items()],
                coerce=self.faces.get,
                empty_value=None,
                label=f"{where} : visage connu",
                required=False,
                error_messages={"invalid_choice": "Choisissez quelqu’un de ce roulement."},
            ),
        }

    def clean(self) -> dict[str, Any]:
        self.wanted = {
            site: need for site in self.sites if (need := self._need_of(site)) is not None
        }
        return self.cleaned_data

    def _need_of(self, site: Site) -> Need | None:
        """What the line of a site says; None when it is not visited. Its errors go to its line."""
        if not self.cleaned_data.get(_key("visited", site)):
            return None
        need = Need(site=site, rota=self.rota, visits=self.rota.visits, stay_min=self.rota.stay_min)
        for name in ASKED:
            said = self.cleaned_data.get(_key(name, site))
            if said is not None:
                setattr(need, name, said)
        self._check(site, need)
        return need

    def _check(self, site: Site, need: Need) -> None:
        try:
            need.clean_fields(exclude=("site", "rota", "reference"))
        except ValidationError as error:
            for name, problems in error.error_dict.items():
                if not self.has_error(_key(name, site)):
                    self.add_error(_key(name, site), problems)
        if need.max_days < need.min_days and not self.has_error(_key("max_days", site)):
            self.add_error(
                _key("max_days", site),
                "L’écart le plus court dépasse l’écart le plus long.",
            )

    @property
    def shown(self) -> Mapping[Site, Need | None]:
        """The sites that the page showed → what they are owed, or nothing."""
        return {
            site: self.wanted.get(site) for site in self.sites if _key("visits", site) in self.data
        }

    def communes(self) -> Iterator[tuple[str, list[Line]]]:
        """The lines, by commune."""
        for commune, sites in groupby(self.sites, key=lambda site: site.commune.title):
            yield commune, [self._line(site) for site in sites]

    def _line(self, site: Site) -> Line:
        fields = tuple(self[_key(name, site)] for name in ASKED)
        return Line(site, self[_key("visited", site)], fields)


def _key(name: str, site: Site) -> str:
    return f"{name}-{site.pk}"


def _held(need: Need | None, name: str) -> Any:
    """What the field of a need shows at first; nothing for a site that is not visited."""
    if name == "visited":
        return need is not None
    return getattr(need, "reference_id" if name == "reference" else name, None)


def _number(label: str, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=1, max_value=most)
