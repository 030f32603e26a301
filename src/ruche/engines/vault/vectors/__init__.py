"""Test vectors: every construction of the format, from inputs that are given.

They are kept in `docs/coffre-vecteurs.json`: who writes the format once more begins there. Bytes
are in base64 for addresses, without padding, as everywhere in the format.
"""

from typing import Any

from ruche.engines.vault.vectors.acts import act_vectors
from ruche.engines.vault.vectors.contents import directory, pieces, shares
from ruche.engines.vault.vectors.keys import cards, custody, epochs, ring, threads
from ruche.engines.vault.vectors.primitives import (
    canonicals,
    codes,
    contexts,
    derived,
    paddings,
    sealed,
    shared,
    signed,
    spoken,
    stretched,
    wrapped,
)
from ruche.engines.vault.vectors.refused import refused

__all__ = ["vectors"]


def vectors() -> dict[str, Any]:
    """Every construction, in the order of `docs/coffre.md`."""
    return {
        "format": "ruche/v1",
        "bytes": "base64url, sans remplissage",
        "contexts": contexts(),
        "canonical": canonicals(),
        "padding": paddings(),
        "derive": derived(),
        "stretch": stretched(),
        "sealed": sealed(),
        "wrapped": wrapped(),
        "signed": signed(),
        "codes": codes(),
        "words": spoken(),
        "shamir": shared(),
        "ring": ring(),
        "epochs": epochs(),
        "pieces": pieces(),
        "shares": shares(),
        "directory": directory(),
        "acts": act_vectors(),
        "custody": custody(),
        "cards": cards(),
        "threads": threads(),
        "refused": refused(),
    }
