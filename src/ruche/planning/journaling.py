"""What the journal says of the planning, in French."""

from ruche.journal.actions import register_verbs, register_words

register_verbs(
    {
        "rota_saved": "roulement enregistré",
        "worker_saved": "équipier enregistré",
        "vehicle_saved": "véhicule enregistré",
        "outage_saved": "immobilisation enregistrée",
        "outage_removed": "immobilisation retirée",
        "needs_saved": "besoins des lieux enregistrés",
        "block_saved": "temps réservé enregistré",
        "block_removed": "temps réservé retiré",
        "offer_saved": "disponibilité d’un partenaire enregistrée",
        "roads_given": "trajets donnés",
        "roads_forgotten": "trajets rendus à l’estimation",
        "absences_imported": "absences importées d’un agenda",
        "run_asked": "calcul du mois demandé",
        "run_stopped": "calcul du mois arrêté",
        "month_changed": "mois modifié",
        "month_undone": "changement du mois annulé",
        "month_proposed": "mois proposé aux équipes",
        "month_published": "mois publié",
        "pin_saved": "choix imposé",
        "pin_removed": "choix retiré",
    }
)

register_words(
    {
        "rota": "roulement",
        "worker": "équipier",
        "vehicle": "véhicule",
        "outage": "immobilisation",
        "block": "temps réservé",
        "road": "trajet donné",
        "roads": "trajets",
        "partneroffer": "disponibilité d’un partenaire",
        "month": "mois",
        "run": "calcul",
        "pin": "choix imposé",
        "added": "ajoutées",
        "skipped": "déjà connues",
        "moments": "moments",
        "sites": "lieux",
        "active": "dans les tournées",
        "calls": "appels",
    }
)
