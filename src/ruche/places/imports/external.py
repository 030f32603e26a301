"""Files that others publish, by a closed list of fields: what is not in the list is not even read.

Three formats: data·inclusion (structures, services), places of digital mediation, France services.
They hold names, personal addresses and comments about people in some of their columns, and
sometimes in those that we read: an e-mail that is not that of a desk, and a mobile number, are left
aside. These files cover the whole country: the lines of other départements are left aside too.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from django.conf import settings
from django.utils import timezone

from ruche.accounts.enums import Thing, Verb
from ruche.core.spreadsheets import BadCell, Guess, codes, values
from ruche.core.spreadsheets import plain as plain_words
from ruche.places.actions import checked_rule
from ruche.places.enums import Choice, Need, PresenceKind
from ruche.places.errors import BadOpening
from ruche.places.imports.communes import gazetteer
from ruche.places.imports.formats import ID, Column, Draft, Format, Snapshot
from ruche.places.imports.hours import week
from ruche.places.imports.kinds.base import Organisations, rows_of
from ruche.places.imports.kinds.services import ServiceKind
from ruche.places.imports.kinds.sites import SiteKind
from ruche.places.imports.models import ImportKey
from ruche.places.imports.personal import is_a_mobile, is_of_a_place
from ruche.places.models import Presence
from ruche.places.openings.french import WEEKDAYS

GROUP = "Fichiers publiés"
ELSEWHERE = "Cette ligne est d’un autre département : elle est laissée de côté."
LIST_MARKS = re.compile(r"""["'\[\]{}]""")

NEED_OF = {
    "equipement-et-alimentation": Need.FOOD,
    "sante": Need.HEALTH,
    "difficultes-administratives-ou-juridiques": Need.RIGHTS,
    "numerique": Need.DIGITAL,
    "difficultes-financieres": Need.BUDGET,
    "famille": Need.SOCIAL_CENTRE,
    "remobilisation": Need.SOCIAL_CENTRE,
}
"""Category of a thématique of data·inclusion → the need by which people look for it here."""


def short(longest: int) -> Callable[[str], str]:
    """A text that is cut rather than refused: nobody here may correct the producer's file."""
    return lambda text: _cut(" ".join(text.split()), longest)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _listed(text: str) -> list[str]:
    """« {a,b} », « ["a", "b"] », « a;b » → a, b."""
    bare = LIST_MARKS.sub("", text)
    return [part.strip() for part in re.split(r"[,;|]", bare) if part.strip()]


def _key(*names: str) -> Column:
    return Column(ID, "identifiant", codes.key, names, required=True)


def _text(key: str, *names: str, longest: int = 160, required: bool = False) -> Column:
    return Column(key, key, short(longest), names, required=required)


def _places() -> tuple[Column, ...]:
    """What all these formats say of where a place is."""
    return (
        _text("commune"),
        Column("code_postal", "code_postal", codes.postal_code),
        Column("code_insee", "code_insee", codes.insee_code),
        _text("adresse"),
        _text("complement_adresse", longest=200),
        Column("latitude", "latitude", values.decimal),
        Column("longitude", "longitude", values.decimal),
    )


STRUCTURES = (
    _key("id"), _text("nom", required=True, longest=100), *_places(),
    _text("telephone", longest=40), _text("courriel", longest=200),
    _text("horaires_accueil", longest=2_000),
)  # fmt: skip

SERVICES = (
    _key("id"), _text("structure_id", required=True), _text("nom", required=True, longest=120),
    _text("description", longest=1_000), _text("thematiques", longest=2_000),
    _text("frais", longest=60), _text("conditions_acces", longest=300),
    _text("code_postal", longest=10), _text("code_insee", longest=10),
)  # fmt: skip

MEDNUM = (
    _key("id"), _text("nom", required=True, longest=100), *_places(),
    _text("telephone", longest=40), _text("courriels", "courriel", longest=200),
    _text("horaires", longest=2_000),
)  # fmt: skip

FRANCE_SERVICES = (
    _key("id_fs"), _text("lib_fs", required=True, longest=100), _text("adresse"),
    _text("complement_adresse", longest=200),
    Column("insee_com", "insee_com", codes.insee_code),
    Column("code_postal", "code_postal", codes.postal_code), _text("lib_com"),
    Column("latitude", "latitude", values.decimal),
    Column("longitude", "longitude", values.decimal),
    *(_text(f"h_{day}") for day in WEEKDAYS),
)  # fmt: skip


class PublishedSiteKind(SiteKind):
    """A place of someone else's list: when it is new here, no tiers-lieu of ours, and no food that
    we know of. One that is known keeps what the network says of it."""

    blank: ClassVar[Snapshot] = {
        **SiteKind.blank,
        "is_hub": False,
        "choice": Choice.NOT_FOOD.value,
    }


PERSONAL = ("contact_nom_prenom", "commentaire", "mail", "telephone", "courriel", "courriels")


# ------------------------------------------------------------------------------ conversion


def sites_from(
    drafts: Sequence[Draft],
    *,
    name: str = "nom",
    insee: str = "code_insee",
    commune: str = "commune",
    hours: Callable[[Draft], str],
) -> None:
    """From the fields of a published place to the columns of our sites, for our département."""
    organisations = Organisations()
    for draft in drafts:
        said = draft.values
        where = {"commune": commune, "postal_code": "code_postal", "insee": insee}
        draft.values = {ours: said[theirs] for ours, theirs in where.items() if theirs in said}
        if _is_elsewhere(draft):
            draft.outside = ELSEWHERE
            continue
        draft.values["name"] = said[name]
        draft.values |= _kept(said, {"adresse": "address", "complement_adresse": "address_note"})
        draft.values |= _position(said)
        draft.values |= _reached(draft, said)
        if "address" not in draft.values:
            draft.values["address"] = said.get("complement_adresse") or "adresse non renseignée"
        if plain_words(said[name]) in organisations.by_name:
            draft.values["hosts"] = said[name]
        if rule := _rule(draft, hours):
            draft.values["hours"] = rule


def _kept(said: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {ours: said[theirs] for theirs, ours in names.items() if theirs in said}


def _is_elsewhere(draft: Draft) -> bool:
    """Of another département, by its codes; a line that has none is looked at further."""
    home = settings.NETWORK_DEPARTEMENT
    if insee := draft.values.get("insee"):
        known = gazetteer().known.get(gazetteer().successors.get(insee, insee))
        return known is not None and known.departement != home
    code = draft.values.get("postal_code", "")
    communes = gazetteer().by_postal_code.get(code, set())
    if not communes:
        return bool(code) and not code.startswith(home)
    return all(gazetteer().known[one].departement != home for one in communes)


def _position(said: dict[str, Any]) -> dict[str, float]:
    names = ("latitude", "longitude")
    found: dict[str, float] = {name: said[name] for name in names if name in said}
    return found if len(found) == 2 else {}


def _reached(draft: Draft, said: dict[str, Any]) -> dict[str, str]:
    """The telephone and the e-mail of the place; never those of someone."""
    found = {}
    if text := said.get("telephone"):
        try:
            phone = codes.phone(_listed(text)[0])
            number = phone.value if isinstance(phone, Guess) else phone
            if not is_a_mobile(number):
                found["phone"] = number
        except (BadCell, IndexError):
            draft.remarks.append("Le téléphone ne se lit pas : il est laissé de côté.")
    mails = _listed(said.get("courriel") or said.get("courriels") or "")
    shared = [one for one in mails if "@" in one and is_of_a_place(one)]
    if shared:
        found["email"] = shared[0][:254]
    return found


def _rule(draft: Draft, hours: Callable[[Draft], str]) -> str:
    """Hours that are not understood are left aside, and told: the place comes in all the same."""
    try:
        text = hours(draft)
        return checked_rule(text, since=timezone.localdate()) if text else ""
    except (BadCell, BadOpening) as error:
        draft.remarks.append(f"Horaires laissés de côté : {error}")
        return ""


def _from_field(field: str) -> Callable[[Draft], str]:
    return lambda draft: str(draft.cells.get(field, ""))


def _day_by_day(draft: Draft) -> str:
    return week({day: draft.cells.get(f"h_{day}", "") for day in WEEKDAYS})


def services_from(drafts: Sequence[Draft]) -> None:
    """From a service of data·inclusion to ours: at the place that its structure became here."""
    structures = {str(draft.values["structure_id"]) for draft in drafts}
    keys = ImportKey.objects.filter(source="data-inclusion", kind="site").order_by("pk")
    sites = {row.key: row.target for row in rows_of(keys, "key", structures)}
    hosts = _hosts(set(sites.values()))
    for draft in drafts:
        said = draft.values
        if _is_in_another_departement(said):
            draft.outside = ELSEWHERE
            continue
        site = sites.get(said["structure_id"])
        if site is None:
            draft.refuse(
                f"La structure « {said['structure_id']} » n’est pas dans le registre : importez "
                "d’abord le fichier des structures."
            )
        elif site not in hosts:
            draft.refuse(
                "Aucune organisation ne tient le lieu de cette structure : dites laquelle sur la "
                "page du lieu, puis envoyez de nouveau ce fichier."
            )
        else:
            draft.values = _service(said) | {"owner": hosts[site], "site": site}


def _is_in_another_departement(said: dict[str, Any]) -> bool:
    code = str(said.get("code_insee") or said.get("code_postal") or "")
    return bool(code) and not code.startswith(settings.NETWORK_DEPARTEMENT)


def _hosts(sites: set[Any]) -> dict[Any, Any]:
    """Site → the organisation that holds it; the first by name."""
    held = Presence.objects.filter(kind=PresenceKind.HOST).order_by("-organisation__name")
    return {one.site_id: one.organisation_id for one in rows_of(held, "site", sites)}


def _service(said: dict[str, Any]) -> dict[str, Any]:
    categories = [one.split("--")[0] for one in _listed(said.get("thematiques", ""))]
    need = next((NEED_OF[one] for one in categories if one in NEED_OF), Need.OTHER)
    found = {"name": said["nom"], "need": str(need), **_kept(said, {"description": "description"})}
    found |= _kept(said, {"conditions_acces": "conditions"})
    if fee := plain_words(said.get("frais", "")):
        found["is_free"] = "payant" not in fee
    return found


DATA_INCLUSION_STRUCTURES = Format(
    "data-inclusion-structures", "data·inclusion, structures", PublishedSiteKind(), STRUCTURES,
    Verb.EDIT, Thing.SITE, source="data-inclusion", group=GROUP, is_closed=True, never=PERSONAL,
    convert=partial(sites_from, hours=_from_field("horaires_accueil")),
    intro="CSV ou JSON. Chaque structure du département devient un lieu.",
)  # fmt: skip

DATA_INCLUSION_SERVICES = Format(
    "data-inclusion-services", "data·inclusion, services", ServiceKind("data-inclusion"), SERVICES,
    Verb.EDIT, Thing.SITE, source="data-inclusion", group=GROUP, is_closed=True, never=PERSONAL,
    convert=services_from,
    intro="CSV ou JSON, après celui des structures. Chaque service va au lieu de sa structure.",
)  # fmt: skip

MEDIATION = Format(
    "mediation-numerique", "Lieux de médiation numérique", PublishedSiteKind(), MEDNUM,
    Verb.EDIT, Thing.SITE, source="mediation-numerique", group=GROUP, is_closed=True,
    never=PERSONAL, convert=partial(sites_from, hours=_from_field("horaires")),
    intro="CSV du standard national.",
)  # fmt: skip

ANCT = Format(
    "france-services", "France services", PublishedSiteKind(), FRANCE_SERVICES,
    Verb.EDIT, Thing.SITE, source="france-services", group=GROUP, is_closed=True, never=PERSONAL,
    convert=partial(
        sites_from, name="lib_fs", insee="insee_com", commune="lib_com", hours=_day_by_day
    ),
    intro="CSV de l’Agence nationale de la cohésion des territoires ; horaires jour par jour.",
)  # fmt: skip

PUBLISHED = (DATA_INCLUSION_STRUCTURES, DATA_INCLUSION_SERVICES, MEDIATION, ANCT)
