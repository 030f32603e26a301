"""What may go wrong in the register; each message is French and says what to do."""

from typing import Any


class NotSaved(ValueError):
    """Something of the register was refused, and nothing of it stays."""


class BadSite(NotSaved):
    """A site that cannot be kept as it is."""


class BadService(NotSaved):
    """A service that cannot be kept, or offered there."""


class BadOpening(NotSaved):
    """Opening hours that cannot be kept as they are."""


class AlreadyThere(NotSaved):
    """What is asked is so already."""


class NotAnOpening(NotSaved):
    """The day is not an opening of the rule."""


class BadChange(NotSaved):
    """A move to another day that is not whole."""


class BadPhoto(NotSaved):
    """A file that is not a picture we may keep."""


class Stale(NotSaved):
    """Someone else saved the same thing meanwhile; `saved` is what she saved."""

    def __init__(self, saved: Any) -> None:
        self.saved = saved
        super().__init__(
            "Quelqu’un a enregistré une autre version pendant que vous écriviez. "
            "Comparez, corrigez si besoin, puis enregistrez de nouveau."
        )


class StaleSite(Stale):
    """The site was changed by someone else meanwhile."""


class StaleOpening(Stale):
    """The opening hours were changed by someone else meanwhile."""


class TooManyReports(Exception):
    """More errors than one hour brings were told about one site: somebody plays, or a machine."""
