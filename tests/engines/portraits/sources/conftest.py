"""What the tests of sources share: the reference geography, and files written on the spot."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ruche.engines.portraits.geography import Geography, load_reference

REAL = Path(__file__).resolve().parents[5] / "shared" / "data"
"""The producers' files, when they are beside the repository."""

Write = Callable[..., Path]


@pytest.fixture(scope="session")
def geography() -> Geography:
    return load_reference()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of text (in UTF-8 unless told) and give its path."""

    def write_text(text: str, name: str = "essai.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write_text


@pytest.fixture(scope="session")
def real() -> Callable[[str], Path]:
    """A producer's file; the test is skipped where it is not at hand."""

    def find(name: str) -> Path:
        path = REAL / name
        if not path.exists():
            pytest.skip(f"the producer's file {name} is not beside the repository")
        return path

    return find
