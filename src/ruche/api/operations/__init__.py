"""Every resource of the open data: what is asked, what is given."""

from ruche.api.operations import dates, entry, exchange, portraits, sites
from ruche.api.operations.base import api

__all__ = ["api", "dates", "entry", "exchange", "portraits", "sites"]
