"""Where a batch stands, and what becomes of each of its lines."""

from django.db import models


class BatchStatus(models.TextChoices):
    """Where an import stands. Nothing of the register has changed before `APPLIED`."""

    COLUMNS = "columns", "colonnes à vérifier"
    PREPARING = "preparing", "lecture en cours"
    READY = "ready", "aperçu à relire"
    APPLYING = "applying", "enregistrement en cours"
    APPLIED = "applied", "importé"
    UNDOING = "undoing", "annulation en cours"
    UNDONE = "undone", "annulé"


AT_WORK = (BatchStatus.PREPARING, BatchStatus.APPLYING, BatchStatus.UNDOING)
"""Something is being done, and a page shows how far it is."""

NOT_APPLIED = (BatchStatus.COLUMNS, BatchStatus.PREPARING, BatchStatus.READY)
"""Nothing of the register has changed: the batch may be forgotten."""


class LineState(models.TextChoices):
    """What a line would do, in the order in which one reads them."""

    REFUSED = "refused", "refusée"
    DOUBTFUL = "doubtful", "à vérifier"
    CREATE = "create", "à créer"
    CHANGE = "change", "à modifier"
    SAME = "same", "inchangée"
    REPEATED = "repeated", "en double dans le fichier"
    OUTSIDE = "outside", "laissée de côté"


WRITTEN = (LineState.CREATE, LineState.CHANGE)
"""Lines that change something when the batch is applied."""

TO_MEND = (LineState.REFUSED, LineState.DOUBTFUL)
"""Lines that come back to who sent them."""


class Decision(models.TextChoices):
    """What a member says of a line that resembles something known."""

    NOTHING = "", "laisser de côté pour l’instant"
    ANOTHER = "another", "c’est un autre : l’ajouter"
    THE_SAME = "same", "c’est le même : le mettre à jour"


class Fate(models.TextChoices):
    """What became of a line when its batch was undone."""

    NOTHING = "", "rien à défaire"
    UNDONE = "undone", "défaite"
    CHANGED_SINCE = "changed", "gardée : modifié depuis par quelqu’un"
    USED_SINCE = "used", "gardée : utilisé depuis"
    GONE = "gone", "déjà supprimé"
