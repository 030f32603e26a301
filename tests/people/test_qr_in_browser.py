"""The QR codes that a browser draws are, module for module, those of an independent library.

`segno` is the witness, on one condition: segno 1.6.6 writes a zero byte before the first padding
codeword, when ISO/IEC 18004, 7.4.10 wants padding to begin with 0xEC at once. Readers do not look
there, but the modules differ: here it is told the rule of the standard. A text that fills its
version has no padding: there, segno as it is published is the witness.
"""

import random
from typing import Any
from xml.etree import ElementTree

import pytest
import segno
import segno.encoder

from ruche.engines.vault.codes import write_code

pytestmark = pytest.mark.browser

CAPACITIES = {1: 14, 2: 26, 3: 42, 4: 62, 5: 84, 6: 106, 7: 122, 8: 152, 9: 180, 10: 213}
"""Version → bytes that it holds at level M: ISO/IEC 18004:2015, table 7."""

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-:/.#% éèçœ€’😀"
MATRICES = """async (asked) => {
  const { matrixOf } = await import("/static/ruche/people/qr.js");
  return asked.map(([text, mask]) => {
    const rows = matrixOf(text, mask === null ? {} : { mask });
    return rows.map((row) => row.map((dark) => (dark === true ? "1" : "0")).join(""));
  });
}"""
DRAWN = """async ([text, title]) => {
  const { drawQr } = await import("/static/ruche/people/qr.js");
  const drawn = drawQr(text, { title });
  return [drawn instanceof SVGElement, new XMLSerializer().serializeToString(drawn)];
}"""
REFUSED = """async (text) => {
  const { matrixOf } = await import("/static/ruche/people/qr.js");
  try { return matrixOf(text).length; } catch (error) { return [error.name, error.message]; }
}"""


@pytest.fixture
def page(open_page):
    page, said = open_page("/composants/")
    yield page
    assert said == []


@pytest.fixture
def padding_as_the_standard_says(monkeypatch):
    def pad(bits: Any, version: int, length: int) -> None:
        bits.extend([0] * (-length % 8))

    monkeypatch.setattr(segno.encoder, "write_padding_bits", pad)


def text_of(length: int, chance: random.Random) -> str:
    """A text of so many bytes of UTF-8, with accents and signs of up to four bytes."""
    text = ""
    while (left := length - len(text.encode())) > 0:
        fitting = [sign for sign in LETTERS if len(sign.encode()) <= left]
        text += chance.choice(fitting)
    return text


def by_segno(text: str, mask: int | None = None) -> list[str]:
    made = segno.make(
        text, error="m", micro=False, boost_error=False, mask=mask, mode="byte", encoding="utf-8"
    )
    return ["".join(map(str, row)) for row in made.matrix]


def cards() -> list[str]:
    """What a card says: the address of the site, and a code that the server never receives."""
    chance = random.Random(18004)
    return [
        f"https://{site}/carte/#{write_code(chance.randbytes(16))}"
        for site in ("ruche.example", "solidarites-du-gers.example", "localhost:8000")
        for _ in range(4)
    ]


def texts() -> list[str]:
    """Every length next to a change of version, cards, and texts drawn from a seed."""
    chance = random.Random(2015)
    edges = [at + step for at in CAPACITIES.values() for step in (-1, 0, 1) if at + step <= 213]
    drawn = [chance.randrange(1, 213) for _ in range(40)]
    return ["a", "é", "€", "😀", *cards(), *(text_of(length, chance) for length in edges + drawn)]


@pytest.mark.parametrize("mask", [*range(8), None])
def test_every_module_is_that_of_an_independent_library(page, padding_as_the_standard_says, mask):
    asked = texts()
    drawn = page.evaluate(MATRICES, [[text, mask] for text in asked])
    for text, rows in zip(asked, drawn, strict=True):
        assert rows == by_segno(text, mask), (len(text.encode()), mask)


def test_a_text_that_fills_its_version_is_drawn_as_the_published_library_does(page):
    chance = random.Random(7)
    asked = [text_of(length, chance) for length in CAPACITIES.values()]
    drawn = page.evaluate(MATRICES, [[text, None] for text in asked])
    assert drawn == [by_segno(text) for text in asked]


def test_the_smallest_version_that_holds_the_text_is_taken(page):
    chance = random.Random(3)
    for version, capacity in CAPACITIES.items():
        lengths = [capacity, min(capacity + 1, 213)]
        drawn = page.evaluate(MATRICES, [[text_of(one, chance), None] for one in lengths])
        sizes = [17 + 4 * version, 17 + 4 * min(version + 1, 10)]
        assert [len(rows) for rows in drawn] == sizes


def test_the_eight_masks_give_eight_symbols(page):
    drawn = page.evaluate(MATRICES, [["https://ruche.example/", mask] for mask in range(8)])
    assert len({"".join(rows) for rows in drawn}) == 8


def test_a_text_that_is_too_long_is_refused_in_french(page):
    name, message = page.evaluate(REFUSED, "a" * 214)
    assert name == "RangeError"
    assert "trop long" in message
    assert page.evaluate(REFUSED, "é" * 107)[0] == "RangeError"
    assert page.evaluate(REFUSED, "é" * 106 + "a") == 57


def test_the_drawing_is_the_matrix_in_its_quiet_zone(page):
    text, title = cards()[0], "Carte <de> « Mme » & co"
    is_svg, drawn = page.evaluate(DRAWN, [text, title])
    assert is_svg
    svg = ElementTree.fromstring(drawn)
    name = "{http://www.w3.org/2000/svg}"
    assert svg.get("role") == "img"
    assert [child.tag.removeprefix(name) for child in svg] == ["title", "rect", "path"]
    told, ground, runs = svg
    assert told.text == title
    [matrix] = page.evaluate(MATRICES, [[text, None]])
    side = len(matrix) + 8
    assert svg.get("viewBox") == f"0 0 {side} {side}"
    assert [ground.get("width"), ground.get("fill")] == [str(side), "white"]
    assert painted(runs.get("d", ""), side) == bordered(matrix)


def test_a_run_of_dark_modules_is_one_rectangle(page):
    _, drawn = page.evaluate(DRAWN, [cards()[0], "Carte"])
    [matrix] = page.evaluate(MATRICES, [[cards()[0], None]])
    assert drawn.count("M") == sum(len(row.replace("0", " ").split()) for row in matrix)


def painted(path: str, side: int) -> list[str]:
    """The modules that a path of rectangles `Mx yhNv1h-Nz` fills."""
    rows = [["0"] * side for _ in range(side)]
    for one in path.removesuffix("z").split("z"):
        start, length, back = one.removeprefix("M").split("h")
        assert length == f"{back.removeprefix('-')}v1"
        column, row = map(int, start.split())
        for at in range(column, column + int(back.removeprefix("-"))):
            rows[row][at] = "1"
    return ["".join(row) for row in rows]


def bordered(matrix: list[str]) -> list[str]:
    """The matrix with four light modules all around."""
    side = len(matrix) + 8
    return ["0" * side] * 4 + [f"0000{row}0000" for row in matrix] + ["0" * side] * 4
