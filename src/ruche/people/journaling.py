"""What the journal says of cards, in French."""

from ruche.journal.actions import register_verbs, register_words

register_verbs(
    {
        "card_given": "carte remise",
        "card_lost": "carte perdue, révoquée",
        "card_opened": "carte ouverte par qui la tient",
        "card_scanned": "carte lue par un membre",
    }
)

register_words({"card": "carte"})
