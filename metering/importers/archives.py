"""Files as they come: plain, packed with gzip, or several in a zip archive. Nothing is unpacked to disk or to memory.

A packed file that would unpack to far more than any meter file is a bomb: reading it ends with an OSError, as it does
where the archive is broken, so that it is one line of a report.
"""

from __future__ import annotations

import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, cast

GZIP, ZIP, EMPTY_ZIP = b"\x1f\x8b", b"PK\x03\x04", b"PK\x05\x06"
MAX_MEMBERS = 2_000
# A day of all of Norway's metering points as Elhub XML is 10 GB.
MAX_UNPACKED = 16 << 30
# Real meter files shrink to a fiftieth; deflate can do a thousandth.
MAX_RATIO = 300
FREE_OF_RATIO = 64 << 20
BROKEN = (EOFError, zlib.error, zipfile.BadZipFile, lzma.LZMAError, struct.error, RuntimeError, ValueError)


@dataclass(frozen=True, slots=True)
class Member:
    """A file to be read; ``open`` begins it from the front, as often as is wanted."""

    name: str
    open: Callable[[], BinaryIO]


def members(stream: BinaryIO, name: str) -> Iterator[Member]:
    """Yield what is in a seekable file: itself where it is not packed. Never raises on bad content."""
    stream.seek(0)
    begin = stream.read(4)
    if begin == ZIP:
        yield from _zipped(stream, name)
    elif begin.startswith(GZIP):
        yield Member(name.removesuffix(".gz"), lambda: _gunzipped(_rewound(stream)))
    else:
        yield Member(name, lambda: _rewound(stream))


def _rewound(stream: BinaryIO) -> BinaryIO:
    stream.seek(0)
    return stream


def _zipped(stream: BinaryIO, name: str) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(stream)
        infos = [info for info in archive.infolist() if _is_wanted(info)]
    except (*BROKEN, OSError) as error:
        message = str(error)
        yield Member(name, lambda: _Broken(message))
        return
    # A spreadsheet is an archive too; what is inside it is no concern of ours.
    if not infos or any(info.filename == "[Content_Types].xml" for info in infos):
        yield Member(name, lambda: _rewound(stream))
        return
    for info in infos[:MAX_MEMBERS]:
        yield _member(archive, info)
    if len(infos) > MAX_MEMBERS:
        yield Member(name, lambda: _Broken(f"more than {MAX_MEMBERS} files in the archive"))


def is_empty(head: bytes) -> bool:
    """Tell whether there is nothing to read in an archive that begins so; one without files is short."""
    try:
        return not any(_is_wanted(info) for info in zipfile.ZipFile(io.BytesIO(head)).infolist())
    except (*BROKEN, OSError):
        return False


def _is_wanted(info: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(info.filename)
    return not info.is_dir() and not path.name.startswith(".") and "__MACOSX" not in path.parts


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Member:
    name = PurePosixPath(info.filename).name

    def begin() -> BinaryIO:
        try:
            unpacked = Unpacked(_opened(archive, info), info.compress_size)
            is_packed_again = unpacked.read(2) == GZIP
            unpacked.close()
            again = Unpacked(_opened(archive, info), info.compress_size)
        except (*BROKEN, OSError) as error:
            return _Broken(str(error))
        return _gunzipped(again) if is_packed_again else again

    return Member(name.removesuffix(".gz"), begin)


def _opened(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> zipfile.ZipExtFile:
    return cast(zipfile.ZipExtFile, archive.open(info))


def _gunzipped(packed: BinaryIO) -> BinaryIO:
    counted = _Counted(packed)
    return Unpacked(gzip.GzipFile(fileobj=counted, mode="rb"), lambda: counted.taken)


class _Counted(io.RawIOBase, BinaryIO):
    """Passes bytes on and counts them."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.taken = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        self.taken += len(piece)
        return piece


class Unpacked(io.RawIOBase, BinaryIO):
    """What comes out of something packed, as long as it is in proportion to what went in."""

    def __init__(self, stream: gzip.GzipFile | zipfile.ZipExtFile, packed: int | Callable[[], int]) -> None:
        self._stream = stream
        self._packed = packed if callable(packed) else lambda: packed
        self._taken = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Raises OSError where the archive is broken, or a bomb."""
        try:
            # Not read(): that throws away what it has when the archive breaks off.
            piece = self._stream.read1(size if size >= 0 else 1 << 20)
        except BROKEN as error:
            raise OSError(str(error)) from error
        self._taken += len(piece)
        if self._taken > MAX_UNPACKED or self._taken > FREE_OF_RATIO + MAX_RATIO * self._packed():
            raise OSError("it unpacks to far more than a meter file has")
        return piece or b""


class _Broken(io.RawIOBase, BinaryIO):
    """A file that cannot be read at all, and says why."""

    def __init__(self, message: str) -> None:
        self._message = message

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Raises OSError, always."""
        raise OSError(self._message)
