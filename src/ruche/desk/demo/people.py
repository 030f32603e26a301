"""The standing characters of the demo world: openly fictitious, each with a purpose.

Odile is a nurse, Karim advises in the van, Maïté welcomes at one site, Bernard directs, Solange
protects the data, Inès coordinates, Paul is a partner, Luc looks after the machine. Nobody has no
post at all, and must never see anything.
"""

from base64 import b32encode
from dataclasses import dataclass
from hashlib import sha256

from ruche.accounts.enums import OrganisationKind, Role

PASSWORD = "demonstration de Ruche"  # noqa: S105 - known to all, on purpose
"""The password of every character. The demo world exists only where RUCHE_DEMO is on."""


@dataclass(frozen=True)
class Character:
    """Someone of the demo world."""

    key: str
    name: str
    organisation: str
    roles: tuple[Role, ...]
    team: str = ""
    purpose: str = ""

    @property
    def email(self) -> str:
        return f"{self.key}@exemple.invalid"

    @property
    def totp_secret(self) -> str:
        """The secret of her code generator: known, so that the demo can show the code."""
        return b32encode(sha256(self.key.encode()).digest()[:10]).decode()


ORGANISATIONS: dict[str, tuple[str, str, OrganisationKind]] = {
    "gip": ("GIP d’Exemple solidaire", "le GIP", OrganisationKind.GIP),
    "croix": ("Croix d’Exemple", "", OrganisationKind.CHARITY),
    "restos": ("Tables d’Exemple", "", OrganisationKind.CHARITY),
    "secours": ("Secours imaginaire", "", OrganisationKind.CHARITY),
    "epicerie": ("Épicerie d’Exemple (CCAS)", "l’épicerie", OrganisationKind.CCAS),
    "droits": ("Permanence des droits fictive", "", OrganisationKind.PARTNER),
    "public": ("Service public itinérant d’Exemple", "", OrganisationKind.PUBLIC),
}
"""Key → name, short name, kind: the GIP, four that hold sites, two partners that come."""

HOSTS = ("croix", "restos", "secours", "epicerie")

CHARACTERS = (
    Character("ines", "Inès Exemple", "gip", (Role.COORDINATOR,), purpose="organise le réseau"),
    Character("odile", "Odile Exemple", "gip", (Role.NURSE,), "nurses-east", "infirmière"),
    Character("rose", "Rose Exemple", "gip", (Role.NURSE,), "nurses-east", "infirmière"),
    Character("samir", "Samir Exemple", "gip", (Role.NURSE,), "nurses-west", "infirmier"),
    Character("jeanne", "Jeanne Exemple", "gip", (Role.NURSE,), "nurses-west", "infirmière"),
    Character("karim", "Karim Exemple", "gip", (Role.DIGITAL_ADVISER,), "van", "camping-car"),
    Character("lea", "Léa Exemple", "gip", (Role.DIGITAL_ADVISER,), "van", "camping-car"),
    Character("hugo", "Hugo Exemple", "gip", (Role.BUDGET_ADVISER,), "budget", "conseil budget"),
    Character("maite", "Maïté Exemple", "croix", (Role.SITE_VOLUNTEER,), "", "accueille à Auch"),
    Character(
        "yvonne", "Yvonne Exemple", "epicerie", (Role.GROCERY_VOLUNTEER,), "", "tient l’épicerie"
    ),
    Character("paul", "Paul Exemple", "droits", (Role.PARTNER,), "rights", "partenaire"),
    Character("bernard", "Bernard Exemple", "gip", (Role.DIRECTOR,), "", "dirige le GIP"),
    Character("solange", "Solange Exemple", "gip", (Role.DPO,), "", "protège les données"),
    Character("luc", "Luc Exemple", "gip", (Role.TECHNICAL,), "", "tient la machine"),
    Character("nobody", "Personne Exemple", "gip", (), "", "n’a aucun rôle"),
)

TEAMS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "nurses-east": ("gip", "Infirmières, est", ("Permanence santé",)),
    "nurses-west": ("gip", "Infirmières, ouest", ("Permanence santé",)),
    "van": ("gip", "Camping-car connecté", ("Aide aux démarches en ligne",)),
    "budget": ("gip", "Point conseil budget", ("Conseil budget",)),
    "rights": ("droits", "Permanence des droits", ("Écoute et défense des droits",)),
    "public": ("public", "Service public itinérant", ("Service public itinérant",)),
}
"""Key → organisation, name, services."""

SERVICES: dict[str, tuple[str, str, str, str]] = {
    "Permanence santé": (
        "gip",
        "health",
        "Écoute, information, accompagnement vers le soin. Gratuit, sans rendez-vous.",
        "",
    ),
    "Aide aux démarches en ligne": (
        "gip",
        "digital",
        "Deux conseillers et des ordinateurs, pour faire une démarche ensemble.",
        "les courriers reçus, un numéro d’allocataire si l’on en a un",
    ),
    "Conseil budget": (
        "gip",
        "budget",
        "Faire le point sur ce qui entre et ce qui sort, sans jugement.",
        "de quoi noter, et les factures que l’on veut regarder",
    ),
    "Écoute et défense des droits": (
        "droits",
        "rights",
        "Un désaccord avec une administration ? On en parle.",
        "le courrier qui pose question",
    ),
    "Service public itinérant": (
        "public",
        "rights",
        "Les démarches du quotidien, au plus près.",
        "une pièce d’identité si possible",
    ),
    "Épicerie sociale": ("epicerie", "food", "On choisit ce que l’on prend.", ""),
}
"""Name → organisation, need, description, documents to bring."""
