"""The promises of the style sheets: contrast, weight, nothing from elsewhere."""

import gzip
import re

import pytest

from ruche.core.design import PAIRS, TOKENS, Pair, colours, contrast

STATIC = TOKENS.parents[1]
SHEETS = sorted(TOKENS.parent.glob("*.css"))
MODULES = sorted((STATIC / "js").glob("*.js"))


def test_the_contrast_formula_gives_the_published_values():
    """Black on white is 21; #767676 is the lightest grey that may write on white (WCAG)."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#ffffff") == pytest.approx(1)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.front} on {pair.back}")
def test_colours_that_meet_are_told_apart(pair: Pair):
    values = colours()
    assert contrast(values[pair.front], values[pair.back]) >= pair.least


def test_the_style_sheets_weigh_less_than_fifteen_kilobytes_on_the_wire():
    assert sum(len(gzip.compress(sheet.read_bytes())) for sheet in SHEETS) <= 15_000


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_style_sheet_stays_in_its_layer(sheet):
    rules = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    rules = re.sub(r"@layer [\w, ]+;", "", rules).strip()
    assert rules.startswith(f"@layer {sheet.stem} {{")
    assert _first_block(rules) == rules, "une règle est écrite hors de la couche"


def _first_block(rules: str) -> str:
    """From the start to the brace that closes the first one opened."""
    depth = 0
    for position, character in enumerate(rules):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0 and character == "}":
            return rules[: position + 1]
    return ""


def test_the_layers_are_declared_once_in_the_order_of_their_strength():
    assert "@layer tokens, base, layout, components, figures, print;" in TOKENS.read_text()


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_style_sheet_writes_colours_only_through_tokens(sheet):
    written = re.findall(r"#[0-9a-fA-F]{3,8}\b(?!\s*\{)", sheet.read_text(encoding="utf-8"))
    assert sheet == TOKENS or written == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_style_sheet_uses_only_tokens_that_exist(sheet):
    text = sheet.read_text(encoding="utf-8")
    defined = set(re.findall(r"(--[\w-]+):", TOKENS.read_text(encoding="utf-8") + text))
    assert set(re.findall(r"var\((--[\w-]+)", text)) <= defined


@pytest.mark.parametrize("file", SHEETS + MODULES, ids=lambda file: file.name)
def test_nothing_is_loaded_from_another_site(file):
    assert not re.search(r"https?://", file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_a_script_is_a_small_module(module):
    assert len(module.read_text(encoding="utf-8").splitlines()) <= 150


def test_the_scripts_weigh_less_than_four_kilobytes_on_the_wire():
    assert sum(len(gzip.compress(module.read_bytes())) for module in MODULES) <= 4_000
