"""Opening hours: of a site, or of a service that is given there."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Count, F
from django.utils import timezone

from ruche.accounts.models import Member
from ruche.core.spreadsheets import BadCell, values
from ruche.core.writing import insert_all, update_all
from ruche.places.actions import checked_rule
from ruche.places.errors import BadOpening
from ruche.places.imports.formats import Column, Draft, Natural, Snapshot
from ruche.places.imports.hours import week
from ruche.places.imports.kinds.base import BaseKind, rows_of
from ruche.places.imports.kinds.finding import Services, Sites
from ruche.places.imports.kinds.sites import hours
from ruche.places.models import Opening, Service
from ruche.places.openings import in_french
from ruche.places.openings.french import WEEKDAYS

COLUMNS = (
    Column(
        "site", "Lieu", partial(values.line_of_text, longest=160),
        ("Nom", "Nom du lieu", "Site"), required=True,
        help="Nécessaire. Son nom dans Ruche.",
        examples=("Salle des fêtes imaginaire", "Halle d’exemple"),
    ),
    Column(
        "commune", "Commune", partial(values.line_of_text, longest=120), ("Ville", "Localité"),
        help="Départage les lieux de même nom.", examples=("Auch", "Condom"),
    ),
    Column(
        "service", "Service", partial(values.line_of_text, longest=120),
        ("Nom du service", "Action"),
        help="Vide : le lieu lui-même.", examples=("", "Permanence d’exemple"),
    ),
    Column(
        "rule", "Horaires", hours, ("Règle", "Horaires d’ouverture", "Opening hours", "Ouverture"),
        help="En toutes lettres ou en écriture OpenStreetMap ; ou remplissez les jours.",
        examples=("1er et 3e mardi du mois, 14h-16h30", ""),
    ),
    *(
        Column(
            day, day.capitalize(), partial(values.line_of_text, longest=120),
            help="« 9h-12h / 14h-17h », vide ou « fermé ».",
            examples=("", "9h-12h / 14h-17h") if day == "mercredi" else ("", ""),
        )
        for day in WEEKDAYS
    ),
    Column(
        "since", "À partir du", values.day, ("Début", "Date de début", "Depuis", "Du"),
        help="Vide : aujourd’hui.", examples=("01/12/2026", ""),
    ),
    Column(
        "until", "Jusqu’au", values.day, ("Fin", "Date de fin", "Au"), help="Vide : sans fin.",
    ),
)  # fmt: skip


class OpeningKind(BaseKind):
    """Opening hours, known by their site and service: a spreadsheet says one rule for each."""

    key = "opening"
    noun, plural, feminine = "horaire", "horaires", False
    model = Opening
    blank: ClassVar[Snapshot] = {
        "site": "", "service": "", "rule": "", "since": "", "until": "", "moved_days": 0,
    }  # fmt: skip
    labels: ClassVar[Mapping[str, str]] = {
        "site": "lieu", "service": "service", "rule": "horaires", "since": "à partir du",
        "until": "jusqu’au", "moved_days": "jours déplacés",
    }  # fmt: skip

    def resolve(self, drafts: Sequence[Draft]) -> None:
        sites, services = Sites(), Services()
        for draft in drafts:
            said = draft.values
            try:
                site = sites.find(said["site"], said.get("commune", ""))
                service = services.find(said["service"]) if "service" in said else None
                rule = said.get("rule") or _of_days(said)
            except BadCell as error:
                draft.refuse(str(error))
                continue
            draft.title = f"{site}, {service}" if service else str(site)
            key = str(service.pk) if service else ""
            draft.wanted = {"site": str(site.pk), "service": key, "rule": rule}
            draft.wanted |= {x: said[x].isoformat() for x in ("since", "until") if x in said}
            draft.natural = (str(site.pk), key)

    def existing(self, naturals: Collection[Natural]) -> dict[Natural, UUID]:
        found: dict[Natural, UUID] = {}
        sites = {UUID(site) for site, _ in naturals}
        for one in rows_of(Opening.objects.current().order_by("since", "pk"), "site", sites):
            found.setdefault(_natural(one), one.pk)
        return {natural: found[natural] for natural in naturals if natural in found}

    def natural_of(self, snapshot: Snapshot) -> Natural:
        return snapshot["site"], snapshot["service"]

    def snapshots(self, targets: Collection[UUID]) -> dict[UUID, Snapshot]:
        rows = Opening.objects.annotate(moved_days=Count("changes")).order_by("pk")
        return {
            one.pk: {
                "site": str(one.site_id),
                "service": str(one.service_id or ""),
                "rule": one.rule,
                "since": one.since.isoformat(),
                "until": one.until.isoformat() if one.until else "",
                "moved_days": one.moved_days,
            }
            for one in rows_of(rows, "pk", targets)
        }

    def doubt(self, drafts: Sequence[Draft]) -> None:
        """A service that has hours somewhere must be offered there: that is said here, at once."""
        through = Service.sites.through.objects.order_by("pk")
        services = {UUID(draft.wanted["service"]) for draft in drafts if draft.wanted["service"]}
        offered = {
            (str(x.site_id), str(x.service_id)) for x in rows_of(through, "service", services)
        }
        for draft in drafts:
            if draft.wanted["service"] and draft.natural not in offered:
                draft.refuse(
                    "Ce service n’est pas proposé dans ce lieu : ajoutez-le d’abord au lieu "
                    "(import « Des services », colonne « Lieux »)."
                )

    def check(self, draft: Draft) -> None:
        assert draft.after is not None
        after = draft.after
        if not after["since"]:
            after["since"] = timezone.localdate().isoformat()
        since, until = _day(after["since"]), _day(after["until"])
        assert since is not None
        if until and until < since:
            draft.refuse("Colonne « Jusqu’au » : un horaire finit après avoir commencé.")
            return
        try:
            after["rule"] = checked_rule(after["rule"], since=since, until=until)
        except BadOpening as error:
            draft.refuse(f"Colonne « Horaires » : {error}")

    def wording(self) -> Callable[[str, Any], str]:
        sites = {str(pk): str(site) for pk, site in Sites().by_pk.items()}
        services = dict(Service.objects.order_by("pk").values_list("pk", "name"))

        def words(field: str, value: Any) -> str:
            if field == "site" and value:
                return sites.get(value, "lieu retiré")
            if field == "service":
                return str(services.get(UUID(value), "")) if value else "le lieu lui-même"
            if field == "rule" and value:
                return in_french(value)
            if field in {"since", "until"} and value:
                return f"{date.fromisoformat(value):%d/%m/%Y}"
            return self.words(field, value)

        return words

    def create(self, wanted: Mapping[UUID, Snapshot], *, by: Member) -> dict[UUID, UUID]:
        insert_all([_opening(key, one) for key, one in wanted.items()])
        return {}

    def change(self, wanted: Mapping[UUID, Snapshot], *, by: Member) -> None:
        rows = [_opening(key, one) for key, one in wanted.items()]
        update_all(rows, ["rule", "since", "until"])
        Opening.objects.filter(pk__in=list(wanted)).update(version=F("version") + 1)


def _of_days(said: Mapping[str, Any]) -> str:
    rule = week({day: said[day] for day in WEEKDAYS if day in said})
    if not rule:
        raise BadCell("Écrivez les horaires, ou remplissez au moins un jour.")
    return rule


def _natural(one: Opening) -> Natural:
    return str(one.site_id), str(one.service_id or "")


def _opening(key: UUID, snapshot: Snapshot) -> Opening:
    return Opening(
        pk=key,
        site_id=snapshot["site"],
        service_id=snapshot["service"] or None,
        rule=snapshot["rule"],
        since=date.fromisoformat(snapshot["since"]),
        until=_day(snapshot["until"]),
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
