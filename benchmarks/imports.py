"""Five thousand lines of a spreadsheet: how long until one reads the preview, and writes it?

    PYTHONPATH=src python -m benchmarks --only imports [--full]

« Ours » reads a CSV of sites, compares each line with a register of five hundred, and keeps what it
would do; then writes it, then undoes it, on a SQLite file as the embedded product runs it. The
« other » is what one writes first, without a preview: each line read by `csv`, its commune looked
for by a query, the site saved by the action of the form. It tells no line what is wrong, and cannot
be undone.
"""

import csv
import json
import random
import sys
import time
from collections.abc import Iterator
from io import StringIO
from typing import Any

from benchmarks.measuring import claim, conditions, in_the_product

LINES, KNOWN, SEED = 5_000, 500, 32
A_TENTH = 10
HEADERS = ("Nom", "Commune", "Code postal", "Adresse", "Téléphone", "Horaires", "Nom du contact")
WORDS = ("Aulnaie", "Boulaie", "Cédraie", "Douglas", "Érablière", "Frênette", "Genêts", "Houx",
         "Jonchère", "Kakis", "Lilas", "Mûriers", "Noyeraie", "Ormeau", "Pinède", "Quenouille",
         "Roseraie", "Saulaie", "Tilleuls", "Verger")  # fmt: skip
RULES = ("Tu 14:00-16:30; PH off", "Mo,Th 09:00-12:00; PH off", "We[1,3] 14:00-17:00", "")
PREVIEW_SECONDS, WRITE_SECONDS = 10, 5


def run(full: bool) -> Iterator[dict[str, Any]]:
    """Preview, then writing, then undoing. `full`: five thousand lines, not a tenth."""
    lines = LINES if full else LINES // A_TENTH
    found = in_the_product("benchmarks.imports", lines)
    told = conditions(lines=lines, known=KNOWN, database="SQLite WAL", states=found["states"])
    scale = lines / LINES
    for text, seconds, bar in (
        ("seconds from a file to its preview", found["preview"], PREVIEW_SECONDS),
        ("seconds to write what the preview told", found["apply"], WRITE_SECONDS),
        ("seconds to undo it", found["undo"], PREVIEW_SECONDS),
    ):
        yield claim(
            text,
            ours=seconds,
            other=found["naive"],
            bar=bar * max(scale, 0.5),
            holds=seconds <= bar * max(scale, 0.5),
            conditions=told,
        )


# ------------------------------------------------------------------- inside the process


def measure(lines: int) -> dict[str, Any]:
    """Seconds of each step; and how many lines are in each state."""
    from ruche.core.spreadsheets import recognised
    from ruche.places.imports import actions
    from ruche.places.imports.formats import FORMATS
    from ruche.places.imports.queries import counts_of

    by, communes = a_world()
    form = FORMATS["lieux"]
    load(form, a_file(KNOWN, communes, SEED), by)
    data = a_file(lines, communes, SEED + 1)
    start = time.perf_counter()
    batch = actions.start(form, data, by=by)
    chosen = recognised(batch.sheet["headers"], form.names)
    batch = actions.choose_columns(batch, chosen)
    actions.prepare(batch)
    preview = time.perf_counter()
    batch.refresh_from_db()
    states = {state: number for state, number in counts_of(batch).items() if number}
    actions.apply(actions.ask_to_apply(batch, version=batch.version), by=by)
    applied = time.perf_counter()
    actions.undo(actions.ask_to_undo(batch), by=by)
    undone = time.perf_counter()
    naive(data, by)
    return {
        "preview": preview - start,
        "apply": applied - preview,
        "undo": undone - applied,
        "naive": time.perf_counter() - undone,
        "states": states,
    }


def load(form: Any, data: bytes, by: Any) -> None:
    """Sites that are in the register before: the comparison is not with nothing."""
    from ruche.core.spreadsheets import recognised
    from ruche.places.imports import actions

    batch = actions.start(form, data, by=by)
    batch = actions.choose_columns(batch, recognised(batch.sheet["headers"], form.names))
    actions.prepare(batch)
    batch.refresh_from_db()
    actions.apply(actions.ask_to_apply(batch, version=batch.version), by=by)


def a_file(lines: int, communes: list[str], seed: int) -> bytes:
    """Lines openly made up; a column names someone, and must not be kept; one in fifty is wrong."""
    chance, written = random.Random(seed), StringIO(newline="")
    writer = csv.writer(written, delimiter=";")
    writer.writerow(HEADERS)
    for rank in range(lines):
        commune = communes[rank % len(communes)] if chance.random() > 0.02 else "Nulle-Part"
        name = WORDS[(rank // len(communes) + 10 * (seed % 2)) % len(WORDS)]
        phone, rule = f"05 62 00 {chance.randrange(100):02} 00", chance.choice(RULES)
        address = f"{rank + 1} rue du Modèle"
        writer.writerow([name, commune, "", address, phone, rule, f"Personne {rank}"])
    return written.getvalue().encode("utf-8-sig")


def naive(data: bytes, by: Any) -> None:
    """Line by line, by queries and by the action of the form; what is refused is passed over."""
    from ruche.geography.models import Territory
    from ruche.places.actions import save_site
    from ruche.places.errors import NotSaved
    from ruche.places.models import Site

    for row in csv.DictReader(StringIO(data.decode("utf-8-sig")), delimiter=";"):
        name = row["Commune"].split(" (")[0]
        commune = Territory.objects.filter(level="COM", departement="32", title=name).first()
        if commune is None:
            continue
        site = Site.objects.filter(commune=commune, name=row["Nom"]).first() or Site()
        site.name, site.commune, site.address = row["Nom"], commune, row["Adresse"]
        site.phone = row["Téléphone"]
        try:
            save_site(site, by=by)
        except NotSaved:
            continue


def a_world() -> tuple[Any, list[str]]:
    """A database with the geography, a coordinator, and the communes of the département."""
    from django.core.management import call_command

    from ruche.accounts.models import Member
    from ruche.engines.portraits.geography import load_reference
    from ruche.geography.actions import store_geography
    from ruche.geography.models import Territory

    call_command("migrate", verbosity=0)
    store_geography(load_reference())
    communes = Territory.objects.filter(level="COM", departement="32").order_by("pk")
    titles = [f"{title} (32)" for title in communes.values_list("title", flat=True)]
    return Member.objects.create(email="essai@exemple.invalid", name="Essai"), titles


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(measure(int(sys.argv[1]))))
