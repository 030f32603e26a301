"""Everything that changes the register of sites: whole or not at all, and journaled."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import IO, Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from ruche.accounts.models import Member, Organisation
from ruche.core.typesetting import typographic
from ruche.french.times import day as day_in_french
from ruche.journal.actions import record
from ruche.places.agenda import is_of_the_rule
from ruche.places.enums import LANGUAGES, PresenceKind
from ruche.places.errors import (
    AlreadyThere,
    BadChange,
    BadOpening,
    BadPhoto,
    BadService,
    BadSite,
    NotAnOpening,
    NotSaved,
    Stale,
    StaleOpening,
    StaleSite,
)
from ruche.places.models import (
    Assignment,
    OccurrenceChange,
    Opening,
    Photo,
    Presence,
    Service,
    Site,
)
from ruche.places.openings import BadRule, check, from_osm, occurrences, to_osm
from ruche.places.photos import prepared

Kept = TypeVar("Kept", Site, Opening)

# ---------------------------------------------------------------------------------- sites


@transaction.atomic
def save_site(site: Site, *, version: int | None = None, by: Member) -> Site:
    """Create or change a site.

    `version` is the one that was on the page: `StaleSite` when someone saved another one since.
    Refuses (`BadSite`) what a site cannot be.
    """
    _next_version(site, version, stale=StaleSite)
    _clean(site, BadSite)
    _save(site, BadSite)
    _record_site("site_saved", site, by)
    return site


@transaction.atomic
def close_site(site: Site, *, by: Member, on: date | None = None) -> None:
    """Nobody comes any more from this day on (today). Doing it twice changes nothing."""
    day = on or timezone.localdate()
    if Site.objects.filter(pk=site.pk, closed_on=None).update(
        closed_on=day, version=models.F("version") + 1, updated_at=timezone.now()
    ):
        _record_site("site_closed", site, by, day=day.isoformat())
    site.refresh_from_db()


@transaction.atomic
def reopen_site(site: Site, *, by: Member) -> None:
    """People come again; opening hours that have not ended are back. Twice changes nothing."""
    if Site.objects.filter(pk=site.pk, closed_on__isnull=False).update(
        closed_on=None, version=models.F("version") + 1, updated_at=timezone.now()
    ):
        _record_site("site_reopened", site, by)
    site.refresh_from_db()


@transaction.atomic
def set_presence(
    site: Site, organisation: Organisation, *, kind: PresenceKind, note: str = "", by: Member
) -> Presence:
    """An organisation holds the site, or comes to it; a presence that exists is changed."""
    presence = (
        Presence.objects.select_for_update()
        .order_by("pk")
        .filter(site=site, organisation=organisation)
    )
    held = presence.first() or Presence(site=site, organisation=organisation)
    held.kind, held.note = kind, note.strip()
    _clean(held, BadSite)
    _save(held, BadSite)
    _record_site("presence_changed", site, by, organisation=str(organisation.pk), kind=str(kind))
    return held


@transaction.atomic
def remove_presence(presence: Presence, *, by: Member) -> None:
    """An organisation is no longer on a site. Its services there are withdrawn on their own."""
    deleted, _ = Presence.objects.filter(pk=presence.pk).delete()
    if deleted:
        _record_site(
            "presence_removed", presence.site, by, organisation=str(presence.organisation_id)
        )


@transaction.atomic
def assign(site: Site, member: Member, *, by: Member) -> Assignment:
    """A member becomes a volunteer of a site. Refuses (`AlreadyThere`) one who is."""
    if not member.is_active:
        raise BadSite("Ce compte est désactivé : réactivez-le avant d’affecter cette personne.")
    try:
        with transaction.atomic():
            assignment = Assignment.objects.create(site=site, member=member)
    except IntegrityError as error:
        raise AlreadyThere("Cette personne est déjà affectée à ce lieu.") from error
    _record_site("assignment_changed", site, by, member=str(member.pk), assigned=True)
    return assignment


@transaction.atomic
def unassign(assignment: Assignment, *, by: Member) -> None:
    """A member is no longer a volunteer of a site: what came from it ends at once."""
    deleted, _ = Assignment.objects.filter(pk=assignment.pk).delete()
    if deleted:
        member = str(assignment.member_id)
        _record_site("assignment_changed", assignment.site, by, member=member, assigned=False)


# ------------------------------------------------------------------------------- services


@transaction.atomic
def save_service(service: Service, *, by: Member) -> Service:
    """Create or change a service. Refuses (`BadService`) what it cannot be."""
    unknown = [code for code in service.languages if code not in LANGUAGES]
    if unknown:
        raise BadService("Cette langue n’est pas dans la liste : choisissez-en une autre.")
    _clean(service, BadService)
    _save(service, BadService)
    _record_service("service_saved", service, by)
    return service


@transaction.atomic
def offer(service: Service, site: Site, *, by: Member) -> None:
    """A service is given at a site. Doing it twice changes nothing."""
    if not service.is_active:
        raise BadService("Ce service n’est plus proposé : remettez-le d’abord dans la liste.")
    if not site.services.filter(pk=service.pk).exists():
        service.sites.add(site)
        _record_service("service_offered", service, by, site=str(site.pk))


@transaction.atomic
def withdraw(service: Service, site: Site, *, by: Member) -> None:
    """A service is no longer given at a site. Refuses (`BadService`) while it has hours there."""
    if Opening.objects.current().filter(site=site, service=service).exists():
        raise BadService("Ce service a encore des horaires dans ce lieu : retirez-les d’abord.")
    if site.services.filter(pk=service.pk).exists():
        service.sites.remove(site)
        _record_service("service_withdrawn", service, by, site=str(site.pk))


# ------------------------------------------------------------------------------- openings


@transaction.atomic
def save_opening(opening: Opening, *, version: int | None = None, by: Member) -> Opening:
    """Create or change opening hours; the canonical text of the rule is kept.

    Refuses (`BadOpening`) a rule that is not understood or never opens, dates in disorder, and a
    service that is not given at the site; `StaleOpening` as `save_site`.
    """
    _next_version(opening, version, stale=StaleOpening)
    if opening.service and not opening.site.services.filter(pk=opening.service.pk).exists():
        raise BadOpening("Ce service n’est pas proposé dans ce lieu : ajoutez-le d’abord au lieu.")
    opening.rule = checked_rule(opening.rule, since=opening.since, until=opening.until)
    _clean(opening, BadOpening)
    _save(opening, BadOpening)
    _record_opening("opening_saved", opening, by)
    return opening


def checked_rule(text: str, *, since: date, until: date | None = None) -> str:
    """The canonical text of a rule that opens at least once between two days, and not only in the
    past; `BadOpening`, in French, otherwise."""
    today = timezone.localdate()
    first = since if until and until < today else max(since, today)
    try:
        check(text, today=first)
        rule = from_osm(text)
        canonical = to_osm(rule) if rule else text.strip()
        if until and not occurrences(canonical, first, (until - first).days + 1):
            raise BadOpening(
                f"Cette règle n’ouvre jamais entre le {day_in_french(first, year=True)} et le "
                f"{day_in_french(until, year=True)} : vérifiez les jours ou les dates."
            )
    except BadRule as error:
        raise BadOpening(typographic(str(error))) from error
    return canonical


@transaction.atomic
def end_opening(opening: Opening, *, by: Member, last: date | None = None) -> None:
    """Opening hours end after a last day (yesterday: at once). Those that never were are erased."""
    last = last or timezone.localdate() - timedelta(days=1)
    held = Opening.objects.select_for_update().order_by("pk").filter(pk=opening.pk).first()
    if held is None or (held.until is not None and held.until <= last):
        return
    if last < held.since:
        held.delete()
    else:
        held.until, held.version = last, held.version + 1
        held.save(update_fields=["until", "version"])
    _record_opening("opening_ended", opening, by, day=last.isoformat())


@transaction.atomic
def change_occurrence(
    opening: Opening,
    day: date,
    *,
    new_day: date | None = None,
    starts: time | None = None,
    ends: time | None = None,
    reason: str = "",
    by: Member,
) -> OccurrenceChange:
    """Cancel what the rule opens on a day, or move it (`new_day`, `starts` and `ends` together).

    A day with several openings is changed as a whole. Refuses a day on which the rule does not open
    (`NotAnOpening`), one that was changed already (`AlreadyThere`), a move that is not whole, ends
    before it starts, or moves nothing (`BadChange`).
    """
    if not is_of_the_rule(opening, day):
        raise NotAnOpening(
            "Ce jour n’est pas une ouverture de cet horaire : choisissez-en un autre."
        )
    change = OccurrenceChange(
        opening=opening, day=day, new_day=new_day, starts=starts, ends=ends, reason=reason.strip()
    )
    _check_move(change)
    if OccurrenceChange.objects.filter(opening=opening, day=day).exists():
        raise AlreadyThere("Ce jour a déjà été modifié : rétablissez-le avant de le changer.")
    _clean(change, BadChange)
    _save(change, AlreadyThere)
    _record_opening(
        "occurrence_changed", opening, by, day=day.isoformat(), cancelled=change.is_cancelled
    )
    return change


def _check_move(change: OccurrenceChange) -> None:
    asked = (change.new_day, change.starts, change.ends)
    if not any(part is not None for part in asked):
        return
    if not all(part is not None for part in asked):
        raise BadChange("Donnez le nouveau jour, l’heure de début et l’heure de fin.")
    assert change.starts is not None
    assert change.ends is not None
    if change.ends <= change.starts:
        raise BadChange("L’heure de fin est avant celle du début : corrigez l’une des deux.")
    found = occurrences(change.opening.rule, change.day, 1)
    same = [(item.start.date(), item.start.time(), item.end.time()) for item in found]
    if same == [asked]:
        raise BadChange("C’est déjà le jour et l’heure prévus : changez l’un des deux.")


@transaction.atomic
def restore_occurrence(change: OccurrenceChange, *, by: Member) -> None:
    """What the rule says of a day holds again."""
    deleted, _ = OccurrenceChange.objects.filter(pk=change.pk).delete()
    if deleted:
        _record_opening("occurrence_restored", change.opening, by, day=change.day.isoformat())


# --------------------------------------------------------------------------------- photos


@transaction.atomic
def add_photo(site: Site, file: IO[bytes], *, alternative: str, by: Member) -> Photo:
    """Keep a photo of a site, and the words that stand for it. `BadPhoto` when refused."""
    photo = Photo(site=site, alternative=alternative.strip())
    if not photo.alternative:
        raise BadPhoto("Écrivez ce que montre la photo, pour les personnes qui ne la voient pas.")
    content = prepared(file)
    photo.image.save(str(content.name), content, save=False)
    try:
        _clean(photo, BadPhoto)
        photo.save()
        _record_site("photo_added", site, by, photo=str(photo.pk))
    except BaseException:
        photo.image.delete(save=False)  # a line that is undone leaves no file behind
        raise
    return photo


@transaction.atomic
def remove_photo(photo: Photo, *, by: Member) -> None:
    """The photo goes, and its file with it."""
    site, storage, name, key = photo.site, photo.image.storage, str(photo.image.name), str(photo.pk)
    deleted, _ = Photo.objects.filter(pk=photo.pk).delete()
    if deleted:
        transaction.on_commit(lambda: storage.delete(name))
        _record_site("photo_removed", site, by, photo=key)


# -------------------------------------------------------------------------------- helpers


def _next_version(kept: Kept, version: int | None, *, stale: type[Stale]) -> None:
    """Hold the row until the end, see that nobody saved it since `version`, and raise it."""
    held = type(kept).objects.select_for_update().order_by("pk").filter(pk=kept.pk).first()
    if held is None:
        return
    if version is not None and held.version != version:
        raise stale(held)
    kept.version = held.version + 1


def _clean(row: models.Model, refused: type[NotSaved]) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise refused(" ".join(error.messages)) from error


def _save(row: models.Model, refused: type[NotSaved]) -> None:
    """Two people who save the same name at the same time: the second is told."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise refused("Quelqu’un vient d’enregistrer la même chose : rechargez la page.") from error


def _record_site(verb: str, site: Site, by: Member, **detail: Any) -> None:
    _record(verb, "site", site.pk, by, detail)


def _record_service(verb: str, service: Service, by: Member, **detail: Any) -> None:
    _record(verb, "service", service.pk, by, detail)


def _record_opening(verb: str, opening: Opening, by: Member, **detail: Any) -> None:
    _record(verb, "opening", opening.pk, by, {"site": str(opening.site_id), **detail})


def _record(verb: str, kind: str, key: UUID, by: Member, detail: Mapping[str, Any]) -> None:
    record(verb, actor=by.actor, kind=kind, id=str(key), detail=detail)
