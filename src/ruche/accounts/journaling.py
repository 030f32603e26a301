"""What the journal says of members, in French."""

from ruche.journal.actions import register_verbs, register_words

register_verbs(
    {
        "member_invited": "invitation envoyée",
        "invitation_revoked": "invitation retirée",
        "member_joined": "invitation acceptée, compte ouvert",
        "charter_accepted": "charte acceptée",
        "member_deactivated": "compte désactivé, sessions fermées",
        "member_reactivated": "compte réactivé",
        "post_given": "rôle donné",
        "post_ended": "rôle retiré",
        "organisation_saved": "organisation enregistrée",
        "authenticator_added": "moyen de connexion ajouté",
        "authenticator_removed": "moyen de connexion retiré",
    }
)

register_words(
    {
        "member": "membre",
        "invitation": "invitation",
        "organisation": "organisation",
        "role": "rôle",
        "version": "version",
        "type": "moyen",
    }
)
