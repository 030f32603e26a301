"""The register of processing follows the models, and nobody forgets one."""

from pathlib import Path

import pytest

from ruche.desk import register

DOCUMENT = Path(__file__).resolve().parents[2] / "docs/registre.md"


def test_the_register_in_the_documentation_is_the_one_of_the_models():
    assert DOCUMENT.read_text(encoding="utf-8") == register.as_markdown(), (
        "python manage.py registre --vers docs/registre.md"
    )


def test_a_model_that_nobody_placed_is_refused(monkeypatch):
    monkeypatch.setattr(register, "our_models", lambda: {"vault.Inconnu"})
    with pytest.raises(register.Unplaced, match=r"vault\.Inconnu"):
        register.processings()


def test_every_processing_says_why_on_what_basis_and_how_long():
    for one in register.processings():
        for said in (one.purpose, one.basis, one.people, one.readers, one.duration):
            assert said.endswith("."), said
