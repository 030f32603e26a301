"""What the journal says of sites, in French."""

from ruche.journal.actions import register_verbs, register_words

register_verbs(
    {
        "site_saved": "lieu enregistré",
        "site_closed": "lieu fermé",
        "site_reopened": "lieu rouvert",
        "presence_changed": "présence d’une organisation modifiée",
        "presence_removed": "présence d’une organisation retirée",
        "assignment_changed": "affectation d’un bénévole modifiée",
        "service_saved": "service enregistré",
        "service_offered": "service proposé dans un lieu",
        "service_withdrawn": "service retiré d’un lieu",
        "opening_saved": "horaire enregistré",
        "opening_ended": "horaire retiré",
        "occurrence_changed": "ouverture d’un jour modifiée",
        "occurrence_restored": "ouverture d’un jour rétablie",
        "photo_added": "photo ajoutée",
        "photo_removed": "photo retirée",
        "report_settled": "signalement traité",
    }
)

register_words(
    {
        "site": "lieu",
        "service": "service",
        "opening": "horaire",
        "photo": "photo",
        "report": "signalement",
        "assigned": "affecté",
        "kind": "nature",
        "new_day": "nouveau jour",
        "day": "jour",
    }
)
