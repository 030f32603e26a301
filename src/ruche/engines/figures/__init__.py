"""Drawing figures that a page, a PDF and a screen reader can all use, from numbers already checked
and texts already written in French.

Each form takes labelled readings and gives a :class:`Figure`: an SVG with its title and its
description, and the table behind. Colour is never alone to say something, a value that is not a
number is written and never drawn as zero, and no label touches a mark.
"""

from ruche.engines.figures.ages import AgeBand, age_bands
from ruche.engines.figures.bars import ranked_bars
from ruche.engines.figures.boxes import Box, boxes, collisions
from ruche.engines.figures.classes import Classes, classify
from ruche.engines.figures.heatmap import calendar_heatmap
from ruche.engines.figures.maps import choropleth
from ruche.engines.figures.model import BadFigure, Figure, Reading, Table
from ruche.engines.figures.outline import Outline, prepare
from ruche.engines.figures.palette import RUCHE, Palette, contrast
from ruche.engines.figures.places import Pin, places_map
from ruche.engines.figures.pyramid import Band, pyramid
from ruche.engines.figures.routes import Base, Route, rounds_map
from ruche.engines.figures.series import Rupture, Series
from ruche.engines.figures.sparkline import sparkline
from ruche.engines.figures.strip import Reference, strip, strip_legend
from ruche.engines.figures.trend import trend

__all__ = [
    "RUCHE",
    "AgeBand",
    "BadFigure",
    "Band",
    "Base",
    "Box",
    "Classes",
    "Figure",
    "Outline",
    "Palette",
    "Pin",
    "Reading",
    "Reference",
    "Route",
    "Rupture",
    "Series",
    "Table",
    "age_bands",
    "boxes",
    "calendar_heatmap",
    "choropleth",
    "classify",
    "collisions",
    "contrast",
    "places_map",
    "prepare",
    "pyramid",
    "ranked_bars",
    "rounds_map",
    "sparkline",
    "strip",
    "strip_legend",
    "trend",
]
