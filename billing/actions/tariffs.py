"""Price lists into the database: whole files, or one list that staff write. Nothing is overwritten.

A list that is stored with the same contents is left alone. What a file says goes before what is stored for the same
days: the stored list is ended, replaced or withdrawn, is kept as history, and the report says so. `keep_stored` refuses
such a file instead. When a list ends, an older one that held until further notice does not hold again: nothing does,
and the report says so. A stored list goes on afterwards where its own dates say it holds then.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils import timezone

from billing.models import TariffVersion
from billing.queries import rate_table
from billing.rules import tariff_checks, tariff_files
from billing.rules.spans import overlaps
from billing.rules.tariff_problems import Level, Problem, refuses
from billing.rules.tariff_words import GROUPS, name_of
from billing.rules.tariffs import Group, Tariff
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.tenancy.locks import one_at_a_time


class Outcome(StrEnum):
    """What became of a list for one group."""

    NEW = "new"
    SAME = "same"
    REPLACED = "replaced"
    # It ended an earlier list, or was given an end itself.
    ENDED = "ended"
    # A stored list that the file's own leaves no room for.
    WITHDRAWN = "withdrawn"
    # A stored list that holds again once the new one has ended.
    CONTINUED = "continued"


@dataclass(frozen=True)
class Stored:
    """One list for one group, and what became of it."""

    name: str
    group: Group
    valid_from: date
    valid_to: date | None
    outcome: Outcome


@dataclass
class Report:
    """What came of a file. `refused`: nothing of it was stored."""

    file: str
    company: str
    tariffs: int
    dry_run: bool
    problems: list[Problem] = field(default_factory=list)
    stored: list[Stored] = field(default_factory=list)
    refused: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "company": self.company,
            "tariffs": self.tariffs,
            "dry_run": self.dry_run,
            "refused": self.refused,
            "problems": [
                {
                    "level": problem.level.value,
                    "code": problem.code,
                    "line": problem.line,
                    "where": problem.where,
                    "text": problem.text,
                }
                for problem in self.problems
            ],
            "price_lists": [
                {
                    "name": one.name,
                    "group": one.group.value,
                    "valid_from": one.valid_from.isoformat(),
                    "valid_to": one.valid_to.isoformat() if one.valid_to else None,
                    "outcome": one.outcome.value,
                }
                for one in self.stored
            ],
        }


def import_tariffs(
    *,
    content: bytes,
    file: str,
    by: User | None,
    keep_stored: bool = False,
    accept_doubts: bool = False,
    dry_run: bool = False,
) -> Report:
    """Read a file of price lists into the current tenant: all of it, or nothing. Whatever it holds, it is a report.

    `keep_stored` refuses lists that say something else than is stored; `accept_doubts` takes prices that look wrong.
    """
    found = tariff_files.read(content, rate_table())
    report = Report(file, found.company, len(found.tariffs), dry_run, list(found.problems))
    report.refused = refuses(report.problems, accept_doubts=True)
    if not report.refused:
        how = _Storing(
            source=file,
            by=by,
            replaces=not keep_stored,
            withdraws=not keep_stored,
            accepts_doubts=accept_doubts,
        )
        _store_all(report, list(zip(found.tariffs, found.lines, strict=True)), how)
    return report


def save_tariff(*, tariff: Tariff, by: User | None, source: str) -> Report:
    """Store one list as staff have written it; it goes before what is stored for the same days."""
    report = Report(source, "", 1, dry_run=False)
    _store_all(
        report, [(tariff, 0)], _Storing(source=source, by=by, replaces=True, withdraws=False, accepts_doubts=True)
    )
    return report


@dataclass(frozen=True, kw_only=True)
class _Storing:
    source: str
    by: User | None
    replaces: bool
    withdraws: bool
    accepts_doubts: bool
    at: datetime = field(default_factory=timezone.now)
    # Stored lists that say themselves that they hold after the list that came in their place.
    cut: list[tuple[TariffVersion, date]] = field(default_factory=list)
    # (line, name, group, day): where a stored list held until further notice, and the one in its place has an end.
    ends: list[tuple[int, str, Group, date]] = field(default_factory=list)


def _store_all(report: Report, tariffs: Sequence[tuple[Tariff, int]], how: _Storing) -> None:
    with transaction.atomic():
        # Two imports at once would each see what the other has not stored yet.
        one_at_a_time("billing_tariffs")
        begins = sorted(line for _, line in tariffs)
        for tariff, line in sorted(tariffs, key=lambda one: one[0].valid_from):
            before = len(report.stored)
            for group in tariff.groups:
                _store(report, tariff, group, line, how)
            if {one.outcome for one in report.stored[before:]} == {Outcome.SAME}:
                # Somebody has accepted it already. A list goes on until the next begins.
                after = next((each for each in begins if each > line), math.inf)
                report.problems = [
                    one for one in report.problems if one.level != Level.DOUBT or not line <= one.line < after
                ]
        _continue(report, how)
        report.problems += _nothing_after(how)
        report.problems = _grouped(report.problems)
        report.refused = refuses(report.problems, accept_doubts=how.accepts_doubts)
        if report.refused or report.dry_run:
            transaction.set_rollback(True)
        elif changed := [one for one in report.stored if one.outcome != Outcome.SAME]:
            data = {"file": report.file, "company": report.company, "changed": len(changed)}
            audit.record(verb="billing.tariffs_imported", by=how.by, data=data)
    if report.refused:
        report.stored = []


def _store(report: Report, tariff: Tariff, group: Group, line: int, how: _Storing) -> None:
    payload, outcome = tariff_files.payload_of(tariff), Outcome.NEW
    there = list(TariffVersion.objects.in_force().filter(name=tariff.name, group=group))
    meeting = [row for row in there if overlaps(row.valid_from, row.valid_to, tariff.valid_from, tariff.valid_to)]
    for row in meeting:
        if row.valid_from == tariff.valid_from and row.says_the_same(payload, tariff.valid_to):
            report.stored.append(_stored(tariff, group, Outcome.SAME))
            return
        if problem := _in_the_way(row, tariff, payload, line, how):
            report.problems.append(problem)
            return
        made_room = _make_room(row, tariff, payload, line, how)
        if made_room == Outcome.WITHDRAWN:
            report.stored.append(Stored(row.name, group, row.valid_from, row.valid_to, made_room))
        else:
            outcome = made_room
    _check_taxes(report, there, tariff, line)
    report.stored.append(_stored(tariff, group, outcome))
    _insert(tariff, group, payload, how)


def _in_the_way(
    row: TariffVersion, tariff: Tariff, payload: dict[str, Any], line: int, how: _Storing
) -> Problem | None:
    """Tell why a stored list may not give way: it says something else, or begins later."""
    begins = {"group": name_of(GROUPS, Group(row.group)), "first": row.valid_from}
    if row.valid_from > tariff.valid_from:
        return None if how.withdraws else Problem("later_version", line, "", begins)
    only_its_end_is_new = row.payload == payload and row.valid_from == tariff.valid_from
    goes_on = row.valid_from < tariff.valid_from and row.valid_to is None
    return None if only_its_end_is_new or goes_on or how.replaces else Problem("changed", line, "", begins)


def _make_room(row: TariffVersion, tariff: Tariff, payload: dict[str, Any], line: int, how: _Storing) -> Outcome:
    """End a stored list where the new one begins, replace it, or withdraw it: the row itself is kept."""
    reaches_beyond = row.valid_to is None or (tariff.valid_to is not None and row.valid_to > tariff.valid_to)
    # From the same day on it is the same list, whose end the file now tells.
    if tariff.valid_to and reaches_beyond and row.valid_from != tariff.valid_from:
        if row.valid_to is None and row.valid_from < tariff.valid_from:
            how.ends.append((line, row.name, Group(row.group), tariff.valid_to))
        else:
            how.cut.append((row, tariff.valid_to))
    if row.valid_from < tariff.valid_from:
        _end(row, tariff.valid_from, how)
        return Outcome.ENDED
    _supersede(row, how)
    if row.valid_from > tariff.valid_from:
        return Outcome.WITHDRAWN
    return Outcome.ENDED if row.payload == payload else Outcome.REPLACED


def _end(row: TariffVersion, day: date, how: _Storing) -> None:
    """Let a list end where the next begins: its row is replaced by one with that end."""
    _supersede(row, how)
    _insert(replace(row.tariff, valid_to=day), Group(row.group), row.payload, how)


def _nothing_after(how: _Storing) -> Iterator[Problem]:
    """Tell where no list holds any more: what holds until further notice is over with the first that follows it."""
    for line, name, group, day in how.ends:
        there = TariffVersion.objects.in_force().filter(name=name, group=group)
        if not any(row.tariff.holds(day) for row in there):
            yield Problem("nothing_after", line, "gyldig_til", {"group": name_of(GROUPS, group), "first": day})


def _continue(report: Report, how: _Storing) -> None:
    """Let lists that were cut hold again after the new list, where the file has no other for those days."""
    for row, since in how.cut:
        there = TariffVersion.objects.in_force().filter(name=row.name, group=row.group)
        for begin, end in list(_free(there.order_by("valid_from"), since, row.valid_to)):
            _insert(replace(row.tariff, valid_from=begin, valid_to=end), Group(row.group), row.payload, how)
            report.stored.append(Stored(row.name, Group(row.group), begin, end, Outcome.CONTINUED))


def _free(rows: Iterable[TariffVersion], begin: date, end: date | None) -> Iterator[tuple[date, date | None]]:
    """Yield the stretches from one day up to, not including, another (None: for good) on which no row holds."""
    last = end or date.max
    for row in rows:
        if begin < min(row.valid_from, last):
            yield begin, min(row.valid_from, last)
        begin = max(begin, row.valid_to or date.max)
    if begin < last:
        yield begin, end


def _supersede(row: TariffVersion, how: _Storing) -> None:
    row.superseded_at = how.at
    row.save(update_fields=["superseded_at"])


def _insert(tariff: Tariff, group: Group, payload: dict[str, Any], how: _Storing) -> None:
    key = {"name": tariff.name, "group": group, "valid_from": tariff.valid_from}
    TariffVersion.objects.create(
        **key,
        valid_to=tariff.valid_to,
        payload=payload,
        revision=TariffVersion.objects.filter(**key).count() + 1,
        source=how.source[:255],
        created_at=how.at,
        by=how.by,
    )


def _check_taxes(report: Report, there: Iterable[TariffVersion], tariff: Tariff, line: int) -> None:
    """Compare with the stored list that goes right before: the file may hold only the new one."""
    before = [row for row in there if row.valid_from < tariff.valid_from]
    if before and line:
        latest = max(before, key=lambda row: row.valid_from)
        report.problems += tariff_checks.tax_problems(latest.tariff, tariff, line, rate_table())


def _grouped(problems: list[Problem]) -> list[Problem]:
    """Say once for all groups of a list what holds for each of them."""
    found: dict[tuple[object, ...], Problem] = {}
    for problem in problems:
        params = {key: value for key, value in problem.params.items() if key != "group"}
        key = (problem.code, problem.line, problem.where, *sorted(map(str, params.items())))
        group = str(problem.params.get("group", ""))
        if key in found and group and group not in str(found[key].params["group"]):
            groups = f"{found[key].params['group']}, {group}"
            found[key] = replace(problem, params={**problem.params, "group": groups})
        else:
            found.setdefault(key, problem)
    return list(found.values())


def _stored(tariff: Tariff, group: Group, outcome: Outcome) -> Stored:
    return Stored(tariff.name, group, tariff.valid_from, tariff.valid_to, outcome)
