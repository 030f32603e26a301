"""What a month is made of: who can go and what is owed; then months, their versions, what was
announced of them."""

from ruche.planning.models.months import Brief, Month, Pin, Publication, Run, Version, Visit
from ruche.planning.models.resources import (
    Block,
    Need,
    Outage,
    PartnerOffer,
    Rota,
    Vehicle,
    Worker,
)
from ruche.planning.models.roads import Road

__all__ = [
    "Block",
    "Brief",
    "Month",
    "Need",
    "Outage",
    "PartnerOffer",
    "Pin",
    "Publication",
    "Road",
    "Rota",
    "Run",
    "Vehicle",
    "Version",
    "Visit",
    "Worker",
]
