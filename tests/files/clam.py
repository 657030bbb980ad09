"""A scanner on this machine: a real clamd where one is installed, else a server that speaks its protocol."""

import shutil
import socketserver
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.files.clients import clamd

# The harmless text that scanners know, in two halves, so that no scanner takes this file for it.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*").encode()
NAME = "Skranke.Eicar.Test"


class Scanner:
    def __init__(self) -> None:
        self.url = ""
        self.scanned: list[bytes] = []
        # What is answered instead of a finding: an error of clamd's, or b"" for hanging up.
        self.says: bytes | None = None


def handler_for(scanner: Scanner) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            command = self.read_until(b"\0")
            if command == b"zPING\0":
                self.wfile.write(b"PONG\0")
                return
            assert command == b"zINSTREAM\0", command
            content = b""
            while size := struct.unpack("!I", self.rfile.read(4))[0]:
                content += self.rfile.read(size)
            scanner.scanned.append(content)
            finding = f"stream: {NAME} FOUND\0" if EICAR in content else "stream: OK\0"
            self.wfile.write(finding.encode() if scanner.says is None else scanner.says)

        def read_until(self, end: bytes) -> bytes:
            read = b""
            while not read.endswith(end):
                read += self.rfile.read(1)
            return read

    return Handler


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def running_scanner() -> Iterator[Scanner]:
    scanner = Scanner()
    with Server(("127.0.0.1", 0), handler_for(scanner)) as server:
        scanner.url = f"tcp://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield scanner
        finally:
            server.shutdown()
            thread.join()


def installed() -> str:
    return shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin") or ""


@contextmanager
def running_clamd(folder: Path) -> Iterator[str]:
    """Run the real clamd, with a database of one signature: its own cannot be fetched in a test."""
    signatures = folder / "signatures"
    signatures.mkdir()
    (signatures / "test.ndb").write_text(f"{NAME}:0:*:{EICAR.hex()}\n")
    socket = folder / "clamd.sock"
    config = folder / "clamd.conf"
    config.write_text(
        f"DatabaseDirectory {signatures}\nLocalSocket {socket}\nForeground yes\nTemporaryDirectory {folder}\n"
        "StreamMaxLength 30M\n"
    )
    url = f"unix://{socket}"
    process = subprocess.Popen(
        [installed(), f"--config-file={config}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        wait_until_it_answers(url, process)
        yield url
    finally:
        process.terminate()
        process.communicate(timeout=20)


def wait_until_it_answers(url: str, process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + 30
    while not clamd.ping(url):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise AssertionError(f"clamd did not start: {process.communicate()[0]}")
        time.sleep(0.1)
