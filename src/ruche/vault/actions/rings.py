"""Rings and their slots, and the halves that keep a ring open between two pages."""

import os
from datetime import timedelta
from hashlib import sha256

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.utils import timezone

from ruche.accounts.models import Member
from ruche.journal.actions import record
from ruche.vault.enums import SlotKind
from ruche.vault.errors import Closed, Refused, Stale
from ruche.vault.models import KEY, Half, KeyRing, Slot
from ruche.vault.payloads import RingChanged, RingGiven, SlotGiven

SALT = 16
IDLE = timedelta(minutes=15)

# --------------------------------------------------------------------------------- rings


@transaction.atomic
def make_ring(member: Member, given: RingGiven) -> KeyRing:
    """Keep a first ring; or, when she says that the former is lost, another one in its place.

    The keys that colleagues knew are then void: they compare words with her again.
    """
    former = KeyRing.objects.select_for_update().filter(member=member).first()
    if former and not given.replace:
        raise Refused("Vous avez déjà un trousseau : ouvrez-le, ou dites qu’il est perdu.")
    if former:
        former.delete()
    ring = KeyRing.objects.create(
        member=member,
        seal_public=given.seal_public,
        sign_public=given.sign_public,
        sealed=given.sealed,
        version=given.version,
    )
    for slot in given.slots:
        _keep_slot(ring, slot)
    _note("ring_replaced" if former else "ring_made", member)
    return ring


@transaction.atomic
def change_ring(member: Member, given: RingChanged) -> None:
    """The next version of a ring; `Stale` when another browser wrote one meanwhile."""
    changed = KeyRing.objects.filter(member=member, version=given.version - 1).update(
        sealed=given.sealed, version=given.version
    )
    if not changed:
        raise Stale("Votre trousseau a changé dans une autre fenêtre : rechargez la page.")


@transaction.atomic
def add_slot(member: Member, given: SlotGiven) -> Slot:
    """One more way of opening; a new phrase or sheet takes the place of the former."""
    ring = KeyRing.objects.select_for_update().filter(member=member).first()
    if ring is None:
        raise Refused("Vous n’avez pas encore de trousseau.")
    if given.kind != SlotKind.PASSKEY:
        ring.slots.filter(kind=given.kind).delete()
    slot = _keep_slot(ring, given)
    _note("slot_added", member, slot=given.kind)
    return slot


@transaction.atomic
def remove_slot(member: Member, slot: Slot) -> None:
    """One way less; never the last one."""
    ring = KeyRing.objects.select_for_update().get(pk=slot.ring_id)
    if ring.slots.count() == 1:
        raise Refused("C’est la dernière façon d’ouvrir votre trousseau : ajoutez-en une d’abord.")
    kind = slot.kind
    slot.delete()
    _note("slot_removed", member, slot=kind)


def _keep_slot(ring: KeyRing, given: SlotGiven) -> Slot:
    authenticator = None
    if len(given.salt) != (0 if given.kind == SlotKind.PASSKEY else SALT):
        raise Refused("Cette façon d’ouvrir n’a pas la forme attendue : rechargez la page.")
    if given.kind == SlotKind.PASSKEY:
        authenticator = Authenticator.objects.filter(
            pk=given.authenticator, user=ring.member, type=Authenticator.Type.WEBAUTHN
        ).first()
        if authenticator is None:
            raise Refused("Cette clé d’accès n’est pas à vous, ou n’existe plus.")
    try:
        with transaction.atomic():
            return Slot.objects.create(
                id=given.id,
                ring=ring,
                kind=given.kind,
                salt=given.salt,
                sealed=given.sealed,
                authenticator=authenticator,
            )
    except IntegrityError as error:
        raise Refused("Cette façon d’ouvrir le trousseau existe déjà.") from error


def _note(verb: str, member: Member, **detail: str) -> None:
    record(verb, actor=member.actor, kind="ring", id=str(member.pk), detail=detail)


# -------------------------------------------------------------------------------- halves


def open_half(member: Member, session_key: str) -> bytes:
    """Draw the server's half for this session: the browser seals its ring under both."""
    half = os.urandom(KEY)
    Half.objects.update_or_create(
        session=_named(session_key),
        defaults={"member": member, "half": half, "seen_at": timezone.now()},
    )
    return half


def renew_half(member: Member, session_key: str) -> bytes:
    """The half again, while someone is there; `Closed` after fifteen idle minutes."""
    found = Half.objects.filter(session=_named(session_key), member=member).first()
    now = timezone.now()
    if found is None:
        raise Closed("Le trousseau est fermé.")
    if now - found.seen_at > IDLE:
        _overwrite(found)
        raise Closed("Le trousseau s’est fermé après quinze minutes sans activité.")
    Half.objects.filter(pk=found.pk).update(seen_at=now)
    return bytes(found.half)


def close_half(session_key: str) -> None:
    """Overwrite the half of a session, then delete it."""
    for found in Half.objects.filter(session=_named(session_key)):
        _overwrite(found)


def close_idle_halves() -> int:
    """Overwrite and delete those that nobody used for fifteen minutes; how many."""
    idle = list(Half.objects.filter(seen_at__lt=timezone.now() - IDLE))
    for found in idle:
        _overwrite(found)
    return len(idle)


def _overwrite(half: Half) -> None:
    """SQLite and PostgreSQL keep the old bytes of a deleted row for a while: not those of ours."""
    Half.objects.filter(pk=half.pk).update(half=bytes(KEY))
    Half.objects.filter(pk=half.pk).delete()


def _named(session_key: str) -> str:
    return sha256(session_key.encode()).hexdigest()
