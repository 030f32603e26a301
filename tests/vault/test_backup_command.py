"""What a member's phrase can open leaves the database sealed, and is read without the product."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ruche.desk.demo.vault import PHRASE

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.django_db


def taken(path: Path, who: str = "odile@exemple.invalid") -> str:
    out = io.StringIO()
    call_command("coffre", who, vers=path, stdout=out)
    return out.getvalue()


def read(path: Path, phrase: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ruche.engines.vault", "exporter", str(path)]
    return subprocess.run(
        command,
        input=phrase,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT / "src")},
    )


def test_a_sealed_backup_is_read_with_the_phrase_alone(world, tmp_path):
    path = tmp_path / "coffre.json"
    assert taken(path).startswith("53 morceaux")  # 40 identities, 10 notes, 3 promises
    assert "Cyrielle" not in path.read_text(encoding="utf-8")
    done = read(path, PHRASE)
    assert done.returncode == 0, done.stderr
    records = json.loads(done.stdout)["records"]
    assert len(records) == 40
    assert {"alias": "La dame au vélo vert"} in [record["identity"] for record in records]


def test_another_phrase_opens_nothing(world, tmp_path):
    path = tmp_path / "coffre.json"
    taken(path)
    done = read(path, "une autre phrase")
    assert (done.returncode, done.stdout) == (2, "")


def test_who_has_no_ring_has_nothing_to_take_away(world, tmp_path):
    for who in ("luc@exemple.invalid", "inconnue@exemple.invalid"):
        with pytest.raises(CommandError, match="trousseau"):
            taken(tmp_path / "coffre.json", who)
