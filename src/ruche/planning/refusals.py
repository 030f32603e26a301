"""What an action of the planning refuses, and why: each says it in French, with what to do next."""


class Refused(ValueError):
    """The act did not happen, and nothing of it stays. The message is for who asked."""


class StaleMonth(Refused):
    """Someone else changed the month meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            "Quelqu’un d’autre a modifié ce mois pendant que vous l’aviez sous les yeux. Rien n’a "
            "été enregistré : regardez ce qui a changé, puis recommencez si besoin."
        )


class Busy(Refused):
    """A computation of this month is at work."""

    def __init__(self) -> None:
        super().__init__(
            "Un calcul est déjà en cours pour ce mois : attendez sa fin, ou arrêtez-le."
        )


class NothingYet(Refused):
    """The month has no plan that could be changed or published."""

    def __init__(self) -> None:
        super().__init__("Ce mois n’a pas encore de planning : demandez d’abord une proposition.")
