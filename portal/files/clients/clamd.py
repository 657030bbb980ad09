"""The client of clamd, ClamAV's daemon: the INSTREAM command over TCP or a Unix socket.

    zINSTREAM\\0  then blocks of <length, 4 bytes, big endian><that many bytes>, and a block of length 0.
    Answers: "stream: OK\\0", "stream: <name> FOUND\\0", "… ERROR\\0".

CLAMD_URL is `tcp://host:3310` or `unix:///run/clamav/clamd.ctl`. clamd's own StreamMaxLength must allow our largest
file (25 MB is its default).
"""

import socket
import struct
from typing import IO
from urllib.parse import urlsplit

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 60.0
PING_SECONDS = 5.0
BLOCK = 64 * 1024
LONGEST_ANSWER = 4096


class ScannerUnavailable(Exception):
    """The scanner was not reached, or did not say whether the file is clean."""


def scan(url: str, file: IO[bytes]) -> str:
    """Return what was found in a file, "" for nothing. Raises ScannerUnavailable when nobody knows."""
    try:
        with _connected(url) as connection:
            connection.sendall(b"zINSTREAM\0")
            while block := file.read(BLOCK):
                connection.sendall(struct.pack("!I", len(block)) + block)
            connection.sendall(struct.pack("!I", 0))
            answer = _answer(connection)
    except OSError as error:
        raise ScannerUnavailable(f"clamd: {type(error).__name__} {error}") from error
    return _finding(answer)


def ping(url: str) -> bool:
    """Tell whether a scanner answers."""
    try:
        with _connected(url) as connection:
            connection.settimeout(PING_SECONDS)
            connection.sendall(b"zPING\0")
            return _answer(connection) == "PONG"
    except OSError:
        return False


def _connected(url: str) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(CONNECT_SECONDS)
        try:
            connection.connect(parts.path)
        except OSError:
            connection.close()
            raise
    else:
        connection = socket.create_connection((parts.hostname or "localhost", parts.port or 3310), CONNECT_SECONDS)
    connection.settimeout(ANSWER_SECONDS)
    return connection


def _answer(connection: socket.socket) -> str:
    """Read up to the NUL that ends an answer, or to the end of the connection."""
    read = b""
    while not read.endswith(b"\0") and len(read) < LONGEST_ANSWER:
        more = connection.recv(LONGEST_ANSWER)
        if not more:
            break
        read += more
    return read.rstrip(b"\0\n").decode("utf-8", "replace")


def _finding(answer: str) -> str:
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")
    raise ScannerUnavailable(f"clamd: {said or 'no answer'}")
