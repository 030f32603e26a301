"""Facts sealed together: someone of the circle opened them, and makes them quick to open.

What phones deposit is sealed one by one, and slow to open by thousands. Sealed together under the
circle's own key, and under its newest epoch, fifty thousand open in a moment; and who left the
circle can no longer open any, even with a copy of the database.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from ruche.accounts.models import Member
from ruche.encounters.models import Facts, FiledDeposit
from ruche.encounters.payloads import BlockGiven, GroupingGiven
from ruche.vault.errors import NotPermitted, Stale
from ruche.vault.models import Circle

CHANGED = "Ces faits viennent d’être regroupés par quelqu’un d’autre : rechargez la page."


@transaction.atomic
def group_facts(member: Member, circle: Circle, given: GroupingGiven) -> None:
    """Put blocks in the place of the envelopes that they hold. Once: `Stale` when some are gone."""
    _check_epochs(circle, given.blocks)
    _take_away(circle, given.gone)
    Facts.objects.bulk_create(
        [
            Facts(
                id=block.id,
                circle=circle,
                epoch=block.epoch,
                body=block.body,
                key=block.key,
                is_block=True,
            )
            for block in sorted(given.blocks, key=lambda one: one.id)
        ]
    )


def _check_epochs(circle: Circle, blocks: Sequence[BlockGiven]) -> None:
    if any(block.epoch != circle.epoch for block in blocks):
        raise NotPermitted("Le cercle a changé d’époque : rechargez la page.")


def _take_away(circle: Circle, gone: Sequence[UUID]) -> None:
    """Whole or not at all, by portions that any database accepts."""
    taken = 0
    for at in range(0, len(gone), 500):
        rows = Facts.objects.filter(circle=circle, pk__in=gone[at : at + 500])
        loose = rows.filter(is_block=False).order_by().values_list("pk", flat=True)
        FiledDeposit.objects.bulk_create(map(FiledDeposit, sorted(loose)), ignore_conflicts=True)
        taken += rows.delete()[0]
    if taken != len(set(gone)):
        raise Stale(CHANGED)
