"""The modules of the vault as a browser runs them, asked from Python.

`ask(("seal", {"key": key, …}), …)` gives one answer for each question: the value, or a `Refused`.
Bytes in a question are written in the base64 of the format; in an answer, they are left so.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruche.engines.vault.acts import Act
from ruche.engines.vault.forms import bytes_of, canonical, padded, text_of
from ruche.engines.vault.pieces import Piece, Place
from ruche.engines.vault.suite import KeyPair

SOURCE = (Path(__file__).parent / "vault_witness.js").read_text(encoding="utf-8")
SOURCE = SOURCE[SOURCE.index("async (questions)") :].strip()
VECTORS = json.loads(
    (Path(__file__).resolve().parents[2] / "docs/coffre-vecteurs.json").read_text(encoding="utf-8")
)

Question = tuple[str, dict[str, Any]]
Ask = Callable[..., list[Any]]


@dataclass(frozen=True)
class Refused:
    """What the browser threw: the name of the error, and its words."""

    name: str
    why: str


def asker(evaluate: Callable[[list[Any]], str]) -> Ask:
    """`evaluate` runs `SOURCE` on questions that are plain JSON, and gives its text."""

    def ask(*questions: Question) -> list[Any]:
        answers = json.loads(evaluate([[name, plain(given)] for name, given in questions]))
        assert len(answers) == len(questions)
        return [
            Refused(one["refused"], one["why"]) if "refused" in one else one["value"]
            for one in answers
        ]

    return ask


def plain(value: Any) -> Any:
    """Bytes as texts, whatever the depth."""
    if isinstance(value, bytes):
        return text_of(value)
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


def place_as_text(place: Place) -> dict[str, Any]:
    return {name: getattr(place, name) for name in Place.__slots__}


def piece_as_text(piece: Piece) -> dict[str, Any]:
    return {"body": piece.body, "wrap": piece.wrap}


def act_as_text(act: Act) -> dict[str, Any]:
    return {
        "statement": act.statement,
        "signature": act.signature,
        "approvals": dict(act.approvals),
    }


def act_from(text: dict[str, Any]) -> Act:
    approvals = {who: bytes_of(given) for who, given in text["approvals"].items()}
    return Act(bytes_of(text["statement"]), bytes_of(text["signature"]), approvals)


# ---------------------------------------------------------------------- the test vectors


def vector_questions() -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Every test vector as a question, its arguments, and the answer that is due."""
    said = VECTORS
    for case in said["contexts"]:
        yield "context", case, case["context"]
    for case in said["canonical"]:
        yield "canonical", case, case["text"]
    for case in said["padding"]:
        if "length" in case:
            yield "bucket", case, case["bucket"]
        else:
            yield "padded", case, case["padded"]
            yield "unpadded", case, case["content"]
    for case in said["derive"]:
        yield "derive", case, case["derived"]
    for case in said["stretch"]:
        yield "stretch", case, case["key"]
    for case in said["sealed"]:
        yield "open_sealed", case, case["content"]
    for case in said["wrapped"]:
        yield "public_of", case, case["public"]
        yield "open_wrapped", case, case["content"]
        yield "wrap", case, case["wrapped"]
    for case in said["signed"]:
        yield "signing_public_of", case, case["public"]
        yield "sign", case, case["signature"]
        yield "verify", case, True
    for case in said["codes"]:
        yield "write_code", case, case["code"]
        yield "read_code", case, case["secret"]
        yield "read_code", {"code": case["copied"]}, case["secret"]
    yield "list", {}, said["words"]["list"]
    for case in said["words"]["phrases"]:
        yield "normalised", case, case["normalised"]
    for case in said["words"]["keys"]:
        yield "words_of_keys", case, case["words"]
    for case in said["shamir"]:
        yield "split", case, case["parts"]
        for one, other in ((0, 1), (2, 0), (1, 2)):
            yield "join", {"parts": [case["parts"][one], case["parts"][other]]}, case["secret"]
    yield from ring_questions(said["ring"])
    yield from epoch_questions(said["epochs"])
    yield from piece_questions(said)
    yield "verified", said["acts"], circle_due(said["acts"]["circle"])
    yield from custody_questions(said["custody"])
    for case in said["cards"]:
        due = {name: case[name] for name in ("handle", "proof", "key", "proof_kept")}
        yield "card", case, due
        yield "thread_in", case, case["thread"]
    for case in said["threads"]:
        given = {**case, "thread": case["secret"]}
        yield "shown", given, case["key"]
        yield "words_key", given, case["words_key"]
        said = case["said"]
        sealed = {"key": case["words_key"], "sealed": said["body"], "context": said["context"]}
        yield "open_sealed", sealed, text_of(padded(canonical(said["value"])))


def ring_questions(said: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], Any]]:
    yield "open_ring", said, said["ring"]
    for slot in said["slots"]:
        given = {"slot": slot, "secret": slot["secret"], "member": said["member"]}
        yield "open_slot", given, said["key"]


def epoch_questions(said: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], Any]]:
    keys = ("deposit_public", "deposit_private", "directory", "chain", "token_2026")
    yield "epoch", said, {name: said[name] for name in keys}
    where = {"circle": said["circle"], "epoch": said["epoch"]}
    yield "confided", {**said["confided"], **where}, said["secret"]
    yield "recovered", {**said["recovery"], **where}, said["secret"]
    yield "before", {**said, "chained": said["chained"]["sealed"]}, said["chained"]["previous"]


def piece_questions(said: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], Any]]:
    by_id = {case["piece"]: case for case in said["pieces"]}
    for case in said["pieces"]:
        signer = bytes_of(case["signer"])
        public = KeyPair(signer, signer).sign_public if signer else None
        given = {"piece": case, "place": case, "secret": said["epochs"], "signer": public}
        yield "open_piece", given, case["value"]
        yield "digest", case, case["digest"]
    for share in said["shares"]:
        case = by_id[share["piece"]]
        piece = {"body": case["body"], "wrap": share["wrapped"]}
        yield "open_shared", {"piece": piece, "place": case, "secret": share}, case["value"]


def custody_questions(said: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], Any]]:
    for case in (*said["confided"].values(), said["handed"]):
        yield "open_wrapped", case, case["content"]


def circle_due(told: dict[str, Any]) -> dict[str, Any]:
    """The circle of the vectors, with keys as the witness writes those of `once`."""
    once = {
        epoch: {who: sorted(bytes_of(key).hex() for key in keys) for who, keys in present.items()}
        for epoch, present in told["once"].items()
    }
    return {**told, "once": once}


def refused_questions() -> Iterator[Question]:
    """Everything that must not open."""
    said = VECTORS["refused"]
    yield from (("context", {"parts": parts}) for parts in said["contexts"])
    yield from (("bytes", {"text": text}) for text in said["bytes"])
    yield from (("unpadded", {"padded": text}) for text in said["padded"])
    yield from (("read_code", {"code": code}) for code in said["codes"])
    yield from (("open_sealed", case) for case in said["sealed"])
    yield from (("open_wrapped", case) for case in said["wrapped"])
    yield from (("verify", case) for case in said["signed"])
    yield from (("verified", case) for case in said["acts"])


# --------------------------------------------------------------------- promises, for each


def every_vector_holds(ask: Ask) -> None:
    questions = list(vector_questions())
    answers = ask(*((name, given) for name, given, _ in questions))
    wrong = [
        (name, answer, due)
        for (name, _, due), answer in zip(questions, answers, strict=True)
        if answer != due
    ]
    assert wrong == []
    assert len(questions) > 80


def everything_refused_is_refused(ask: Ask) -> None:
    questions = list(refused_questions())
    answers = ask(*questions)
    opened = [
        (question, answer)
        for question, answer in zip(questions, answers, strict=True)
        if not isinstance(answer, Refused) or answer.name != "Unreadable"
    ]
    assert opened == []
    for (name, given), answer in zip(questions, answers, strict=True):
        if name == "verified":
            assert answer.why.startswith(f"Acte {given['number']} du cercle : "), given["why"]
