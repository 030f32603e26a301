"""Séances: a site, a day, hours, the teams that come or came, where it stands."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, time
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Count as CountRows
from django.db.models import F
from django.utils import timezone

from ruche.accounts.models import Member
from ruche.core.spreadsheets import BadCell, values
from ruche.core.spreadsheets import plain as plain_words
from ruche.core.writing import insert_all, update_all
from ruche.french.times import day as day_in_french
from ruche.places.imports.formats import Column, Draft, Natural, Snapshot
from ruche.places.imports.kinds.base import BaseKind, rows_of, several
from ruche.places.imports.kinds.finding import Services, Sites
from ruche.places.imports.planning import slices
from ruche.places.imports.suggesting import Suggestions
from ruche.places.models import Service
from ruche.seances.enums import COMING, OPEN, OUT, Answer, SeanceStatus
from ruche.seances.models import Participation, Seance, Team

STATUSES = {
    "prévue": "planned", "planifiée": "planned", "confirmée": "planned", "à venir": "planned",
    "tenue": "held", "réalisée": "held", "faite": "held", "passée": "held",
    "annulée": "cancelled",
}  # fmt: skip
REASON = "Annulée dans le tableau importé."

COLUMNS = (
    Column(
        "site", "Lieu", partial(values.line_of_text, longest=160),
        ("Nom du lieu", "Site", "Où", "Tiers-lieu"), required=True,
        help="Nécessaire. Son nom dans Ruche.",
        examples=("Salle des fêtes imaginaire", "Halle d’exemple"),
    ),
    Column(
        "commune", "Commune", partial(values.line_of_text, longest=120), ("Ville", "Localité"),
        help="Départage les lieux de même nom.", examples=("Auch", "Condom"),
    ),
    Column(
        "day", "Jour", values.day, ("Date", "Date de la séance", "Quand"), required=True,
        help="Nécessaire. « 03/12/2026 » ou « 3 décembre 2026 ».",
        examples=("03/12/2026", "15 décembre 2026"),
    ),
    Column(
        "starts", "Début", values.hour, ("De", "Heure de début", "Heure", "Horaire de début"),
        required=True, help="Nécessaire. « 14h30 ».", examples=("14h", "9h30"),
    ),
    Column(
        "ends", "Fin", values.hour, ("À", "Heure de fin", "Jusqu’à", "Horaire de fin"),
        required=True, help="Nécessaire.", examples=("16h30", "12h"),
    ),
    Column(
        "teams", "Équipes", partial(values.paragraph, longest=1_000),
        ("Équipe", "Intervenants", "Partenaires", "Partenaire"),
        help="Noms d’équipes dans Ruche, séparés par « ; ». Elles s’ajoutent à celles qui y sont.",
        examples=("", ""),
    ),
    Column(
        "services", "Services", partial(values.paragraph, longest=1_000), ("Service", "Actions"),
        help="Apportés par ces équipes, séparés par « ; ».", examples=("", ""),
    ),
    Column(
        "status", "État", partial(values.choice, words=STATUSES), ("Statut", "Situation"),
        choices=STATUSES, help="Vide : prévue si le jour est à venir, tenue s’il est passé.",
        examples=("prévue", "prévue"),
    ),
)  # fmt: skip


class SeanceKind(BaseKind):
    """Séances, known by their site, their day and the hour at which they start."""

    key = "seance"
    noun, plural, feminine = "séance", "séances", True
    model = Seance
    blank: ClassVar[Snapshot] = {
        "site": "", "day": "", "starts": "", "ends": "", "status": "", "cancel_reason": "",
        "teams": [], "asked": 0,
    }  # fmt: skip
    labels: ClassVar[Mapping[str, str]] = {
        "site": "lieu", "day": "jour", "starts": "de", "ends": "à", "status": "état",
        "cancel_reason": "raison de l’annulation", "teams": "équipes",
        "asked": "demandes envoyées",
    }  # fmt: skip

    # ------------------------------------------------------------------------ reading

    def resolve(self, drafts: Sequence[Draft]) -> None:
        sites, teams = Sites(), Teams()
        for draft in drafts:
            said = draft.values
            try:
                site = sites.find(said["site"], said.get("commune", ""))
            except BadCell as error:
                draft.refuse(f"Colonne « Lieu » : {error}")
                continue
            draft.title = f"{site.name}, {said['day']:%d/%m/%Y}"
            if said["ends"] <= said["starts"]:
                draft.refuse("Colonne « Fin » : l’heure de fin est avant celle du début.")
            status = _status(draft, said["day"], said.get("status", ""))
            _refuse_closed_site(draft, site.closed_on, said["day"])
            draft.wanted = {
                "site": str(site.pk), "day": said["day"].isoformat(),
                "starts": f"{said['starts']:%H:%M}", "ends": f"{said['ends']:%H:%M}",
                "status": status, "teams": teams.of(draft, status),
            }  # fmt: skip
            draft.natural = (str(site.pk), draft.wanted["day"], draft.wanted["starts"])

    def existing(self, naturals: Collection[Natural]) -> dict[Natural, UUID]:
        """The séance that is not cancelled; or else the cancelled one."""
        found: dict[Natural, tuple[bool, UUID]] = {}
        days = {date.fromisoformat(day) for _, day, _ in naturals}
        for one in rows_of(Seance.objects.order_by("pk"), "day", days):
            natural = (str(one.site_id), one.day.isoformat(), f"{one.starts:%H:%M}")
            kept = found.get(natural)
            if natural in naturals and (kept is None or kept[0]):
                found[natural] = (one.is_cancelled, one.pk)
        return {natural: pk for natural, (_, pk) in found.items()}

    def natural_of(self, snapshot: Snapshot) -> Natural:
        return snapshot["site"], snapshot["day"], snapshot["starts"]

    def snapshots(self, targets: Collection[UUID]) -> dict[UUID, Snapshot]:
        found: dict[UUID, Snapshot] = {}
        for one in rows_of(Seance.objects.order_by("pk"), "pk", targets):
            found[one.pk] = {
                "site": str(one.site_id), "day": one.day.isoformat(),
                "starts": f"{one.starts:%H:%M}", "ends": f"{one.ends:%H:%M}",
                "status": one.status, "cancel_reason": one.cancel_reason, "teams": [],
                "asked": 0,
            }  # fmt: skip
        coming = (
            Participation.objects.annotate(
                counted=CountRows("counts", distinct=True),
                asked=CountRows("links", distinct=True),
            )
            .prefetch_related("services")
            .order_by("team_id", "pk")
        )
        for each in rows_of(coming, "seance", found):
            services = sorted(str(service.pk) for service in each.services.all())
            row = [str(each.team_id), each.answer, services, each.counted]
            found[each.seance_id]["teams"].append(row)
            found[each.seance_id]["asked"] += each.asked
        return found

    def merged(self, before: Snapshot, wanted: Snapshot) -> Snapshot:
        """Teams are added; of those that are there, a séance that was held says that they came."""
        after = {**before, **wanted}
        known = {row[0]: list(row) for row in before["teams"]}
        for team, answer, services, _ in wanted["teams"]:
            row = known.setdefault(team, [team, answer, services, 0])
            row[2] = sorted({*row[2], *services})
            if answer == Answer.HELD and row[1] in (*COMING, *OUT):
                row[1] = str(Answer.HELD)
        after["teams"] = [known[team] for team in sorted(known)]
        after["status"] = _status_after(before["status"], wanted["status"], after["teams"])
        is_cancelled = after["status"] == SeanceStatus.CANCELLED
        after["cancel_reason"] = (before["cancel_reason"] or REASON) if is_cancelled else ""
        return after

    def check(self, draft: Draft) -> None:
        """What Ruche already follows is not overwritten by a spreadsheet."""
        before, after = draft.before, draft.after
        assert after is not None
        if before is None or before == after:
            return
        if before["status"] == SeanceStatus.COUNTED:
            draft.refuse("Les comptes de cette séance sont arrêtés : elle ne change plus.")
        elif before["status"] == SeanceStatus.CANCELLED:
            draft.refuse(
                "Cette séance est annulée dans Ruche : créez-en une autre à l’écran, ou retirez la "
                "ligne."
            )
        elif before["status"] == SeanceStatus.HELD and after["status"] != SeanceStatus.HELD:
            draft.refuse("Cette séance s’est tenue, d’après Ruche : corrigez l’état de la ligne.")
        elif before["asked"] and _would_surprise(before, after):
            draft.refuse(
                "Des équipes ont été sollicitées pour cette séance : modifiez-la à l’écran, pour "
                "qu’elles soient prévenues."
            )

    def wording(self) -> Callable[[str, Any], str]:
        sites = {str(pk): str(site) for pk, site in Sites().by_pk.items()}
        teams = {
            str(pk): name for pk, name in Team.objects.order_by("pk").values_list("pk", "name")
        }

        def words(field: str, value: Any) -> str:
            if field == "site" and value:
                return sites.get(value, "lieu retiré")
            if field == "day" and value:
                return day_in_french(date.fromisoformat(value), year=True)
            if field == "status" and value:
                return str(SeanceStatus(value).label)
            if field == "teams" and value:
                said = (
                    f"{teams.get(x[0], 'équipe retirée')} ({Answer(x[1]).label})" for x in value
                )
                return ", ".join(said)
            return self.words(field, value)

        return words

    # ------------------------------------------------------------------------ writing

    def create(self, wanted: Mapping[UUID, Snapshot], *, by: Member) -> dict[UUID, UUID]:
        insert_all([_seance(key, one) for key, one in wanted.items()])
        _set_teams(wanted, {key: [] for key in wanted})
        return {}

    def change(self, wanted: Mapping[UUID, Snapshot], *, by: Member) -> None:
        now = self.snapshots(wanted.keys())
        rows = [_seance(key, one) for key, one in wanted.items()]
        update_all(rows, ["ends", "status", "cancel_reason"])
        for some in slices(sorted(wanted)):
            Seance.objects.filter(pk__in=some).update(version=F("version") + 1)
        _set_teams(wanted, {key: one["teams"] for key, one in now.items()})

    def using(self, rows: Any) -> Any:
        """The teams that come are in the snapshot, with what they counted."""
        return rows.none() if rows.model is Participation else rows


class Teams:
    """Teams in activity and services, by name."""

    def __init__(self) -> None:
        self.by_name: dict[str, list[Team]] = defaultdict(list)
        self.services = Services()
        teams = Team.objects.filter(is_active=True).select_related("organisation")
        for team in teams.order_by("name", "pk"):
            names = {plain_words(team.name), plain_words(f"{team.organisation} {team.name}")}
            for name in names:
                self.by_name[name].append(team)
        self.suggestions = Suggestions(
            (one.name, one.name) for found in self.by_name.values() for one in found
        )
        self.brings: dict[UUID, set[UUID]] = defaultdict(set)
        pairs = Team.services.through.objects.order_by("pk").values_list("team", "service")
        for team_pk, service in pairs:
            self.brings[team_pk].add(service)

    def find(self, name: str) -> Team:
        """The team of that name, or « Organisation : équipe »; `BadCell` when none, or several."""
        found = self.by_name.get(plain_words(name), [])
        if len(found) == 1:
            return found[0]
        if found:
            owners = ", ".join(f"« {one.organisation} : {one.name} »" for one in found)
            raise BadCell(f"« {name} » peut être {owners} : écrivez l’une de ces façons.")
        raise BadCell(
            f"Aucune équipe en activité ne s’appelle « {name} »"
            f"{self.suggestions.phrase(name)}. Vérifiez l’écriture, ou créez-la d’abord "
            "(page « Équipes »)."
        )

    def of(self, draft: Draft, status: str) -> list[list[Any]]:
        """What a line says of who comes: [team, answer, services, totals counted]."""
        answer = str(Answer.HELD if status == SeanceStatus.HELD else Answer.CONFIRMED)
        teams, services = self._named(draft, "teams"), self._named(draft, "services")
        if services and not teams:
            draft.refuse("Colonne « Services » : dites aussi quelle équipe les apporte.")
        rows = {}
        for team in teams:
            mine = [one.pk for one in services if one.pk in self.brings[team.pk]]
            given = mine or ([one.pk for one in services] if len(teams) == 1 else [])
            rows[str(team.pk)] = [str(team.pk), answer, sorted(map(str, given)), 0]
        return [rows[key] for key in sorted(rows)]

    def _named(self, draft: Draft, column: str) -> list[Any]:
        find = self.find if column == "teams" else self.services.find
        label = next(one.label for one in COLUMNS if one.key == column)
        found = []
        for name in several(draft.values.get(column, "")):
            try:
                found.append(find(name))
            except BadCell as error:
                draft.refuse(f"Colonne « {label} » : {error}")
        return found


def _status(draft: Draft, day: date, said: str) -> str:
    """Where the séance stands; a fault when its day says otherwise."""
    today = timezone.localdate()
    if said == "cancelled":
        return str(SeanceStatus.CANCELLED)
    if said == "held" and day > today:
        draft.refuse(f"Colonne « État » : le {day:%d/%m/%Y} n’est pas encore passé.")
    if said == "planned" and day < today:
        draft.refuse(_planned_in_the_past(day, today))
    is_held = said == "held" or (not said and day < today)
    return str(SeanceStatus.HELD if is_held else SeanceStatus.PREPARED)


def _would_surprise(before: Snapshot, after: Snapshot) -> bool:
    """Whether teams that were asked would find another hour, or a closed door, without a word."""
    is_cancelled = after["status"] == SeanceStatus.CANCELLED
    return is_cancelled or (after["status"] in OPEN and before["ends"] != after["ends"])


def _planned_in_the_past(day: date, today: date) -> str:
    """Four years and a day early: the workbook that it was copied from counts from 1904."""
    shifted = values.if_shifted(day)
    if 0 <= (shifted - today).days <= 400:
        return (
            f"Colonne « Jour » : le {day:%d/%m/%Y} est passé. La date vient sans doute d’un "
            f"classeur qui compte depuis 1904, et voulait dire {shifted:%d/%m/%Y} : retapez-la."
        )
    return f"Colonne « État » : le {day:%d/%m/%Y} est passé. Écrivez « tenue » ou « annulée »."


def _refuse_closed_site(draft: Draft, closed_on: date | None, day: date) -> None:
    if closed_on and closed_on <= day:
        draft.refuse(f"Colonne « Lieu » : ce lieu est fermé depuis le {closed_on:%d/%m/%Y}.")


def _status_after(before: str, wanted: str, teams: Sequence[Sequence[Any]]) -> str:
    """Confirmed when every team that did not decline has confirmed, as everywhere in Ruche."""
    if before == SeanceStatus.COUNTED and wanted == SeanceStatus.HELD:
        return before
    if wanted not in OPEN:
        return wanted
    answers = {row[1] for row in teams if row[1] not in OUT}
    return str(SeanceStatus.CONFIRMED if answers == {Answer.CONFIRMED} else SeanceStatus.PREPARED)


def _seance(key: UUID, snapshot: Snapshot) -> Seance:
    return Seance(
        pk=key,
        site_id=snapshot["site"],
        day=date.fromisoformat(snapshot["day"]),
        starts=time.fromisoformat(snapshot["starts"]),
        ends=time.fromisoformat(snapshot["ends"]),
        status=snapshot["status"],
        cancel_reason=snapshot["cancel_reason"],
    )


def _set_teams(wanted: Mapping[UUID, Snapshot], now: Mapping[UUID, Sequence[Any]]) -> None:
    """Who comes, as wanted: added, brought to another answer, or removed when a batch is undone."""
    added, brought = [], []
    for key, snapshot in wanted.items():
        known = {row[0]: row for row in now[key]}
        rows = {row[0]: row for row in snapshot["teams"]}
        gone = set(known) - set(rows)
        if gone:
            Participation.objects.filter(seance=key, team__in=gone).delete()
        for team, (_, answer, services, _) in rows.items():
            if team not in known:
                each = Participation(seance_id=key, team_id=team, answer=answer)
                added.append(each)
                brought += [(each.pk, service) for service in services]
            elif known[team][:3] != rows[team][:3]:
                _bring_to(key, team, answer, services)
    insert_all(added)
    through = Participation.services.through
    insert_all([through(participation_id=pk, service_id=service) for pk, service in brought])


def _bring_to(seance: UUID, team: str, answer: str, services: Sequence[str]) -> None:
    each = Participation.objects.get(seance=seance, team=UUID(team))
    each.answer, each.version = answer, each.version + 1
    if answer != Answer.DECLINED:
        each.reason = ""
    if answer != Answer.PROPOSED:
        each.proposed_day = None
    each.save(update_fields=["answer", "reason", "proposed_day", "version"])
    each.services.set(Service.objects.filter(pk__in=services))
