"""The types of files we take: by extension and by content, which must agree."""

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

import puremagic

from portal.files.rules.problems import Problem

MB = 1_000_000
HEAD = 8192
# Of a file in an office document that is looked into; the rest is only listed.
MOST_ENTRIES = 5000
MOST_UNPACKED = 300 * MB
HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"heif"}
MARKUP = re.compile(rb"<(!doctype|html|svg|script|\?xml|\?php|head|body|iframe|!--)", re.IGNORECASE)


@dataclass(frozen=True)
class Kind:
    """A type of file. `looks` tells by the content whether a file is one; it may raise a Problem that says more."""

    media_type: str
    extensions: tuple[str, ...]
    looks: Callable[[IO[bytes], str], bool]
    is_image: bool = False


@dataclass(frozen=True)
class Rules:
    """What a form takes: kinds of files, the largest image and the largest other file in bytes."""

    kinds: tuple[Kind, ...]
    image_limit: int = 15 * MB
    limit: int = 25 * MB

    @property
    def extensions(self) -> list[str]:
        return [extension for kind in self.kinds for extension in kind.extensions]

    @property
    def accept(self) -> str:
        """For the input's `accept`: extensions, and types, by which phones offer the camera."""
        types = dict.fromkeys(kind.media_type for kind in self.kinds)
        return ",".join([*(f".{extension}" for extension in self.extensions), *types])

    @property
    def names(self) -> str:
        """For people: "JPEG, PNG, PDF"."""
        return ", ".join(dict.fromkeys(kind.extensions[-1].upper() for kind in self.kinds))

    def kind_of(self, file: IO[bytes], name: str, size: int) -> Kind:
        """Return what kind of file it is. Raises Problem when it is none we take, too large, or not what it says."""
        if size == 0:
            raise Problem("empty", name)
        kind = self._kind_named(name)
        limit = self.image_limit if kind.is_image else self.limit
        if size > limit:
            raise Problem("too_large", name, {"size": size, "limit": limit})
        file.seek(0)
        if not kind.looks(file, name):
            kind = self._renamed_image(kind, file, name)
        file.seek(0)
        return kind

    def _kind_named(self, name: str) -> Kind:
        extension = name.rpartition(".")[2].lower()
        for kind in self.kinds:
            if "." in name and extension in kind.extensions:
                return kind
        raise Problem("type", name, {"types": self.names})

    def _renamed_image(self, kind: Kind, file: IO[bytes], name: str) -> Kind:
        """Phones call HEIC pictures .jpg, and browsers WebP ones .png: a picture we take is one whatever it is called.
        It is made anew in any case. Everything else must be what its name says.
        """
        for other in self.kinds:
            file.seek(0)
            if kind.is_image and other.is_image and other.looks(file, name):
                return other
        raise Problem("mismatch", name)


def _begins(*signatures: bytes) -> Callable[[IO[bytes], str], bool]:
    return lambda file, _name: file.read(16).startswith(signatures)


def _is_webp(file: IO[bytes], _name: str) -> bool:
    head = file.read(16)
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_heif(file: IO[bytes], _name: str) -> bool:
    head = file.read(64)
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, 64, 4))}
    return head[4:8] == b"ftyp" and bool(brands & HEIF_BRANDS)


def _office(part: str) -> Callable[[IO[bytes], str], bool]:
    def looks(file: IO[bytes], name: str) -> bool:
        entries = _entries(file, name)
        return entries is not None and {"[Content_Types].xml", part} <= entries

    return looks


def _is_odt(file: IO[bytes], name: str) -> bool:
    """The first entry says, unpacked, what the file is."""
    head = file.read(90)
    file.seek(0)
    entries = _entries(file, name)
    return entries is not None and head[30:77] == b"mimetypeapplication/vnd.oasis.opendocument.text"


def _entries(file: IO[bytes], name: str) -> set[str] | None:
    """Return the names in a zip file, None when it is none; nothing is unpacked. Raises Problem for macros, bombs."""
    if file.read(4) != b"PK\x03\x04":
        return None
    try:
        with zipfile.ZipFile(file) as archive:
            listed = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Problem("broken", name) from error
    if len(listed) > MOST_ENTRIES or sum(entry.file_size for entry in listed) > MOST_UNPACKED:
        raise Problem("unpacked", name)
    names = {entry.filename for entry in listed}
    if any("vbaproject" in entry.lower() or entry.startswith("Basic/") for entry in names):
        raise Problem("macros", name)
    return names


def _is_text(file: IO[bytes], _name: str) -> bool:
    """Text, and no page or program: what a browser or a shell would run is none, whatever it is called."""
    head = file.read(HEAD)
    if b"\0" in head or MARKUP.search(head) or head.startswith((b"MZ", b"\x7fELF", b"#!", b"%PDF", b"PK")):
        return False
    # Windows' Latin letters are text too: control characters tell data from it.
    return not any(byte < 9 or 13 < byte < 32 for byte in head) and not _known_binary(head)


def _known_binary(head: bytes) -> bool:
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return False
    return any(match.confidence >= 0.8 and not match.mime_type.startswith("text/") for match in found[:1])


JPEG = Kind("image/jpeg", ("jpg", "jpeg"), _begins(b"\xff\xd8\xff"), is_image=True)
PNG = Kind("image/png", ("png",), _begins(b"\x89PNG\r\n\x1a\n"), is_image=True)
WEBP = Kind("image/webp", ("webp",), _is_webp, is_image=True)
HEIC = Kind("image/heic", ("heif", "heic"), _is_heif, is_image=True)
PDF = Kind("application/pdf", ("pdf",), _begins(b"%PDF-"))
DOCX = Kind(
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ("docx",),
    _office("word/document.xml"),
)
XLSX = Kind(
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ("xlsx",),
    _office("xl/workbook.xml"),
)
ODT = Kind("application/vnd.oasis.opendocument.text", ("odt",), _is_odt)
CSV = Kind("text/csv", ("csv",), _is_text)
TXT = Kind("text/plain", ("txt",), _is_text)

IMAGES = Rules((JPEG, PNG, WEBP, HEIC))
DOCUMENTS = Rules((JPEG, PNG, WEBP, HEIC, PDF, DOCX, XLSX, ODT, CSV, TXT))
