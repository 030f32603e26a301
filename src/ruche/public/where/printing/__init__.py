"""The pages "Où et quand" on paper: the poster of a site for a month, the leaflet of a search."""

from ruche.public.where.printing.leaflets import Leaflet, leaflet
from ruche.public.where.printing.posters import SIZES, PaperSize, Poster, poster
from ruche.public.where.printing.typesetting import PaperError, typeset

__all__ = [
    "SIZES",
    "Leaflet",
    "PaperError",
    "PaperSize",
    "Poster",
    "leaflet",
    "poster",
    "typeset",
]
