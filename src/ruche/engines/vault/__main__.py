"""The vault as a command: sealed files in, JSON out. It reads without us what a phrase opens.

python -m ruche.engines.vault phrase
python -m ruche.engines.vault mots CLÉS.json
python -m ruche.engines.vault verifier SAUVEGARDE.json --par phrase
python -m ruche.engines.vault ouvrir TROUSSEAU.json ÉTAT.json MORCEAUX.json
python -m ruche.engines.vault exporter SAUVEGARDE.json --par feuille
python -m ruche.engines.vault sceller ÉTAT.json --cercle ID --nature words --valeur VALEUR.json
python -m ruche.engines.vault vecteurs

A phrase or a code is read from the terminal, or from the first line of the standard input: never
from the arguments, that any program of the machine may read and that the shell remembers.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from getpass import getpass
from pathlib import Path
from typing import Any
from uuid import uuid4

from ruche.engines.vault.backups import Backup, load_json, read_backup
from ruche.engines.vault.exports import OpenVault, as_json, by_record, deposit_piece, open_backup
from ruche.engines.vault.forms import TooLarge, Unreadable, text_of
from ruche.engines.vault.pieces import IDENTITY, Piece, Place, seal_piece
from ruche.engines.vault.ring import SlotKind
from ruche.engines.vault.vectors import vectors
from ruche.engines.vault.words import draw_phrase, words_of_keys

HOLDS, DOES_NOT_HOLD, REFUSED = 0, 1, 2
WAYS = {"phrase": SlotKind.PHRASE, "feuille": SlotKind.SHEET}
ASKED = {"phrase": "Phrase de sept mots : ", "feuille": "Code de la feuille de secours : "}


def say(value: Any) -> None:
    """JSON on the output, in UTF-8. A lone surrogate, which JSON allows, is written `\\udxxx`."""
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def tell(text: str) -> None:
    """What is said to who runs the command goes to the error stream: the output is a clean file."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def asked(way: str) -> str:
    """The phrase or the code, from the terminal without showing it, or from the standard input."""
    given = getpass(ASKED[way]) if sys.stdin.isatty() else sys.stdin.readline()
    if not given.strip():
        raise Unreadable(f"La {way} est vide : donnez-la sur l'entrée standard, sur une ligne.")
    return given.strip()


def opened(options: argparse.Namespace) -> tuple[Backup, OpenVault]:
    """The files of the command, and what the secret opens of them when there is one to ask."""
    backup = read_backup(options.files)
    if options.par is None:
        return backup, open_backup(backup)
    return backup, open_backup(backup, WAYS[options.par], asked(options.par))


def told_faults(vault: OpenVault) -> int:
    """Each fault on its line of the error stream; 1 when there is one."""
    for fault in vault.faults:
        tell(f"Ne tient pas : {fault.where} : {fault.why}")
    return DOES_NOT_HOLD if vault.faults else HOLDS


def faults_of(vault: OpenVault) -> list[dict[str, str]]:
    return [{"where": fault.where, "why": fault.why} for fault in vault.faults]


# ------------------------------------------------------------------------------ commands


def show_vectors(_options: argparse.Namespace) -> int:
    say(vectors())
    return HOLDS


def show_phrase(_options: argparse.Namespace) -> int:
    sys.stdout.write(draw_phrase() + "\n")
    return HOLDS


def show_words(options: argparse.Namespace) -> int:
    """Six words for each public key that the files show."""
    backup = read_backup(options.files)
    vault = open_backup(backup)
    found = {**backup.keys}
    for circle in vault.circles.values():
        found |= {**circle.custodians, **circle.members}
    say({who: " ".join(words_of_keys(who, *keys)) for who, keys in sorted(found.items())})
    return told_faults(vault)


def show_opened(options: argparse.Namespace) -> int:
    """The ring, without its private keys; the circles; the pieces, in the order of the files."""
    _, vault = opened(options)
    assert vault.ring is not None
    keys = vault.ring.keys
    say(
        {
            "ring": {
                "member": vault.member,
                "version": vault.ring.version,
                "words": " ".join(words_of_keys(vault.member, keys.seal_public, keys.sign_public)),
                "pins": vault.ring.pins,
                "circles": vault.ring.circles,
            },
            "circles": [circle_as_json(vault, one) for one in vault.circles],
            "pieces": [
                {"circle": one.place.circle, "record": one.place.record, **as_json(one)}
                for one in vault.pieces
            ],
            "faults": faults_of(vault),
        }
    )
    return told_faults(vault)


def circle_as_json(vault: OpenVault, id: str) -> dict[str, Any]:
    circle = vault.circles[id]
    return {
        "id": id,
        "name": vault.names[id],
        "acts": circle.number,
        "epoch": circle.epoch,
        "members": sorted(circle.members),
        "custodians": sorted(circle.custodians),
        "epochs_open": sorted(epoch for held, epoch in vault.secrets if held == id),
    }


def check(options: argparse.Namespace) -> int:
    """Acts, epochs, and with a secret the signatures of the pieces."""
    backup, vault = opened(options)
    unread = 0 if vault.ring else len(backup.pieces)
    if unread:
        tell(f"{unread} signatures sont sous scellé : ajoutez --par pour les vérifier aussi.")
    acts = sum(circle.number for circle in vault.circles.values())
    say(
        {
            "holds": not vault.faults,
            "circles": len(vault.circles),
            "acts": acts,
            "pieces": len(vault.pieces),
            "pieces_not_checked": unread,
            "faults": faults_of(vault),
        }
    )
    return told_faults(vault)


def export(options: argparse.Namespace) -> int:
    """Everything that the secret opens, grouped by record. The file is in clear: protect it."""
    _, vault = opened(options)
    say(
        {
            "format": "ruche/coffre/1",
            "member": vault.member,
            "records": by_record(vault),
            "faults": faults_of(vault),
        }
    )
    tell(f"{len(vault.pieces)} morceaux lus. Ce fichier est en clair : gardez-le sous clé.")
    return told_faults(vault)


def seal_value(options: argparse.Namespace) -> int:
    """A sealed piece, as the server would give it. Signed, by who opens her ring."""
    value = load_json(options.valeur)
    _, vault = opened(options)
    circle = vault.circles.get(options.cercle)
    if circle is None:
        raise Unreadable(
            f"Le cercle {options.cercle} n'est pas dans ces fichiers, ou ne tient pas."
        )
    record, id = options.fiche or str(uuid4()), options.morceau or str(uuid4())
    place = Place(options.nature, circle.id, circle.epoch, record, id)
    say({"pieces": [piece_as_json(sealed(value, place, vault, circle.public))]})
    return HOLDS


def sealed(value: Any, place: Place, vault: OpenVault, public: bytes) -> Piece:
    """Without a ring, a deposit: sealed to the public key of the circle, and not signed."""
    if vault.ring is None:
        if place.kind == IDENTITY:
            raise Unreadable("Une identité se scelle avec le secret du cercle : ajoutez --par.")
        return deposit_piece(value, place, public)
    secret = vault.secrets.get((place.circle, place.epoch))
    if secret is None:
        raise Unreadable("Ce trousseau n'ouvre pas ce cercle : donnez aussi son état.")
    signing_key = None if place.kind == IDENTITY else vault.ring.keys.sign_private
    if signing_key is not None and isinstance(value, dict):
        value = {**value, "by": vault.member}
    return seal_piece(value, place, secret, signing_key=signing_key)


def piece_as_json(piece: Piece) -> dict[str, Any]:
    place = piece.place
    return {
        "piece": place.piece,
        "record": place.record,
        "kind": place.kind,
        "circle": place.circle,
        "epoch": place.epoch,
        "body": text_of(piece.body),
        "wrap": text_of(piece.wrap),
        "through": {"circle": place.circle, "epoch": place.epoch},
    }


# -------------------------------------------------------------------------------- parser

Run = Callable[[argparse.Namespace], int]
EPILOGUE = """\
Les fichiers sont les réponses JSON du serveur : {"ring": …}, {"circles": […]}, {"pieces": […]},
{"keys": …}, ou plusieurs à la fois ; plusieurs fichiers sont mis ensemble.

La phrase ou le code se donne au terminal ou sur la première ligne de l'entrée standard, jamais en
argument. Le résultat sort en JSON ; ce qui est dit à la personne va sur la sortie d'erreur.

Code de sortie : 0, tout tient ; 1, quelque chose ne tient pas et il est dit quoi ; 2, refus (phrase
fausse, fichier coupé, version inconnue) et rien ne sort. Le format : docs/coffre.md.
"""


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(
        prog="python -m ruche.engines.vault",
        description="Le coffre hors du navigateur : ouvrir, vérifier, exporter ce qui est scellé.",
        epilog=EPILOGUE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMANDE")

    def command(name: str, help_text: str, run: Run, way: str = "") -> argparse.ArgumentParser:
        found = commands.add_parser(name, help=help_text, description=help_text)
        found.set_defaults(run=run, par=None)
        if way:
            found.add_argument(
                "files", nargs="+", type=Path, metavar="FICHIER", help="réponses JSON du serveur"
            )
        if way in ("asked", "maybe"):
            found.add_argument(
                "--par",
                choices=sorted(WAYS),
                default="phrase" if way == "asked" else None,
                help="ce qui ouvre le trousseau, demandé ensuite"
                + (" (phrase si rien n'est dit)" if way == "asked" else ""),
            )
        return found

    command("vecteurs", "Écrire les vecteurs de test du format", show_vectors)
    command("phrase", "Tirer une phrase de sept mots", show_phrase)
    command("mots", "Dire les six mots de chaque clé publique", show_words, "files")
    command("ouvrir", "Ouvrir un trousseau, ses cercles et leurs morceaux", show_opened, "asked")
    command(
        "verifier",
        "Vérifier les actes des cercles et, avec --par, la signature des morceaux",
        check,
        "maybe",
    )
    command("exporter", "Écrire en clair tout ce qui s'ouvre, fiche par fiche", export, "asked")
    one = command("sceller", "Sceller une valeur JSON pour un cercle", seal_value, "maybe")
    one.add_argument("--cercle", required=True, metavar="ID", help="identifiant du cercle")
    one.add_argument(
        "--nature", required=True, help="nature du morceau : note, identity, consent, words…"
    )
    one.add_argument("--valeur", required=True, type=Path, metavar="JSON", help="fichier à sceller")
    one.add_argument("--fiche", metavar="ID", help="identifiant de la fiche (tiré si absent)")
    one.add_argument("--morceau", metavar="ID", help="identifiant du morceau (tiré si absent)")
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; a refusal is one French line on the error stream, and nothing comes out."""
    options = parser().parse_args(arguments)
    run: Run = options.run
    try:
        return run(options)
    except (Unreadable, TooLarge) as error:
        tell(f"Erreur : {error}")
    except ValueError as error:
        tell(f"Erreur : {error} Rien n'a été écrit.")
    except BrokenPipeError:
        return HOLDS
    return REFUSED


if __name__ == "__main__":
    sys.exit(main())
