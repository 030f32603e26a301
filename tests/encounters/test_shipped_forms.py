"""The forms that missions ship: all of them hold, and ask what the missions count."""

from uuid import UUID

import pytest

from ruche.accounts.actions import SYSTEM
from ruche.encounters.actions import install_shipped_forms
from ruche.encounters.definitions import BadDefinition, Counted, Definition, Mode
from ruche.encounters.models import FormVersion
from ruche.encounters.shipped import read_form, shipped_forms
from ruche.tallies.cells import Cell
from ruche.tallies.enums import OF_A_SITE, OF_A_TEAM, Shape

EACH = pytest.mark.parametrize("form", shipped_forms().values(), ids=lambda form: form.key)
MISSIONS = {"sante", "budget", "numerique"}
PERIODS = {
    Shape.TEAM_WEEK: "2026-W48",
    Shape.SITE_YEAR: "2026",
    Shape.NETWORK_YEAR: "2026",
}
SOMEWHERE = UUID(int=1)


def test_every_mission_ships_its_form():
    assert set(shipped_forms()) == {"accueil", *MISSIONS}


@EACH
def test_a_shipped_form_is_a_form(form):
    assert Definition.of(form.as_data()) == form
    assert all(field.why for field in form.fields), "on dit pourquoi l’on demande"


@EACH
def test_a_shipped_form_asks_what_every_counter_needs(form):
    for counted in (Counted.AGE, Counted.GENDER, Counted.FIRST, Counted.THEME):
        assert [one.counted for one in form.fields].count(counted) == 1, counted
    assert Mode.ANONYMOUS in form.modes


@EACH
def test_every_answer_of_a_shipped_form_has_its_counter(form):
    for shape in Shape:
        for measure in form.measures(shape):
            cell = Cell(
                shape,
                PERIODS[shape],
                measure,
                team=SOMEWHERE if shape in OF_A_TEAM else None,
                site=SOMEWHERE if shape in OF_A_SITE else None,
            )
            assert cell.measure == measure


@pytest.mark.parametrize("key", sorted(MISSIONS))
def test_missions_that_follow_people_keep_notes_and_promises(key):
    form = shipped_forms()[key]
    assert form.modes == tuple(Mode)
    assert form.note
    assert form.promises
    assert [field.key for field in form.fields][:6] == [
        "age",
        "genre",
        "premiere",
        "duree",
        "themes",
        "suite",
    ]


def test_health_asks_once_what_a_first_meeting_tells():
    fields = {one.key: one for one in shipped_forms()["sante"].fields}
    once = {"traitant", "couverture", "consultation", "renoncement"}
    assert {key for key, one in fields.items() if one.at_first} == once


def test_health_counts_violence_sexual_health_and_addictions_far_from_places():
    themes = shipped_forms()["sante"].field("themes")
    assert themes is not None
    sensitive = {one.key for one in themes.options if one.sensitive}
    assert sensitive == {"addictions", "sexuelle", "violences"}


def test_volunteers_of_a_site_count_and_know_nobody():
    form = shipped_forms()["accueil"]
    assert form.modes == (Mode.ANONYMOUS,)
    assert not form.note
    assert not form.promises
    assert not [one for one in form.fields if one.counted is Counted.MEASURE], (
        "une mesure se compte par équipe, et ils n’en sont pas une"
    )


def test_installing_again_makes_no_version(world):
    install_shipped_forms(by=SYSTEM)
    before = FormVersion.objects.count()
    install_shipped_forms(by=SYSTEM)
    assert FormVersion.objects.count() == before


def test_a_file_at_fault_is_named(tmp_path):
    path = tmp_path / "casse.toml"
    path.write_text('key = "casse"\ntitle = "Cassé"\nfields = []\n', encoding="utf-8")
    with pytest.raises(BadDefinition, match=r"^casse\.toml : "):
        read_form(path)
    path.write_text("key = ", encoding="utf-8")
    with pytest.raises(BadDefinition, match=r"^casse\.toml : "):
        read_form(path)
