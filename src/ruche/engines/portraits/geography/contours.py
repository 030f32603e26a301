"""Outlines of territories, small enough to be shipped and precise enough for a page.

One gzipped JSON by kind: polygons as whole steps of a grid, each point told by its difference from
the one before. `load_contours` gives them back as GeoJSON features.
"""

import gzip
import hashlib
import json
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path
from typing import Any, Literal

from ruche.engines.portraits.geography.model import Geography
from ruche.engines.portraits.geography.store import load_reference, reference_folder
from ruche.engines.portraits.geography.topojson import (
    Polygons,
    Ring,
    polygons_by_code,
    without_repeats,
)
from ruche.engines.portraits.levels import Level

Kind = Literal["communes_gers", "epci", "departements", "regions"]
Feature = dict[str, Any]

LEVELS: dict[str, Level] = {
    "communes_gers": Level.COMMUNE,
    "epci": Level.EPCI,
    "departements": Level.DEPARTEMENT,
    "regions": Level.REGION,
}
PRECISION = 0.0001
"""Degrees: about ten metres."""

TOPOLOGIES = {
    "EPCI": ("epci", "EPCI", 0.0008),
    "departements": ("departements", "code_insee", 0.004),
    "regions": ("regions", "code_insee", 0.004),
}
"""Beginning of what the file holds → kind, property of the code, tolerance in degrees."""

PRODUCER = "IGN (Admin Express), tracés simplifiés"
LICENCE = "Licence Ouverte 2.0"


# --- reading --------------------------------------------------------------------------------------


@cache
def load_contours(kind: Kind) -> list[Feature]:
    """The outlines of a kind, as GeoJSON features (WGS84) with properties `code` and `nom`.

    `communes_gers`: the 458 of the Gers. `epci`, `departements`, `regions`: the métropole only.
    """
    return [_feature(shape, kind) for shape in _shapes(kind).values()]


def contours_of(codes: Collection[str], kind: Kind | None = None) -> list[Feature]:
    """The outlines of these territories, in order; those without one (overseas) are left out.

    The codes must be of one level. Without a `kind` it is told from their length: say `regions`
    for régions, whose codes look like those of départements.
    """
    kind = kind or _kind_of(codes)
    shapes = _shapes(kind)
    return [_feature(shapes[code], kind) for code in codes if code in shapes]


@cache
def _shapes(kind: Kind) -> dict[str, dict[str, Any]]:
    """The shapes as they are stored, by code."""
    content = (reference_folder() / _file(kind)).read_bytes()
    return {shape["code"]: shape for shape in json.loads(gzip.decompress(content))["features"]}


def _kind_of(codes: Collection[str]) -> Kind:
    lengths = {len(code) for code in codes}
    if lengths == {9}:
        return "epci"
    return "communes_gers" if lengths == {5} else "departements"


def _feature(shape: dict[str, Any], kind: Kind) -> Feature:
    name = load_reference().name(LEVELS[kind], shape["code"])
    polygons = [[_ring(flat) for flat in polygon] for polygon in shape["polygons"]]
    single = len(polygons) == 1
    return {
        "type": "Feature",
        "properties": {"code": shape["code"], "nom": name},
        "geometry": {
            "type": "Polygon" if single else "MultiPolygon",
            "coordinates": polygons[0] if single else polygons,
        },
    }


def _ring(flat: list[int]) -> list[list[float]]:
    x = y = 0
    points = []
    for dx, dy in zip(flat[::2], flat[1::2], strict=True):
        x, y = x + dx, y + dy
        points.append([round(x * PRECISION, 6), round(y * PRECISION, 6)])
    return points


def _file(kind: str) -> str:
    return f"contours_{kind}.json.gz"


# --- writing --------------------------------------------------------------------------------------


def write_contours(sources: Iterable[Path], geography: Geography, out: Path) -> dict[str, str]:
    """Write the outlines found among these files and folders; give the SHA-256 of those used."""
    used: dict[str, str] = {}
    for path in sorted(_candidates(sources)):
        content = path.read_bytes()
        found = _take(content)
        if found is None:
            continue
        kind, polygons = found
        known = set(geography.codes(LEVELS[kind]))
        kept = {code: shape for code, shape in sorted(polygons.items()) if code in known}
        _write(out / _file(kind), kept, geography.year)
        used[path.name] = hashlib.sha256(content).hexdigest()
    return used


def _candidates(sources: Iterable[Path]) -> Iterable[Path]:
    for source in sources:
        files = source.rglob("*json*") if source.is_dir() else [source]
        yield from (p for p in files if p.name.endswith(("geojson", "geojson.gz", "topojson.gz")))


def _take(content: bytes) -> tuple[str, dict[str, Polygons]] | None:
    """The kind and the polygons of a TopoJSON of France, or of the GeoJSON of the communes."""
    drawn = json.loads(gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content)
    if drawn["type"] == "Topology":
        return _from_topology(drawn)
    features = drawn["features"]
    if not all(len(str(f["properties"]["code"])) == 5 for f in features):
        return None
    return "communes_gers", {f["properties"]["code"]: _on_grid(f["geometry"]) for f in features}


def _from_topology(drawn: dict[str, Any]) -> tuple[str, dict[str, Polygons]]:
    (collection,) = drawn["objects"].values()
    properties = collection["geometries"][0]["properties"]
    count = len(collection["geometries"])
    name = "EPCI" if "EPCI" in properties else "regions" if count < 30 else "departements"
    kind, code, tolerance = TOPOLOGIES[name]
    return kind, polygons_by_code(drawn, code=code, precision=PRECISION, tolerance=tolerance)


def _on_grid(geometry: dict[str, Any]) -> Polygons:
    """Points of a GeoJSON on our grid: equal points stay equal, so borders do not gape."""
    coordinates = geometry["coordinates"]
    polygons = [coordinates] if geometry["type"] == "Polygon" else coordinates
    return [
        [
            without_repeats([(round(x / PRECISION), round(y / PRECISION)) for x, y, *_ in ring])
            for ring in polygon
        ]
        for polygon in polygons
    ]


def _write(path: Path, shapes: dict[str, Polygons], year: int) -> None:
    features = [
        {"code": code, "polygons": [[_deltas(ring) for ring in polygon] for polygon in polygons]}
        for code, polygons in shapes.items()
    ]
    about = {
        "crs": "WGS84",
        "producer": PRODUCER,
        "year": year,
        "licence": LICENCE,
        "precision": PRECISION,
        "features": features,
    }
    text = json.dumps(about, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


def _deltas(ring: Ring) -> list[int]:
    flat: list[int] = []
    before = (0, 0)
    for x, y in ring:
        flat += [x - before[0], y - before[1]]
        before = (x, y)
    return flat
