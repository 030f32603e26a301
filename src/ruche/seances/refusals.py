"""What an action of séances refuses, and why: each says it in French, with what to do next."""

from ruche.seances.models import Seance


class Refused(ValueError):
    """The act did not happen, and nothing of it stays. The message is for who asked."""


class StaleSeance(Refused):
    """Someone else changed the séance meanwhile: `current` is what is kept now."""

    def __init__(self, current: Seance) -> None:
        super().__init__(
            "Quelqu’un a modifié cette séance pendant que vous l’aviez sous les yeux : "
            "comparez, puis enregistrez de nouveau si votre version doit rester."
        )
        self.current = current


class StaleParticipation(Refused):
    """Someone else, or the team itself, changed its place in the séance meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            "La venue de cette équipe a changé pendant que vous l’aviez sous les yeux : "
            "regardez où elle en est, puis choisissez de nouveau."
        )


class ClosedSeance(Refused):
    """The séance is cancelled, held or counted: this may no longer change."""


class TooLate(Refused):
    """The day is over, the séance is cancelled, or the team was withdrawn."""


class TooEarly(Refused):
    """The day has not come."""


class AlreadyAsked(Refused):
    """The team is already in the séance."""


class BadAnswer(Refused):
    """An answer without its reason, or another date that is not one."""


class BadCount(Refused):
    """A measure, a band or an amount that is not counted here."""


class NothingToTakeBack(Refused):
    """The total is smaller than what one wants to take back."""


class LinkGone(Refused):
    """The counting link was revoked, or its day is over."""


class NotAllowedByLink(Refused):
    """A counting link only adds to the totals of the site."""
