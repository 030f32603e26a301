"""What is kept of a file is what was read of it, states and provenance included, or nothing."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruche.engines.portraits.errors import Note, Place, PortraitError, Severity
from ruche.engines.portraits.geography import Geography, load_reference
from ruche.engines.portraits.keeping import keep, kept
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.sources import read
from ruche.engines.portraits.states import State
from tests.engines.portraits.pencil import reading


@pytest.fixture(scope="module")
def geography() -> Geography:
    return load_reference()


cell = st.sampled_from(["s", "nd", "", "0", "12.5", "7,25", "-0"])


@given(st.lists(st.tuples(cell, cell), min_size=1, max_size=40))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_was_kept_says_the_same_as_the_file(
    tmp_path_factory: pytest.TempPathFactory, geography: Geography, cells: list[tuple[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("large")
    codes = geography.communes["code"].to_list()
    rows = [f"{codes[i]};{a};{b}" for i, (a, b) in enumerate(cells)]
    path = folder / "large.csv"
    path.write_text("CODGEO;P22_POP;P22_LOG\n" + "\n".join(rows) + "\n", encoding="utf-8")
    direct = read(path, geography)
    keep(direct, folder / "kept")
    again = list(kept(folder / "kept"))
    assert [r.provenance for r in again] == [r.provenance for r in direct]
    assert all(a.values.equals(b.values) for a, b in zip(again, direct, strict=True))
    assert all(a.states.equals(b.states) for a, b in zip(again, direct, strict=True))
    secrets = sum((a == "s") + (b == "s") for a, b in cells)
    states = again[0].states
    assert sum((states[n] == State.SECRET.value).sum() for n in states.columns[1:]) == secrets


def test_notes_levels_and_what_the_source_leaves_out_come_back(tmp_path: Path) -> None:
    note = Note(Severity.WARNING, Place("essai.csv", 3, "A"), "à voir")
    one = reading({"E1": {"A": 1.0}}, level=Level.EPCI, outside=["976"], notes=(note,))
    keep([one], tmp_path / "kept")
    (again,) = kept(tmp_path / "kept")
    assert (again.level, again.notes) == (Level.EPCI, (note,))
    assert again.provenance.outside == {"976"}


def test_a_killed_import_leaves_nothing_to_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", killed)
    with pytest.raises(KeyboardInterrupt):
        keep([reading({"01001": {"A": 1.0}})], tmp_path / "kept")
    assert not (tmp_path / "kept").exists()
    monkeypatch.undo()
    keep([reading({"01001": {"A": 2.0}})], tmp_path / "kept")  # and the next try is whole
    assert [r.values["A"][0] for r in kept(tmp_path / "kept")] == [2.0]


@pytest.mark.parametrize("name", ["0.values.parquet", "0.states.parquet", "0.json"])
def test_a_damaged_table_is_told_in_french(tmp_path: Path, name: str) -> None:
    keep([reading({"01001": {"A": 1.0}})], tmp_path / "kept")
    path = tmp_path / "kept" / name
    path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(PortraitError, match="est abîmé"):
        list(kept(tmp_path / "kept"))
