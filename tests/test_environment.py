"""Settings come from the environment; what we do not understand stops the start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ruche.environment import BadEnvironment, Environment

ROOT = Path(__file__).resolve().parents[1]


def test_an_unknown_setting_is_refused_with_the_names_that_we_know():
    env = Environment({"RUCHE_DEBGU": "yes"})
    env.flag("DEBUG")
    with pytest.raises(BadEnvironment, match=r"RUCHE_DEBGU.*RUCHE_DEBUG"):
        env.refuse_unknown()


def test_the_variables_of_others_are_none_of_our_business():
    env = Environment({"PATH": "/bin", "LANG": "fr_FR"})
    env.refuse_unknown()


@pytest.mark.parametrize("word", ["yes", "oui", "TRUE", " 1 "])
def test_yes_is_said_in_several_ways(word):
    assert Environment({"RUCHE_DEBUG": word}).flag("DEBUG") is True


@pytest.mark.parametrize("word", ["no", "non", "False", "0", ""])
def test_no_is_said_in_several_ways(word):
    assert Environment({"RUCHE_DEBUG": word}).flag("DEBUG", default=True) is False


@pytest.mark.parametrize("word", ["maybe", "2", "ouii"])
def test_a_flag_that_is_neither_yes_nor_no_is_refused(word):
    with pytest.raises(BadEnvironment, match="écrivez yes ou no"):
        Environment({"RUCHE_DEBUG": word}).flag("DEBUG")


def test_a_flag_that_is_not_given_has_its_default():
    assert Environment({}).flag("DEBUG", default=True) is True
    assert Environment({}).flag("DEBUG") is False


def test_a_list_is_written_with_commas():
    env = Environment({"RUCHE_HOSTS": " ruche.example , localhost,"})
    assert env.names("HOSTS") == ["ruche.example", "localhost"]
    assert Environment({}).names("HOSTS", "localhost") == ["localhost"]


def test_a_secret_may_be_kept_in_a_file(tmp_path):
    secret = tmp_path / "key"
    secret.write_text("sesame\n", encoding="utf-8")
    env = Environment({"RUCHE_SECRET_KEY_FILE": str(secret)})
    assert env.text("SECRET_KEY") == "sesame"
    env.refuse_unknown()


def test_a_secret_file_that_cannot_be_read_stops_the_start(tmp_path):
    env = Environment({"RUCHE_SECRET_KEY_FILE": str(tmp_path / "absent")})
    with pytest.raises(BadEnvironment, match="RUCHE_SECRET_KEY_FILE"):
        env.text("SECRET_KEY")


def start(**variables: str) -> subprocess.CompletedProcess[str]:
    """Load the settings as a fresh process would."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RUCHE_")}
    environment = {**kept, "PYTHONPATH": str(ROOT / "src"), **variables}
    code = (
        "import ruche.settings as s; print(s.SECRET_KEY); print(s.DATABASES['default']['ENGINE'])"
    )
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True
    )


def test_a_misspelt_setting_stops_the_product(tmp_path):
    started = start(RUCHE_VAR=str(tmp_path), RUCHE_DEPARTMENT="32")
    assert started.returncode != 0
    assert "Réglage inconnu" in started.stderr
    assert "RUCHE_DEPARTMENT" in started.stderr


def test_the_secret_key_is_drawn_once_kept_and_read_by_its_owner_alone(tmp_path):
    first, second = (start(RUCHE_VAR=str(tmp_path)).stdout.splitlines()[0] for _ in range(2))
    assert first == second
    assert len(first) >= 50
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


def test_an_unknown_kind_of_database_stops_the_product(tmp_path):
    started = start(RUCHE_VAR=str(tmp_path), DATABASE_URL="mysql://localhost/ruche")
    assert started.returncode != 0
    assert "seuls sqlite:// et postgres:// sont connus" in started.stderr


def test_postgresql_is_chosen_by_its_address(tmp_path):
    started = start(RUCHE_VAR=str(tmp_path), DATABASE_URL="postgres://localhost/ruche")
    assert "postgresql" in started.stdout
