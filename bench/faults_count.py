"""What a load-and-fault run left behind, against what people were told."""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg

from bench.faults_people import Diary
from bench.faults_servers import Site

# What the worker may take for what was left over.
DRAIN_SECONDS = 60
WAITING = "SELECT count(*) FROM notifications_message WHERE state IN ('queued', 'failed', 'sending')"


@dataclass
class Outcome:
    figures: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def must_be_empty(self, what: str, found: Any) -> None:
        self.figures[what] = len(found)
        if found:
            self.wrong.append(f"{what}: {list(found)[:5]}")


def _server(site: Site) -> Any:
    return psycopg.connect(site.services.superuser_url, autocommit=True)


def drain(site: Site) -> None:
    """Let the five minutes pass that a dead worker's messages are held, and beat's minute, then wait for the worker."""
    with _server(site) as server:
        server.execute(
            """UPDATE notifications_message SET sending_since = sending_since - interval '5 minutes'
                WHERE state = 'sending'"""
        )
        server.execute("UPDATE notifications_message SET next_attempt_at = now() WHERE state = 'failed'")
    from portal.celery import app

    deadline = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < deadline:
        app.send_task("portal.notifications.tasks.sweep_all_tenants", queue="messages")
        time.sleep(2)
        with _server(site) as server:
            left = server.execute(WAITING).fetchone()
        if not left[0]:
            return


def count(site: Site, diary: Diary) -> Outcome:
    outcome = Outcome()
    with _server(site) as server:
        _orders(server, diary, outcome)
        _call_offs(server, diary, outcome)
        _readings(server, diary, outcome)
        _messages(server, site, outcome)
    _pages(diary, outcome)
    return outcome


def _orders(server: Any, diary: Diary, outcome: Outcome) -> None:
    rows = server.execute(
        """SELECT o.submission_key::text, o.number, count(l.id) FROM orders_order o
             LEFT JOIN orders_orderline l ON l.order_id = o.id WHERE o.submission_key IS NOT NULL GROUP BY o.id"""
    ).fetchall()
    there = {key: number for key, number, _ in rows}
    outcome.figures["orders acknowledged"] = len(diary.orders)
    lost = [number for key, number in diary.orders.items() if there.get(key) != number]
    outcome.must_be_empty("orders lost", lost)
    outcome.must_be_empty("orders with another number of jobs than one", [n for _, n, jobs in rows if jobs != 1])
    outcome.must_be_empty("order numbers given twice", _twice(diary.orders.values()))


def _call_offs(server: Any, diary: Diary, outcome: Outcome) -> None:
    rows = server.execute(
        "SELECT submission_key::text, number FROM callouts_calloff WHERE number IS NOT NULL"
    ).fetchall()
    there = dict(rows)
    outcome.figures["call-offs acknowledged"] = len(diary.call_offs)
    lost = [number for key, number in diary.call_offs.items() if there.get(key) != number]
    outcome.must_be_empty("call-offs lost", lost)
    outcome.must_be_empty("call-off numbers given twice", _twice([number for _, number in rows]))


def _twice(numbers: Any) -> list[Any]:
    return [number for number, times in Counter(numbers).items() if times > 1]


def _readings(server: Any, diary: Diary, outcome: Outcome) -> None:
    rows = server.execute(
        """SELECT p.gsrn, d.day, d.values_wh FROM metering_readingday d
             JOIN metering_meteringpoint p ON p.id = d.metering_point_id"""
    ).fetchall()
    there = {(gsrn.strip(), day): values for gsrn, day, values in rows}
    outcome.figures["meter files acknowledged"] = diary.files
    outcome.figures["values in them"] = sum(map(len, diary.readings.values()))
    outcome.must_be_empty("days of readings lost", [key for key in diary.readings if key not in there])
    other = [key for key, values in diary.readings.items() if key in there and there[key] != values]
    outcome.must_be_empty("days of readings with other values", other)
    outcome.must_be_empty("days of readings there twice", _twice((gsrn, day) for gsrn, day, _ in rows))
    sums = server.execute(
        """SELECT p.gsrn, m.month, m.total_wh FROM metering_readingmonth m
             JOIN metering_meteringpoint p ON p.id = m.metering_point_id"""
    ).fetchall()
    expected: Counter[tuple[str, date]] = Counter()
    for (gsrn, day), values in there.items():
        expected[gsrn, day.replace(day=1)] += sum(filter(None, values))
    kept = {(gsrn.strip(), month): wh for gsrn, month, wh in sums}
    outcome.must_be_empty("months that are not the sum of their days", set(kept.items()) ^ set(expected.items()))


def _messages(server: Any, site: Site, outcome: Outcome) -> None:
    rows = server.execute("SELECT reference::text, state, key, channel FROM notifications_message").fetchall()
    states = Counter(state for _, state, _, _ in rows)
    outcome.figures["messages"] = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
    waiting = [key for _, state, key, _ in rows if state in {"queued", "failed", "sending"}]
    outcome.must_be_empty("messages left waiting", waiting)
    outcome.must_be_empty("messages given up", [key for _, state, key, _ in rows if state == "given_up"])
    taken = Counter(site.gateway_took())
    outcome.figures["SMS that the gateway took"] = sum(taken.values())
    outcome.must_be_empty("SMS that the gateway took twice", _twice(site.gateway_took()))
    sms = [(reference, state, key) for reference, state, key, channel in rows if channel == "sms"]
    never = [key for reference, state, key in sms if state in {"sent", "delivered"} and not taken[reference]]
    outcome.must_be_empty("SMS called sent that the gateway never got", never)
    untold = server.execute(
        """SELECT number FROM orders_order o JOIN audit_entry a ON a.verb = 'orders.sent' AND a.object_id = o.id
            WHERE NOT EXISTS (SELECT FROM notifications_message WHERE key = 'order:' || o.id || ':confirmed')"""
    ).fetchall()
    outcome.must_be_empty("orders of which nobody is told", untold)


def _pages(diary: Diary, outcome: Outcome) -> None:
    outcome.figures["pages asked for"] = sum(diary.statuses.values())
    outcome.figures["… answered"] = ", ".join(f"{number} × {name}" for name, number in sorted(diary.statuses.items()))
    outcome.must_be_empty("unkind answers", diary.unkind)
    if diary.seconds:
        in_order = sorted(diary.seconds)
        for name, share in (("median", 0.5), ("95 %", 0.95), ("99 %", 0.99)):
            outcome.figures[f"seconds a page took, {name}"] = f"{in_order[int(len(in_order) * share)]:.3f}"
    for name, seconds in diary.back_after.items():
        outcome.figures[f"“{name}”: from being started to the first page"] = f"{seconds:.1f} s"
    outcome.figures["pressed to the end of patience"] = len(diary.unanswered)
