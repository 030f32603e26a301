"""The product, served in its own processes, and robbed of everything while nurses work.

`Product` is an instance as `make run` makes it, in a folder of its own. `seed` fills the nurses'
circle with persons who do not exist, sealed by another process, that ends. `Nurse` works in a real
browser. `Search` looks for what nobody must read, under every form that a machine may give it, in
files and in the memory of processes. `Opener` is the control: a process that did open everything.

    python -m tests.vault.stolen_server seed|open

is what the other processes run; what they must know comes by their standard input, never by an
argument or a variable that somebody could find in the environment.
"""

import base64
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
NURSES = ("odile", "rose")
"""Those who work while the server is robbed."""

# ------------------------------------------------------------------------------ canaries

RARE = "jkqvwxz"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
PREFIX, MARK = 8, 14
"""Letters of what all canaries of a run share, and of a whole canary."""

FIELDS = {
    "given": "g",
    "family": "f",
    "alias": "a",
    "phone": "p",
    "languages": "l",
    "note": "n",
    "how": "h",
    "typed": "t",
}
"""What carries a canary, and the letter that tells it. « typed »: by a nurse, in her browser."""


def draw_prefix() -> str:
    """Eight letters that nothing else writes in that order."""
    chance = random.SystemRandom()
    return "".join(chance.choice(RARE) for _ in range(PREFIX))


def canary(prefix: str, name: str, person: int) -> str:
    """The mark of one field of one person; its last letter is always the same."""
    number = "".join(LETTERS[person // 26**power % 26] for power in (3, 2, 1, 0))
    return f"{prefix}{FIELDS[name]}{number}x"


def person_of(mark: str) -> int:
    number = 0
    for letter in mark[PREFIX + 1 : MARK - 1]:
        number = number * 26 + LETTERS.index(letter)
    return number


# ------------------------------------------------------------------------------- product


def environment(var: Path, url: str = "") -> dict[str, str]:
    """What `make run` gives to the product, and nothing of the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RUCHE_")}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "ruche.settings",
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "RUCHE_DEMO": "yes",
        "RUCHE_SITE_URL": url,
        "RUCHE_VAR": str(var),
    }


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Product:
    """An instance with its demo world: `with Product(folder) as product:`."""

    folder: Path
    port: int = field(default_factory=free_port)
    _server: subprocess.Popen[bytes] | None = None

    @property
    def var(self) -> Path:
        return self.folder / "var"

    @property
    def logs(self) -> Path:
        """What the processes said: outside of what they write themselves."""
        return self.folder / "logs"

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def prepare(self) -> "Product":
        """What comes before `serve`: each command ends, and its memory with it."""
        self.var.mkdir(parents=True)
        self.logs.mkdir()
        self.manage("migrate", "--verbosity", "0")
        self.manage("collectstatic", "--noinput", "--verbosity", "0")
        self.manage("demo", "--if-empty")
        return self

    def manage(self, *words: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT, env=environment(self.var, self.url), check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def other(self, what: str, said: Mapping[str, Any]) -> subprocess.Popen[str]:
        """Another process, beside the product, that knows what is told to it."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.vault.stolen_server", what],
            cwd=ROOT, env=environment(self.var, self.url), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdin
        process.stdin.write(json.dumps(said) + "\n")
        process.stdin.flush()
        return process

    def seed(self, people: int, *, prefix: str = "", crowd: int = 0) -> dict[str, Any]:
        """Persons with canaries (`prefix`), or of an invented crowd (its seed); what was drawn."""
        process = self.other("seed", {"people": people, "prefix": prefix, "crowd": crowd})
        told, _ = process.communicate()
        assert process.returncode == 0, "le remplissage a échoué"
        found: dict[str, Any] = json.loads(told)
        return found

    def __enter__(self) -> "Product":
        with (self.logs / "serve.txt").open("wb") as log:
            self._server = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(self.port)],
                cwd=ROOT, env=environment(self.var, self.url), stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + 60
        while not self._answers():
            assert self._server.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.2)
        return self

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.url + "/connexion/", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def said(self) -> str:
        return (self.logs / "serve.txt").read_text(encoding="utf-8", errors="replace")[-2000:]

    def processes(self) -> list[int]:
        """The server, its workers, its background tasks: all that it started."""
        assert self._server
        return tree_of(self._server.pid)

    def __exit__(self, *_: object) -> None:
        assert self._server
        started = self.processes()
        self._server.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._server.wait(timeout=20)
        for pid in started:
            if pid in tree_of(pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def tree_of(root: int) -> list[int]:
    """A process that lives and its descendants; nothing for one that has ended."""
    children: dict[int, list[int]] = {}
    alive = set()
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = entry.read_text(encoding="utf-8").rpartition(") ")[2].split()[:2]
            if state != "Z":
                alive.add(int(entry.parent.name))
                children.setdefault(int(parent), []).append(int(entry.parent.name))
    found, waiting = [], [root] if root in alive else []
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return sorted(found)


# -------------------------------------------------------------------------------- search


def base64_forms(content: bytes) -> dict[str, bytes]:
    """What stays the same of the base64 of a content, wherever it begins in what is encoded."""
    forms = {}
    for shift in range(3):
        text = base64.b64encode(bytes(shift) + content)
        first, last = -(-shift * 8 // 6), (shift + len(content)) * 8 // 6
        forms[f"base64 +{shift}"] = text[first:last]
    urls = {f"{name} url": text.translate(URL) for name, text in forms.items()}
    return forms | {name: text for name, text in urls.items() if text not in forms.values()}


URL = bytes.maketrans(b"+/", b"-_")


def forms_of(content: bytes) -> dict[str, bytes]:
    """Raw, base64 of both alphabets at the three places, hexadecimal of both cases."""
    lower = content.hex().encode()
    return {
        "octets": content,
        "hex": lower,
        "HEX": lower.upper(),
        **base64_forms(content),
    }


def forms_of_text(text: str) -> dict[str, bytes]:
    """The same for a text, and as Python and JavaScript keep it: two and four bytes a letter.

    Little and big endian hold the same letters with the same zeros between them.
    """
    content = text.encode()
    wide = {f"UTF-{8 * size}": bytes(size - 1).join(content[i : i + 1] for i in range(len(content)))
            for size in (2, 4)}  # fmt: skip
    return {"majuscules": text.upper().encode(), **forms_of(content), **wide}


@dataclass
class Found:
    """What a search met."""

    marks: set[str] = field(default_factory=set)
    """Canaries, or what is left of one."""
    secrets: set[str] = field(default_factory=set)
    """The name of each secret, its form, and where."""
    forms: Counter[str] = field(default_factory=Counter)
    searched: int = 0
    """Bytes."""

    @property
    def persons(self) -> set[int]:
        return {person_of(mark) for mark in self.marks if len(mark) == MARK}

    def __str__(self) -> str:
        return (
            f"{len(self.persons)} personnes, {len(self.marks)} marques {dict(self.forms)}, "
            f"secrets {sorted(self.secrets)[:5]}, {self.searched / 1e6:.0f} Mo"
        )


class Search:
    """Every form of the canaries' prefix and of the secrets, looked for in one pass.

    A table of the first two bytes and one of the next two leave a place in a million, that is then
    read in full: two hundred forms cost hardly more than one.
    """

    WINDOW = 1 << 24
    LONGEST = 1024

    def __init__(
        self, prefix: str, secrets: Mapping[str, bytes] | None = None, texts: Iterable[str] = ()
    ) -> None:
        needles: dict[bytes, tuple[str, str]] = {}
        for name, secret in (secrets or {}).items():
            needles |= {form: (name, what) for what, form in forms_of(secret).items()}
        for number, text in enumerate(texts, start=1):
            for joint in (" ", "+", "%20", "-"):
                forms = forms_of_text(text.replace(" ", joint))
                needles |= {form: (f"phrase {number}", what) for what, form in forms.items()}
        needles |= {form: ("", what) for what, form in forms_of_text(prefix).items()}
        self._prefix = prefix
        self._needles: dict[bytes, list[tuple[bytes, str, str]]] = {}
        self._heads = np.zeros(1 << 16, dtype=bool)
        self._nexts = np.zeros(1 << 16, dtype=bool)
        for form, (name, what) in needles.items():
            assert 8 <= len(form) <= self.LONGEST
            self._needles.setdefault(form[:4], []).append((form, name, what))
            self._heads[int.from_bytes(form[:2], "little")] = True
            self._nexts[int.from_bytes(form[2:4], "little")] = True

    def bytes(self, data: bytes, found: Found, *, where: str = "") -> Found:
        """Look in some bytes."""
        found.searched += len(data)
        for place in self._places(data):
            for form, name, what in self._needles.get(data[place : place + 4], ()):
                if data.startswith(form, place):
                    self._note(data, place, form, name, what, found, where)
        return found

    def _places(self, data: bytes) -> Iterator[int]:
        """Where a form may begin: its first two bytes and the next two are those of some form."""
        for odd in (0, 1):
            pairs = np.frombuffer(data, dtype="<u2", count=(len(data) - odd) // 2, offset=odd)
            hits = np.flatnonzero(self._heads[pairs])
            hits = hits[hits + 1 < len(pairs)]
            yield from (2 * hits[self._nexts[pairs[hits + 1]]] + odd).tolist()

    def _note(
        self, data: bytes, place: int, form: bytes, name: str, what: str, found: Found, where: str
    ) -> None:
        found.forms[what] += 1
        if name:
            found.secrets.add(f"{name}, {what}, {where}")
        else:
            found.marks.add(self._mark(data[place : place + self.LONGEST], form, what))

    def _mark(self, data: bytes, form: bytes, what: str) -> str:
        """The canary that begins here, as it was written; at least something, when it is cut."""
        match what:
            case "octets" | "majuscules":
                text = data
            case "UTF-16" | "UTF-32":
                text = data[:: 2 if what == "UTF-16" else 4]
            case "hex" | "HEX":
                digits = re.match(rb"[0-9a-fA-F]*", data)
                assert digits
                text = bytes.fromhex(digits[0][: 2 * MARK].decode())
            case _:
                shift = int(what.split("+")[1][0])
                signs = re.match(rb"[A-Za-z0-9+/_-]*", data)
                assert signs
                text = (b"A" * -(-shift * 8 // 6) + signs[0])[:40]  # its first letter is cut
                text = base64.b64decode(text[: len(text) // 4 * 4], b"-_")[shift + PREFIX :]
                text = self._prefix.encode() + text
        letters = re.match(rb"[a-z]*", text[:MARK].lower())
        assert letters
        return letters[0].decode()

    # ------------------------------------------------------------------- where to look

    def file(self, path: Path, found: Found) -> Found:
        with path.open("rb") as opened:
            return self._stream(opened, found, where=path.name)

    def folder(self, folder: Path, found: Found) -> Found:
        """Every file of a folder, however deep; one that vanishes meanwhile is let go."""
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                with suppress(FileNotFoundError):
                    self.file(path, found)
        return found

    def _stream(self, opened: IO[bytes], found: Found, *, where: str) -> Found:
        rest = b""
        while chunk := opened.read(self.WINDOW):
            self.bytes(rest + chunk, found, where=where)
            rest = chunk[-self.LONGEST :]
        return found

    def process(self, pid: int, found: Found) -> Found:
        """What a process may read and write of its memory, its variables, how it was called."""
        for name in ("environ", "cmdline"):
            self.bytes(Path(f"/proc/{pid}/{name}").read_bytes(), found, where=f"{name} de {pid}")
        maps = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8")
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
            for start, end in re.findall(r"^([0-9a-f]+)-([0-9a-f]+) rw", maps, re.MULTILINE):
                self._region(memory, int(start, 16), int(end, 16), found, where=f"mémoire de {pid}")
        return found

    def _region(self, memory: Any, start: int, end: int, found: Found, *, where: str) -> None:
        for place in range(start, end, self.WINDOW):
            with suppress(OSError):  # a page that went away meanwhile
                memory.seek(place)
                size = min(self.WINDOW + self.LONGEST, end - place)
                self.bytes(memory.read(size), found, where=where)


# -------------------------------------------------------------------------------- nurses


class Nurse:
    """A character of the demo, in a browser of her own. All that it sends is kept aside."""

    def __init__(self, browser: Any, url: str, key: str) -> None:
        self.url, self.key = url, key
        self.context = browser.new_context(
            viewport={"width": 1280, "height": 900}, locale="fr-FR", timezone_id="Europe/Paris"
        )
        self.page = self.context.new_page()
        self.sent: list[bytes] = []
        self.page.on("request", self._keep)

    def _keep(self, request: Any) -> None:
        self.sent.append(request.url.encode() + b"\n" + (request.post_data_buffer or b""))

    def sign_in(self) -> None:
        from ruche.desk.demo.people import CHARACTERS, PASSWORD

        me = next(one for one in CHARACTERS if one.key == self.key)
        self.page.goto(f"{self.url}/connexion/?next=/coffre/")
        self.page.fill("[name=login]", me.email)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("text=Continuer")
        self.page.fill("[name=code]", code_of(me.totp_secret))
        self.page.click("text=Continuer")
        self.page.wait_for_url(re.compile("/coffre/$"))

    def open_vault(self, phrase: str) -> None:
        self.page.fill("#phrase", phrase)
        self.page.click("text=Ouvrir avec ma phrase")
        self.wait_until_open()

    def wait_until_open(self) -> None:
        self.page.wait_for_selector("[data-ruche-vault-bar][data-state=open]")

    def close_vault(self) -> None:
        self.page.click("[data-ruche-vault-close]")
        self.page.wait_for_selector("[data-ruche-vault-bar][data-state=closed]")

    def take_a_phrase_of_her_own(self) -> str:
        """That of the demo is written in the product; hers is drawn here and known to nobody."""
        self.page.click("text=Changer ma phrase")
        self.page.wait_for_selector("[data-ruche-phrase] li:nth-child(7)")
        phrase = " ".join(self.page.locator("[data-ruche-phrase] li").all_inner_texts())
        self.page.click("text=Je l’ai recopiée")
        self.page.fill("#redite", phrase)
        with self.page.expect_navigation():
            self.page.click("[data-step=repeat] button[type=submit]")
        self.wait_until_open()
        return phrase

    def open_directory(self) -> None:
        self.page.goto(f"{self.url}/personnes/")
        self.page.wait_for_selector("[data-ruche-count]:has-text('personnes dans vos cercles')")

    def find(self, text: str) -> None:
        """Look for someone, and open her file."""
        self.page.fill("#chercher", text)
        self.page.click(f"#resultats a:has-text('{text}')")
        self.reads(text)

    def reads(self, text: str) -> None:
        self.page.locator(f"main :text('{text}')").first.wait_for()

    def write_note(self, text: str) -> None:
        self.page.fill("#note", text)
        self.page.click("text=Sceller la note")
        self.page.wait_for_selector(f".people-notes li:has-text('{text}')")

    def write_person(self, alias: str) -> None:
        self.open_directory()
        self.page.click("[data-ruche-new]")
        self.page.fill("#nouvelle-alias", alias)
        self.page.click("text=Créer la fiche")
        self.page.wait_for_url(re.compile("/personnes/[0-9a-f-]{36}/$"))
        self.reads(alias)


def code_of(secret: str) -> str:
    """A code that stays good long enough to be typed."""
    from allauth.mfa.totp.internal.auth import hotp_value

    left = 30 - time.time() % 30
    if left < 6:
        time.sleep(left)
    return f"{hotp_value(secret, int(time.time()) // 30):06}"


def work(browser: Any, url: str, prefix: str) -> tuple[list[Nurse], list[str]]:
    """Two nurses open everything, search, read and write; their phrases. Both stay at work."""
    from ruche.desk.demo.vault import PHRASE

    nurses, phrases = [Nurse(browser, url, key) for key in NURSES], []
    for nurse in nurses:
        nurse.sign_in()
        nurse.open_vault(PHRASE)
        phrases.append(nurse.take_a_phrase_of_her_own())
        nurse.close_vault()
        nurse.open_vault(phrases[-1])
        nurse.open_directory()
    odile, rose = nurses
    for name in ("family", "alias"):
        odile.open_directory()
        odile.find(canary(prefix, name, 7))
    odile.reads(canary(prefix, "note", 7))
    odile.write_note(canary(prefix, "typed", 7))
    rose.find(canary(prefix, "given", 7))
    rose.reads(canary(prefix, "typed", 7))
    rose.write_person(canary(prefix, "typed", 0))
    odile.open_directory()
    odile.page.fill("#chercher", canary(prefix, "typed", 0))
    odile.reads(canary(prefix, "typed", 0))
    return nurses, phrases


# ------------------------------------------------------------------------------- robbery


def robbed(product: Product, search: Search) -> Found:
    """The folder of the instance, what its processes said, their variables and their memory."""
    found = Found()
    search.folder(product.folder, found)
    for pid in product.processes():
        search.process(pid, found)
    return found


@contextmanager
def opener(product: Product, secrets: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """A process that opened every identity, showed them in a page and forgot all it could.

    Its number, and how many it opened.
    """
    process = product.other("open", {"circle": secrets["circle"], "epoch": secrets["epoch"]})
    assert process.stdout
    try:
        yield process.pid, int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


# ---------------------------------------------------------------------- in other processes


def open_circle_of(key: str) -> tuple[Any, Any, bytes]:
    """The ring of a character of the demo, the secret of her circle, the key of her ring."""
    from ruche.accounts.models import Member
    from ruche.desk.demo.vault import CIRCLE, PHRASE
    from ruche.engines.vault import EpochSecret, Slot, open_ring, open_slot
    from ruche.engines.vault.ring import SlotKind
    from ruche.vault.models import Circle

    member = Member.objects.get(email=f"{key}@exemple.invalid")
    me, kept = str(member.pk), member.ring.slots.get(kind="phrase")
    slot = Slot(str(kept.pk), SlotKind.PHRASE, bytes(kept.salt), bytes(kept.sealed))
    ring_key = open_slot(slot, PHRASE, member=me)
    ring = open_ring(bytes(member.ring.sealed), ring_key, member=me, version=member.ring.version)
    circle = Circle.objects.get(name=CIRCLE)
    wrapped = circle.wraps.get(member=member)
    secret = EpochSecret.unwrapped(
        bytes(wrapped.wrapped), ring.keys.seal_private,
        circle=str(circle.pk), epoch=wrapped.epoch, member=me,
    )  # fmt: skip
    return ring, secret, ring_key


def seed(said: Mapping[str, Any]) -> dict[str, Any]:
    """Persons sealed for the nurses' circle; the secrets that open them, for the search."""
    from ruche.engines.vault.forms import text_of

    rings = {key: open_circle_of(key) for key in NURSES}
    ring, secret, _ = rings["odile"]
    values = canaries(said["prefix"], said["people"]) if said["prefix"] else invented(**said)
    keep(values, secret, ring.keys.sign_private)
    keys = {
        "secret de l’époque": secret.secret,
        "clé de dépôt": secret.deposit_private,
        "clé de l’annuaire": secret.key_for("directory"),
        "clé de chaîne": secret.key_for("chain"),
    }
    for name, (of, _, ring_key) in rings.items():
        keys |= {
            f"clé de scellement de {name}": of.keys.seal_private,
            f"clé de signature de {name}": of.keys.sign_private,
            f"clé du trousseau de {name}": ring_key,
        }
    return {
        "circle": secret.circle,
        "epoch": text_of(secret.secret),
        "secrets": {name: text_of(key) for name, key in keys.items()},
    }


def canaries(prefix: str, people: int) -> Iterator[dict[str, Any]]:
    """Each person's identity, note and consent: a mark in every field."""
    names = ("given", "family", "alias", "phone", "languages")
    for person in range(people):
        mark = {name: canary(prefix, name, person) for name in FIELDS}
        yield {
            "identity": {**{name: mark[name] for name in names}, "birth": "1957"},
            "note": {"text": f"Elle dit : {mark['note']}.", "after": []},
            "consent": {
                "circle": "",
                "how": mark["how"],
                "until": "2030-01-01",
                "what": "identité",
            },
        }


def invented(people: int, crowd: int, **_: Any) -> Iterator[dict[str, Any]]:
    """An invented crowd: identities alone, with the names that such a directory has."""
    from tests.people import finding_world

    for person in finding_world.crowd(people, seed=crowd):
        yield {"identity": {name: text for name, text in person.items() if text and name != "id"}}


def keep(values: Iterable[Mapping[str, Any]], secret: Any, signing_key: bytes) -> None:
    """Written as the product would, but together: no page of ours receives fifteen thousand."""
    from datetime import date
    from uuid import uuid4

    from django.db import transaction

    from ruche.engines.vault import Place, seal_piece
    from ruche.vault.models import Circle, Piece, Record, Wrap

    circle = Circle.objects.get(pk=secret.circle)
    author = str(circle.seats.get(member__email="odile@exemple.invalid").member_id)
    ends_in = circle.ends_in(date.today())
    records, pieces, wraps = [], [], []
    for value in values:
        records.append(Record(id=uuid4(), circle=circle, ends_in=ends_in))
        for kind, content in value.items():
            place = Place(kind, secret.circle, secret.epoch, str(records[-1].pk), str(uuid4()))
            signed = kind != "identity"
            written = {**content, "by": author, "at": "2026-11-02T14:30:00Z"} if signed else content
            sealed = seal_piece(written, place, secret, signing_key=signing_key if signed else None)
            piece = Piece(
                id=place.piece, record=records[-1], kind=kind, epoch=place.epoch, body=sealed.body
            )
            pieces.append(piece)
            wraps.append(Wrap(piece=piece, circle=circle, epoch=place.epoch, key=sealed.wrap))
    with transaction.atomic():
        for model, rows in ((Record, records), (Piece, pieces), (Wrap, wraps)):
            model.objects.bulk_create(rows, batch_size=500)


def open_everything(said: Mapping[str, Any]) -> int:
    """Design A, that we refused: a server that opens, shows, deletes, collects. How many.

    Of each person it keeps what ours keeps too: an identifier.
    """
    import gc

    from ruche.engines.vault import EpochSecret
    from ruche.engines.vault.forms import bytes_of

    secret = EpochSecret(said["circle"], 1, bytes_of(said["epoch"]))
    KNOWN.extend(show_everyone(secret))
    del secret
    gc.collect()
    return len(KNOWN)


KNOWN: list[str] = []


def show_everyone(secret: Any) -> list[str]:
    """What a view would do: open, put in a page, forget."""
    from django.template import Context, Engine

    from ruche.engines.vault import Piece, Place, open_piece
    from ruche.vault.models import Wrap

    found = Wrap.objects.filter(piece__kind="identity").order_by("pk")
    rows = found.values_list("piece__record", "piece", "piece__epoch", "key", "piece__body")
    people, identifiers = [], []
    for record, piece, epoch, salt, body in rows.iterator(chunk_size=2000):
        identifiers.append(str(record))
        place = Place("identity", secret.circle, epoch, identifiers[-1], str(piece))
        people.append(open_piece(Piece(place, bytes(body), bytes(salt)), secret))
    page = "{% for one in people %}<li>{{ one.given }} {{ one.family }}</li>{% endfor %}"
    assert Engine().from_string(page).render(Context({"people": people}))
    return identifiers


def main(what: str, said: Mapping[str, Any]) -> None:
    import django

    django.setup()
    acts: dict[str, Callable[[Mapping[str, Any]], Any]] = {"seed": seed, "open": open_everything}
    sys.stdout.write(json.dumps(acts[what](said)) + "\n")
    sys.stdout.flush()
    if what == "open":
        sys.stdin.read()  # as long as it is looked at


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.stdin.readline()))
