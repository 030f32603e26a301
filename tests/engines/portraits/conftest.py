"""What several files of these tests read once: the edition that comes with the product."""

import pytest

from ruche.engines.portraits.catalogue import load_catalogue
from ruche.engines.portraits.geography import load_reference
from ruche.engines.portraits.portraying import Portraitist
from ruche.territories.shipped import FOLDER, shipped_edition


@pytest.fixture(scope="session")
def shipped() -> Portraitist:
    """Who portrays territories from the shipped edition."""
    assert FOLDER.is_dir()
    return Portraitist(shipped_edition(), load_catalogue(), load_reference())
