"""The scripts of a card keep to the language of 2018: she may have an old telephone."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "src/ruche"
ENTRY = STATIC / "people/static/ruche/people/carte.js"
IMPORT = re.compile(r'from "(\.[^"]+)"')
COMMENT_OR_TEXT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:[^"\\]|\\.)*"', re.DOTALL)
YOUNGER = {
    "optional chaining (2020)": r"\?\.(?!\d)",
    "nullish coalescing (2020)": r"\?\?",
    "private fields (2020)": r"\.#|^\s*#\w",
    "class fields (2019)": r"class [^{]*\{\s*\n\s+#?\w+ = ",
    "replaceAll (2020)": r"\.replaceAll\(",
    "at (2021)": r"\.at\(",
    "flat and flatMap (2018, late)": r"\.flat(Map)?\(",
    "fromEntries (2019)": r"Object\.fromEntries",
    "hasOwn (2021)": r"Object\.hasOwn",
    "structuredClone (2022)": r"structuredClone",
    "randomUUID (2021)": r"randomUUID",
    "numeric separators (2019)": r"\d_\d",
    "BigInt (2020 on Safari)": r"BigInt|\b\d+n\b",
    "top-level await (2021)": r"^await |^const .*= await ",
    "spread in objects (2018, late)": r"\{\s*\.\.\.",
}


def reached(module: Path) -> set[Path]:
    """A module and all that it imports, wherever it is in the sources."""
    found, waiting = set(), [module]
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        found.add(one)
        for target in IMPORT.findall(one.read_text(encoding="utf-8")):
            waiting.append(_source((one.parent / target).resolve()))
    return found


def _source(path: Path) -> Path:
    """`people/static/ruche/vault/x.js` is in the vault's own folder."""
    if path.exists():
        return path
    app, name = path.parts[-2:]
    return STATIC / app / "static/ruche" / app / name


@pytest.mark.parametrize("module", sorted(reached(ENTRY)), ids=lambda path: path.name)
def test_a_script_of_the_card_is_read_by_an_old_telephone(module):
    code = COMMENT_OR_TEXT.sub('""', module.read_text(encoding="utf-8"))
    young = [what for what, sign in YOUNGER.items() if re.search(sign, code, re.MULTILINE)]
    assert not young


def test_a_young_word_would_be_seen():
    code = COMMENT_OR_TEXT.sub('""', "const a = b?.c ?? 600_000; // d?.e\n")
    assert [what for what, sign in YOUNGER.items() if re.search(sign, code, re.MULTILINE)] == [
        "optional chaining (2020)",
        "nullish coalescing (2020)",
        "numeric separators (2019)",
    ]
