"""A photo as we keep it: small, without what the camera added.

A telephone writes in a picture where and when it was taken, and by what. We read the pixels, turn
them the right way up, and write them in a new file: nothing else of the first file remains.
"""

from io import BytesIO
from typing import IO
from uuid import uuid4

from django.core.files.base import ContentFile
from PIL import Image, ImageOps, UnidentifiedImageError

from ruche.places.errors import BadPhoto

FORMATS = ("JPEG", "PNG", "WEBP")
HEAVIEST = 8 * 1024 * 1024
WIDEST = 6_000
KEPT = 1_600
"""Pixels of the longest side of what we keep: enough for a screen, light enough for a village."""

QUALITY = 80

NOT_A_PHOTO = (
    "Ce fichier n’est pas une photo que nous savons lire : choisissez une image JPEG, PNG ou WebP."
)


def prepared(file: IO[bytes]) -> "ContentFile[bytes]":
    """The photo in WebP, at most 1 600 px a side, without metadata; `BadPhoto` when refused.

    Refuses what weighs more than 8 Mo, is not an image, or has a side of more than 6 000 px.
    """
    raw = file.read(HEAVIEST + 1)
    if len(raw) > HEAVIEST:
        raise BadPhoto("Cette photo pèse plus de 8 Mo : choisissez-en une plus légère.")
    written = BytesIO()
    _pixels(raw).save(written, "WEBP", quality=QUALITY, method=4)
    return ContentFile(written.getvalue(), name=f"{uuid4().hex}.webp")


def _pixels(raw: bytes) -> Image.Image:
    """What the picture shows, the right way up, in colours that a screen knows."""
    try:
        with Image.open(BytesIO(raw), formats=FORMATS) as opened:
            _check_sides(opened)
            upright = ImageOps.exif_transpose(opened)
            found = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        if isinstance(error, BadPhoto):
            raise
        raise BadPhoto(NOT_A_PHOTO) from error
    except Image.DecompressionBombError as error:
        raise BadPhoto(_too_wide()) from error
    found.thumbnail((KEPT, KEPT))
    found.info.clear()
    return found


def _check_sides(opened: Image.Image) -> None:
    if max(opened.size) > WIDEST:
        raise BadPhoto(_too_wide())


def _too_wide() -> str:
    return "Cette photo a plus de 6 000 pixels de côté : réduisez-la avant de l’envoyer."
