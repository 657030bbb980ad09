"""`python -m portal.runtime demo` runs the demo; `clean` removes the embedded servers' data."""

import os
import signal
import sys
from types import FrameType

from portal.runtime import demo, services
from portal.runtime.place import CannotStart, place
from portal.runtime.processes import say


def run_demo() -> int:
    try:
        demo.run()
    except demo.AlreadyRunning as where:
        say(f"{where}\n")
        return 0
    except KeyboardInterrupt:
        say("\nStopped.\n")
        return 0
    except (demo.Refused, CannotStart) as reason:
        sys.stderr.write(f"{reason}\n")
    return 1


def clean() -> int:
    try:
        services.remove_data(place())
    except services.InUse as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    return 0


def interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    command = {"demo": run_demo, "clean": clean}.get(" ".join(arguments))
    if command is None:
        sys.stderr.write(f"{__doc__}\n")
        return os.EX_USAGE
    return command()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
