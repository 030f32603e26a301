"""Sites: the place itself, who holds it, and when it is open."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Count, F
from django.utils import timezone

from ruche.accounts.models import Member
from ruche.core.spreadsheets import BadCell, Guess, codes, values
from ruche.core.writing import insert_all, update_all
from ruche.geography.communes import metres_between
from ruche.places.actions import checked_rule
from ruche.places.enums import Access, Audience, Choice, Cold, PresenceKind
from ruche.places.errors import BadOpening
from ruche.places.imports.communes import Gazetteer, Known, gazetteer
from ruche.places.imports.duplicates import Places, place_of
from ruche.places.imports.formats import ID, Column, Draft, Natural, Snapshot
from ruche.places.imports.kinds.base import BaseKind, Organisations, email, rows_of, several
from ruche.places.imports.planning import slices
from ruche.places.imports.suggesting import Suggestions
from ruche.places.models import Opening, Presence, Site
from ruche.places.openings import BadRule, from_french, in_french, is_spoken, to_osm
from ruche.places.openings.spoken import EXAMPLES, is_osm

FIELDS = (
    "name", "address", "address_note", "latitude", "longitude", "access", "transport", "audience",
    "choice", "cold", "phone", "email", "is_hub",
)  # fmt: skip
"""Of the row of a site, what an import reads and writes, besides its commune."""

SEVERAL_HOURS = "plusieurs"
"""Stands for the hours of a site that has several rules: a cell cannot say them."""

FARTHEST = 30_000
"""Metres from the point of its commune beyond which a position is not believed."""


def words_of(choices: Any, **more: str) -> dict[str, str]:
    """What people may write → the code, the label of the form first."""
    return {label: value for value, label in choices.choices} | more


ACCESSES = words_of(Access, oui="yes", **{"en partie": "partly"}, non="no", inconnu="unknown")
AUDIENCES = words_of(
    Audience, tous="everyone", **{"sur orientation": "oriented"}, inscrits="registered"
)
CHOICES = words_of(Choice, libre="free_choice", accompagné="accompanied_choice", colis="no_choice")
COLDS = words_of(Cold, aucun="none", frigo="fridge", congélateur="freezer")
AUDIENCES["sur inscription"] = "registered"
ENUMS: Mapping[str, Any] = {"access": Access, "audience": Audience, "choice": Choice, "cold": Cold}


def hours(text: str) -> str:
    """Opening hours said in French or in the syntax of OpenStreetMap, in the latter's own form."""
    text = " ".join(text.split())
    try:
        rule = to_osm(from_french(text)) if is_spoken(text) else text
        return checked_rule(rule, since=timezone.localdate())
    except (BadOpening, BadRule) as error:
        names_days = is_spoken(text) or is_osm(text)
        why = str(error) if names_days else f"« {text} » ne se lit pas : {EXAMPLES}"
        raise BadCell(why) from error


COLUMNS = (
    Column(
        ID, "Clé", codes.key, ("Identifiant", "Id", "Référence", "Code du lieu", "Numéro du lieu"),
        help="Facultatif. Votre numéro pour ce lieu : il le retrouve même s’il change de nom.",
        examples=("L-001", "L-002"),
    ),
    Column(
        "name", "Nom", partial(values.line_of_text, longest=100),
        ("Nom du lieu", "Lieu", "Site", "Nom du site", "Intitulé", "Tiers-lieu"), required=True,
        help="Nécessaire. Avec la commune, il dit de quel lieu on parle.",
        examples=("Salle des fêtes imaginaire", "Halle d’exemple"),
    ),
    Column(
        "commune", "Commune", partial(values.line_of_text, longest=120),
        ("Ville", "Nom de la commune", "Localité", "Commune du lieu"),
        help="Nom, ou nom et département : « Montaut (32) ». Nécessaire sans code postal ni Insee.",
        examples=("Auch", "Condom"),
    ),
    Column(
        "postal_code", "Code postal", codes.postal_code, ("CP", "Postal"),
        help="Départage les communes de même nom.", examples=("32000", "32100"),
    ),
    Column(
        "insee", "Code Insee", codes.insee_code, ("Insee", "Code commune", "COG", "Citycode"),
        help="Facultatif : à lui seul, il dit la commune.",
    ),
    Column(
        "address", "Adresse", partial(values.line_of_text, longest=160),
        ("Rue", "Adresse postale", "Voie", "Numéro et rue"),
        help="Nécessaire pour un nouveau lieu.",
        examples=("2 place de l’Exemple", "Rue du Modèle"),
    ),
    Column(
        "address_note", "Pour trouver", partial(values.line_of_text, longest=200),
        ("Complément d’adresse", "Complément", "Comment trouver", "Indications"),
        help="« derrière l’église, portail vert ».", examples=("portail vert", ""),
    ),
    Column(
        "latitude", "Latitude", values.decimal, ("Lat", "Y"),
        help="En degrés, avec la longitude, ou aucune des deux.", examples=("43,6465", ""),
    ),
    Column(
        "longitude", "Longitude", values.decimal, ("Lon", "Lng", "Long", "X"),
        help="En degrés.", examples=("0,5855", ""),
    ),
    Column(
        "access", "Accessibilité", partial(values.choice, words=ACCESSES),
        ("Accès", "PMR", "Accès PMR", "Accès des personnes à mobilité réduite", "Handicap"),
        choices=ACCESSES, help="Pour une personne à mobilité réduite.",
        examples=("accessible", "non renseigné"),
    ),
    Column(
        "transport", "Comment venir", partial(values.line_of_text, longest=300),
        ("Transport", "Transports", "Bus", "Accès en bus", "Desserte"),
        help="Bus, covoiturage, parking.", examples=("Bus ligne 1, arrêt Exemple", ""),
    ),
    Column(
        "audience", "Qui peut venir", partial(values.choice, words=AUDIENCES),
        ("Public", "Publics", "Public accueilli"), choices=AUDIENCES,
        examples=("tout le monde", "sur orientation"),
    ),
    Column(
        "choice", "Degré de choix", partial(values.choice, words=CHOICES),
        ("Choix", "Libre choix", "Type de distribution"), choices=CHOICES,
        help="Comment on choisit les produits.", examples=("libre", "colis"),
    ),
    Column(
        "cold", "Équipement de froid", partial(values.choice, words=COLDS),
        ("Froid", "Frigo", "Chaîne du froid"), choices=COLDS,
        examples=("réfrigérateur", "aucun"),
    ),
    Column(
        "phone", "Téléphone du lieu", codes.phone,
        ("Téléphone", "Tél", "Tel", "Numéro de téléphone", "Tél du lieu", "Téléphone accueil"),
        help="Celui de l’accueil, jamais celui d’une personne.", examples=("05 62 00 00 01", ""),
    ),
    Column(
        "email", "Courriel du lieu", email,
        ("Courriel", "E-mail", "Mail", "Email", "Adresse mail", "Courriel accueil"),
        help="Celui de l’accueil, jamais celui d’une personne.",
        examples=("accueil@exemple.invalid", ""),
    ),
    Column(
        "hosts", "Organisation qui tient le lieu", partial(values.line_of_text, longest=300),
        ("Organisation", "Structure", "Association", "Organisme", "Gestionnaire", "Porteur"),
        help="Son nom dans Ruche. Plusieurs : séparez-les par « ; ».", examples=("", ""),
    ),
    Column(
        "hours", "Horaires", hours, ("Horaires d’ouverture", "Ouverture", "Opening hours"),
        help="Jours et heures, en toutes lettres ou en écriture OpenStreetMap. Vide : à l’écran.",
        examples=("mardi de 14 h à 16 h 30", "1er et 3e jeudi du mois, 9h-12h"),
    ),
)  # fmt: skip


class SiteKind(BaseKind):
    """Sites, known by their commune and name."""

    key = "site"
    noun, plural, feminine = "lieu", "lieux", False
    model = Site
    blank: ClassVar[Snapshot] = {
        "name": "", "commune": "", "address": "", "address_note": "", "latitude": None,
        "longitude": None, "access": str(Access.UNKNOWN), "transport": "",
        "audience": str(Audience.EVERYONE), "choice": str(Choice.UNKNOWN),
        "cold": str(Cold.UNKNOWN), "phone": "", "email": "", "is_hub": True, "hosts": [],
        "visitors": [], "hours": "", "moved_days": 0,
    }  # fmt: skip
    labels: ClassVar[Mapping[str, str]] = {
        **{column.key: column.label.lower() for column in COLUMNS},
        "commune": "commune", "is_hub": "tiers-lieu solidaire",
        "visitors": "organisations qui y viennent", "moved_days": "jours déplacés",
    }  # fmt: skip

    # ------------------------------------------------------------------------ reading

    def resolve(self, drafts: Sequence[Draft]) -> None:
        places, organisations = gazetteer(), Organisations()
        suggestions = Suggestions(places.home)
        for draft in drafts:
            commune = commune_of(draft, places, suggestions)
            wanted = {name: draft.values[name] for name in FIELDS if name in draft.values}
            if "hours" in draft.values:
                wanted["hours"] = draft.values["hours"]
            if "hosts" in draft.values:
                wanted["hosts"] = _hosts(draft, organisations)
            _check_position(draft, commune)
            draft.title = str(wanted.get("name", ""))
            if commune is not None:
                wanted["commune"] = commune.code
                draft.natural = (commune.code, draft.title)
                draft.title = f"{draft.title} ({commune.title})"
            draft.wanted = wanted

    def existing(self, naturals: Collection[Natural]) -> dict[Natural, UUID]:
        rows = rows_of(Site.objects.order_by("pk"), "commune", {commune for commune, _ in naturals})
        found = {(site.commune_id, site.name): site.pk for site in rows}
        return {natural: found[natural] for natural in naturals if natural in found}

    def natural_of(self, snapshot: Snapshot) -> Natural:
        return snapshot["commune"], snapshot["name"]

    def snapshots(self, targets: Collection[UUID]) -> dict[UUID, Snapshot]:
        found = {}
        for site in rows_of(Site.objects.order_by("pk"), "pk", targets):
            row = {name: getattr(site, name) for name in FIELDS}
            found[site.pk] = {**self.blank, **row, "commune": site.commune_id}
            found[site.pk] |= {"hosts": [], "visitors": []}
        for presence in rows_of(Presence.objects.order_by("organisation_id"), "site", found):
            role = "hosts" if presence.is_host else "visitors"
            found[presence.site_id][role].append(str(presence.organisation_id))
        for opening in rows_of(_own_hours(), "site", found):
            known = found[opening.site_id]
            known["moved_days"] += opening.moved_days
            known["hours"] = SEVERAL_HOURS if known["hours"] else opening.rule
        return found

    def merged(self, before: Snapshot, wanted: Snapshot) -> Snapshot:
        """A host is added to those that are there: nobody leaves a site by a spreadsheet."""
        hosts = sorted({*before["hosts"], *wanted.get("hosts", [])})
        visitors = [one for one in before["visitors"] if one not in hosts]
        return {**before, **wanted, "hosts": hosts, "visitors": visitors}

    def using(self, rows: Any) -> Any:
        """Its presences and its own hours are in the snapshot."""
        if rows.model is Presence:
            return rows.none()
        return rows.exclude(service=None) if rows.model is Opening else rows

    def check(self, draft: Draft) -> None:
        assert draft.after is not None
        if not draft.after["address"]:
            draft.refuse(
                "Colonne « Adresse » : ce lieu est nouveau, et son adresse est nécessaire. "
                "Écrivez-la."
            )
        if (draft.after["latitude"] is None) != (draft.after["longitude"] is None):
            draft.refuse("Donnez la latitude et la longitude, ou aucune des deux.")
        if draft.before and draft.before["hours"] == SEVERAL_HOURS and "hours" in draft.wanted:
            draft.refuse(
                "Colonne « Horaires » : ce lieu a plusieurs horaires dans Ruche. Modifiez-les sur "
                "sa page, et videz cette case."
            )

    # --------------------------------------------------------------------- duplicates

    def doubt(self, drafts: Sequence[Draft]) -> None:
        """New sites that resemble one that is known, or a line above."""
        if not drafts:
            return
        seen = Places()
        columns = ("pk", "name", "commune", "latitude", "longitude")
        for row in Site.objects.order_by("pk").values_list(*columns):
            seen.add(place_of(*row))
        roots: dict[object, tuple[UUID | None, str]] = {}
        names: set[object] = set()
        for draft in drafts:
            if draft.natural in names:
                continue  # the same line twice is told otherwise
            names.add(draft.natural)
            wanted = draft.wanted
            position = (wanted.get("latitude"), wanted.get("longitude"))
            here = place_of(draft, wanted["name"], wanted["commune"], *position, is_known=False)
            known = seen.like(here)
            if known is not None:
                roots[draft] = roots.get(known.key) or _root(known)
                draft.resembles, said = roots[draft]
                draft.doubts.append(f"Ressemble à {said} : est-ce le même lieu ?")
            seen.add(here)

    # ------------------------------------------------------------------------ writing

    def wording(self) -> Callable[[str, Any], str]:
        titles = Organisations().titles

        def words(field: str, value: Any) -> str:
            if field in ENUMS and value:
                return str(ENUMS[field](value).label)
            if field == "hours" and value:
                return f"{value} horaires" if value == SEVERAL_HOURS else in_french(value)
            if field == "commune" and value:
                return str(gazetteer().known.get(value, value))
            if field in {"hosts", "visitors"} and value:
                return ", ".join(titles.get(one, "organisation retirée") for one in value)
            if isinstance(value, float):
                return str(value).replace(".", ",")
            return self.words(field, value)

        return words

    def create(self, wanted: Mapping[UUID, Snapshot], *, by: Member) -> dict[UUID, UUID]:
        insert_all([Site(pk=key, **_row(snapshot)) for key, snapshot in wanted.items()])
        insert_all(
            [
                Presence(site_id=key, organisation_id=host, kind=PresenceKind.HOST)
                for key, snapshot in wanted.items()
                for host in snapshot["hosts"]
            ]
        )
        insert_all(
            [
                Opening(site_id=key, rule=snapshot["hours"])
                for key, snapshot in wanted.items()
                if snapshot["hours"]
            ]
        )
        return {}

    def change(self, wanted: Mapping[UUID, Snapshot], *, by: Member) -> None:
        now = self.snapshots(wanted.keys())
        sites = [Site(pk=key, **_row(snapshot)) for key, snapshot in wanted.items()]
        update_all(sites, [*FIELDS, "commune"])
        for some in slices(sorted(wanted)):
            Site.objects.filter(pk__in=some).update(
                version=F("version") + 1, updated_at=timezone.now()
            )
        for key, snapshot in wanted.items():
            _set_presences(key, now[key], snapshot)
            if now[key]["hours"] != snapshot["hours"]:
                _set_hours(key, snapshot["hours"])


# -------------------------------------------------------------------------------- helpers


def commune_of(draft: Draft, places: Gazetteer, suggestions: Suggestions) -> Known | None:
    """The commune that a line says; a fault, and nothing, when it is not known."""
    said = draft.values
    asked = {key: str(said.get(key, "")) for key in ("commune", "postal_code", "insee")}
    if not any(asked.values()):
        draft.refuse("Colonne « Commune » : écrivez son nom, son code postal ou son code Insee.")
        return None
    try:
        found = places.find(
            asked["commune"],
            postal_code=asked["postal_code"],
            insee=asked["insee"],
            suggestions=suggestions,
        )
    except BadCell as error:
        draft.refuse(f"Colonne « Commune » : {error}")
        return None
    if isinstance(found, Guess):
        draft.remarks.append(f"Colonne « Commune » : {found.why}")
        found = found.value
    return found


def _hosts(draft: Draft, organisations: Organisations) -> list[str]:
    found = []
    for name in several(draft.values["hosts"]):
        try:
            found.append(str(organisations.find(name).pk))
        except BadCell as error:
            draft.refuse(f"Colonne « Organisation qui tient le lieu » : {error}")
    return sorted(found)


def _check_position(draft: Draft, commune: Known | None) -> None:
    """A fault for a position that is not in the commune: often two numbers that were swapped."""
    latitude, longitude = draft.values.get("latitude"), draft.values.get("longitude")
    if latitude is None or longitude is None or commune is None or commune.position is None:
        return
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        draft.refuse("La latitude va de −90 à 90, la longitude de −180 à 180 : vérifiez-les.")
        return
    far = metres_between((latitude, longitude), commune.position)
    if far <= FARTHEST:
        return
    swapped = abs(longitude) <= 90 and metres_between((longitude, latitude), commune.position)
    if swapped and swapped <= FARTHEST:
        draft.refuse(
            "La latitude et la longitude semblent échangées : mettez la latitude d’abord "
            f"(près de {commune.position[0]:.1f} à {commune})."
        )
    else:
        draft.refuse(
            f"Cette position est à {far / 1000:.0f} km de {commune} : vérifiez la latitude, la "
            "longitude et la commune."
        )


def _root(known: Any) -> tuple[UUID | None, str]:
    """The site that a place is, when it is in the register; and how to say it."""
    if isinstance(known.key, Draft):
        return None, f"la ligne {known.key.number}, « {known.title} »"
    return known.key, f"« {known.title} », déjà dans le registre"


def _own_hours() -> Any:
    """The current rules of sites themselves, services apart."""
    return (
        Opening.objects.current()
        .filter(service=None)
        .annotate(moved_days=Count("changes"))
        .order_by("since", "pk")
    )


def _row(snapshot: Snapshot) -> dict[str, Any]:
    return {name: snapshot[name] for name in FIELDS} | {"commune_id": snapshot["commune"]}


def _set_presences(key: UUID, now: Snapshot, wanted: Snapshot) -> None:
    """Who holds the site, who comes: as wanted. What each one noted there stays."""
    kinds = {"hosts": PresenceKind.HOST, "visitors": PresenceKind.VISITOR}
    gone = {*now["hosts"], *now["visitors"]} - {*wanted["hosts"], *wanted["visitors"]}
    if gone:
        Presence.objects.filter(site=key, organisation__in=gone).delete()
    for role, kind in kinds.items():
        for organisation in sorted(set(wanted[role]) - set(now[role])):
            Presence.objects.update_or_create(
                site_id=key, organisation_id=organisation, defaults={"kind": kind}
            )


def _set_hours(key: UUID, rule: str) -> None:
    """The only rule of the site itself: written, changed, or removed when it was not there."""
    held = Opening.objects.current().filter(site=key, service=None).order_by("since", "pk").first()
    if not rule:
        if held is not None:
            held.delete()
    elif held is None:
        Opening.objects.create(site_id=key, rule=rule)
    else:
        held.rule, held.version = rule, held.version + 1
        held.save(update_fields=["rule", "version"])
