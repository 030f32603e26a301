import io
import json

import pytest

from ruche.engines.figures.__main__ import main
from tests.engines.figures.world import SECRET

A = {"label": "A", "value": 1.5, "text": "1,5"}
B = {"label": "B", "value": None, "text": SECRET}
BAND = {"label": "0-14", "left": {"value": 1, "text": "1"}, "right": {"value": 2, "text": "2"}}
YEARS = [{"year": 2010, "value": 1, "text": "1"}, {"year": 2020, "value": None, "text": SECRET}]
RING = [[0, 43], [1, 43], [1, 44], [0, 43]]
FEATURE = {
    "properties": {"code": "1", "nom": "Un"},
    "geometry": {"type": "Polygon", "coordinates": [RING]},
}
SPECS = {
    "bars": {"readings": [A, B], "reference": A, "highlight": "A", "limit": 20, "width": 400},
    "pyramid": {"bands": [BAND]},
    "ages": {
        "bands": [{"label": "0-14", "reading": A, "references": [B]}],
        "subject_label": "S",
        "reference_labels": ["Gers"],
    },
    "strip": {
        "subject": A,
        "references": [{"kind": "france", "reading": A}],
        "peers_values": [1, 2],
        "margin": 0.5,
    },
    "trend": {
        "series": [{"label": "S", "points": YEARS}],
        "ruptures": [{"year": 2015, "label": "rupture"}],
    },
    "map": {"features": [FEATURE], "values": {"1": A}, "decimals": 0, "suffix": " %"},
    "calendar": {"days": {"2026-03-02": {"value": 3, "text": "3 visites"}}},
    "sparkline": {"points": YEARS},
}


def spec(form):
    return {"key": "k", "title": "Titre"} | SPECS[form]


@pytest.mark.parametrize("form", SPECS)
def test_each_form_is_drawn_from_a_file(form, tmp_path):
    source, out = tmp_path / "data.json", tmp_path / "figure.svg"
    source.write_text(json.dumps(spec(form)), encoding="utf-8")
    assert main([form, str(source), "--out", str(out)]) == 0
    assert out.read_text(encoding="utf-8").startswith("<svg ")


def test_the_standard_input_and_output_serve_by_default(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(spec("bars"))))
    assert main(["bars"]) == 0
    assert capsys.readouterr().out.startswith("<svg ")


@pytest.mark.parametrize(
    ("form", "content", "message"),
    [
        ("bars", "{", "JSON lisible (ligne 1, colonne 2)"),
        ("bars", "[]", "objet JSON"),
        ("bars", '{"title": "x"}', "« key »"),
        ("bars", '{"key": "k", "title": "x"}', "« readings »"),
        ("bars", '{"key": "k", "title": 3}', "« title »"),
        ("bars", json.dumps(spec("bars") | {"readings": {}}), "liste"),
        ("bars", json.dumps(spec("bars") | {"readings": [1, 2]}), "objet JSON"),
        ("bars", json.dumps(spec("bars") | {"readings": [A]}), "deux valeurs"),
        ("bars", json.dumps(spec("bars") | {"limit": "40"}), "entier"),
        ("bars", json.dumps(spec("bars") | {"width": "40"}), "nombre"),
        ("bars", json.dumps(spec("bars") | {"margin": 1}), "ne convient pas"),
        ("bars", json.dumps(spec("bars") | {"couleur": "bleu"}), "couleur"),
        ("bars", json.dumps(spec("bars")).replace("1.5", "NaN"), "nombre fini"),
        ("strip", json.dumps(spec("strip") | {"peers_values": [None]}), "« peers_values »"),
        ("calendar", json.dumps(spec("calendar") | {"days": {"2 mars": A}}), "date"),
        ("calendar", json.dumps(spec("calendar") | {"decimals": 99}), "decimals"),
        ("map", json.dumps(spec("map") | {"features": [{}]}), "contour"),
        (
            "trend",
            json.dumps(spec("trend") | {"series": [{"label": "S", "points": [A]}]}),
            "« year »",
        ),
        ("ages", json.dumps(spec("ages") | {"reference_labels": [1]}), "texte"),
        (
            "ages",
            json.dumps(spec("ages")).replace('"references": [', '"references": 3, "x": ['),
            "liste",
        ),
    ],
)
def test_bad_json_gets_a_french_sentence_and_exit_code_two(
    form, content, message, tmp_path, capsys
):
    source = tmp_path / "data.json"
    source.write_text(content, encoding="utf-8")
    assert main([form, str(source)]) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.err.startswith("Figure refusée. ")
    assert captured.out == ""


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path, capsys):
    assert main(["bars", str(tmp_path / "absent.json")]) == 2
    (tmp_path / "latin.json").write_bytes(b'{"key": "\xe9"}')
    assert main(["bars", str(tmp_path / "latin.json")]) == 2
    errors = capsys.readouterr().err
    assert "Fichier inaccessible" in errors
    assert "UTF-8" in errors


def test_the_gallery_writes_one_file_per_example_and_a_page(tmp_path):
    assert main(["gallery", "--out", str(tmp_path / "g")]) == 0
    names = {path.name for path in (tmp_path / "g").iterdir()}
    assert {"index.html", "bars.svg", "map.svg", "strip.svg", "calendar.svg"} <= names
    page = (tmp_path / "g" / "index.html").read_text(encoding="utf-8")
    assert page.count("<svg") == len(names) - 1
    assert page.count("<table") == len(names) - 1


def test_help_is_in_french(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "Dessine une figure" in capsys.readouterr().out
