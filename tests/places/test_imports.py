"""A spreadsheet of sites comes in: sent, read, corrected, applied, undone."""

from datetime import timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from ruche.accounts.enums import Role
from ruche.core.spreadsheets import as_csv, as_xlsx, read
from ruche.journal.models import Entry
from ruche.places import actions as register
from ruche.places.enums import PresenceKind
from ruche.places.imports import actions, running
from ruche.places.imports.enums import BatchStatus, Decision, Fate, LineState
from ruche.places.imports.errors import ImportRefused, MissingColumns, StaleBatch
from ruche.places.imports.formats import FORMATS
from ruche.places.imports.kinds.sites import SiteKind
from ruche.places.imports.samples import sample_csv, sample_xlsx
from ruche.places.models import ImportBatch, ImportKey, ImportLine, Opening, Presence, Site
from tests.members import browser_of, organisation, someone
from tests.places.importing import applied, faults, of_states, sent, states, undone
from tests.places.register import a_service, a_site, an_opening, coordinator
from tests.seances.field import a_seance
from tests.world import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("a_monday_of_november")]

HEADERS = ["Lieu", "Ville", "CP", "Adresse", "Tél.", "Horaires", "Nom du contact"]
FAULTS = {
    5: {1: "Auhc"},
    11: {3: "", 2: "32100", 1: "Condom"},
    17: {5: "tous les mardis"},
    23: {4: "5,62E+08"},
    29: {0: ""},
    35: {3: "#REF!"},
}
"""Line of the file → cells that are wrong there."""

NAMES = (
    "Aulnaie", "Boulaie", "Cédraie", "Douglas", "Érablière",
    "Frênette", "Genêts", "Houx", "Jonchère", "Kakis",
)  # fmt: skip
COMMUNES = [("Auch", "32000"), ("Condom", "32100"), ("Mirande", "32300"), ("Lectoure", "32700")]


def forty_sites(faults: dict[int, dict[int, str]] | None = None) -> list[list[str]]:
    """Forty lines, openly made up; the first one is line 2 of the file."""
    rows = []
    for rank in range(40):
        tree, (commune, postal_code) = NAMES[rank // 4], COMMUNES[rank % 4]
        row = [
            tree, commune, postal_code, f"{rank + 1} rue du Modèle fictif",
            f"05 62 00 00 {rank:02}", "Tu 14:00-16:30; PH off", f"Personne {rank}",
        ]  # fmt: skip
        for place, text in (faults or {}).get(rank + 2, {}).items():
            row[place] = text
        rows.append(row)
    return rows


def whole_register() -> list[tuple]:
    """All that an import may change, as it is."""
    sites = Site.objects.order_by("pk").values_list("pk", "name", "address", "phone", "latitude")
    openings = Opening.objects.order_by("pk").values_list("pk", "rule")
    presences = Presence.objects.order_by("pk").values_list("pk", "kind")
    keys = ImportKey.objects.order_by("pk").values_list("pk")
    return [*sites, *openings, *presences, *keys]


# --------------------------------------------------------------------------- the whole walk


def test_a_coordinator_imports_forty_sites_corrects_six_and_undoes_all():
    before, browser = whole_register(), browser_of(coordinator())
    page = browser.get(reverse("places:new-import"))
    form = BeautifulSoup(page.content, "html.parser")
    pk = form.select_one("input[name=batch]")["value"]
    file = as_xlsx(HEADERS, forty_sites(FAULTS), title="Feuille 1")
    posted = {"format": "lieux", "batch": pk, "file": SimpleUploadedFile("x.xlsx", file)}
    answer = browser.post(reverse("places:new-import"), posted)
    address = reverse("places:import", args=[pk])
    assert answer.url == address
    page = BeautifulSoup(browser.get(address).content, "html.parser")
    assert "Ce qui parle de personnes" in page.get_text()
    chosen = {
        select["name"]: select.select_one("option[selected]")["value"]
        for select in page.select("select")
    }
    assert list(chosen.values()) == ["name", "commune", "postal_code", "address", "phone", "hours"]
    assert browser.post(reverse("places:import-columns", args=[pk]), chosen).url == address
    page = browser.get(address).content.decode()
    assert "Ce que ce fichier changerait" in page
    batch = ImportBatch.objects.get(pk=pk)
    refused = {line for line, state in states(batch).items() if state == LineState.REFUSED}
    assert refused == set(FAULTS)
    assert "Auch" in faults(batch, 5)
    assert whole_register() == before
    apply = reverse("places:import-apply", args=[pk])
    assert browser.post(apply, {"version": batch.version}).url == address
    assert browser.post(apply, {"version": batch.version}).url == address
    assert Site.objects.filter(address__endswith="rue du Modèle fictif").count() == 34
    assert Entry.objects.filter(verb="import_applied").count() == 1
    assert "Le fichier est importé" in browser.get(address).content.decode()

    mend = browser.get(reverse("places:import-to-mend", args=[pk, "xlsx"])).content
    sheet = read(mend, recognise=lambda headers: 0)
    assert [line.cells[0] for line in sheet.lines] == ["5", "11", "17", "23", "29", "35"]
    assert all(line.cells[-1] for line in sheet.lines)
    mended = [forty_sites()[int(line.cells[0]) - 2] for line in sheet.lines]
    second = applied(sent(HEADERS, mended))
    assert states(second) == dict.fromkeys(range(2, 8), LineState.CREATE)
    assert Site.objects.filter(address__endswith="rue du Modèle fictif").count() == 40

    undo = reverse("places:import-undo", args=[pk])
    assert "Annuler cet import" in browser.get(undo).content.decode()
    assert browser.post(undo).url == address
    assert browser.post(undo).url == address
    undone(second)
    assert whole_register() == before
    assert "L’import est annulé" in browser.get(address).content.decode()
    assert Entry.objects.filter(verb="import_undone").count() == 2


def test_the_same_file_sent_twice_changes_nothing():
    applied(sent(HEADERS, forty_sites()))
    before = whole_register()
    again = sent(HEADERS, forty_sites())
    assert set(states(again).values()) == {LineState.SAME}
    with pytest.raises(ImportRefused):
        actions.ask_to_apply(again, version=again.version)
    assert whole_register() == before


# ------------------------------------------------------------------------------- what is kept


def test_a_column_that_speaks_of_persons_is_kept_nowhere():
    headers = ["Nom", "Commune", "Adresse", "Nom du contact", "Portable", "Commentaires", "Couleur"]
    row = ["Aulnaie", "Auch", "1 rue", "Jeanne Modèle", "06 00 00 00 00", "Elle boite", "bleu"]
    by = coordinator()
    batch = actions.start(FORMATS["lieux"], as_csv(headers, [row]), by=by)
    assert batch.sheet["headers"] == ["Nom", "Commune", "Adresse", "Couleur"]
    kept = str(list(ImportBatch.objects.values())) + str(list(ImportLine.objects.values()))
    assert not [word for word in ("Jeanne", "06 00", "boite") if word in kept]
    batch = actions.choose_columns(batch, {0: "name", 1: "commune", 2: "address"})
    kept = str(list(ImportBatch.objects.values())) + str(list(ImportLine.objects.values()))
    assert "Aulnaie" in kept
    assert "bleu" not in kept
    assert "Couleur" not in kept


def test_a_file_is_forgotten_when_its_columns_are_confirmed_by_nobody():
    batch = actions.start(FORMATS["lieux"], as_csv(HEADERS, forty_sites()), by=coordinator())
    ImportBatch.objects.filter(pk=batch.pk).update(made_at=timezone.now() - timedelta(days=2))
    assert actions.forget_old() == 1
    assert not ImportBatch.objects.exists()


def test_a_choice_of_columns_without_a_needed_one_or_with_one_twice_is_refused():
    batch = actions.start(FORMATS["lieux"], as_csv(HEADERS, forty_sites()), by=coordinator())
    with pytest.raises(MissingColumns, match="« Nom »"):
        actions.choose_columns(batch, {1: "commune"})
    with pytest.raises(MissingColumns, match="Deux colonnes"):
        actions.choose_columns(batch, {0: "name", 1: "name"})
    assert not ImportLine.objects.exists()


# --------------------------------------------------------------------------------- sites


def a_line(**cells: str) -> tuple[list[str], list[list[str]]]:
    """A file of one line: labels of columns, and its cells."""
    by_key = {column.key: column.label for column in FORMATS["lieux"].columns}
    given = {"name": "Aulnaie", "commune": "Auch", "address": "1 rue du Modèle", **cells}
    return [by_key[key] for key in given], [list(given.values())]


def told(**cells: str) -> str:
    """Why a line with these cells is refused."""
    batch = sent(*a_line(**cells))
    assert states(batch) == {2: LineState.REFUSED}
    return faults(batch, 2)


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        ({"commune": "Auhc"}, "Auch (32)"),
        ({"commune": "Saint-Denis"}, "communes"),
        ({"commune": "", "postal_code": "32120"}, "32120 désigne"),
        ({"commune": "Condom", "postal_code": "31000"}, "n’est pas au 31000"),
        ({"commune": "", "insee": "32999"}, "code Insee d’aucune"),
        ({"commune": ""}, "code postal"),
        ({"address": ""}, "adresse est nécessaire"),
        ({"address": "#REF!"}, "erreur du tableur"),
        ({"latitude": "0,5855", "longitude": "43,6465"}, "échangées"),
        ({"latitude": "48,8566", "longitude": "2,3522"}, "km de Auch"),
        ({"latitude": "43,6465"}, "aucune des deux"),
        ({"hours": "tous les mardis"}, "ne dit pas des jours et des heures"),
        ({"hours": "le matin"}, "écrivez par exemple « mardi de 14 h à 16 h 30 »"),
        ({"hours": "Tu 14h"}, "Tu[1,3] 14:00-16:30"),
        ({"access": "acessible"}, "Sans doute « accessible »"),
        ({"email": "accueil"}, "courriel"),
        ({"hosts": "Croix d’Exempel"}, "Croix d’Exemple"),
        ({"name": "A" * 101}, "en garde 100"),
        ({"cle": "1,23457E+13"}, "SIRET"),
    ],
)
def test_a_bad_cell_is_told_with_its_column_and_what_to_do(cells, word):
    organisation("Croix d’Exemple")
    assert word in told(**cells)


@pytest.mark.parametrize(
    ("cells", "commune"),
    [
        ({"commune": "auch"}, "32013"),
        ({"commune": "32000 Auch"}, "32013"),
        ({"commune": "AUCH CEDEX"}, "32013"),
        ({"commune": "L'ISLE JOURDAIN"}, "32160"),
        ({"commune": "Isle-Jourdain (32)"}, "32160"),
        ({"commune": "", "insee": "32013"}, "32013"),
        ({"commune": "", "postal_code": "32000"}, "32013"),
        ({"commune": "St Clar"}, "32370"),
    ],
)
def test_a_commune_is_found_by_its_name_its_postal_code_or_its_code(cells, commune):
    batch = sent(*a_line(**cells))
    assert batch.lines.get().after["commune"] == commune


def test_of_homonyms_the_one_of_the_network_is_taken_and_it_is_said():
    line = sent(*a_line(commune="Montaut")).lines.get()
    assert line.after["commune"].startswith("32")
    assert "Montaut (31)" in " ".join(line.remarks)


def test_a_postal_code_without_its_zero_is_understood_and_said():
    line = sent(*a_line(commune="Bourg-en-Bresse", postal_code="1000")).lines.get()
    assert line.after["commune"] == "01053"
    assert "zéro" in " ".join(line.remarks)


def test_an_empty_cell_changes_nothing():
    site = a_site("Aulnaie", phone="05 62 00 00 01")
    line = sent(*a_line(phone="", transport="Bus 1")).lines.get()
    assert (line.state, line.target) == (LineState.CHANGE, site.pk)
    assert (line.after["phone"], line.after["transport"]) == ("05 62 00 00 01", "Bus 1")


def test_a_change_is_shown_as_old_and_new_and_raises_the_version():
    site = a_site("Aulnaie", address="1 rue du Modèle", phone="05 62 00 00 01")
    batch = sent(*a_line(phone="05 62 00 00 02"))
    page = browser_of(coordinator()).get(reverse("places:import", args=[batch.pk])).content.decode()
    assert "<del>05 62 00 00 01</del>" in page
    assert "<ins>05 62 00 00 02</ins>" in page
    applied(batch)
    site.refresh_from_db()
    assert (site.phone, site.version) == ("05 62 00 00 02", 2)


def test_hours_and_hosts_come_with_the_site_and_go_with_it():
    croix = organisation("Croix d’Exemple")
    batch = applied(sent(*a_line(hours="Tu 14:00-16:30", hosts="croix d'exemple")))
    site = Site.objects.get(name="Aulnaie")
    assert site.openings.get().rule == "Tu 14:00-16:30"
    assert (site.presences.get().organisation, site.presences.get().is_host) == (croix, True)
    undone(batch)
    assert not Site.objects.filter(name="Aulnaie").exists()


def test_a_visitor_that_becomes_a_host_is_a_visitor_again_when_it_is_undone():
    croix, site = organisation("Croix d’Exemple"), a_site("Aulnaie", address="1 rue du Modèle")
    register.set_presence(site, croix, kind=PresenceKind.VISITOR, note="le mardi", by=coordinator())
    batch = applied(sent(*a_line(hosts="Croix d’Exemple")))
    assert site.presences.get().is_host
    undone(batch)
    presence = site.presences.get()
    assert (presence.kind, presence.note) == (PresenceKind.VISITOR, "le mardi")


def test_a_site_with_several_hours_is_not_changed_by_a_cell():
    site = a_site("Aulnaie")
    an_opening(site)
    an_opening(site, "Fr 09:00-12:00")
    assert "plusieurs horaires" in told(hours="We 10:00-12:00")


def test_what_is_written_is_what_the_preview_told():
    batch = applied(sent(HEADERS, forty_sites()))
    lines = list(batch.lines.filter(state=LineState.CREATE))
    now = SiteKind().snapshots({line.target for line in lines})
    assert all(now[line.target] == line.after for line in lines)


# ------------------------------------------------------------------------ keys, duplicates


def test_a_key_finds_its_site_again_under_another_name():
    applied(sent(*a_line(cle="L-1")))
    batch = sent(*a_line(cle="L-1", name="Grande Aulnaie"))
    assert states(batch) == {2: LineState.CHANGE}
    applied(batch)
    assert Site.objects.filter(name__contains="Aulnaie").get().name == "Grande Aulnaie"


def test_two_keys_do_not_fight_for_one_site():
    applied(sent(*a_line(cle="L-1")))
    assert "sous la clé « L-1 »" in told(cle="L-2")
    a_site("Boulaie")
    assert "Un autre lieu s’appelle déjà" in told(cle="L-1", name="Boulaie")


def test_a_line_that_repeats_a_repetition_is_told_the_first_one():
    row = ["Aulnaie", "Auch", "", "1 rue", "", "", ""]
    other = ["Aulnaie", "Auch", "", "2 rue", "", "", ""]
    batch = sent(HEADERS, [row, row, ["AULNAIE", *row[1:]], other, row])
    found = states(batch)
    assert found[2] == LineState.CREATE
    assert (found[3], found[6]) == (LineState.REPEATED, LineState.REPEATED)
    assert found[4] == LineState.DOUBTFUL or found[4] == LineState.REFUSED
    assert "ligne 2" in faults(batch, 5)
    assert "ligne 2" in batch.lines.get(number=6).remarks[0]


def test_a_new_site_that_resembles_a_known_one_waits_for_someone_to_say():
    known = a_site("Aulnaie des Prés", address="1 rue du Modèle")
    batch = sent(*a_line(name="Aulnaie des Pré"))
    assert states(batch) == {2: LineState.DOUBTFUL}
    assert "Aulnaie des Prés" in faults(batch, 2)
    with pytest.raises(ImportRefused):
        actions.ask_to_apply(batch, version=batch.version)
    running.start(actions.decide(batch, {2: Decision.THE_SAME}), by=coordinator())
    assert states(batch) == {2: LineState.CHANGE}
    assert batch.lines.get().target == known.pk


def test_lines_that_resemble_a_line_that_resembles_a_site_are_led_to_the_site():
    known = a_site("Aulnaie des Prés verts")
    rows = [
        [name, "Auch", "", "1 rue", "", "", ""]
        for name in ("Aulnaie des Pré verts", "Aulnaie des Pré vert")
    ]
    batch = sent(HEADERS, rows)
    assert of_states(batch, LineState.DOUBTFUL) == {2, 3}
    assert all("Aulnaie des Prés verts" in faults(batch, number) for number in (2, 3))
    assert set(batch.lines.values_list("target", flat=True)) == {known.pk}
    browser = browser_of(coordinator())
    browser.post(reverse("places:import-decide", args=[batch.pk]), {"toutes": "another"})
    assert of_states(batch, LineState.CREATE) == {2, 3}


# ------------------------------------------------------------------------------ applying


def test_a_preview_that_is_no_longer_true_is_made_again_and_nothing_is_written():
    site = a_site("Aulnaie", address="1 rue du Modèle", phone="05 62 00 00 01")
    batch = sent(*a_line(phone="05 62 00 00 02"))
    site.transport = "Bus 3"
    register.save_site(site, by=coordinator())
    batch = applied(batch)
    assert batch.status == BatchStatus.READY
    assert "Quelqu’un a modifié" in batch.trouble
    site.refresh_from_db()
    assert site.phone == "05 62 00 00 01"
    batch = applied(batch)
    assert batch.status == BatchStatus.APPLIED
    site.refresh_from_db()
    assert (site.phone, site.transport) == ("05 62 00 00 02", "Bus 3")


def test_a_name_that_was_taken_since_the_preview_writes_nothing():
    batch = sent(HEADERS, forty_sites())
    a_site(NAMES[0], commune="32013")
    before = whole_register()
    assert applied(batch).status == BatchStatus.READY
    assert whole_register() == before


def test_an_older_preview_is_not_applied():
    batch = sent(*a_line())
    with pytest.raises(StaleBatch):
        actions.ask_to_apply(batch, version=batch.version - 1)


def test_a_work_that_is_killed_in_the_middle_leaves_nothing(monkeypatch):
    batch, before = sent(HEADERS, forty_sites()), whole_register()

    def killed(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(actions, "_keep_keys", killed)
        asked = actions.ask_to_apply(batch, version=batch.version)
        with pytest.raises(KeyboardInterrupt):
            running.start(asked, by=coordinator())
    assert whole_register() == before
    assert not Entry.objects.filter(verb="import_applied").exists()
    batch.refresh_from_db()
    assert batch.status == BatchStatus.APPLYING
    browser_of(coordinator()).post(reverse("places:import-resume", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.status == BatchStatus.APPLIED


@pytest.mark.parametrize("step", ["prepare", "apply", "undo"])
def test_a_work_that_fails_says_so_and_may_be_asked_again(step, monkeypatch):
    by = coordinator()
    if step == "prepare":
        batch = actions.start(FORMATS["lieux"], as_csv(*a_line()), by=by)
        batch = actions.choose_columns(batch, {0: "name", 1: "commune", 2: "address"})
        status = BatchStatus.PREPARING
    else:
        batch = sent(*a_line())
        status = BatchStatus.READY
        if step == "undo":
            batch, status = actions.ask_to_undo(applied(batch)), BatchStatus.APPLIED
        else:
            batch = actions.ask_to_apply(batch, version=batch.version)
    before = whole_register()
    with monkeypatch.context() as patch:
        patch.setattr(SiteKind, "snapshots", lambda *_: 1 / 0)
        running.work(batch.pk, by.pk)
    batch.refresh_from_db()
    assert (batch.status, "rien n’a été enregistré" in batch.trouble) == (status, True)
    assert whole_register() == before
    page = browser_of(by).get(reverse("places:import", args=[batch.pk]))
    assert "Le travail s’est arrêté" in page.content.decode()


def test_a_work_that_ended_elsewhere_is_not_said_to_have_failed():
    batch = applied(sent(*a_line()))
    actions.note_trouble(batch, BatchStatus.APPLYING, status=BatchStatus.READY, trouble="occupée")
    batch.refresh_from_db()
    assert (batch.status, batch.trouble) == (BatchStatus.APPLIED, "")


def test_a_long_file_goes_through_the_queue(monkeypatch):
    monkeypatch.setattr(running, "SHORT", 0)
    asked = []
    monkeypatch.setattr(running, "async_task", lambda *call, **_: asked.append(call))
    by = coordinator()
    batch = actions.start(FORMATS["lieux"], as_csv(*a_line()), by=by)
    running.start(actions.choose_columns(batch, {0: "name", 1: "commune"}), by=by)
    assert asked == [("ruche.places.imports.running.work", batch.pk, by.pk)]
    page = browser_of(by).get(reverse("places:import", args=[batch.pk])).content.decode()
    assert "Avancement" in page
    assert 'http-equiv="refresh"' in page
    ImportBatch.objects.update(started_at=timezone.now() - timedelta(minutes=5))
    page = browser_of(by).get(reverse("places:import", args=[batch.pk])).content.decode()
    assert "Relancer maintenant" in page


def test_the_number_of_queries_does_not_depend_on_the_lines(django_assert_max_num_queries):
    few, many = (
        actions.start(FORMATS["lieux"], as_csv(HEADERS, rows), by=coordinator())
        for rows in (forty_sites()[:4], forty_sites())
    )
    chosen = {0: "name", 1: "commune", 2: "postal_code", 3: "address", 4: "phone", 5: "hours"}
    for batch in (few, many):
        batch = actions.choose_columns(batch, chosen)
        with django_assert_max_num_queries(25):
            actions.prepare(batch)
        batch.refresh_from_db()
        asked = actions.ask_to_apply(batch, version=batch.version)
        with django_assert_max_num_queries(25):
            actions.apply(asked, by=coordinator())
        batch.refresh_from_db()
        asked = actions.ask_to_undo(batch)
        with django_assert_max_num_queries(75):
            actions.undo(asked, by=coordinator())


# ----------------------------------------------------------------------------------- undo


def test_what_was_changed_or_used_since_is_kept_and_told():
    rows = [[name, "Auch", "", "1 rue", "", "", ""] for name in NAMES[:4]]
    batch = applied(sent(HEADERS, rows))
    changed, used, offered, _ = (Site.objects.get(name=name, commune="32013") for name in NAMES[:4])
    changed.phone = "05 62 00 00 09"
    register.save_site(changed, by=coordinator())
    a_seance(used)
    a_service(sites=(offered,))
    batch = undone(batch)
    fates = dict(batch.lines.values_list("number", "fate"))
    assert fates == {2: Fate.CHANGED_SINCE, 3: Fate.USED_SINCE, 4: Fate.USED_SINCE, 5: Fate.UNDONE}
    assert Site.objects.filter(name__in=NAMES[:4], commune="32013").count() == 3
    before = whole_register()
    undone(batch)
    assert whole_register() == before
    page = browser_of(coordinator()).get(reverse("places:import", args=[batch.pk])).content.decode()
    assert "Utilisé depuis" in page or "utilisé depuis" in page


def test_a_site_that_is_gone_is_told():
    batch = applied(sent(*a_line()))
    Site.objects.get(name="Aulnaie").delete()
    assert undone(batch).lines.get().fate == Fate.GONE


def test_a_changed_site_gets_its_values_back():
    site = a_site("Aulnaie", address="9 rue", phone="05 62 00 00 01")
    an_opening(site)
    before = SiteKind().snapshots({site.pk})
    batch = applied(sent(*a_line(phone="05 62 00 00 02", hours="We 10:00-12:00", access="oui")))
    assert SiteKind().snapshots({site.pk}) != before
    undone(batch)
    assert SiteKind().snapshots({site.pk}) == before


# ---------------------------------------------------------------------------------- pages


def test_the_same_page_sent_twice_is_one_batch():
    browser, pk = browser_of(coordinator()), str(uuid4())
    for _ in range(2):
        file = SimpleUploadedFile("x.csv", as_csv(*a_line()))
        browser.post(reverse("places:new-import"), {"format": "lieux", "batch": pk, "file": file})
    assert ImportBatch.objects.count() == 1


def test_a_file_that_cannot_be_read_is_told_in_the_form():
    browser = browser_of(coordinator())
    posted = {
        "format": "lieux",
        "batch": str(uuid4()),
        "file": SimpleUploadedFile("x.pdf", b"%PDF-1"),
    }
    answer = browser.post(reverse("places:new-import"), posted)
    assert answer.status_code == 422
    assert "Ce fichier est un PDF" in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_columns_that_do_not_suffice_are_told_and_the_choice_is_kept():
    browser = browser_of(coordinator())
    batch = actions.start(FORMATS["lieux"], as_csv(HEADERS, forty_sites()), by=coordinator())
    answer = browser.post(
        reverse("places:import-columns", args=[batch.pk]), {"colonne_1": "commune"}
    )
    assert answer.status_code == 422
    page = BeautifulSoup(answer.content, "html.parser")
    assert "Il manque « Nom »" in words_of(page)
    assert page.select_one("select[name=colonne_1] option[selected]")["value"] == "commune"


def test_a_file_may_be_forgotten_before_it_is_applied_and_not_after():
    browser = browser_of(coordinator())
    kept, dropped = applied(sent(*a_line())), sent(*a_line(name="Boulaie"))
    for batch in (kept, dropped):
        browser.post(reverse("places:import-drop", args=[batch.pk]))
    assert list(ImportBatch.objects.all()) == [kept]


@pytest.mark.parametrize("key", ["lieux", "services", "horaires", "seances", "comptages"])
def test_a_model_file_is_read_with_all_its_columns(key):
    form = FORMATS[key]
    browser = browser_of(coordinator())
    for extension, write in (("csv", sample_csv), ("xlsx", sample_xlsx)):
        address = reverse("places:import-model", args=[key, extension])
        assert browser.get(address).status_code == 200
        batch = actions.start(form, write(form), by=coordinator())
        assert batch.sheet["headers"] == [column.label for column in form.columns]
        assert len(batch.sheet["lines"]) == 2
    assert browser.get(reverse("places:import-model", args=[key, "pdf"])).status_code == 404


def test_the_two_lines_of_the_model_of_sites_may_be_imported_as_they_are():
    form = FORMATS["lieux"]
    sheet = read(sample_xlsx(form), recognise=lambda headers: 0)
    batch = sent(list(sheet.headers), [list(line.cells) for line in sheet.lines])
    assert set(states(batch).values()) == {LineState.CREATE}, faults(batch, 2)


def test_the_list_of_sites_leads_to_imports_for_a_coordinator_alone():
    link = reverse("places:imports")
    assert link in browser_of(coordinator()).get(reverse("places:sites")).content.decode()
    nurse = browser_of(someone(Role.NURSE))
    assert link not in nurse.get(reverse("places:sites")).content.decode()
    assert nurse.get(link).status_code == 403
