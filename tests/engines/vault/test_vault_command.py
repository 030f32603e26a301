"""The vault as a command: what it opens, what it says, and how it refuses."""

import copy
import io
import json
from typing import Any
from uuid import uuid4

import pytest

from ruche.engines.vault.__main__ import main
from ruche.engines.vault.acts import sign_act
from ruche.engines.vault.codes import write_code
from ruche.engines.vault.forms import bytes_of, text_of
from ruche.engines.vault.pieces import Place, seal_piece, share_key
from ruche.engines.vault.ring import Ring, SlotKind, make_slot, seal_ring
from ruche.engines.vault.suite import KeyPair, new_key
from ruche.engines.vault.vectors import vectors
from ruche.engines.vault.words import words
from tests.engines.vault.makers import CIRCLE, keys_of, secret

PHRASE = "abeille abîme abondance abondant abonner aboutir aboyer"
SHEET = bytes(range(16))
MEMBER, FRIEND = "0b5d1c8e-5a43-4c0c-9a51-2f1f6f0f0b01", "0b5d1c8e-5a43-4c0c-9a51-2f1f6f0f0b02"
THIRD = "0b5d1c8e-5a43-4c0c-9a51-2f1f6f0f0b03"
ELSEWHERE = "0b5d1c8e-5a43-4c0c-9a51-2f1f6f0f0a02"
NOTE = {"by": MEMBER, "text": "« L’été » 🐝"}


class Kept:
    """A ring, a circle of two epochs, a record of three pieces: as the server gives them."""

    def __init__(self) -> None:
        self.people = {who: KeyPair.draw() for who in (MEMBER, FRIEND, THIRD)}
        self.secrets = {epoch: secret(epoch) for epoch in (1, 2)}
        self.record = str(uuid4())
        self.acts: list[Any] = []
        self.act("create", 1, (MEMBER, FRIEND, THIRD))
        self.act("depart", 2, (MEMBER, FRIEND))
        self.note = self.sealed("note", 1, NOTE, MEMBER)
        self.files = {
            "ring": self.ring(),
            "circles": [self.circle()],
            "pieces": [
                self.note,
                self.sealed("identity", 2, {"given": "Marie"}, None),
                self.sealed("consent", 2, {"by": FRIEND, "text": "oui"}, FRIEND),
            ],
        }

    def act(self, kind: str, epoch: int, members: tuple[str, ...]) -> None:
        said = {
            "circle": CIRCLE,
            "number": len(self.acts) + 1,
            "previous": self.acts[-1].digest if self.acts else "",
            "kind": kind,
            "epoch": epoch,
            "public": self.secrets[epoch].deposit_public,
            "members": {who: keys_of(self.people[who]) for who in members},
            "custodians": {},
            "recovery": b"",
            "by": MEMBER,
            "on": "2026-11-24",
        }
        self.acts.append(sign_act(said, self.people[MEMBER].sign_private))

    def ring(self) -> dict[str, Any]:
        ring = Ring(self.people[MEMBER], circles={CIRCLE: {"number": 1, "digest": self.head(1)}})
        sealed, key = seal_ring(ring, member=MEMBER)
        given = {SlotKind.PHRASE: PHRASE, SlotKind.SHEET: SHEET, SlotKind.PASSKEY: bytes(32)}
        slots = [
            make_slot(key, member=MEMBER, id=str(uuid4()), kind=kind, secret=one)
            for kind, one in given.items()
        ]
        return {
            "member": MEMBER,
            "version": 1,
            "sealed": text_of(sealed),
            "slots": [
                {
                    "id": slot.id,
                    "kind": slot.kind,
                    "salt": text_of(slot.salt),
                    "sealed": text_of(slot.sealed),
                    "authenticator": None,
                }
                for slot in slots
            ],
        }

    def head(self, number: int) -> str:
        return self.acts[number - 1].digest

    def circle(self) -> dict[str, Any]:
        first, second = self.secrets[1], self.secrets[2]
        wrapped = second.wrapped_to(MEMBER, self.people[MEMBER].seal_public)
        return {
            "id": CIRCLE,
            "name": "Infirmières",
            "acts": [
                {
                    "statement": text_of(act.statement),
                    "signature": text_of(act.signature),
                    "approvals": {},
                }
                for act in self.acts
            ],
            "epochs": [
                {"number": 1, "public": text_of(first.deposit_public), "chained": ""},
                {
                    "number": 2,
                    "public": text_of(second.deposit_public),
                    "chained": text_of(second.chained(first)),
                },
            ],
            "wrap": {"epoch": 2, "wrapped": text_of(wrapped)},
        }

    def sealed(self, kind: str, epoch: int, value: Any, signer: str | None) -> dict[str, Any]:
        place = Place(kind, CIRCLE, epoch, self.record, str(uuid4()))
        key = self.people[signer].sign_private if signer else None
        piece = seal_piece(value, place, self.secrets[epoch], signing_key=key)
        return {
            **{name: getattr(place, name) for name in Place.__slots__},
            "body": text_of(piece.body),
            "wrap": text_of(piece.wrap),
            "through": {"circle": CIRCLE, "epoch": epoch},
        }


@pytest.fixture(scope="module")
def world() -> Kept:
    return Kept()


@pytest.fixture
def kept(world: Kept) -> Kept:
    """The same for every test, that may change its files."""
    one = copy.copy(world)
    one.files = copy.deepcopy(world.files)
    return one


@pytest.fixture
def run(tmp_path, monkeypatch, capsysbinary):
    """`run("exporter", files, given=PHRASE)` → exit code, output, what was said."""

    def ran(command: str, *files: Any, given: str = "", more: tuple[str, ...] = ()) -> Any:
        paths = []
        for at, one in enumerate(files):
            path = tmp_path / f"fichier{at}.json"
            path.write_text(one if isinstance(one, str) else json.dumps(one), encoding="utf-8")
            paths.append(str(path))
        monkeypatch.setattr("sys.stdin", io.StringIO(given + "\n"))
        code = main([command, *paths, *more])
        said = capsysbinary.readouterr()
        return code, said.out.decode(), said.err.decode()

    return ran


def refused(answer: Any) -> str:
    code, out, err = answer
    assert (code, out) == (2, "")
    assert err.startswith("Erreur : ")
    assert "Traceback" not in err
    return err


# ------------------------------------------------------------------------- without a secret


def test_vectors_are_printed(run):
    code, out, _ = run("vecteurs")
    assert (code, json.loads(out)) == (0, json.loads(json.dumps(vectors())))


def test_a_phrase_is_drawn(run):
    code, out, _ = run("phrase")
    assert (code, len(out.split())) == (0, 7)
    assert set(out.split()) <= set(words())
    assert run("phrase")[1] != out


def test_words_of_public_keys_are_told(run, kept):
    case = vectors()["words"]["keys"][0]
    code, out, _ = run(
        "mots", {"keys": {case["member"]: {"seal": case["seal"], "sign": case["sign"]}}}
    )
    assert (code, json.loads(out)) == (0, {case["member"]: " ".join(case["words"])})
    code, out, _ = run("mots", kept.files)
    assert (code, set(json.loads(out))) == (0, {MEMBER, FRIEND})


# -------------------------------------------------------------------------------- opening


@pytest.mark.parametrize(
    ("way", "given"), [("phrase", PHRASE.upper()), ("feuille", write_code(SHEET).lower())]
)
def test_a_ring_opens_by_each_way_that_a_person_can_type(run, kept, way, given):
    code, out, err = run("ouvrir", kept.files, given=given, more=("--par", way))
    said = json.loads(out)
    assert (code, err, said["faults"]) == (0, "", [])
    assert said["ring"]["member"] == MEMBER
    assert said["circles"][0]["epochs_open"] == [1, 2]
    assert [one["value"] for one in said["pieces"]][:2] == [NOTE, {"given": "Marie"}]
    assert [one["signature"] for one in said["pieces"]] == ["valid", "none", "valid"]


def test_no_private_key_comes_out(run, kept):
    keys = kept.people[MEMBER]
    for command in ("ouvrir", "exporter"):
        _, out, err = run(command, kept.files, given=PHRASE)
        for private in (keys.seal_private, keys.sign_private, kept.secrets[1].secret):
            assert text_of(private) not in out + err


def test_answers_of_the_server_may_be_in_several_files(run, kept):
    files = [{name: value} for name, value in kept.files.items()]
    code, out, _ = run("ouvrir", *files, given=PHRASE)
    assert (code, len(json.loads(out)["pieces"])) == (0, 3)


def test_a_wrong_phrase_opens_nothing(run, kept):
    for command in ("ouvrir", "exporter"):
        said = refused(run(command, kept.files, given=PHRASE.replace("abeille", "abricot")))
        assert "la clé n'est pas la bonne" in said
        assert "abricot" not in said
    wrong = write_code(bytes(16))
    refused(run("ouvrir", kept.files, given=wrong, more=("--par", "feuille")))
    said = refused(run("ouvrir", kept.files, given=wrong[:-1], more=("--par", "feuille")))
    assert "27 signes" in said


def test_an_empty_phrase_is_told(run, kept):
    assert "vide" in refused(run("ouvrir", kept.files, given=""))


def test_a_way_that_the_ring_does_not_have_is_told(run, kept):
    kept.files["ring"]["slots"] = kept.files["ring"]["slots"][1:]
    assert "façons connues : passkey, sheet" in refused(run("ouvrir", kept.files, given=PHRASE))
    del kept.files["ring"]
    assert "Il n'y a pas de trousseau" in refused(run("ouvrir", kept.files, given=PHRASE))


# ----------------------------------------------------------------------------- bad files


def test_a_truncated_file_is_refused_with_its_place(run, kept):
    text = json.dumps(kept.files, indent=1)
    said = refused(run("ouvrir", text[: len(text) // 2], given=PHRASE))
    assert "fichier0.json n'est pas un fichier JSON entier (ligne " in said


def test_a_file_that_is_not_there_is_refused(run):
    assert "vérifiez son chemin" in refused(run("verifier", more=("/nulle/part.json",)))


@pytest.mark.parametrize("text", ["[]", "{}", '{"autre": 1}', "null", "[" * 20_000])
def test_a_file_of_something_else_is_refused(run, text):
    refused(run("verifier", text))


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("pieces", 1, "body"), None, "pieces[1]"),
        (("pieces", 1, "body"), "???", "pieces[1]"),
        (("pieces", 0, "epoch"), "x", "pieces[0]"),
        (("circles", 0, "acts"), 3, "circles[0]"),
        (("ring", "slots"), [{}], "ring : il manque"),
        (("ring", "version"), "x", "ring"),
    ],
)
def test_a_bad_field_is_told_with_its_place(run, kept, path, value, said):
    within: Any = kept.files
    for step in path[:-1]:
        within = within[step]
    within[path[-1]] = value
    assert said in refused(run("ouvrir", kept.files, given=PHRASE))


def test_two_rings_are_one_too_many(run, kept):
    ring = {"ring": kept.files["ring"]}
    assert "second trousseau" in refused(run("ouvrir", ring, ring, given=PHRASE))


def of_version(text: str, version: int) -> str:
    return text_of(bytes([version]) + bytes_of(text)[1:])


def test_a_ring_of_an_unknown_version_says_so(run, kept):
    ring = kept.files["ring"]
    good = ring["sealed"]
    ring["sealed"] = of_version(good, 2)
    assert "version que ce programme ne connaît pas" in refused(
        run("ouvrir", kept.files, given=PHRASE)
    )
    ring["sealed"] = good[:20]
    assert "coupée" in refused(run("ouvrir", kept.files, given=PHRASE))


def test_a_piece_of_an_unknown_version_is_told_and_the_rest_is_read(run, kept):
    first = kept.files["pieces"][0]
    first["body"] = of_version(first["body"], 2)
    code, out, err = run("exporter", kept.files, given=PHRASE)
    said = json.loads(out)
    assert code == 1
    assert "version que ce programme ne connaît pas" in err
    assert said["faults"][0]["where"] == f"morceau {first['piece']} (note)"
    assert len(said["records"][0]["pieces"]) == 1
    assert said["records"][0]["identity"] == {"given": "Marie"}


# ------------------------------------------------------------------------------ checking


def faults(answer: Any) -> list[str]:
    code, out, err = answer
    said = json.loads(out)
    assert (code, said["holds"]) == (1, False)
    assert err.count("Ne tient pas : ") == len(said["faults"]) > 0
    return [fault["why"] for fault in said["faults"]]


def test_what_holds_is_said(run, kept):
    code, out, err = run("verifier", kept.files)
    said = json.loads(out)
    assert (code, said["holds"], said["acts"], said["pieces_not_checked"]) == (0, True, 2, 3)
    assert "--par" in err
    code, out, err = run("verifier", kept.files, given=PHRASE, more=("--par", "phrase"))
    assert (code, err, json.loads(out)["pieces"]) == (0, "", 3)


def test_a_changed_act_is_found(run, kept):
    act = kept.files["circles"][0]["acts"][1]
    act["signature"] = text_of(bytes(64))
    assert faults(run("verifier", kept.files)) == [
        "Acte 2 du cercle : La signature n'est pas celle de la personne annoncée."
    ]


def test_acts_of_another_circle_are_found(run, kept):
    kept.files["circles"][0]["id"] = ELSEWHERE
    assert "autre cercle" in faults(run("verifier", kept.files))[0]


def test_an_epoch_key_that_no_act_tells_is_found(run, kept):
    epoch = kept.files["circles"][0]["epochs"][0]
    epoch["public"] = text_of(new_key())
    assert faults(run("verifier", kept.files)) == [
        "La clé de l'époque 1 n'est pas celle des actes."
    ]
    kept.files["circles"][0]["epochs"] = kept.files["circles"][0]["epochs"][1:]
    assert faults(run("verifier", kept.files)) == ["Il manque des époques : 1."]


def with_phrase(run: Any, kept: Kept) -> list[str]:
    return faults(run("verifier", kept.files, given=PHRASE, more=("--par", "phrase")))


def test_a_shortened_or_rewritten_list_of_acts_is_found(run, kept):
    """The server alone holds by itself; the ring remembers."""
    ring = Ring(kept.people[MEMBER], circles={CIRCLE: {"number": 2, "digest": "0" * 64}})
    sealed, key = seal_ring(ring, member=MEMBER)
    slot = make_slot(key, member=MEMBER, id="s", kind=SlotKind.PHRASE, secret=PHRASE)
    kept.files["ring"] |= {
        "sealed": text_of(sealed),
        "slots": [
            {
                "id": "s",
                "kind": "phrase",
                "salt": text_of(slot.salt),
                "sealed": text_of(slot.sealed),
            }
        ],
    }
    assert "Ces actes ne sont pas ceux que le trousseau avait vus." in with_phrase(run, kept)
    circle = kept.files["circles"][0]
    circle["acts"], circle["epochs"] = circle["acts"][:1], circle["epochs"][:1]
    assert "Il y a moins d'actes que ce que le trousseau avait vu." in with_phrase(run, kept)


def test_a_secret_that_is_not_that_of_the_acts_is_found(run, kept):
    other = secret(2)
    circle = kept.files["circles"][0]
    circle["wrap"]["wrapped"] = text_of(other.wrapped_to(MEMBER, kept.people[MEMBER].seal_public))
    why = with_phrase(run, kept)
    assert "n'est pas celui que disent les actes" in why[0]
    assert len(why) == 4, "the circle, and its three pieces"


def test_a_broken_chain_leaves_the_newest_epoch_open(run, kept):
    kept.files["circles"][0]["epochs"][1]["chained"] = text_of(bytes([1]) + bytes(60))
    code, out, _ = run("exporter", kept.files, given=PHRASE)
    said = json.loads(out)
    assert (code, len(said["faults"])) == (1, 2)
    assert said["records"][0]["identity"] == {"given": "Marie"}


@pytest.mark.parametrize(
    ("by", "signer", "epoch", "why"),
    [
        (MEMBER, FRIEND, 1, "n'est pas celle d'une personne qui était alors du cercle"),
        (THIRD, THIRD, 2, "n'est pas celle d'une personne qui était alors du cercle"),
        (MEMBER, None, 1, "devrait être signé"),
    ],
    ids=["in the name of another", "after a departure", "not signed"],
)
def test_a_note_that_its_author_did_not_sign_is_found(run, kept, by, signer, epoch, why):
    kept.files["pieces"] = [kept.sealed("note", epoch, {"by": by, "text": "faux"}, signer)]
    assert why in with_phrase(run, kept)[0]


def test_a_departed_member_had_signed_validly_before(run, kept):
    kept.files["pieces"] = [kept.sealed("note", 1, {"by": THIRD, "text": "avant"}, THIRD)]
    code, *_ = run("verifier", kept.files, given=PHRASE, more=("--par", "phrase"))
    assert code == 0


# ----------------------------------------------------------------------------- exporting


def test_everything_is_exported_record_by_record(run, kept):
    code, out, err = run("exporter", kept.files, given=PHRASE)
    said = json.loads(out)
    (record,) = said["records"]
    assert (code, said["format"], said["member"]) == (0, "ruche/coffre/1", MEMBER)
    assert (record["record"], record["circle"], record["circle_name"]) == (
        kept.record,
        CIRCLE,
        "Infirmières",
    )
    assert record["identity"] == {"given": "Marie"}
    assert {one["kind"] for one in record["pieces"]} == {"note", "consent"}
    assert "en clair" in err
    assert "🐝" in out, "letters as they are"


def test_a_piece_shared_by_another_circle_is_exported_too(run, kept):
    theirs = secret(5, ELSEWHERE)
    place = Place("note", ELSEWHERE, 5, str(uuid4()), str(uuid4()))
    author = KeyPair.draw().sign_private
    piece = seal_piece({"by": "autre", "text": "partagé"}, place, theirs, signing_key=author)
    public = kept.secrets[2].deposit_public
    wrapped = share_key(piece, theirs, circle=CIRCLE, epoch=2, public=public)
    kept.files["pieces"] = [
        {
            **{name: getattr(place, name) for name in Place.__slots__},
            "body": text_of(piece.body),
            "wrap": text_of(wrapped),
            "through": {"circle": CIRCLE, "epoch": 2},
        }
    ]
    code, out, _ = run("exporter", kept.files, given=PHRASE)
    (record,) = json.loads(out)["records"]
    assert (code, record["circle"]) == (0, ELSEWHERE)
    assert record["pieces"][0]["value"]["text"] == "partagé"
    assert record["pieces"][0]["signature"] == "unchecked", "their acts are not in the file"


def test_a_value_that_utf8_cannot_write_is_exported_as_json_writes_it(run, kept):
    """A browser may seal half of a pair of surrogates; Python writes no such letter."""
    text = json.dumps({"text": "\ud800"})
    place = Place("words", CIRCLE, 1, kept.record, str(uuid4()))
    from ruche.engines.vault.forms import padded
    from ruche.engines.vault.suite import seal, wrap

    key = new_key()
    body = seal(key, padded(b"\0" + text.encode()), place.context)
    wrapped = wrap(kept.secrets[1].deposit_public, key, place.context)
    kept.files["pieces"] = [
        {
            **{name: getattr(place, name) for name in Place.__slots__},
            "body": text_of(body),
            "wrap": text_of(wrapped),
        }
    ]
    code, out, _ = run("exporter", kept.files, given=PHRASE)
    assert code == 0
    assert json.loads(out)["records"][0]["pieces"][0]["value"] == {"text": "\ud800"}


# ------------------------------------------------------------------------------- sealing


@pytest.fixture
def seal_it(run, kept, tmp_path):
    def ran(kind: str, value: Any, *more: str, given: str = "") -> Any:
        path = tmp_path / "valeur.json"
        path.write_text(json.dumps(value), encoding="utf-8")
        asked = ("--cercle", CIRCLE, "--nature", kind, "--valeur", str(path), *more)
        return run("sceller", kept.files, given=given, more=asked)

    return ran


def test_a_deposit_is_sealed_without_any_secret(run, kept, seal_it):
    code, out, _ = seal_it("words", {"text": "Merci."}, "--fiche", kept.record)
    assert (code, "Merci" in out) == (0, False)
    kept.files["pieces"] = []
    code, opened, _ = run("exporter", kept.files, json.loads(out), given=PHRASE)
    (record,) = json.loads(opened)["records"]
    assert (code, record["record"]) == (0, kept.record)
    assert record["pieces"][0]["value"] == {"text": "Merci."}


@pytest.mark.parametrize(("kind", "signature"), [("note", "valid"), ("identity", "none")])
def test_what_a_member_seals_is_hers(run, kept, seal_it, kind, signature):
    code, out, _ = seal_it(kind, {"text": "x"}, "--par", "phrase", given=PHRASE)
    assert code == 0
    kept.files["pieces"] = []
    code, opened, _ = run("ouvrir", kept.files, json.loads(out), given=PHRASE)
    (piece,) = json.loads(opened)["pieces"]
    assert (code, piece["signature"]) == (0, signature)
    assert piece["value"].get("by") == (MEMBER if kind == "note" else None)


def test_sealing_refuses_what_it_cannot_do(kept, seal_it):
    assert "--par" in refused(seal_it("identity", {"given": "Marie"}))
    assert "trop long" in refused(seal_it("words", {"text": "x" * 70_000}))
    assert "contexte" in refused(seal_it("a|b", {"text": "x"}))
    kept.files["circles"] = []
    assert "n'est pas dans ces fichiers" in refused(seal_it("words", {}))


# --------------------------------------------------------------------------------- usage


@pytest.mark.parametrize(
    "arguments", [[], ["absent"], ["ouvrir"], ["ouvrir", "x.json", "--par", "devinette"]]
)
def test_a_wrong_use_ends_with_two(arguments):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_no_option_takes_a_phrase(capsys):
    for command in ("ouvrir", "exporter", "verifier", "sceller"):
        with pytest.raises(SystemExit):
            main([command, "--help"])
        said = capsys.readouterr().out
        assert "--phrase" not in said
        assert "--code" not in said
