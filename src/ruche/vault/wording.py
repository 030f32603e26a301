"""What the vault says in French, where a page and a test both need it."""

HELD_ABOUT_A_RECORD = {
    "identifiant": "un numéro tiré au hasard, qui ne dit rien",
    "cercle": "le cercle qui peut la lire",
    "époque": "le numéro de la clé du cercle au moment de l’écriture",
    "nature": "si c’est une identité, une note, une rencontre, une promesse, un accord ou un fil",
    "taille": "une taille arrondie au double (128, 256, 512… octets), jamais la longueur exacte",
    "mois de fin": "le mois à la fin duquel tout est effacé",
    "partages": "les cercles avec qui la personne a accepté de partager, et leurs dates",
    "carte": "le repère de sa carte, le jour de sa remise, ce qu’elle montre, ses mots scellés",
    "promesses": "le lieu et le mois où une promesse est due, sans dire laquelle",
    "contenu": "un nombre de morceaux, et des octets scellés que le serveur ne sait pas ouvrir",
    "ouvertures": "au journal : qui a ouvert cette fiche, l’a partagée ou effacée, et quand",
}
"""The closed list of what the server holds about a record. A test compares it with the schema."""
