"""What a month is made of: rotas, workers, vehicles, needs, reserved times, partners."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone

from ruche.accounts.models import Member
from ruche.places.models import Site
from ruche.planning.gathering import contract_of
from ruche.planning.models import (
    Block,
    Need,
    Outage,
    PartnerOffer,
    Rota,
    Vehicle,
    Visit,
    Worker,
)
from ruche.seances.actions.common import note, save_checked
from ruche.seances.refusals import Refused

# ------------------------------------------------------------- who can go, and with what


@transaction.atomic
def save_rota(rota: Rota, *, by: Member) -> Rota:
    """Create or change a rota. Refuses a name that another one bears."""
    save_checked(rota)
    note("rota_saved", rota, by.actor)
    return rota


@transaction.atomic
def save_vehicle(vehicle: Vehicle, *, by: Member) -> Vehicle:
    """Create or change a vehicle. Refuses a name that another one bears."""
    save_checked(vehicle)
    note("vehicle_saved", vehicle, by.actor)
    return vehicle


@transaction.atomic
def add_outage(vehicle: Vehicle, first: date, last: date, *, by: Member) -> Outage:
    """Days on which a vehicle stays at the garage. Refuses days in disorder."""
    outage = Outage(vehicle=vehicle, first=first, last=last)
    save_checked(outage)
    note("outage_saved", outage, by.actor, vehicle=str(vehicle.pk))
    return outage


@transaction.atomic
def remove_outage(outage: Outage, *, by: Member) -> None:
    """The vehicle is there after all."""
    note("outage_removed", outage, by.actor, vehicle=str(outage.vehicle_id))
    outage.delete()


@transaction.atomic
def save_worker(worker: Worker, *, by: Member) -> Worker:
    """Create or change who goes. Refuses a contract under which nobody could work.

    She is never erased: out of the rounds, what she did stays hers.
    """
    faults = contract_of(worker).faults(worker.name)
    if faults:
        raise Refused(" ".join(faults))
    save_checked(worker)
    note("worker_saved", worker, by.actor, rota=str(worker.rota_id), active=worker.is_active)
    return worker


def visits_to_come(worker: Worker) -> int:
    """How many visits are announced for her, from today on."""
    return Visit.objects.filter(worker=worker, day__gte=timezone.localdate()).count()


# --------------------------------------------------------------------------- what is owed


@transaction.atomic
def save_needs(rota: Rota, wanted: Mapping[Site, Need | None], *, by: Member) -> None:
    """What a rota owes to these sites, nothing for None; other sites stay as they are.

    One need that cannot be kept refuses them all.
    """
    held = {need.site_id: need for need in rota.needs.select_for_update().order_by("pk")}
    for site, need in wanted.items():
        before = held.get(site.pk)
        if need is not None:
            need.pk, need._state.adding = (before.pk, False) if before else (None, True)
            save_checked(need)
        elif before is not None:
            before.delete()
    owed = rota.needs.count()
    note("needs_saved", rota, by.actor, sites=owed)


# ------------------------------------------------------------- reserved times, partners


@transaction.atomic
def save_block(block: Block, workers: Iterable[Worker], *, by: Member) -> Block:
    """Create or change a reserved time, and whom it is for."""
    save_checked(block)
    block.workers.set(workers)
    note("block_saved", block, by.actor, moments=len(block.options))
    return block


@transaction.atomic
def remove_block(block: Block, *, by: Member) -> None:
    """The time is free again."""
    note("block_removed", block, by.actor)
    block.delete()


@transaction.atomic
def save_offer(
    offer: PartnerOffer, sites: Iterable[Site], rotas: Iterable[Rota], *, by: Member
) -> PartnerOffer:
    """Create or change when a partner can come, where and with whom."""
    save_checked(offer)
    offer.sites.set(sites)
    offer.rotas.set(rotas)
    note("offer_saved", offer, by.actor, team=str(offer.team_id))
    return offer
