"""What the journal says of encounters, in French. An encounter itself writes no line."""

from ruche.journal.actions import register_verbs, register_words

register_verbs(
    {
        "tray_opened": "rencontres à ranger ouvertes",
        "bag_loaded": "sac de tournée préparé",
        "form_made": "formulaire de rencontre enregistré",
        "form_given": "formulaire confié à une équipe",
        "form_taken": "formulaire retiré à une équipe",
        "measuring_circle_chosen": "cercle qui mesure choisi",
        "facts_opened": "faits scellés ouverts",
        "quarantine_accepted": "envoi d’une personne partie accepté",
        "quarantine_destroyed": "envoi d’une personne partie détruit",
    }
)

register_words({"form": "formulaire", "quarantine": "envoi en quarantaine"})
