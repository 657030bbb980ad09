"""How long `make demo` takes until it answers: the first time, with everything to be made, and every time after.

    python -m bench.demo_start

With a data folder of its own; what is installed already is not installed again. The warm start is a share of the cold.
"""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from threading import Timer
from time import perf_counter

from bench import program
from bench.table import Row
from portal.runtime.place import CHECKOUT
from portal.runtime.testing import free_port

RUNNING = "Skranke is running."
# On a busy machine a cold start has taken nearly ten minutes.
MOST_SECONDS = 1800
GIVEN = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")


def seconds_until_running(data: Path) -> float:
    """Start the demo on this data, wait until it says that it runs, and stop it."""
    environment = {name: value for name, value in os.environ.items() if name not in GIVEN}
    environment |= {"SKRANKE_DATA": str(data), "PORT": str(free_port()), "PYTHONUNBUFFERED": "1"}
    began = perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "portal.runtime", "demo"],
        env=environment,
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as demo:
        # Also one that says nothing more is stopped; its output ends then.
        limit = Timer(MOST_SECONDS, demo.send_signal, [signal.SIGTERM])
        limit.start()
        try:
            for line in demo.stdout or []:
                if RUNNING in line:
                    return perf_counter() - began
        finally:
            limit.cancel()
            demo.send_signal(signal.SIGTERM)
            demo.wait()
    raise RuntimeError(f"the demo did not start within {MOST_SECONDS} seconds")


def rows(_: bool) -> list[Row]:  # noqa: FBT001  (as every part)
    with tempfile.TemporaryDirectory(prefix="skranke-demo-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        data = Path(folder) / "data"
        cold = seconds_until_running(data)
        warm = min(seconds_until_running(data) for _ in range(2))
        subprocess.run(
            [sys.executable, "-m", "portal.runtime", "clean"],
            env={**os.environ, "SKRANKE_DATA": str(data)},
            cwd=CHECKOUT,
            check=False,
        )
    return [Row("demo", "warm `make demo`", warm / cold, "cold `make demo`", "≤ 0.5", f"{warm:.1f} s and {cold:.1f} s")]


def main() -> int:
    return program.run(__doc__, rows)


if __name__ == "__main__":
    sys.exit(main())
