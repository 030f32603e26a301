"""What the journal says of imports, in French.

One line per batch, with its counts and its identifier, and not one per object: at more than a
millisecond each, the five thousand lines of a large file would hold the journal, and with it
everyone who acts, for six seconds. What each line of the file did, old values and new ones, is kept
by the batch.
"""

from ruche.journal.actions import register_verbs, register_words

register_verbs(
    {
        "import_applied": "fichier importé",
        "import_undone": "import annulé",
    }
)

register_words(
    {
        "import_batch": "import",
        "format": "contenu",
        "created": "créés",
        "changed": "modifiés",
        "left_aside": "laissés de côté",
        "undone": "défaits",
        "kept": "gardés",
    }
)
