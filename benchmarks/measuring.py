"""How we measure: interleaved runs, medians, fresh processes, warm page cache."""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RUNS = 5


def medians(tasks: Mapping[str, Callable[[], Any]], runs: int = RUNS) -> dict[str, float]:
    """Median seconds of each task over interleaved runs (A B C A B C…), after one warm-up each."""
    for task in tasks.values():
        task()
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(runs):
        for name, task in tasks.items():
            start = time.perf_counter()
            task()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in times.items()}


def environment_of(var: str, **more: str) -> dict[str, str]:
    """Where the product finds itself and its folder of data; `DATABASE_URL` only if it is given."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    found_at = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    product = {
        "PYTHONPATH": found_at,
        "DJANGO_SETTINGS_MODULE": "ruche.settings",
        "RUCHE_VAR": var,
    }
    return kept | product | more


def in_the_product(module: str, *arguments: object, **environment: str) -> dict[str, Any]:
    """What a module of benchmarks tells when it is run in a fresh process with a new database.

    It writes JSON on its last line. `environment` may name another database.
    """
    with tempfile.TemporaryDirectory() as var:
        return run_module(module, *arguments, environment=environment_of(var, **environment))


def run_module(module: str, *arguments: object, environment: dict[str, str]) -> dict[str, Any]:
    """The same, where a world may be built already. `RuntimeError` says why it failed."""
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        capture_output=True, text=True, check=False, env=environment, cwd=ROOT,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@contextmanager
def schema_in(url: str) -> Iterator[str]:
    """The address of a schema of its own in a database of PostgreSQL, which others want empty."""
    import psycopg

    name = f"ruche_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE SCHEMA {name}")
        try:
            separator = "&" if "?" in url else "?"
            yield f"{url}{separator}options=-c%20search_path%3D{name}"
        finally:
            server.execute(f"DROP SCHEMA {name} CASCADE")


def in_process(code: str) -> dict[str, float]:
    """Run code that sets `seconds` in a fresh Python. Peak memory in MiB comes too."""
    script = f"{code}\nfrom benchmarks.measuring import peak_memory\nprint(seconds, peak_memory())"
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True, text=True, check=False, env=environment, cwd=ROOT,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    seconds, memory = done.stdout.split()[-2:]
    return {"seconds": float(seconds), "mebibytes": float(memory)}


def interleaved(codes: Mapping[str, str], runs: int = RUNS) -> dict[str, dict[str, float]]:
    """Median seconds and peak memory of pieces of code, each run in a process of its own."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in codes}
    for _ in range(runs):
        for name, code in codes.items():
            found[name].append(in_process(code))
    return {
        name: {
            "seconds": statistics.median(item["seconds"] for item in items),
            "mebibytes": max(item["mebibytes"] for item in items),
        }
        for name, items in found.items()
    }


def conditions(**more: Any) -> str:
    """The machine and what was measured, in one line."""
    cores = os.cpu_count()
    base = f"{cores} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    return ", ".join([base, *(f"{name} {value}" for name, value in more.items())])


def claim(
    text: str,
    *,
    ours: float,
    other: float,
    bar: float,
    holds: bool,
    ratio: float | None = None,
    conditions: str,
) -> dict[str, Any]:
    """One line of the result; `ratio` is ours over the other unless given."""
    return {
        "claim": text,
        "ours": round(ours, 4),
        "other": round(other, 4),
        "ratio": round(ours / other if ratio is None else ratio, 3),
        "bar": bar,
        "holds": bool(holds),
        "conditions": conditions,
    }


def peak_memory() -> float:
    """Peak resident memory of this process, in MiB.

    From the kernel's own line: `getrusage` would count the parent that a child was forked from.
    """
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("/proc/self/status has no VmHWM")
