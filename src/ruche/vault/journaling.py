"""What the journal says of the vault, in French."""

from ruche.journal.actions import register_verbs, register_words

register_verbs(
    {
        "ring_made": "trousseau fait",
        "ring_replaced": "trousseau refait, l’ancien est perdu",
        "slot_added": "façon d’ouvrir le trousseau ajoutée",
        "slot_removed": "façon d’ouvrir le trousseau retirée",
        "circle_act": "acte d’un cercle",
        "circle_described": "cercle décrit autrement",
        "circle_asked": "demande faite à un cercle",
        "circle_ask_withdrawn": "demande à un cercle retirée",
        "circle_ask_approved": "accord donné par une gardienne",
        "pieces_opened": "contenus scellés ouverts",
        "directory_opened": "annuaire d’un cercle ouvert",
        "record_shared": "fiche partagée avec un autre cercle",
        "record_unshared": "partage d’une fiche retiré",
        "record_erased": "fiche effacée",
        "scripts_changed": "scripts du site changés",
    }
)

register_words(
    {
        "ring": "trousseau",
        "circle": "cercle",
        "record": "fiche",
        "ask": "demande",
        "act": "acte",
        "epoch": "époque",
        "retention": "mois de conservation",
        "slot": "façon d’ouvrir",
        "count": "nombre",
        "permission": "partage",
        "scripts": "scripts",
        "digest": "empreinte",
        **{f"records{number}": "fiches" for number in range(1, 19)},
    }
)
