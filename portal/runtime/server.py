"""What the two embedded servers have in common: started, found alive, and stopped without trusting process ids.

A server inherits a locked file, and so holds the lock for exactly as long as one of its processes lives. That says
"alive" truly even after kill -9 or a restart of the machine, when a pid file names a process that is something else.
"""

import os
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

from portal.runtime import locks
from portal.runtime.place import CannotStart, Place

START_SECONDS = 60
STOP_SECONDS = 30


class Server(ABC):
    """One server in its place. Every method but `answers` is called with the place's start lock held."""

    name = ""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.folder = place.data / self.name.lower()
        self.log = self.folder / "server.log"
        self.alive = place.data / f"{self.name.lower()}.alive"

    @abstractmethod
    def answers(self) -> bool:
        """Whether it is ready for use."""

    @abstractmethod
    def start(self) -> None:
        """Return when it is ready for use. Raises CannotStart with the reason."""

    @abstractmethod
    def ask_to_stop(self) -> None:
        """Return at once; `stop` waits."""

    def is_alive(self) -> bool:
        return locks.is_taken(self.alive)

    def launch(self, *command: str | Path) -> None:
        """Run a command that leaves the server running in the background and returns."""
        descriptor = locks.take(self.alive)
        try:
            self.run(*command, keep=(descriptor,))
        finally:
            os.close(descriptor)

    def run(self, *command: str | Path, keep: tuple[int, ...] = ()) -> None:
        options = self.place.account.process_options()
        try:
            subprocess.run(
                command,
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                pass_fds=keep,
                start_new_session=True,  # Ctrl-C is for us, not for the servers
                **options,
            )
        except subprocess.CalledProcessError as error:
            raise CannotStart(self.failure(error.stderr)) from error
        except OSError as error:
            raise CannotStart(self.failure(str(error))) from error

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Wait until the condition holds. Raises CannotStart when the server dies or takes too long."""
        deadline = time.monotonic() + START_SECONDS
        while not condition():
            if not self.is_alive() or time.monotonic() > deadline:
                raise CannotStart(self.failure(self.end_of_log()))
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop it if it runs, and wait until it is gone."""
        deadline = time.monotonic() + STOP_SECONDS
        asked = False
        while self.is_alive() and time.monotonic() < deadline:
            if not asked:
                self.ask_to_stop()
                asked = True
            time.sleep(0.02)

    def failure(self, reason: str) -> str:
        return f"The embedded {self.name} did not start ({self.folder}):\n{reason.strip()}"

    def end_of_log(self) -> str:
        if not self.log.exists():
            return "It left no log."
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:])
