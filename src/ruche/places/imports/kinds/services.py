"""Services: what an organisation offers, and where."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone

from ruche.accounts.models import Member
from ruche.core.spreadsheets import BadCell, codes, values
from ruche.core.writing import insert_all, update_all
from ruche.places.enums import LANGUAGES, Need
from ruche.places.imports.formats import ID, Column, Draft, Natural, Snapshot
from ruche.places.imports.kinds.base import BaseKind, Organisations, rows_of, several
from ruche.places.imports.kinds.finding import Sites
from ruche.places.models import Service

FIELDS = (
    "name", "need", "description", "conditions", "documents", "languages", "is_free", "is_active",
)  # fmt: skip
NEEDS = {label: value for value, label in Need.choices} | {
    "droits": "rights", "aide alimentaire": "food", "soin": "health",
    "médiation numérique": "digital",
}  # fmt: skip
LANGUAGE_WORDS = {name: code for code, name in LANGUAGES.items()} | {
    "LSF": "fsl", **{code: code for code in LANGUAGES},
}  # fmt: skip


def languages(text: str) -> list[str]:
    """« français ; arabe », « français, anglais »: no language has a comma in its name."""
    parts = several(text.replace(",", ";").replace("/", ";"))
    return sorted({values.choice(part, LANGUAGE_WORDS) for part in parts})


COLUMNS = (
    Column(
        ID, "Clé", codes.key, ("Identifiant", "Id", "Référence", "Code du service"),
        help="Facultatif. Votre numéro pour ce service.", examples=("S-001", "S-002"),
    ),
    Column(
        "organisation", "Organisation", partial(values.line_of_text, longest=120),
        ("Structure", "Association", "Organisme", "Porteur", "Proposé par"), required=True,
        help="Nécessaire. Son nom dans Ruche.", examples=("Croix d’Exemple", "Croix d’Exemple"),
    ),
    Column(
        "name", "Nom du service", partial(values.line_of_text, longest=120),
        ("Nom", "Service", "Intitulé", "Action", "Libellé"), required=True,
        help="Nécessaire. Avec l’organisation, il dit de quel service on parle.",
        examples=("Distribution imaginaire", "Permanence d’exemple"),
    ),
    Column(
        "need", "Besoin", partial(values.choice, words=NEEDS),
        ("Thème", "Thématique", "Domaine", "Type de besoin"), choices=NEEDS,
        help="Nécessaire pour un nouveau service.", examples=("alimentation", "accès aux droits"),
    ),
    Column(
        "description", "Description", partial(values.paragraph, longest=1_000),
        ("En quelques mots", "Descriptif", "Présentation", "Détail"),
        examples=("Colis et conserves, pour l’exemple.", ""),
    ),
    Column(
        "conditions", "Conditions", partial(values.line_of_text, longest=300),
        ("Conditions d’accès", "Modalités"), help="Vide : sans condition.",
        examples=("", "sur rendez-vous"),
    ),
    Column(
        "documents", "À apporter", partial(values.line_of_text, longest=300),
        ("Documents", "Pièces", "Justificatifs", "Documents à apporter", "Pièces à fournir"),
        help="Vide : rien à apporter.", examples=("un sac", ""),
    ),
    Column(
        "languages", "Langues", languages, ("Langue", "Langues parlées"), choices=LANGUAGE_WORDS,
        help="Séparées par « ; ».", examples=("français ; anglais", "français"),
    ),
    Column(
        "is_free", "Gratuit", values.yes_no, ("Gratuité", "Est gratuit"), help="oui ou non.",
        examples=("oui", "oui"),
    ),
    Column(
        "sites", "Lieux", partial(values.paragraph, longest=5_000),
        ("Lieu", "Sites", "Où", "Lieux concernés", "Site"),
        help="« Nom (Commune) », séparés par « ; ». Ils s’ajoutent à ceux qui y sont.",
        examples=("", ""),
    ),
)  # fmt: skip


class ServiceKind(BaseKind):
    """Services, known by their organisation and name."""

    key = "service"
    noun, plural, feminine = "service", "services", False
    model = Service
    blank: ClassVar[Snapshot] = {
        "organisation": "", "name": "", "need": "", "description": "", "conditions": "",
        "documents": "", "languages": [], "is_free": True, "is_active": True, "sites": [],
    }  # fmt: skip
    labels: ClassVar[Mapping[str, str]] = {
        **{column.key: column.label.lower() for column in COLUMNS}, "is_active": "proposé",
    }  # fmt: skip

    def __init__(self, source: str = "reseau") -> None:
        self.source = source

    def resolve(self, drafts: Sequence[Draft]) -> None:
        organisations, sites = Organisations(), Sites(self.source)
        for draft in drafts:
            said = draft.values
            draft.wanted = {name: said[name] for name in FIELDS if name in said}
            draft.title = str(said.get("name", ""))
            try:
                owner = said.get("owner") or organisations.find(said["organisation"]).pk
            except BadCell as error:
                draft.refuse(f"Colonne « Organisation » : {error}")
                continue
            draft.wanted["organisation"] = str(owner)
            draft.natural = (str(owner), draft.title)
            if "site" in said:
                draft.wanted["sites"] = [str(said["site"])]
            elif "sites" in said:
                draft.wanted["sites"] = _sites(draft, sites)

    def existing(self, naturals: Collection[Natural]) -> dict[Natural, UUID]:
        owners = {UUID(owner) for owner, _ in naturals}
        rows = rows_of(Service.objects.order_by("pk"), "organisation", owners)
        found = {(str(one.organisation_id), one.name): one.pk for one in rows}
        return {natural: found[natural] for natural in naturals if natural in found}

    def natural_of(self, snapshot: Snapshot) -> Natural:
        return snapshot["organisation"], snapshot["name"]

    def snapshots(self, targets: Collection[UUID]) -> dict[UUID, Snapshot]:
        found = {}
        for one in rows_of(Service.objects.order_by("pk"), "pk", targets):
            row = {name: getattr(one, name) for name in FIELDS}
            found[one.pk] = {**row, "organisation": str(one.organisation_id), "sites": []}
        through = Service.sites.through.objects.order_by("site_id")
        for link in rows_of(through, "service", found):
            found[link.service_id]["sites"].append(str(link.site_id))
        return found

    def merged(self, before: Snapshot, wanted: Snapshot) -> Snapshot:
        """Sites are added: a service is withdrawn from a site on its page, not by a spreadsheet."""
        sites = sorted({*before["sites"], *wanted.get("sites", [])})
        return {**before, **wanted, "sites": sites}

    def check(self, draft: Draft) -> None:
        assert draft.after is not None
        if not draft.after["need"]:
            draft.refuse(
                "Colonne « Besoin » : ce service est nouveau, et son besoin est nécessaire. "
                f"Écrivez l’un de ces mots : {', '.join(label for _, label in Need.choices)}."
            )

    def wording(self) -> Callable[[str, Any], str]:
        titles = Organisations().titles
        sites = {str(pk): str(site) for pk, site in Sites().by_pk.items()}

        def words(field: str, value: Any) -> str:
            if field == "need" and value:
                return str(Need(value).label)
            if field == "organisation" and value:
                return titles.get(value, "organisation retirée")
            if field == "languages" and value:
                return ", ".join(LANGUAGES.get(code, code) for code in value)
            if field == "sites" and value:
                return ", ".join(sites.get(one, "lieu retiré") for one in value)
            return self.words(field, value)

        return words

    def create(self, wanted: Mapping[UUID, Snapshot], *, by: Member) -> dict[UUID, UUID]:
        insert_all([_service(key, one) for key, one in wanted.items()])
        _add_sites({key: one["sites"] for key, one in wanted.items()})
        return {}

    def change(self, wanted: Mapping[UUID, Snapshot], *, by: Member) -> None:
        now = self.snapshots(wanted.keys())
        rows = [_service(key, one) for key, one in wanted.items()]
        for row in rows:
            row.updated_at = timezone.now()
        update_all(rows, [*FIELDS, "organisation", "updated_at"])
        _add_sites({key: set(one["sites"]) - set(now[key]["sites"]) for key, one in wanted.items()})
        for key, one in wanted.items():
            gone = set(now[key]["sites"]) - set(one["sites"])
            if gone:
                Service.sites.through.objects.filter(service=key, site__in=gone).delete()


def _service(key: UUID, snapshot: Snapshot) -> Service:
    row = {name: snapshot[name] for name in FIELDS}
    return Service(pk=key, organisation_id=snapshot["organisation"], **row)


def _add_sites(added: Mapping[UUID, Collection[str]]) -> None:
    through = Service.sites.through
    insert_all(
        [through(service_id=key, site_id=site) for key, sites in added.items() for site in sites]
    )


def _sites(draft: Draft, sites: Sites) -> list[str]:
    found = set()
    for name in several(draft.values["sites"]):
        try:
            found.add(str(sites.find(name).pk))
        except BadCell as error:
            draft.refuse(f"Colonne « Lieux » : {error}")
    return sorted(found)
