"""What the journal says of séances, in French."""

from ruche.journal.actions import register_verbs, register_words

register_verbs(
    {
        "seance_saved": "séance enregistrée",
        "seance_cancelled": "séance annulée",
        "seance_held": "séance tenue",
        "seance_counted": "comptes de la séance arrêtés",
        "team_asked": "équipe sollicitée",
        "team_answered": "réponse d’une équipe",
        "team_came": "équipe notée comme venue",
        "team_announced": "venue d’une équipe annoncée",
        "team_removed": "équipe retirée de la séance",
        "team_replaced": "équipe remplacée",
        "who_comes_chosen": "personne de l’équipe choisie",
        "answer_link_renewed": "lien de réponse renouvelé",
        "team_saved": "équipe enregistrée",
        "absence_saved": "absence enregistrée",
        "absence_removed": "absence retirée",
        "counting_link_made": "lien de comptage créé",
        "counting_link_revoked": "lien de comptage retiré",
        "calendar_link_made": "adresse d’agenda créée",
        "calendar_link_removed": "adresse d’agenda retirée",
        "count_corrected": "total corrigé",
        "reminder_stopped": "rappel arrêté",
        "counts_exported": "comptages exportés",
    }
)

register_words(
    {
        "seance": "séance",
        "participation": "venue",
        "team": "équipe",
        "teams": "équipes",
        "absence": "absence",
        "count": "comptage",
        "counts": "comptages",
        "counting_link": "lien de comptage",
        "calendar_link": "adresse d’agenda",
        "answer": "réponse",
        "reason": "raison",
        "reminders": "rappels",
        "successor": "remplacée par",
    }
)
