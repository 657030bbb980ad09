"""The bytes of a meter file, read once from front to back, with a look at the beginning and as text of any encoding."""

from __future__ import annotations

import codecs
import io
from typing import BinaryIO

HEAD_BYTES = 64 * 1024

_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Controls that do occur in text files: tab, line feed, form feed, carriage return, Ctrl-Z, escape.
_TEXT_CONTROLS = frozenset(b"\t\n\f\r\x1a\x1b")
_CONTROLS = bytes(byte for byte in range(0x20) if byte not in _TEXT_CONTROLS)


class Source(io.RawIOBase):
    """Plays back the head that was looked at, then the rest of the stream; works for pipes as well as for files.

    Where the stream fails it ends, with the OSError in ``error``: an exception would cost what readers have buffered.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.error: OSError | None = None
        self.head = self._read_head()
        self._unread = self.head

    def _read_head(self) -> bytes:
        """Ask a pipe that hands out small pieces until it has given enough or ended."""
        pieces: list[bytes] = []
        missing = HEAD_BYTES
        while missing and (piece := self._read_on(missing)):
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)

    def _read_on(self, size: int) -> bytes:
        if self.error:
            return b""
        try:
            return self._stream.read(size)
        except OSError as error:
            self.error = error
            return b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the stub's WriteableBuffer has no len()
        piece = self._unread[: len(buffer)] if self._unread else self._read_on(len(buffer))
        self._unread = self._unread[len(piece) :]
        buffer[: len(piece)] = piece
        return len(piece)

    @property
    def is_empty(self) -> bool:
        return not self.head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n")

    @property
    def is_binary(self) -> bool:
        """No sensible text: a NUL (in UTF-16 a whole one), or more than one control character in ten."""
        if self.head.startswith(_UTF_16_MARKS):
            return "\0" in self.head_text()
        controls = len(self.head) - len(self.head.translate(None, _CONTROLS))
        return b"\0" in self.head or controls * 10 > len(self.head)

    def text(self) -> io.TextIOWrapper:
        """All of it as text with ``\\n`` line ends; UTF-16 by its mark, else UTF-8 with stray bytes read as cp1252."""
        encoding = "utf-16" if self.head.startswith(_UTF_16_MARKS) else "utf-8-sig"
        buffered = io.BufferedReader(self, HEAD_BYTES)
        return io.TextIOWrapper(buffered, encoding=encoding, errors="meter_file", newline=None)

    def head_text(self) -> str:
        encoding = "utf-16" if self.head.startswith(_UTF_16_MARKS) else "utf-8-sig"
        return self.head.decode(encoding, errors="meter_file")


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Old senders write names in cp1252; everything we need is ASCII, so one stray letter must not cost the file."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if not error.encoding.startswith("utf-8"):
        return "\N{REPLACEMENT CHARACTER}", error.end
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


codecs.register_error("meter_file", _as_cp1252)
