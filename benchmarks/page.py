"""The page of a portrait: Python's time, from the request to the last byte, and its weight.

Django's test client is left out: the view is called with a request, on a database made from the
shipped edition. No cache of pages, fragments or figures exists in the product.
"""

import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

from benchmarks.measuring import ROOT, claim, conditions

MILLISECONDS, KILOBYTES = 40.0, 30.0
ADDRESSES = ("243200409", "200066926", "dep-32", "32013")


def measure() -> None:
    """Run in a process of its own, whose settings point to a new database; print JSON."""
    import time

    import django

    django.setup()
    from django.core.management import call_command
    from django.test import RequestFactory
    from django.urls import resolve

    from ruche.territories.views.portraits import portrait

    call_command("migrate", verbosity=0)
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        call_command("demo", stdout=nowhere)
    factory = RequestFactory(SERVER_NAME="localhost")

    def page(address: str) -> bytes:
        request = factory.get(f"/portraits/{address}/")
        request.resolver_match = resolve(request.path)
        return bytes(portrait(request, address).content)

    found = {}
    for address in ADDRESSES:
        content = page(address)
        times = []
        for _ in range(30):
            start = time.perf_counter()
            page(address)
            times.append(time.perf_counter() - start)
        found[address] = {
            "milliseconds": statistics.median(times) * 1000,
            "kilobytes": len(gzip.compress(content, 6)) / 1000,
        }
    sys.stdout.write(json.dumps(found))


def run(full: bool) -> Iterator[dict[str, Any]]:
    """Two claims, on the heaviest of four portraits."""
    with tempfile.TemporaryDirectory() as var:
        environment = os.environ | {
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "DJANGO_SETTINGS_MODULE": "ruche.settings_test",
            "RUCHE_VAR": var,
        }
        code = "from benchmarks.page import measure; measure()"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, env=environment, cwd=ROOT
        )
    found = json.loads(done.stdout)
    slowest = max(found, key=lambda name: found[name]["milliseconds"])
    heaviest = max(found, key=lambda name: found[name]["kilobytes"])
    about = conditions(pages=len(found), calls=30, cache="none")
    yield claim(
        f"The whole page of a portrait, in milliseconds of Python (slowest: {slowest})",
        ours=found[slowest]["milliseconds"],
        other=MILLISECONDS,
        bar=1.0,
        holds=found[slowest]["milliseconds"] <= MILLISECONDS,
        conditions=about,
    )
    yield claim(
        f"The HTML of a portrait, in kB gzip (heaviest: {heaviest})",
        ours=found[heaviest]["kilobytes"],
        other=KILOBYTES,
        bar=1.0,
        holds=found[heaviest]["kilobytes"] <= KILOBYTES,
        conditions=about,
    )
