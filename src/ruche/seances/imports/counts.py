"""Counts of the past: totals of a séance, by measure and band. A total, never a person."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, time
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone

from ruche.accounts.models import Member
from ruche.core.spreadsheets import BadCell, values
from ruche.core.writing import update_all
from ruche.french.times import hour
from ruche.places.imports.formats import Column, Draft, Natural, Snapshot
from ruche.places.imports.kinds.base import BaseKind, rows_of
from ruche.places.imports.kinds.finding import Sites
from ruche.places.imports.planning import slices
from ruche.seances.actions.counting import HIGHEST_TOTAL
from ruche.seances.enums import (
    OUT,
    SITE_MEASURES,
    TEAM_MEASURES,
    Band,
    Measure,
    SeanceStatus,
    bands_of,
    label_of,
)
from ruche.seances.imports.plannings import Teams
from ruche.seances.models import Correction, Count, Participation, Seance, Team

LARGEST_KEY = 2**63
"""Above it, an identifier of a batch is not that of a total: nothing was written yet."""

MEASURES = {label: value for value, label in Measure.choices} | {
    "passages": "passages", "accueil": "passages", "ménages": "households",
    "familles": "households",
    "orientations": "orientations", "démarches": "procedures",
}  # fmt: skip
BANDS = {label: value for value, label in Band.choices} | {
    "enfants": "children", "moins de 18": "children", "adultes": "adults", "18-64 ans": "adults",
    "65 ans et plus": "elders", "séniors": "elders", "ensemble": "", "total": "",
}  # fmt: skip

COLUMNS = (
    Column(
        "site", "Lieu", partial(values.line_of_text, longest=160), ("Nom du lieu", "Site"),
        required=True, help="Nécessaire. Son nom dans Ruche.",
        examples=("Salle des fêtes imaginaire", "Salle des fêtes imaginaire"),
    ),
    Column(
        "commune", "Commune", partial(values.line_of_text, longest=120), ("Ville", "Localité"),
        help="Départage les lieux de même nom.", examples=("Auch", "Auch"),
    ),
    Column(
        "day", "Jour", values.day, ("Date", "Date de la séance"), required=True,
        help="Nécessaire. Le jour d’une séance qui est dans Ruche.",
        examples=("03/11/2026", "03/11/2026"),
    ),
    Column(
        "starts", "Début", values.hour, ("De", "Heure", "Heure de début"),
        help="Départage les séances d’un même jour.", examples=("", ""),
    ),
    Column(
        "team", "Équipe", partial(values.line_of_text, longest=120), ("Equipe", "Intervenant"),
        help="Vide : ce que le lieu lui-même a compté.", examples=("", ""),
    ),
    Column(
        "measure", "Mesure", partial(values.choice, words=MEASURES),
        ("Quoi", "Indicateur", "Ce qui est compté"), required=True, choices=MEASURES,
        help="Nécessaire.", examples=("personnes accueillies", "foyers"),
    ),
    Column(
        "band", "Tranche", partial(values.choice, words=BANDS), ("Tranche d’âge", "Âge"),
        choices=BANDS, help="Pour les personnes accueillies seulement. Vide : âge non précisé.",
        examples=("18 à 64 ans", ""),
    ),
    Column(
        "total", "Total", partial(values.whole, highest=HIGHEST_TOTAL), ("Nombre", "Effectif"),
        required=True, help="Nécessaire. Un nombre entier.", examples=("42", "17"),
    ),
)  # fmt: skip


class CountKind(BaseKind):
    """Totals, known by their séance, their team (none for the site), their measure and band."""

    key = "count"
    noun, plural, feminine = "total", "totaux", False
    model = Count
    blank: ClassVar[Snapshot] = {
        "seance": "", "participation": "", "measure": "", "band": "", "total": None,
    }  # fmt: skip
    labels: ClassVar[Mapping[str, str]] = {
        "seance": "séance", "participation": "équipe", "measure": "mesure", "band": "tranche",
        "total": "total",
    }  # fmt: skip

    def resolve(self, drafts: Sequence[Draft]) -> None:
        sites, teams = Sites(), Teams()
        seances = _Seances({draft.values["day"] for draft in drafts})
        for draft in drafts:
            said = draft.values
            try:
                site = sites.find(said["site"], said.get("commune", ""))
                seance = seances.find(site.pk, said["day"], said.get("starts"))
                team = teams.find(said["team"]) if "team" in said else None
                place = seances.participation(seance, team) if team else None
                _refuse_measure(said["measure"], said.get("band", ""), is_team=team is not None)
            except BadCell as error:
                draft.refuse(str(error))
                continue
            measure, band = said["measure"], said.get("band", "")
            where = str(team) if team else site.name
            draft.title = f"{where}, {said['day']:%d/%m/%Y} : {label_of(measure, band)}"
            draft.wanted = {
                "seance": str(seance.pk), "participation": str(place.pk) if place else "",
                "measure": measure, "band": band, "total": said["total"],
            }  # fmt: skip
            draft.natural = self.natural_of(draft.wanted)

    def existing(self, naturals: Collection[Natural]) -> dict[Natural, UUID]:
        """Keys of totals are whole numbers: they travel as identifiers of the batch."""
        seances = {UUID(seance) for seance, *_ in naturals}
        rows = rows_of(Count.objects.order_by("pk"), "seance", seances)
        found = {self.natural_of(_snapshot(one)): UUID(int=one.pk) for one in rows}
        return {natural: found[natural] for natural in naturals if natural in found}

    def natural_of(self, snapshot: Snapshot) -> Natural:
        return tuple(snapshot[name] for name in ("seance", "participation", "measure", "band"))

    def snapshots(self, targets: Collection[UUID]) -> dict[UUID, Snapshot]:
        pks = [one.int for one in targets if one.int < LARGEST_KEY]
        rows = rows_of(Count.objects.order_by("pk"), "pk", pks)
        return {UUID(int=one.pk): _snapshot(one) for one in rows}

    def wording(self) -> Callable[[str, Any], str]:
        def words(field: str, value: Any) -> str:
            if field == "measure" and value:
                return str(Measure(value).label)
            if field == "band":
                return str(Band(value).label)
            return self.words(field, value)

        return words

    def create(self, wanted: Mapping[UUID, Snapshot], *, by: Member) -> dict[UUID, UUID]:
        """New totals; their keys are given by the database."""
        rows = Count.objects.bulk_create([_count(one) for one in wanted.values()], 500)
        return {key: UUID(int=row.pk) for key, row in zip(wanted, rows, strict=True)}

    def change(self, wanted: Mapping[UUID, Snapshot], *, by: Member) -> None:
        """Another total: what it was, what it is, who said so and when are kept, as on screen."""
        changed, corrections = [], []
        for one in rows_of(Count.objects.order_by("pk"), "pk", [key.int for key in wanted]):
            new = wanted[UUID(int=one.pk)]["total"]
            corrections.append(Correction(count=one, old=one.total, new=new, by=by.actor))
            one.total = new
            changed.append(one)
        update_all(changed, ["total"])
        Correction.objects.bulk_create(corrections, 500)

    def delete(self, targets: Collection[UUID]) -> None:
        for some in slices(sorted(one.int for one in targets)):
            Count.objects.filter(pk__in=some).delete()

    def used(self, targets: Any) -> set[UUID]:
        """Totals that someone corrected since: their history is not erased."""
        pks = [one["target"].int for one in targets]
        rows = rows_of(Correction.objects.order_by("pk"), "count", pks)
        return {UUID(int=one.count_id) for one in rows}


class _Seances:
    """The séances of some days, and the teams that were there."""

    def __init__(self, days: Collection[date]) -> None:
        self.by_place: dict[tuple[UUID, date], list[Seance]] = defaultdict(list)
        rows = Seance.objects.exclude(status=SeanceStatus.CANCELLED).order_by("starts", "pk")
        for one in rows_of(rows, "day", days):
            self.by_place[one.site_id, one.day].append(one)
        pks = {one.pk for found in self.by_place.values() for one in found}
        there = Participation.objects.exclude(answer__in=OUT).order_by("pk")
        self.there = {(one.seance_id, one.team_id): one for one in rows_of(there, "seance", pks)}

    def find(self, site: UUID, day: date, starts: time | None) -> Seance:
        """The séance of a site and a day; `BadCell` when there is none, or several."""
        if day > timezone.localdate():
            raise BadCell(f"Colonne « Jour » : le {day:%d/%m/%Y} n’est pas encore passé.")
        found = self.by_place.get((site, day), [])
        if starts is not None:
            found = [one for one in found if one.starts == starts]
        if not found:
            raise BadCell(
                f"Aucune séance de ce lieu le {day:%d/%m/%Y} : importez-la d’abord (import « Des "
                "séances »), ou corrigez la date."
            )
        if len(found) > 1:
            hours = " et ".join(hour(one.starts) for one in found)
            raise BadCell(
                f"Ce lieu a plusieurs séances ce jour-là ({hours}) : remplissez « Début »."
            )
        return found[0]

    def participation(self, seance: Seance, team: Team) -> Participation:
        """The team in the séance; `BadCell` when it was not there."""
        found: Participation | None = self.there.get((seance.pk, team.pk))
        if found is None:
            raise BadCell(
                f"L’équipe « {team} » n’est pas dans cette séance : ajoutez-la d’abord (import "
                "« Des séances », colonne « Équipes »)."
            )
        return found


def _refuse_measure(measure: str, band: str, *, is_team: bool) -> None:
    if measure not in (TEAM_MEASURES if is_team else SITE_MEASURES):
        known = ", ".join(one.label for one in (TEAM_MEASURES if is_team else SITE_MEASURES))
        who = "une équipe compte" if is_team else "un lieu compte"
        raise BadCell(f"Colonne « Mesure » : {who} {known}. Vérifiez aussi la colonne « Équipe ».")
    if band and band not in bands_of(measure):
        raise BadCell("Colonne « Tranche » : cette mesure ne se compte pas par âge. Videz la case.")


def _snapshot(one: Count) -> Snapshot:
    return {
        "seance": str(one.seance_id), "participation": str(one.participation_id or ""),
        "measure": one.measure, "band": one.band, "total": one.total,
    }  # fmt: skip


def _count(snapshot: Snapshot) -> Count:
    return Count(
        seance_id=snapshot["seance"],
        participation_id=snapshot["participation"] or None,
        measure=snapshot["measure"],
        band=snapshot["band"],
        total=snapshot["total"],
    )
