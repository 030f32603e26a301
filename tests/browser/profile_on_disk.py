"""What the files of a browser say to who knows how they are written: compression hides nothing.

Chromium keeps IndexedDB in LevelDB: a log, cut in blocks, then tables, compressed with Snappy; long
values are compressed once more by the page's engine, or put in files of their own. Answers of a
server may be kept as they came, in gzip. A thief has the tools to read all of it; so do we.
"""

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tests.vault.stolen_server import Found, Search

BLOCK, HEADER, FOOTER = 32_768, 7, 48
FIRST, LAST_KIND = 1, 4
SNAPPY = 1
WRAPPED = re.compile(rb"\xff[\x11-\x13]\x02")
"""What Blink writes before a value of IndexedDB that it has compressed."""

GZIP = re.compile(rb"\x1f\x8b\x08")


def search_profile(search: Search, profile: Path) -> Found:
    """Look in every file as it is, then in all that can be read out of it."""
    found = Found()
    for path in sorted(profile.rglob("*")):
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            for part in filter(None, (data, *unfolded(path.suffix, data))):
                search.bytes(part, found, where=path.name)
    return found


def unfolded(suffix: str, data: bytes) -> Iterator[bytes]:
    """What a file holds, put together and uncompressed."""
    parts = {".log": log_records, ".ldb": table_blocks}.get(suffix, lambda _: iter(()))(data)
    for part in (data, *parts):
        if part is not data:
            yield part
        for start in WRAPPED.finditer(part):
            yield snappy(part[start.end() :])
        for start in GZIP.finditer(part):
            with suppress(zlib.error):
                yield zlib.decompressobj(31).decompress(part[start.start() :])


def log_records(data: bytes) -> Iterator[bytes]:
    """The records of a log of LevelDB, whole again; one cut by a kill as far as it goes."""
    record, place = b"", 0
    while place + HEADER <= len(data):
        if BLOCK - place % BLOCK < HEADER:
            place += BLOCK - place % BLOCK
            continue
        size, kind = int.from_bytes(data[place + 4 : place + 6], "little"), data[place + 6]
        if not FIRST <= kind <= LAST_KIND:
            place += BLOCK - place % BLOCK  # what follows a cut: the next block begins afresh
            continue
        record += data[place + HEADER : place + HEADER + size]
        place += HEADER + size
        if kind in (FIRST, LAST_KIND):
            yield record
            record = b""
    yield record


def table_blocks(data: bytes) -> Iterator[bytes]:
    """The blocks of a table of LevelDB, uncompressed: the index first, then what it points at."""
    if len(data) < FOOTER:
        return
    place = -FOOTER + len(data)
    for _ in range(2):  # the index of other things is not of use here
        _, place = varint(data, place)
    index = block_at(data, place)
    yield index
    for value in values_in(index):
        yield block_at(data, value[0], value[1])


def block_at(data: bytes, place: int, size: int | None = None) -> bytes:
    """A block, from its handle; without a size, the handle itself is at `place`."""
    if size is None:
        place, after = varint(data, place)
        size, _ = varint(data, after)
    content = data[place : place + size]
    return snappy(content) if data[place + size] == SNAPPY else content


def values_in(index: bytes) -> Iterator[tuple[int, int]]:
    """The handles that an index holds."""
    end = len(index) - 4 - 4 * int.from_bytes(index[-4:], "little")
    place = 0
    while place < end:
        _, place = varint(index, place)
        key, place = varint(index, place)
        length, place = varint(index, place)
        start, after = varint(index, place + key)
        size, _ = varint(index, after)
        yield start, size
        place += key + length


def varint(data: bytes, place: int) -> tuple[int, int]:
    """A number written seven bits at a time, and where it ends."""
    value = shift = 0
    while True:
        byte = data[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place


def snappy(data: bytes) -> bytes:
    """What Snappy compressed; as far as it can be read when it is cut, or was something else."""
    out = bytearray()
    with suppress(IndexError):
        length, place = varint(data, 0)
        while len(out) < length:
            tag = data[place]
            kind, place = tag & 3, place + 1
            if kind == 0:
                size = (tag >> 2) + 1
                if size > 60:
                    width = size - 60
                    size = int.from_bytes(data[place : place + width], "little") + 1
                    place += width
                if place >= len(data):
                    break
                out += data[place : place + size]
                place += size
                continue
            if kind == 1:
                size, back = ((tag >> 2) & 7) + 4, (tag >> 5) << 8 | data[place]
                place += 1
            else:
                width = 2 if kind == 2 else 4
                size, back = (tag >> 2) + 1, int.from_bytes(data[place : place + width], "little")
                place += width
            if not 0 < back <= len(out):
                break
            for _ in range(size):
                out.append(out[-back])
    return bytes(out)
