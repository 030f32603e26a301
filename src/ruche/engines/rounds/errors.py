"""What goes wrong with a month of rounds, said in French so that a coordinator can mend it."""


class RoundsError(ValueError):
    """Something that the engine refuses. The message says what to do."""


class BadProblem(RoundsError):
    """The data of the month contradict themselves; every fault found is in `faults`."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class BadTravel(RoundsError):
    """A table of journeys has holes, or figures that no road has."""


class ContradictoryPins(RoundsError):
    """What was imposed cannot be held together; `labels` is a smallest set that contradicts itself.

    Smallest in this sense: without any one of them, the others can be held.
    """

    def __init__(self, labels: list[str]) -> None:
        super().__init__(
            "Ces choix imposés ne peuvent pas être tenus ensemble : "
            + " ; ".join(labels)
            + ". Libérez l’un d’eux."
        )
        self.labels = tuple(labels)


class Stopped(RoundsError):
    """The search was stopped before any plan was found."""


class UnreadableRounds(RoundsError):
    """A file of a problem or of a plan cannot be read; the message names the field."""
