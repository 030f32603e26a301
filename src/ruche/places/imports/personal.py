"""Columns that speak of persons: whatever a format lets in, these never enter.

A list of sites kept by hand often holds the name and the mobile number of a volunteer. They are
left aside at the moment when the file is read, and who sent it is told.
"""

from ruche.core.spreadsheets import plain

WORDS = frozenset(
    [
        "contact",
        "contacts",
        "interlocuteur",
        "interlocutrice",
        "interlocuteurs",
        "prenom",
        "prenoms",
        "responsable",
        "responsables",
        "referent",
        "referente",
        "referents",
        "benevole",
        "benevoles",
        "president",
        "presidente",
        "directeur",
        "directrice",
        "animateur",
        "animatrice",
        "salarie",
        "salaries",
        "naissance",
        "ne",
        "nee",
        "beneficiaire",
        "beneficiaires",
        "usager",
        "usagers",
        "personne",
        "adherent",
        "adherents",
        "famille",
        "civilite",
        "age",
        "sexe",
        "nationalite",
        "secu",
        "nir",
        "nss",
        "mobile",
        "portable",
        "commentaire",
        "commentaires",
        "remarque",
        "remarques",
        "observation",
        "observations",
        "note",
        "notes",
        "mediateur",
        "mediatrice",
        "conseiller",
        "conseillere",
    ]
)
"""Words of a header that announce a person, or a text in which one is easily named."""

MAILBOXES = frozenset(
    [
        "accueil",
        "contact",
        "info",
        "infos",
        "information",
        "mairie",
        "ccas",
        "cias",
        "secretariat",
        "bonjour",
        "agence",
        "antenne",
        "association",
        "asso",
        "bureau",
        "centre",
        "csc",
        "epicerie",
        "emfs",
        "franceservices",
        "france-services",
        "fs",
        "maison",
        "mediatheque",
        "bibliotheque",
        "mfs",
        "msap",
        "numerique",
        "service",
        "services",
        "solidarite",
    ]
)
"""First words of an address that is that of a place, and not of someone."""


def speaks_of_persons(header: str) -> bool:
    """« Nom du contact », « Portable », « Commentaires »."""
    return not WORDS.isdisjoint(plain(header).split())


def is_of_a_place(address: str) -> bool:
    """« accueil@… », « mairie-auch@… »: an e-mail that many read."""
    return not MAILBOXES.isdisjoint(
        {address.split("@")[0].lower(), *plain(address.split("@")[0]).split()}
    )


def is_a_mobile(phone: str) -> bool:
    """« 06 … », « 07 … »: most often the telephone of someone."""
    return phone.replace(" ", "").startswith(("06", "07"))
