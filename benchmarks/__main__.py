"""`python -m benchmarks [--only NAME] [--full]`: run the claims, print one JSON line for each."""

import argparse
import importlib
import json
import pkgutil
import sys
from collections.abc import Iterator
from types import ModuleType

import benchmarks

HELPERS = {"__main__", "keystrokes", "measuring", "wide_file"}


def modules(only: str | None) -> Iterator[ModuleType]:
    """The benchmark modules, in order of name."""
    names = sorted(m.name for m in pkgutil.iter_modules(benchmarks.__path__))
    for name in names:
        if name not in HELPERS and (only is None or only == name):
            yield importlib.import_module(f"benchmarks.{name}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", help="the name of one file of benchmarks/")
    parser.add_argument("--full", action="store_true", help="inputs at their full size")
    options = parser.parse_args()
    found = list(modules(options.only))
    if not found:
        sys.stderr.write(f"No benchmark is called « {options.only} ».\n")
        return 2
    for module in found:
        for claim in module.run(options.full):
            print(json.dumps(claim, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
