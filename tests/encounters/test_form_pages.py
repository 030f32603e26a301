"""A coordinator makes a form without code, gives it to a team, changes it; nobody else does.

The browser of these tests has no JavaScript: it posts back every field that the page shows.
"""

from typing import Any
from uuid import uuid4

import html5lib
import pytest
from bs4 import BeautifulSoup
from django.test import Client

from ruche.accounts.enums import OrganisationKind, Role
from ruche.desk.demo.vault import CIRCLE
from ruche.encounters.actions import give_form, save_form
from ruche.encounters.definitions import Counted, Definition, Mode
from ruche.encounters.forms import PICTOGRAM_NAMES
from ruche.encounters.models import Form, FormUse, FormVersion, MeasuringCircle
from ruche.encounters.pictograms import PICTOGRAMS
from ruche.journal.models import Entry
from ruche.seances.models import Team
from ruche.tallies.enums import Shape
from ruche.vault.models import Circle
from tests.browser.promises import accessibility_faults, overflow, small_targets
from tests.members import browser_of, organisation, someone

FORMS = "/rencontres/formulaires/"
NEW = f"{FORMS}nouveau/"


@pytest.fixture
def desk(world: None) -> Client:
    """The browser of a coordinator."""
    return browser_of(someone(Role.COORDINATOR))


@pytest.fixture
def partner(world: None) -> Team:
    """The team of a partner."""
    where = organisation("Cimade d’Exemple", OrganisationKind.PARTNER)
    return Team.objects.create(organisation=where, name="Juristes")


@pytest.fixture
def circle(world: None) -> Circle:
    found: Circle = Circle.objects.get(name=CIRCLE)
    return found


def a_form(key: str = "droit", **more: Any) -> Form:
    """A form that was made from the interface."""
    options = [{"key": "sejour", "label": "Séjour"}, {"key": "travail", "label": "Travail"}]
    field = {"key": "themes", "label": "De quoi ?", "counted": "theme", "options": options}
    data = {"key": key, "title": "Permanence juridique", "fields": [field], **more}
    return save_form(Definition.of(data), by="system")


def page_of(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def filled(response: Any) -> dict[str, str]:
    """What a browser would post back: every field of the maker as it stands, no button."""
    found = {}
    form = page_of(response).select_one("#formulaire")
    assert form is not None
    for field in form.select("input[name], select[name]"):
        kind, name = field.get("type"), str(field["name"])
        if field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            found[name] = str(chosen["value"]) if chosen else ""
        elif kind != "checkbox" or field.has_attr("checked"):
            found[name] = str(field.get("value", "on" if kind == "checkbox" else ""))
    del found["csrfmiddlewaretoken"]  # each page has its own
    return found


def press(client: Client, address: str, response: Any, button: str, value: str = "yes") -> Any:
    return client.post(address, {**filled(response), button: value})


def labels(response: Any) -> list[str]:
    """The questions of the maker, in their order."""
    fields = page_of(response).select("#formulaire input[name$=-label]")
    return [str(one["value"]) for one in fields if "-a-" not in str(one["name"])]


def typed(**more: str) -> dict[str, str]:
    """A whole form, as its page posts it."""
    return {
        "title": "Permanence juridique",
        "version": "0",
        "q-0-label": "De quoi avons-nous parlé ?",
        "q-0-kind": "many",
        "q-0-counted": "theme",
        "q-0-a-0-label": "Séjour",
        "q-0-a-0-icon": "compass",
        "q-0-a-1-label": "Violences",
        "q-0-a-1-sensitive": "yes",
        "save": "yes",
        **more,
    }


def errors(response: Any) -> str:
    assert response.status_code == 422
    summary = page_of(response).select_one("[role=alert]")
    assert summary is not None
    return summary.get_text(" ", strip=True)


# ----------------------------------------------------------------------------- the whole path


def test_a_coordinator_makes_a_form_and_gives_it_to_a_partner(desk, partner, circle):
    """Question by question, with the buttons of the page and nothing else."""
    page = desk.get(NEW)
    page = press(desk, NEW, page, "add-question", "")
    posted = {**filled(page), "title": "Permanence juridique", "keeps": "yes", "promises": "yes"}
    posted |= {"q-0-kind": "age"}
    page = desk.post(NEW, {**posted, "add-question": ""})
    posted = {**filled(page), "q-1-kind": "first"}
    page = desk.post(NEW, {**posted, "add-question": ""})
    posted = {
        **filled(page),
        "q-2-label": "De quoi avons-nous parlé ?",
        "q-2-why": "Pour préparer les permanences.",
        "q-2-kind": "many",
        "q-2-a-0-label": "Droit au séjour",
        "q-2-a-0-icon": "compass",
        "q-2-a-1-label": "Violences",
        "q-2-a-1-sensitive": "yes",
    }
    assert not Form.objects.filter(key="permanence-juridique").exists()
    saved = desk.post(NEW, {**posted, "save": "yes"})

    address = f"{FORMS}permanence-juridique/"
    assert saved.url == address
    form = Form.objects.get(key="permanence-juridique")
    definition = form.newest.definition
    assert definition.modes == tuple(Mode)
    assert definition.promises
    assert [one.counted for one in definition.fields] == [
        Counted.AGE,
        Counted.FIRST,
        Counted.THEME,
    ]
    assert definition.measures(Shape.SITE_YEAR) == {
        "permanence-juridique.de-quoi-avons-nous-parle.droit-au-sejour"
    }
    assert definition.measures(Shape.NETWORK_YEAR) == {
        "permanence-juridique.de-quoi-avons-nous-parle.violences"
    }

    given = desk.post(f"{address}confier/", {"team": partner.pk, "circle": circle.pk})
    assert given.url == address
    use = FormUse.objects.get(form=form)
    assert (use.team, use.circle) == (partner, circle)
    assert "Juristes" in desk.get(address).content.decode()
    acts = Entry.objects.filter(object_id=form.key).order_by("number")
    assert list(acts.values_list("verb", flat=True)) == ["form_made", "form_given"]

    taken = desk.post(f"{address}usages/{use.pk}/reprendre/")
    assert taken.url == address
    assert not form.uses.exists()


def test_a_form_is_shown_as_it_is_met_with_how_it_is_counted(desk):
    page = page_of(desk.get(f"{FORMS}sante/"))
    asked = {
        item.h3.get_text(strip=True): " ".join(item.get_text(" ", strip=True).split())
        for item in page.select(".asked > li")
    }
    assert "Compté par lieu et par trimestre, croisé avec le genre." in asked["Âge"]
    assert "Compté par lieu et par trimestre, croisé avec l’âge." in asked["Genre"]
    themes = asked["De quoi avons-nous parlé ?"]
    assert "Compté par équipe et par semaine, et par lieu et par année." in themes
    assert "Sensible : compté par département et par année seulement." in themes
    assert asked["Durée"].endswith("Compté par équipe et par semaine.")
    assert "Seulement à une première rencontre." in asked["Couverture"]
    drawn = page.select(".asked-answers path")
    assert str(drawn[0]["d"]) == PICTOGRAMS["card"]


def test_what_is_only_sealed_says_so(desk):
    form = a_form()
    data = form.newest.data
    data["fields"][0]["counted"] = ""
    save_form(Definition.of(data), by="system")
    page = desk.get(f"{FORMS}droit/").content.decode()
    assert "Scellé seulement : aucun compteur." in page


def test_the_list_says_who_uses_what_and_for_which_circle(desk, partner, circle):
    give_form(a_form(note=True), partner, circle=circle, by="system")
    row = next(
        row
        for row in page_of(desk.get(FORMS)).select("tbody tr")
        if row.th.get_text(strip=True) == "Permanence juridique"
    )
    words = " ".join(row.get_text(" ", strip=True).split())
    assert words == f"Permanence juridique 1 Juristes cercle {CIRCLE} proposé"


def test_every_pictogram_has_a_french_name(desk):
    assert set(PICTOGRAM_NAMES) == set(PICTOGRAMS)
    assert len(set(PICTOGRAM_NAMES.values())) == len(PICTOGRAM_NAMES)


# ----------------------------------------------------------------------------- who may


ADDRESSES = [FORMS, NEW, f"{FORMS}sante/", f"{FORMS}sante/modifier/"]
POSTED = [
    NEW,
    f"{FORMS}cercle/choisir/",
    f"{FORMS}sante/modifier/",
    f"{FORMS}sante/confier/",
    f"{FORMS}sante/proposer/",
    f"{FORMS}sante/usages/{uuid4()}/reprendre/",
]


@pytest.mark.parametrize("role", [Role.NURSE, Role.SITE_VOLUNTEER, Role.PARTNER, Role.DPO])
def test_a_nurse_a_volunteer_or_a_partner_makes_no_form(world, role):
    client = browser_of(someone(role))
    before = FormVersion.objects.count(), FormUse.objects.count()
    assert {client.get(address).status_code for address in ADDRESSES} == {403}
    assert {client.post(address, typed()).status_code for address in POSTED} == {403}
    assert (FormVersion.objects.count(), FormUse.objects.count()) == before


def test_the_direction_reads_forms_and_changes_none(world):
    client = browser_of(someone(Role.DIRECTOR))
    for address in (FORMS, f"{FORMS}sante/"):
        page = client.get(address)
        assert page.status_code == 200
        assert not page_of(page).select("main form")
    assert {client.post(address, typed()).status_code for address in POSTED} == {403}


@pytest.mark.parametrize("end", ["", "modifier/", "confier/", "proposer/", "?version=9"])
def test_what_does_not_exist_is_not_found(desk, end):
    base = f"{FORMS}sante/" if end.startswith("?") else f"{FORMS}inconnu/"
    method = desk.post if end in {"confier/", "proposer/"} else desk.get
    assert method(base + end).status_code == 404


def test_the_use_of_another_form_is_not_taken_by_its_address(desk, partner):
    use = give_form(a_form(), partner, circle=None, by="system")
    assert desk.post(f"{FORMS}sante/usages/{use.pk}/reprendre/").status_code == 404
    assert FormUse.objects.filter(pk=use.pk).exists()


# ----------------------------------------------------------------------------- changing


def test_editing_makes_a_second_version_and_the_first_remains(desk):
    form, address = a_form(), f"{FORMS}droit/modifier/"
    page = press(desk, address, desk.get(address), "add-answers", "0")
    posted = {**filled(page), "q-0-a-0-label": "Droit au séjour", "q-0-a-2-label": "Divorce"}
    assert desk.post(address, {**posted, "save": "yes"}).url == f"{FORMS}droit/"

    first, second = (version.definition for version in form.versions.order_by("number"))
    assert [(one.key, one.label) for one in first.fields[0].options] == [
        ("sejour", "Séjour"),
        ("travail", "Travail"),
    ]
    assert [(one.key, one.label) for one in second.fields[0].options] == [
        ("sejour", "Droit au séjour"),
        ("travail", "Travail"),
        ("divorce", "Divorce"),
    ]
    assert "Droit au séjour" in desk.get(f"{FORMS}droit/").content.decode()
    before = desk.get(f"{FORMS}droit/?version=1").content.decode()
    assert "Droit au séjour" not in before
    assert "Une version d’avant" in before


def test_saving_without_a_change_makes_no_version(desk):
    form, address = a_form(title="L’accueil d’ici"), f"{FORMS}droit/modifier/"
    press(desk, address, desk.get(address), "save")
    assert form.versions.count() == 1


def test_a_title_may_change_and_the_key_never_does(desk):
    form, address = a_form(), f"{FORMS}droit/modifier/"
    desk.post(address, {**filled(desk.get(address)), "title": "Point-justice", "save": "yes"})
    assert form.newest.definition.title == "Point-justice"
    assert form.newest.definition.key == "droit"


def test_an_answer_that_was_emptied_is_no_longer_asked(desk):
    form, address = a_form(), f"{FORMS}droit/modifier/"
    desk.post(address, {**filled(desk.get(address)), "q-0-a-0-label": " ", "save": "yes"})
    assert [one.key for one in form.newest.definition.fields[0].options] == ["travail"]


def test_what_someone_else_saved_meanwhile_is_not_replaced_unknowingly(desk):
    form, address = a_form(), f"{FORMS}droit/modifier/"
    read = desk.get(address)
    a_form(title="Écrit entre-temps")
    refused = desk.post(address, {**filled(read), "title": "Le mien", "save": "yes"})
    assert "pendant que vous écriviez" in errors(refused)
    assert form.newest.definition.title == "Écrit entre-temps"
    press(desk, address, refused, "save")
    assert form.newest.number == 3
    assert form.newest.definition.title == "Le mien"


def test_a_form_that_a_mission_ships_is_copied_and_not_changed(desk):
    address = f"{FORMS}sante/modifier/"
    page = desk.get(address)
    assert "livré avec une mission" in page.content.decode()
    assert not page_of(page).select("#formulaire")
    assert desk.post(address, typed(version="1")).status_code == 422
    assert Form.objects.get(key="sante").versions.count() == 1

    copy = f"{NEW}?copie=sante"
    assert f'href="{copy}"' in page.content.decode()
    saved = press(desk, copy, desk.get(copy), "save")
    assert saved.url == f"{FORMS}permanence-sante-copie/"
    made = Form.objects.get(key="permanence-sante-copie").newest.definition
    shipped = Form.objects.get(key="sante").newest.definition
    assert made.modes == shipped.modes
    for ours, theirs in zip(made.fields, shipped.fields, strict=True):
        assert (ours.label, ours.why, ours.many, ours.counted, ours.at_first) == (
            theirs.label,
            theirs.why,
            theirs.many,
            theirs.counted,
            theirs.at_first,
        )
        assert [(one.label, one.icon, one.sensitive) for one in ours.options] == [
            (one.label, one.icon, one.sensitive) for one in theirs.options
        ]
    duration = made.fields[3]
    assert duration.option(duration.default).label == "10 à 30 minutes"


def test_a_form_that_begins_to_keep_is_first_taken_back_from_who_has_no_circle(desk, partner):
    form, address = a_form(), f"{FORMS}droit/modifier/"
    give_form(form, partner, circle=None, by="system")
    refused = desk.post(address, {**filled(desk.get(address)), "note": "yes", "save": "yes"})
    assert "confié sans cercle pour les lire (« Juristes »)" in errors(refused)
    assert form.versions.count() == 1


# ----------------------------------------------------------------------------- giving


def test_a_form_that_keeps_something_is_given_with_a_circle_and_never_to_volunteers(desk, partner):
    form = a_form(note=True)
    address = f"{FORMS}droit/confier/"
    assert "Pour quel cercle" in errors(desk.post(address, {"team": partner.pk}))
    circle = Circle.objects.get(name=CIRCLE)
    refused = desk.post(address, {"team": "volunteers", "circle": circle.pk})
    assert "À qui" in errors(refused)
    assert not form.uses.exists()


def test_a_form_that_only_counts_is_given_to_the_volunteers_of_every_site(desk):
    form = a_form()
    desk.post(f"{FORMS}droit/confier/", {"team": "volunteers", "circle": uuid4()})
    use = form.uses.get()
    assert (use.team, use.circle) == (None, None)


def test_volunteers_who_would_count_a_measure_for_nothing_are_told(desk):
    options = [{"key": "a", "label": "A"}]
    field = {"key": "geste", "label": "Le geste", "counted": "measure", "options": options}
    give_form(a_form(fields=[field]), None, circle=None, by="system")
    assert "ne comptent pas" in desk.get(f"{FORMS}droit/").content.decode()


def test_giving_again_changes_the_circle(desk, partner, circle):
    form = a_form(note=True)
    other = Circle.objects.exclude(pk=circle.pk).order_by("name")[0]
    for chosen in (circle, other):
        desk.post(f"{FORMS}droit/confier/", {"team": partner.pk, "circle": chosen.pk})
    assert form.uses.get().circle == other


def test_a_team_that_sleeps_is_not_offered(desk, partner):
    form = a_form()
    Team.objects.filter(pk=partner.pk).update(is_active=False)
    errors(desk.post(f"{FORMS}droit/confier/", {"team": partner.pk}))
    assert not form.uses.exists()


def test_a_form_is_no_longer_offered_then_offered_again(desk, partner):
    form, address = a_form(), f"{FORMS}droit/proposer/"
    give_form(form, partner, circle=None, by="system")
    desk.post(address, {"offer": "no"})
    assert not FormUse.objects.alive().filter(form=form).exists()
    assert "plus proposé" in desk.get(FORMS).content.decode()
    desk.post(address, {"offer": "yes"})
    assert FormUse.objects.alive().filter(form=form).exists()


def test_the_circle_that_measures_is_chosen_or_left(desk, circle):
    address = f"{FORMS}cercle/choisir/"
    desk.post(address, {"circle": circle.pk})
    assert MeasuringCircle.objects.get().circle == circle
    assert errors(desk.post(address, {"circle": uuid4()}))
    assert MeasuringCircle.objects.get().circle == circle
    desk.post(address, {"circle": ""})
    assert not MeasuringCircle.objects.exists()


# ----------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        ({"q-0-counted": "site_month"}, "on ne peut pas compter de cette façon"),
        ({"q-0-counted": "age"}, "on ne peut pas compter de cette façon"),
        ({"q-0-kind": "by-person"}, "on ne peut pas compter de cette façon"),
        ({"q-0-counted": "measure"}, "seul un thème peut être sensible"),
        ({"q-0-a-0-icon": "../secret"}, "le pictogramme « ../secret » n’existe pas"),
        ({"q-0-a-1-label": "Séjour"}, "deux réponses se lisent pareil"),
        ({"q-0-a-0-given": "yes", "q-0-a-1-given": "yes"}, "une seule réponse peut être donnée"),
        ({"q-0-a-0-label": "", "q-0-a-1-label": ""}, "proposez de une à 20 réponses"),
        ({"q-0-a-0-label": "é" * 61}, "60 signes au plus"),
        ({"q-0-why": "é" * 201}, "dites pourquoi en 200 signes au plus"),
        ({"q-0-label": ""}, "Une question n’a pas de titre"),
        ({"q-0-label": "é" * 81}, "80 signes au plus"),
        ({"q-0-first": "yes"}, "demandez d’abord si c’est une première rencontre"),
        ({"q-1-kind": "age", "q-2-kind": "age"}, "ne se demandent qu’une fois"),
        ({"promises": "yes"}, "Une promesse se fait à quelqu’un"),
        ({"title": ""}, "Titre"),
        ({"title": "\u202e\u200b"}, "Donnez un titre"),
    ],
)
def test_a_post_that_makes_no_form_is_refused_clearly(desk, posted, said):
    before = FormVersion.objects.count()
    assert said in errors(desk.post(NEW, typed(**posted)))
    assert FormVersion.objects.count() == before


def test_a_form_without_a_question_is_refused(desk):
    assert "de une à 20 questions" in errors(desk.post(NEW, {"title": "Vide", "save": "yes"}))


@pytest.mark.parametrize(
    ("number", "status"), [(21, 422), (900, 422), (10_000, 400)], ids=["21", "900", "10000"]
)
def test_too_many_answers_are_refused(desk, number, status):
    before = FormVersion.objects.count()
    many = {f"q-0-a-{rank}-label": f"Réponse {rank}" for rank in range(number)}
    answered = desk.post(NEW, typed(**many))
    assert answered.status_code == status
    assert "20 réponses" in answered.content.decode() or status == 400
    assert FormVersion.objects.count() == before


def test_twenty_one_questions_are_refused(desk):
    many = {f"q-{rank}-label": f"Question {rank}" for rank in range(21)}
    many |= {f"q-{rank}-a-0-label": "oui" for rank in range(21)}
    assert "de une à 20 questions" in errors(desk.post(NEW, typed(**many)))


def test_a_script_in_a_label_is_only_words(desk):
    script = "<script>alert(1)</script>"
    posted = typed(title=script, **{"q-0-label": script, "q-0-why": script})
    posted |= {"q-0-a-0-label": f'"><svg onload={"x" * 9}>', "q-0-key": f'"{script}'}
    refused = desk.post(NEW, {**posted, "q-0-a-0-icon": script})
    assert errors(refused)
    saved = desk.post(NEW, posted)
    assert saved.url == f"{FORMS}script-alert-1-script/"
    for page in (refused, desk.get(saved.url), desk.get(f"{saved.url}modifier/"), desk.get(FORMS)):
        assert script not in page.content.decode()
        assert not page_of(page).select("script:not([src]), [onload]")


@pytest.mark.parametrize("key", ["", "é", "a+b", "a.b", "x" * 31, "../a", "sejour"])
def test_a_key_that_the_form_never_had_is_not_kept(desk, key):
    desk.post(NEW, typed(**{"q-0-key": key, "q-0-a-0-key": key}))
    field = Form.objects.get(key="permanence-juridique").newest.definition.fields[0]
    assert field.key == "de-quoi-avons-nous-parle"
    assert [one.key for one in field.options] == ["sejour", "violences"]


def test_keys_are_free_and_never_those_of_an_address_or_of_a_mission(desk):
    for title, key in (
        ("Nouveau", "nouveau-2"),
        ("Santé", "sante-2"),
        ("Santé !", "sante-3"),
        ("Cœur d’Auch_", "coeur-d-auch"),
        ("?", "formulaire"),
        ("Une permanence au titre interminable", "une-permanence-au-titre-interm"),
        ("Une permanence au titre interminable", "une-permanence-au-titre-inte-2"),
    ):
        assert desk.post(NEW, typed(title=title)).url == f"{FORMS}{key}/"
        assert desk.get(f"{FORMS}{key}/").status_code == 200


def test_invisible_signs_and_typewriter_apostrophes_are_not_kept(desk):
    desk.post(NEW, typed(**{"q-0-label": "Qu'a\u0000vons\u202e-nous\nfait ?"}))
    field = Form.objects.get(key="permanence-juridique").newest.definition.fields[0]
    assert field.label == "Qu’a vons -nous fait ?"


# ----------------------------------------------------------------------------- the buttons


def three(desk: Client) -> Any:
    """The page with three questions, half written, none saved."""
    posted = typed(**{"q-1-label": "Qu’avons-nous fait ?", "q-1-why": "Pour le dire."})
    posted |= {"q-1-counted": "measure", "q-2-kind": "gender", "q-2-label": "Genre", "note": "yes"}
    del posted["save"]
    return desk.post(NEW, {**posted, "keep": "yes"})


def test_the_enter_key_saves_nothing_and_keeps_everything(desk):
    page = three(desk)
    assert page.status_code == 200
    assert page_of(page).select_one("#formulaire button[type=submit]")["name"] == "keep"
    assert labels(page) == ["De quoi avons-nous parlé ?", "Qu’avons-nous fait ?", "Genre"]
    again = press(desk, NEW, page, "keep")
    assert filled(again) == filled(page)
    assert not Form.objects.filter(key="permanence-juridique").exists()


def without_places(posted: dict[str, str]) -> list[tuple[str, str]]:
    """What was typed, wherever it is now."""
    return sorted((name.rpartition("-")[2], value) for name, value in posted.items())


@pytest.mark.parametrize(
    ("button", "place", "order"),
    [
        ("move-up", "1", [1, 0, 2]),
        ("move-up", "2", [0, 2, 1]),
        ("move-down", "0", [1, 0, 2]),
        ("move-up", "0", [0, 1, 2]),
        ("move-down", "2", [0, 1, 2]),
        ("move-up", "999", [0, 1, 2]),
        ("move-up", "-1", [0, 1, 2]),
        ("move-up", "x", [0, 1, 2]),
        ("remove-question", "7", [0, 1, 2]),
        ("answer-up", "0.0", [0, 1, 2]),
        ("answer-up", "5.1", [0, 1, 2]),
    ],
)
def test_moving_keeps_what_was_typed(desk, button, place, order):
    page = three(desk)
    moved = press(desk, NEW, page, button, place)
    assert moved.status_code == 200
    names = labels(page)
    assert labels(moved) == [names[rank] for rank in order]
    assert without_places(filled(moved)) == without_places(filled(page))


def test_removing_takes_one_question_and_keeps_the_others(desk):
    removed = press(desk, NEW, three(desk), "remove-question", "0")
    assert labels(removed) == ["Qu’avons-nous fait ?", "Genre"]
    posted = filled(removed)
    assert posted["q-0-why"] == "Pour le dire."
    assert posted["q-0-counted"] == "measure"
    assert posted["title"] == "Permanence juridique"
    assert posted["note"] == "on"


def test_an_answer_goes_up_with_all_that_it_says(desk):
    posted = filled(press(desk, NEW, three(desk), "answer-up", "0.1"))
    assert posted["q-0-a-0-label"] == "Violences"
    assert posted["q-0-a-0-sensitive"] == "yes"
    assert posted["q-0-a-1-label"] == "Séjour"
    assert posted["q-0-a-1-icon"] == "compass"
    assert "q-0-a-1-sensitive" not in posted


def test_more_answers_are_offered_up_to_twenty(desk):
    page = press(desk, NEW, three(desk), "add-answers", "0")
    lines = page_of(page).select("input[name^=q-0-a-][name$=-label]")
    assert [line["value"] for line in lines] == ["Séjour", "Violences", *[""] * 10]
    assert lines[2].has_attr("autofocus")
    page = press(desk, NEW, page, "add-answers", "0")
    assert len(page_of(page).select("input[name^=q-0-a-][name$=-label]")) == 20
    assert not page_of(page).select("button[name=add-answers][value='0']")


def test_a_question_left_blank_is_not_one(desk):
    page = press(desk, NEW, three(desk), "remove-question", "1")
    page = press(desk, NEW, page, "add-question", "")
    assert labels(page)[-1] == ""
    press(desk, NEW, page, "save")
    saved = Form.objects.get(key="permanence-juridique").newest.definition
    assert [one.key for one in saved.fields] == ["de-quoi-avons-nous-parle", "genre"]


def test_an_error_keeps_what_was_typed(desk):
    page = three(desk)
    refused = press(desk, NEW, page, "save")
    assert "proposez de une à 20 réponses" in errors(refused)
    assert filled(refused) == filled(page)


# ----------------------------------------------------------------------------- correct pages


def test_the_pages_are_correct_html_and_name_every_field(desk, partner, circle):
    give_form(a_form(note=True), partner, circle=circle, by="system")
    pages = [
        desk.get(address)
        for address in (*ADDRESSES, f"{FORMS}droit/", f"{FORMS}accueil/", f"{NEW}?copie=sante")
    ]
    pages += [three(desk), desk.post(NEW, typed(title="")), desk.post(f"{FORMS}sante/confier/")]
    for page in pages:
        html5lib.HTMLParser(strict=True).parse(page.content.decode())
        soup = page_of(page)
        identifiers = [element["id"] for element in soup.select("[id]")]
        assert len(identifiers) == len(set(identifiers))
        assert len(soup.select("h1")) == 1
        named = {label["for"] for label in soup.select("label[for]")}
        shown = soup.select("main :is(input:not([type=hidden]), select, textarea)")
        assert {field["id"] for field in shown} <= named


# ----------------------------------------------------------------------------- in a browser


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("end", ["nouveau/?copie=sante", "sante/modifier/", "sante/"])
def test_a_form_of_ten_questions_is_accessible_and_fits(world, open_page, width, end):
    page, said = open_page(FORMS + end, width=width, member=someone(Role.COORDINATOR))
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert (overflow(page), small_targets(page), accessibility_faults(page)) == (0, [], [])
    assert said == []


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_buttons_keep_the_hand_where_it_was(world, open_page, script):
    """With JavaScript the page is not reloaded; without, the same field is ready to be typed."""
    before = FormVersion.objects.count()
    page, _ = open_page(NEW, member=someone(Role.COORDINATOR), script=script)
    loads: list[str] = []
    page.on("load", lambda _: loads.append(page.url))
    for number, kind in enumerate(("one", "age")):
        page.click("#ajouter-question")
        page.wait_for_selector(f"#q-{number}-label:focus")
        page.select_option(f"#q-{number}-kind", kind)
    page.fill("#q-0-a-0-label", "Séjour")
    assert page.is_hidden("#q-1-a-0-label")
    page.click("#q-1-up")
    page.wait_for_selector("#q-0-label:focus")
    assert page.input_value("#q-1-a-0-label") == "Séjour"
    if script:
        assert loads == []
        assert page.inner_text("#annonces") == "« Âge » est en place 1"
    page.focus("#q-0-label")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    assert page.input_value("#q-1-a-0-label") == "Séjour"
    assert FormVersion.objects.count() == before
