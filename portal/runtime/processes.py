"""Runs the demo's programs side by side: their lines with their names in front, and all of them end together."""

import contextlib
import ctypes
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence

# The worker finishes the task in hand; longer than this nobody waits after Ctrl-C.
KIND_SECONDS = 8
LOOK_SECONDS = 0.2
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Process = subprocess.Popen[bytes]


def run_together(
    commands: Mapping[str, Sequence[str]], environment: Mapping[str, str], each_look: Callable[[], None]
) -> str:
    """Run the commands until one of them ends, stop the others, and return the name of the one that ended.

    `each_look` is called a few times a second. Whatever is raised meanwhile (KeyboardInterrupt), all are stopped.
    """
    running: dict[str, Process] = {}
    width = max(len(name) for name in commands)
    output = Output()
    on_terminal = sys.stdout.isatty()
    try:
        for name, command in commands.items():
            running[name] = start(command, environment)
            output.add(running[name], f"{name:<{width}} | ")
        while not (ended := [name for name, process in running.items() if process.poll() is not None]):
            output.pass_on()
            each_look()
            if on_terminal and not sys.stdout.isatty():
                raise KeyboardInterrupt  # its window was closed, and not every shell or make tells us
        return ended[0]
    finally:
        for number in ENDINGS:
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave somebody behind
        stop(running.values(), output)


class Output:
    """What the processes write, passed on line by line with the writer's name in front."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._unfinished: dict[int, bytes] = {}

    def add(self, process: Process, prefix: str) -> None:
        if process.stdout:
            self._selector.register(process.stdout, selectors.EVENT_READ, prefix)

    def pass_on(self) -> None:
        """Wait a moment for something to be written, and print it."""
        for key, _ in self._selector.select(LOOK_SECONDS):
            written = os.read(key.fd, 65536)
            if not written:
                self._selector.unregister(key.fileobj)
            *lines, rest = (self._unfinished.pop(key.fd, b"") + written).split(b"\n")
            self._unfinished[key.fd] = rest
            say("".join(f"{key.data}{line.decode('utf-8', 'replace')}\n" for line in lines))

    def close(self) -> None:
        for key in list(self._selector.get_map().values()):
            self._selector.unregister(key.fileobj)
        self._selector.close()


def say(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError:
        # Nobody reads any more (window closed, `| head`): whatever is under way goes on without a word.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def start(command: Sequence[str], environment: Mapping[str, str]) -> Process:
    return subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C comes to us, and we end them in order
        preexec_fn=end_with_parent,  # noqa: PLW1509  (no thread is running)
    )


def end_with_parent() -> None:
    """Ask the kernel to stop this process when its parent dies, even by kill -9 (Linux only)."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def stop(processes: Collection[Process], output: Output) -> None:
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + KIND_SECONDS
    while any(process.poll() is None for process in processes) and time.monotonic() < deadline:
        output.pass_on()
    output.pass_on()
    output.close()
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # each leads a group of its own, with its workers
        process.wait()
        if process.stdout:
            process.stdout.close()
