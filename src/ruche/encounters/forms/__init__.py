"""What a coordinator types when she makes a form of encounter, or gives one to a team."""

from ruche.encounters.forms.drafts import Draft, Known, Touched, key_from
from ruche.encounters.forms.pages import GiveForm, HeadForm, MeasuringForm
from ruche.encounters.forms.words import (
    PICTOGRAM_NAMES,
    WAYS,
    Kind,
    ways_counted,
)

__all__ = [
    "PICTOGRAM_NAMES",
    "WAYS",
    "Draft",
    "GiveForm",
    "HeadForm",
    "Kind",
    "Known",
    "MeasuringForm",
    "Touched",
    "key_from",
    "ways_counted",
]
