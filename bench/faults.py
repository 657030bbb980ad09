"""Many customers at once, while the worker is killed, Valkey is stopped and PostgreSQL is cut off. Stops by itself.

    python -m bench.faults                    two minutes with twelve customers
    python -m bench.faults --seconds 60 --customers 6

Everything runs on this machine, on servers and ports of its own, and is gone afterwards: two web processes of four
threads, a worker and beat, an SMS gateway that writes down what it is given. Each customer orders, sends in call-offs
and reads pages, one after the other; beside them meter files are taken in. A person whose page fails presses again,
with the same form. At the end it is counted what was acknowledged and what is there. Exit code 0 when nothing was lost
or doubled and no page was unkind, else 1.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import faults_count, faults_people, faults_servers

Log = Callable[[str], None]
# After each fault, so that it is seen how soon things are well again.
REST = 8


@dataclass(frozen=True)
class Fault:
    """What happens after a share of the time, and how long it lasts."""

    at: float
    name: str
    begin: Callable[[], Any]
    seconds: float
    end: Callable[[], Any]


def plan(site: faults_servers.Site) -> list[Fault]:
    return [
        Fault(0.15, "worker killed", site.worker.kill, 3, site.worker.start),
        Fault(0.35, "Valkey stopped", site.stop_valkey, 8, site.start_valkey),
        Fault(0.55, "PostgreSQL cut off", site.stop_postgres, 6, site.start_postgres),
        Fault(0.85, "worker killed again", site.worker.kill, 3, site.worker.start),
    ]


def run(seconds: float, customers: int, log: Log, kept: Path | None = None) -> faults_count.Outcome:
    with ExitStack() as stack:
        folder = kept or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="skranke-faults-")))
        folder.mkdir(exist_ok=True)
        # PostgreSQL's own user must get to its data.
        folder.chmod(0o755)
        site = stack.enter_context(faults_servers.site(folder))
        log("servers are up, companies and customers are being made")
        people = faults_people.make(site, customers)
        site.start_programs(stack)
        log(f"{customers} customers for {seconds:.0f} s")
        diary = faults_people.Diary()
        threads = [
            threading.Thread(target=person.live, args=(diary, time.monotonic() + seconds), daemon=True)
            for person in people
        ]
        threads.append(
            threading.Thread(
                target=faults_people.import_files, args=(site, diary, time.monotonic() + seconds), daemon=True
            )
        )
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for fault in plan(site):
            time.sleep(max(0.0, began + fault.at * seconds - time.monotonic()))
            diary.during = fault.name
            log(f"{time.monotonic() - began:5.0f} s  {fault.name}")
            fault.begin()
            time.sleep(fault.seconds)
            diary.recovering, diary.during = (fault.name, time.monotonic()), ""
            fault.end()
            log(f"{time.monotonic() - began:5.0f} s  … and back")
            time.sleep(REST)
        for thread in threads:
            thread.join(seconds + faults_people.PATIENCE + 30)
        log("everybody is done; the outbox empties")
        faults_count.drain(site)
        return faults_count.count(site, diary)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120, help="how long customers go on (120)")
    parser.add_argument("--customers", type=int, default=12, help="how many at once (12)")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="keep data and logs there; the next run starts sooner"
    )
    options = parser.parse_args()
    outcome = run(options.seconds, options.customers, lambda text: print(text, flush=True), options.keep)
    print()
    for name, figure in outcome.figures.items():
        print(f"  {name:<58}{figure:>10}")
    for problem in outcome.wrong:
        print(f"  WRONG: {problem}")
    print("nothing lost, nothing doubled" if not outcome.wrong else f"{len(outcome.wrong)} findings")
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
