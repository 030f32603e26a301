"""Open a source file as its producer gives it: plain, gzip or zip, in any encoding of the trade.

An archive is unpacked beside, in a temporary folder that lives as long as the reading; nothing
larger than the limit is unpacked or read. An archive that stops short is refused.
"""

import gzip
import hashlib
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from threading import Thread
from typing import IO

import polars as pl
from polars.exceptions import PolarsError

from ruche.engines.portraits.errors import Place, UnreadableSource

DEFAULT_LIMIT = 1_500_000_000
"""Bytes, once uncompressed, above which a file is refused before being read."""

HEAD = 256 * 1024
CHUNK = 1 << 20
GZIP, ZIP, PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"PAR1"
BOM = b"\xef\xbb\xbf"
SEPARATORS = (";", ",", "\t", "|")
SEPARATOR_NAMES = {
    ";": "le point-virgule",
    ",": "la virgule",
    "\t": "la tabulation",
    "|": "la barre",
}


def _digest(path: Path, future: Future[str]) -> None:
    try:
        with path.open("rb") as stream:
            future.set_result(hashlib.file_digest(stream, "sha256").hexdigest())
    except OSError as error:
        future.set_exception(error)


@dataclass(frozen=True)
class Opened:
    """One table of a source file, plain and ready to read.

    `source` is the file given; `plain` is the same, or what was unpacked from it; `name` is what
    messages call it (`cc_filosofi.zip, cc_filosofi_2021_COM.csv`).
    """

    source: Path
    plain: Path
    name: str

    @property
    def place(self) -> Place:
        return Place(self.name)

    @cached_property
    def digest(self) -> Future[str]:
        """The SHA-256 being computed beside the reading, which leaves a core idle at times."""
        future: Future[str] = Future()
        Thread(target=lambda: _digest(self.source, future), daemon=True).start()
        return future

    @property
    def sha256(self) -> str:
        """Of the file given, not of what it holds."""
        return self.digest.result()

    @cached_property
    def head(self) -> bytes:
        with self.plain.open("rb") as stream:
            return stream.read(HEAD)

    @cached_property
    def is_parquet(self) -> bool:
        return self.head[:4] == PARQUET

    @cached_property
    def encoding(self) -> str:
        """UTF-8, or latin-1 when the beginning of the file cannot be UTF-8."""
        cut = self.head.rfind(b"\n") + 1 or len(self.head)
        try:
            self.head[:cut].decode("utf-8")
        except UnicodeDecodeError:
            return "latin-1"
        return "utf-8"

    @cached_property
    def lines(self) -> list[str]:
        """The first whole lines, decoded."""
        text = self.head.removeprefix(BOM).decode(self.encoding, "replace")
        lines = text.splitlines()
        return lines if len(self.head) < HEAD else lines[: max(len(lines) - 1, 1)]

    @cached_property
    def separator(self) -> str:
        """The likeliest separator: the one that the header holds most of."""
        header = self.lines[0] if self.lines else ""
        return max(SEPARATORS, key=header.count)

    @cached_property
    def columns(self) -> list[str]:
        """Names of the columns; empty when the file is not a table."""
        if self.is_parquet:
            return self._parquet_columns()
        if not self.lines or b"\x00" in self.head:
            return []
        return [clean_name(name) for name in self.lines[0].split(self.separator)]

    def _parquet_columns(self) -> list[str]:
        try:
            return list(pl.read_parquet_schema(self.plain))
        except PolarsError as error:
            raise UnreadableSource(
                self.place, "ce fichier Parquet est incomplet ou abîmé.", ADVICE_DOWNLOAD
            ) from error


ADVICE_DOWNLOAD = "Téléchargez-le de nouveau, puis recommencez."


def clean_name(name: str) -> str:
    """A column name without quotes or surrounding spaces."""
    return name.strip().strip('"').strip()


@contextmanager
def opened(path: Path, *, limit: int = DEFAULT_LIMIT) -> Iterator[list[Opened]]:
    """The tables that a file holds: one, or several for a zip (those named `meta…` are left out).

    Refuses (`UnreadableSource`) an archive that stops short and more than `limit` bytes of text.
    """
    with path.open("rb") as stream:
        magic = stream.read(4)
    with TemporaryDirectory(prefix="ruche-") as folder:
        room = Path(folder)
        if magic.startswith(GZIP):
            tables = [_from_gzip(path, room, limit)]
        elif magic.startswith(ZIP) and _is_plain_zip(path):
            tables = _from_zip(path, room, limit)
        else:
            _refuse_above(limit, path.stat().st_size, Place(path.name))
            tables = [Opened(path, path, path.name)]
        yield [_in_utf8(table, room) for table in tables]


def _refuse_above(limit: int, size: int, place: Place) -> None:
    if size > limit:
        raise UnreadableSource(
            place,
            f"le fichier fait {size / 1e9:.1f} Go une fois décompressé, plus que la limite de "
            f"{limit / 1e9:.1f} Go.",
            "Extrayez-en les colonnes utiles (la première et celles des formules), ou relevez la "
            "limite avec --taille-max.",
        )


def _from_gzip(path: Path, folder: Path, limit: int) -> Opened:
    plain = folder / path.name.removesuffix(".gz")
    _unpack(lambda: gzip.GzipFile(path), plain, Place(path.name), limit)
    return Opened(path, plain, path.name)


def _unpack(
    open_packed: Callable[[], gzip.GzipFile | IO[bytes]], plain: Path, place: Place, limit: int
) -> None:
    """Write the content plain; refuse what stops short or grows beyond the limit."""
    try:
        with open_packed() as packed, plain.open("wb") as out:
            while block := packed.read(CHUNK):
                out.write(block)
                _refuse_above(limit, out.tell(), place)
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
        raise UnreadableSource(
            place, "l’archive est incomplète ou abîmée.", ADVICE_DOWNLOAD
        ) from error


def _is_plain_zip(path: Path) -> bool:
    """A zip of tables, not a spreadsheet (which is a zip too)."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "[Content_Types].xml" not in archive.namelist()
    except zipfile.BadZipFile as error:
        raise UnreadableSource(
            Place(path.name), "l’archive zip est incomplète ou abîmée.", ADVICE_DOWNLOAD
        ) from error


def _from_zip(path: Path, folder: Path, limit: int) -> list[Opened]:
    with zipfile.ZipFile(path) as archive:
        kept = [info for info in archive.infolist() if _is_data(info)]
        _refuse_above(limit, sum(info.file_size for info in kept), Place(path.name))
        return [_from_member(path, archive, info, folder, limit) for info in kept]


def _is_data(info: zipfile.ZipInfo) -> bool:
    name = PurePosixPath(info.filename).name.lower()
    return not (info.is_dir() or name.startswith(("meta", ".", "__")) or "metadata" in name)


def _from_member(
    path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo, folder: Path, limit: int
) -> Opened:
    inside = PurePosixPath(info.filename).name
    plain = folder / f"{len(list(folder.iterdir()))}-{inside}"
    name = f"{path.name}, {inside}"
    _unpack(lambda: archive.open(info), plain, Place(name), limit)
    return Opened(path, plain, name)


def _in_utf8(table: Opened, folder: Path) -> Opened:
    """The table, or a copy of it in UTF-8 when it is in latin-1."""
    if table.is_parquet or table.encoding == "utf-8":
        return table
    copy = folder / f"utf8-{table.plain.name}"
    with (
        table.plain.open(encoding="latin-1", newline="") as source,
        copy.open("w", encoding="utf-8", newline="") as out,
    ):
        shutil.copyfileobj(source, out, CHUNK)
    return Opened(table.source, copy, table.name)
