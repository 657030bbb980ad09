"""What came of a meter file, for people and for machines. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from metering.importers.numbers import shown
from metering.importers.reasons import text_for
from metering.importers.series import Note, Params, Rejection

# What says that a file is broken, and not one of its series.
WHOLE_FILE = frozenset(
    {
        "empty_file",
        "binary_file",
        "spreadsheet",
        "empty_archive",
        "archive_in_archive",
        "unknown_format",
        "unreadable_file",
        "no_series",
        "only_meter_readings",
        "no_end_message",
        "cut_short",
        "wrong_object_count",
        "broken_xml",
        "xml_doctype",
        "bad_header",
        "point_not_named",
    }
)
# What somebody, or time, may have mended since: such a file is worth another look.
MENDABLE = frozenset({"no_production", "parking_full", "future_values", "point_not_named"})
# So many issues are kept with their line; the rest is only counted.
MAX_KEPT = 10_000
# No particulars of an issue are longer.
LONGEST = 200


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
        is_note = isinstance(outcome, Note)
        self.values += 0 if is_note else outcome.values
        if grouped and (first := self._grouped.get((outcome.reference, outcome.code))):
            first.values += outcome.values
            return
        # Whatever a file has in it, the report of it can be kept.
        params = {
            name: shown(value, LONGEST) if isinstance(value, str) else value for name, value in outcome.params.items()
        }
        issue = Issue(outcome.line, shown(outcome.reference), outcome.code, params, outcome.values, is_note)
        self.count += 1
        self.refusals += not is_note
        if len(self.kept) < MAX_KEPT:
            self.kept.append(issue)
            if grouped:
                self._grouped[outcome.reference, outcome.code] = issue


@dataclass(slots=True)
class Report:
    """One file. Values are counted, not series; `already_imported` means that the counts are of the first time."""

    file: str
    batch_id: int | None = None
    format: str = ""
    already_imported: bool = False
    dry_run: bool = False
    series: int = 0
    accepted: int = 0
    corrected: int = 0
    unchanged: int = 0
    rejected: int = 0
    parked: int = 0
    seconds: float = 0.0
    issue_count: int = 0
    issues: list[Issue] = field(default_factory=list)

    @property
    def has_refusals(self) -> bool:
        """True when something of the file is not in: refused, or parked."""
        return bool(self.parked) or any(not issue.is_note for issue in self.issues)

    @property
    def has_failed(self) -> bool:
        """True when the file as a whole is not right, or most of what is in it was refused: not just some series."""
        refusals = [issue for issue in self.issues if not issue.is_note]
        taken = self.accepted + self.corrected + self.unchanged + self.parked
        # A series whose values could not even be counted is refused too.
        return (
            any(issue.code in WHOLE_FILE for issue in refusals) or self.rejected > taken or bool(refusals and not taken)
        )

    @property
    def reasons(self) -> list[str]:
        """Why it has failed, each reason once: what is wrong with the whole file, else with what was refused of it."""
        refusals = [issue for issue in self.issues if not issue.is_note]
        whole = [issue for issue in refusals if issue.code in WHOLE_FILE]
        return list(dict.fromkeys(issue.text for issue in whole or refusals))

    @property
    def values_per_second(self) -> int:
        values = self.accepted + self.corrected + self.unchanged
        return int(values / self.seconds) if self.seconds else 0

    def as_json(self) -> dict[str, object]:
        """The report as `import_readings --json` prints it, with the reasons as codes and in words."""
        plain = asdict(self)
        plain["issues"] = [asdict(issue) | {"message": issue.text} for issue in self.issues]
        return {**plain, "values_per_second": self.values_per_second, "has_refusals": self.has_refusals}
