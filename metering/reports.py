"""What came of a meter file, for people and for machines. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from metering.importers.reasons import text_for
from metering.importers.series import Note, Params, Rejection

# So many issues are kept with their line; the rest is only counted.
MAX_KEPT = 10_000


@dataclass(slots=True)
class Issue:
    """A refusal or a note; refusals of one reason for one metering point can be one issue with a count of series."""

    line: int
    reference: str
    code: str
    params: Params = field(default_factory=dict)
    values: int = 0
    is_note: bool = False

    @property
    def text(self) -> str:
        return text_for(self.code, self.params)


@dataclass(slots=True)
class Issues:
    """The issues of a file, at most MAX_KEPT of them with all they say."""

    kept: list[Issue] = field(default_factory=list)
    count: int = 0
    refusals: int = 0
    values: int = 0
    _grouped: dict[tuple[str, str], Issue] = field(default_factory=dict)

    def add(self, outcome: Rejection | Note, *, grouped: bool = False) -> None:
        """`grouped`: the metering point's further refusals for the same reason only add to the values of the first."""
        values = outcome.values if isinstance(outcome, Rejection) else 0
        self.values += values
        if grouped and (first := self._grouped.get((outcome.reference, outcome.code))):
            first.values += values
            return
        is_note = isinstance(outcome, Note)
        issue = Issue(outcome.line, outcome.reference, outcome.code, outcome.params, values, is_note)
        self.count += 1
        self.refusals += not is_note
        if grouped:
            self._grouped[outcome.reference, outcome.code] = issue
        if len(self.kept) < MAX_KEPT:
            self.kept.append(issue)


@dataclass(slots=True)
class Report:
    """One file. Values are counted, not series; `already_imported` means that the counts are of the first time."""

    file: str
    format: str = ""
    already_imported: bool = False
    dry_run: bool = False
    series: int = 0
    accepted: int = 0
    corrected: int = 0
    unchanged: int = 0
    rejected: int = 0
    seconds: float = 0.0
    issue_count: int = 0
    issues: list[Issue] = field(default_factory=list)

    @property
    def has_refusals(self) -> bool:
        return any(not issue.is_note for issue in self.issues)

    @property
    def values_per_second(self) -> int:
        values = self.accepted + self.corrected + self.unchanged
        return int(values / self.seconds) if self.seconds else 0

    def as_json(self) -> dict[str, object]:
        """The report as `import_readings --json` prints it, with the reasons as codes and in words."""
        plain = asdict(self)
        plain["issues"] = [asdict(issue) | {"message": issue.text} for issue in self.issues]
        return {**plain, "values_per_second": self.values_per_second, "has_refusals": self.has_refusals}
