"""Files come in any order: what the sender registered last counts, value by value, and is not lost to a late file."""

import io
import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from metering import actions
from metering.days import DayValues, merge
from metering.importers import gs2_writer
from metering.importers.series import Series
from metering.models import ReadingDayRevision
from metering.reports import Report
from portal.tenancy.models import Tenant
from tests.metering import factories
from tests.metering.elhub_files import NEW_HEADING
from tests.metering.gs2_files import POINT, hours

MIDNIGHT = datetime(2026, 1, 4, 23, tzinfo=UTC)
MONDAY = date(2026, 1, 5)
FIRST, SECOND, THIRD = (datetime(2026, 1, day, 6, tzinfo=UTC) for day in (6, 7, 8))


def import_(series: Series, written_at: datetime, *, again: bool = False) -> Report:
    out = io.StringIO()
    gs2_writer.write(out, [series], written_at=written_at)
    return actions.import_file(stream=io.BytesIO(out.getvalue().encode()), name="a.gs2", by=None, again=again)


def test_an_older_file_that_comes_late_replaces_nothing_and_says_so(tenant: Tenant) -> None:
    point = factories.point()
    import_(hours([9] * 24, start=MIDNIGHT), SECOND)
    report = import_(hours([1] * 24, start=MIDNIGHT), FIRST)
    assert (report.corrected, report.unchanged) == (0, 24)
    assert [(issue.code, issue.params, issue.is_note) for issue in report.issues] == [
        ("outdated_values", {"count": 24}, True)
    ]
    assert factories.stored(point, MONDAY).values_wh == [9] * 24
    assert ReadingDayRevision.objects.count() == 0


def test_an_older_file_still_fills_what_is_missing(tenant: Tenant) -> None:
    point = factories.point()
    import_(hours([9] * 12, start=MIDNIGHT), SECOND)
    report = import_(hours([1] * 24, start=MIDNIGHT), FIRST)
    assert (report.accepted, report.unchanged) == (12, 12)
    assert factories.stored(point, MONDAY).values_wh == [9] * 12 + [1] * 12


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_corrections_of_different_hours_do_not_depend_on_the_order_of_the_files(
    tenant: Tenant, order: tuple[int, int, int]
) -> None:
    point = factories.point()
    files = [
        (hours([1] * 24, start=MIDNIGHT), FIRST),
        (hours([8, 8], start=MIDNIGHT + timedelta(hours=6)), SECOND),
        (hours([9, 9], start=MIDNIGHT + timedelta(hours=7)), THIRD),
    ]
    for number in order:
        import_(*files[number])
    assert factories.stored(point, MONDAY).values_wh == [1] * 6 + [8, 9, 9] + [1] * 15


def test_a_value_that_was_confirmed_is_as_new_as_its_confirmation(tenant: Tenant) -> None:
    point = factories.point()
    import_(hours([5] * 24, start=MIDNIGHT), FIRST)
    import_(hours([5] * 24, start=MIDNIGHT), THIRD)
    import_(hours([7] * 24, start=MIDNIGHT), SECOND)
    day = factories.stored(point, MONDAY)
    assert (day.values_wh, day.registered_at) == ([5] * 24, THIRD)


def csv(*rows: tuple[int, int, datetime]) -> bytes:
    """An Elhub CSV of hours of Monday: the hour, its Wh, and when it was registered."""
    lines = [NEW_HEADING]
    for hour, wh, at in rows:
        start, stop = (MIDNIGHT + timedelta(hours=hour + more) for more in (0, 1))
        lines.append(f"{start.isoformat()};{stop.isoformat()};KWH 60 Forbruk;{wh};Wh;Målt;{at.isoformat()}")
    return "\n".join([*lines, ""]).encode()


def import_csv(*rows: tuple[int, int, datetime]) -> Report:
    return actions.import_file(stream=io.BytesIO(csv(*rows)), name=f"{POINT}.csv", by=None)


def test_a_day_confirmed_in_parts_keeps_the_time_of_each(tenant: Tenant) -> None:
    """The afternoon was confirmed later than the correction of the morning was made: that still counts."""
    point = factories.point()
    import_(hours([1] * 24, start=MIDNIGHT), FIRST)
    import_csv(*[(hour, 1, FIRST if hour < 12 else THIRD) for hour in range(24)])
    import_csv((3, 9, SECOND), (15, 9, SECOND))
    assert factories.stored(point, MONDAY).values_wh == [1] * 3 + [9] + [1] * 20


def test_a_confirmation_counts_for_the_hours_that_were_older_than_it(tenant: Tenant) -> None:
    point = factories.point()
    import_(hours([1] * 24, start=MIDNIGHT), FIRST)
    import_csv((6, 8, THIRD))
    report = import_csv(*[(hour, 8 if hour == 6 else 1, SECOND) for hour in range(24)])
    assert (report.unchanged, report.corrected, report.accepted) == (24, 0, 0)
    import_csv((3, 9, FIRST + timedelta(hours=1)), (6, 9, SECOND + timedelta(hours=1)), (7, 9, THIRD))
    assert factories.stored(point, MONDAY).values_wh == [1] * 6 + [8, 9] + [1] * 16


def test_a_day_that_comes_again_in_the_same_file_corrects_the_first(tenant: Tenant) -> None:
    """Registered later, and not to be taken for the same stretch as what stands between."""
    point = factories.point()
    rows = [(hour, 1, FIRST) for hour in range(24)]
    rows += [(hour, 2, SECOND) for hour in range(24, 48)]
    rows += [(hour, 3, SECOND) for hour in range(24)]
    report = import_csv(*rows)
    assert (report.rejected, factories.stored(point, MONDAY).values_wh) == (0, [3] * 24)
    assert import_csv(*rows, (30, 4, SECOND)).rejected == 1


def test_a_clock_that_is_far_ahead_does_not_close_a_day_for_good(tenant: Tenant) -> None:
    point = factories.point()
    import_(hours([5] * 24, start=MIDNIGHT), datetime(2099, 1, 1, tzinfo=UTC))
    assert factories.stored(point, MONDAY).registered_at <= timezone.now()


moments = st.integers(0, 5).map(lambda hour: FIRST + timedelta(hours=hour))
parts = st.lists(st.tuples(st.lists(st.none() | st.integers(0, 3), min_size=4, max_size=4), moments), max_size=5)


def day_of(values: list[int | None], at: datetime) -> DayValues:
    return DayValues(MONDAY, 60, values, None, at)


@settings(max_examples=200)
@given(parts, st.randoms())
def test_of_any_corrections_the_newest_value_of_each_hour_stands(
    corrections: list[tuple[list[int | None], datetime]], random: "object"
) -> None:
    unique = list({at: values for values, at in corrections}.items())
    expected: list[int | None] = [None] * 4
    for _, values in sorted(unique):
        expected = [old if new is None else new for old, new in zip(expected, values, strict=True)]
    random.shuffle(unique)  # type: ignore[attr-defined]
    stored = day_of([None] * 4, FIRST - timedelta(days=1))
    for at, values in unique:
        stored = merge(stored, day_of(values, at)).day
    assert stored.values_wh == expected
