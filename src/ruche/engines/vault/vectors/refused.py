"""What must be refused: fillings, codes, envelopes and signatures that do not hold."""

from typing import Any

from ruche.engines.vault.codes import write_code
from ruche.engines.vault.forms import padded, text_of
from ruche.engines.vault.suite import KeyPair
from ruche.engines.vault.vectors.acts import refused_acts
from ruche.engines.vault.vectors.contents import bytes_in
from ruche.engines.vault.vectors.given import fixed
from ruche.engines.vault.vectors.primitives import sealed, signed, wrapped

Case = dict[str, Any]


# -------------------------------------------------------------------------------- refused


def refused() -> Case:
    """What must not open. Each differs from something valid by one thing."""
    return {
        "contexts": [["note", ""], ["note", "a|b"], ["note", "a b"], ["note", "é"], ["x" * 81]],
        "bytes": ["A", "AB=", "a b", "+/", "é"],
        "padded": [text_of(one) for one in wrong_fillings()],
        "codes": wrong_codes(),
        "sealed": wrong_envelopes(sealed()[1], "sealed", "key"),
        "wrapped": wrong_envelopes(wrapped()[1], "wrapped", "private"),
        "signed": wrong_signatures(),
        "acts": refused_acts(),
    }


def wrong_fillings() -> list[bytes]:
    good = padded(b"a")
    return [
        b"",
        bytes(127),
        bytes(200),
        good[:-1] + b"x",
        b"\xff" * 128,
        bytes(9),
    ]


def wrong_codes() -> list[str]:
    good = write_code(fixed("code", 16)).replace("-", "")
    other = next(at for at in range(26) if good[at] != good[at + 1])
    swapped = good[:other] + good[other + 1] + good[other] + good[other + 2 :]
    return [
        good[:-1],
        good + "0",
        "U" + good[1:],
        swapped,
        ("1" if good[0] == "0" else "0") + good[1:],
    ]


def wrong_envelopes(case: Case, name: str, key: str) -> list[Case]:
    good = bytes_in(case, name)
    changed = {
        "version": b"\2" + good[1:],
        "cut": good[:-1],
        "short": good[:28],
        "empty": b"",
        "tag": good[:-1] + bytes([good[-1] ^ 1]),
        "body": good[:34] + bytes([good[34] ^ 128]) + good[35:],
        "longer": good + b"\0",
    }
    base = {"context": case["context"], key: case[key], name: case[name]}
    return [
        *({"why": why, **base, name: text_of(one)} for why, one in changed.items()),
        {"why": "place", **base, "context": case["context"] + "x"},
        {"why": "key", **base, key: text_of(fixed("another key"))},
    ]


def wrong_signatures() -> list[Case]:
    case = {name: text for name, text in signed()[1].items() if name != "private"}
    signature = bytes_in(case, "signature")
    other = KeyPair(fixed("x"), fixed("y")).sign_public
    return [
        {"why": "place", **case, "context": case["context"] + "x"},
        {"why": "content", **case, "content": text_of(b"autre")},
        {"why": "key", **case, "public": text_of(other)},
        {"why": "signature", **case, "signature": text_of(signature[:-1] + b"\0")},
        {"why": "cut", **case, "signature": text_of(signature[:63])},
    ]
