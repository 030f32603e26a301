"""The scripts that the site serves: whoever changes them can read what is opened from then on.

Nothing prevents that from the server itself. It is made visible instead: a line of the journal each
time they change, shown to members; and a comparison that is run from another machine, with a copy
of the repository, against what the site really serves.
"""

import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

from django.db import transaction

from ruche.journal.actions import record
from ruche.journal.models import Entry

CHANGED = "scripts_changed"
SECONDS = 20

Fetch = Callable[[str], bytes]


def scripts_in(folder: Path) -> dict[str, str]:
    """Path under the folder of collected static files → SHA-256 of the script, in hexadecimal."""
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.js"))
    }


def fingerprint(scripts: Mapping[str, str]) -> str:
    """One SHA-256 for all of them, in the order of their paths."""
    lines = (f"{digest}  {path}\n" for path, digest in sorted(scripts.items()))
    return sha256("".join(lines).encode()).hexdigest()


@transaction.atomic
def note_scripts(scripts: Mapping[str, str]) -> bool:
    """Write in the journal that the scripts changed, if they did since the last time."""
    now, last = fingerprint(scripts), last_change()
    if last is not None and last.detail.get("digest") == now:
        return False
    detail = {"digest": now, "count": len(scripts)}
    record(CHANGED, actor="system", kind="scripts", id=now[:16], detail=detail)
    return True


def last_change() -> Entry | None:
    """The line that tells the last change."""
    return Entry.objects.filter(verb=CHANGED).order_by("number").last()


def differences(scripts: Mapping[str, str], site: str, fetch: Fetch | None = None) -> list[str]:
    """The scripts that a site does not serve as they are here, and why; none when all is well."""
    get = fetch or _fetched
    wrong = []
    for path, digest in sorted(scripts.items()):
        try:
            served = sha256(get(f"{site.rstrip('/')}/static/{path}")).hexdigest()
        except OSError as error:
            wrong.append(f"{path} : ne se lit pas ({error}).")
        else:
            if served != digest:
                wrong.append(f"{path} : le site sert autre chose.")
    return wrong


def _fetched(address: str) -> bytes:
    if not address.startswith(("http://", "https://")):
        raise urllib.error.URLError("une adresse commence par https://")
    with urllib.request.urlopen(address, timeout=SECONDS) as answer:  # noqa: S310 - checked above
        found: bytes = answer.read()
        return found
