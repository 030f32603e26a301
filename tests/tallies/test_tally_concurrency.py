"""Twenty phones send batches that meet in the same cells, each twice: the totals are exact."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
PHONES, BATCHES, A_TENTH = 20, 200, 10

SEND_TOGETHER = """
import json, random, sys, time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from uuid import UUID
import django
django.setup()
from django.core.management import call_command
from django.db import OperationalError, connection, connections
from ruche.engines.vault.forms import canonical, context, padded
from ruche.engines.vault.suite import wrap
from ruche.geography.models import Territory
from ruche.places.models import Site
from ruche.tallies.actions import add_batch, batch_id, intake_key
from ruche.tallies.cells import Cell
from ruche.tallies.enums import Shape
from ruche.tallies.models import SpentBatch, Tally

phones, batches = map(int, sys.argv[1:])
call_command("migrate", verbosity=0)
commune, _ = Territory.objects.get_or_create(address="32013", defaults={
    "level": "COM", "code": "32013", "name": "Auch", "title": "Auch", "official": "Auch",
    "tncc": 0, "inside": "à", "search_name": "auch",
})
site = Site.objects.create(name="Lieu d’essai", commune=commune, address="1 place d’essai")
key, chance = intake_key(), random.Random(32)
names = [f"sante.themes.t{number}" for number in range(40)]
cells = [Cell(Shape.NETWORK_YEAR, "2026", name) for name in names]
cells += [Cell(Shape.SITE_YEAR, "2026", name, site=site.pk) for name in names]


def sealed(cell):
    said = {"shape": str(cell.shape), "period": cell.period, "measure": cell.measure}
    said |= {"site": str(cell.site)} if cell.site else {}
    return wrap(bytes(key.public), padded(canonical(said)), context("slip", str(key.pk)))


def draw(number):
    chosen = chance.choices(cells, k=chance.randint(5, 30))
    slips = [sealed(cell) for cell in chosen]
    return chosen, number.to_bytes(16, "big"), slips


drawn = [draw(number) for number in range(batches)]
expected = Counter(cell.key for chosen, _, _ in drawn for cell in chosen)
sent = [(salt, slips) for _, salt, slips in drawn for _ in range(2)]
later = sent[::2]
chance.shuffle(later)
sent = [one for pair in zip(sent[::2], later) for one in pair]  # once in order, once in another


def phone(share):
    answers, busy = [], 0
    for salt, slips in share:
        for attempt in range(50):
            try:
                id = batch_id(salt, slips)
                added = add_batch(id, salt, key.pk, slips, allowed=lambda cell: True)
                answers.append((id, added.again, added.counted))
                break
            except OperationalError:
                busy += 1
        else:
            raise RuntimeError("the database never answered")
    return answers, busy


connections.close_all()  # a child never uses the connection of its parent
with ProcessPoolExecutor(phones, mp_context=get_context("fork")) as pool:
    ended = list(pool.map(phone, [sent[rank::phones] for rank in range(phones)]))
answers = [one for found, _ in ended for one in found]
totals = dict(Tally.objects.order_by("pk").values_list("pk", "total"))
print(json.dumps({
    "vendor": connection.vendor,
    "expected": sum(expected.values()),
    "counted": sum(totals.values()),
    "wrong": [cell for cell in {*totals, *expected} if totals.get(cell, 0) != expected[cell]],
    "answers": len(answers),
    "new": len({id for id, again, _ in answers if not again}),
    "new_answers": sum(not again for _, again, _ in answers),
    "said": sum(counted for _, _, counted in answers),
    "spent": SpentBatch.objects.count(),
    "busy": sum(busy for _, busy in ended),
}))
"""


def send_together(tmp_path: Path, batches: int, **environment: str) -> dict[str, object]:
    """In another process, with its own database: no test commits in the one of the session."""
    ended = subprocess.run(
        [sys.executable, "-c", SEND_TOGETHER, str(PHONES), str(batches)],
        cwd=ROOT,
        env={
            **os.environ,
            "RUCHE_VAR": str(tmp_path),
            "PYTHONPATH": str(ROOT / "src"),
            "DJANGO_SETTINGS_MODULE": "ruche.settings_test",
            **environment,
        },
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


def assert_nothing_was_lost_or_doubled(found: dict[str, object], batches: int) -> None:
    assert found["wrong"] == []
    assert found["counted"] == found["expected"]
    assert found["answers"] == 2 * batches
    assert found["new"] == found["new_answers"] == found["spent"] == batches
    assert found["said"] == 2 * found["expected"], "ce que l’on répond est ce qui est compté"


def batches() -> int:
    return BATCHES // A_TENTH if settings.CI else BATCHES


def test_forty_batches_of_twenty_phones_are_each_counted_once_on_sqlite(tmp_path):
    url = f"sqlite:///{tmp_path / 'counters.sqlite3'}"
    found = send_together(tmp_path, 40, DATABASE_URL=url)
    assert found["vendor"] == "sqlite"
    assert_nothing_was_lost_or_doubled(found, 40)


@pytest.mark.slow
def test_many_batches_are_each_counted_once_on_sqlite(tmp_path):
    url = f"sqlite:///{tmp_path / 'counters.sqlite3'}"
    found = send_together(tmp_path, batches(), DATABASE_URL=url)
    assert found["vendor"] == "sqlite"
    assert_nothing_was_lost_or_doubled(found, batches())


@pytest.mark.slow
@pytest.mark.postgres
def test_many_batches_are_each_counted_once_on_postgresql(tmp_path, schema_url):
    """And none waits for another that waits for it: a deadlock would be an error, sent again."""
    found = send_together(tmp_path, batches(), DATABASE_URL=schema_url)
    assert found["vendor"] == "postgresql"
    assert found["busy"] == 0
    assert_nothing_was_lost_or_doubled(found, batches())
