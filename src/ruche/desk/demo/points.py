"""Where the places of the demo world are: the point of their commune, and no door."""

from ruche.engines.portraits.geography import load_reference


def point_of(code: str) -> tuple[float, float]:
    """The point of a commune, rounded so that nobody looks for a door there."""
    row = load_reference().communes.filter(code=code).row(0, named=True)
    return round(row["lat"], 3), round(row["lon"], 3)
