"""Bar charts as server-rendered SVG: what a page describes, and where everything lands.

x and widths are percentages, y and text are pixels, and there is no viewBox: one drawing fits every width and the text
keeps its size. A missing value is a hatched slot, never a bar of zero. Everything in a drawing is text with a decimal
point, because a template would write a number with the language's decimal comma.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from django.utils.translation import gettext

from portal.ui.formatting import NBSP, number
from portal.ui.levels import decimals_of, ticks

TOP = 26
AXIS_STEP, AXIS_FOOT = 17, 13
# From here on the bars carry no printed value: it shows on hover, focus and tap.
MAX_PRINTED = 7
WIDEST_USUAL = 4
TIP_HEIGHT, TIP_MIN_WIDTH, TIP_CHARACTER = 44, 112, 7.4


class State(StrEnum):
    """How a bar stands out. One bar has one: what is happening now comes before the extremes, they before the past, and
    before a value of which a part is missing, or which is not measured.
    """

    PLAIN = ""
    NOW = "now"
    PEAK = "peak"
    LOW = "low"
    PAST = "past"
    PARTIAL = "partial"
    ESTIMATED = "estimated"


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One value. `label` and `sublabel` stand under it ("" for none), `tip` and `aria` name it when it is read.

    `value` None is a missing value, which `missing` explains ("comes at 07:00"); with `is_blank` it is only a slot that
    is kept free (a day still to come) and not a row of the table. `href` leads to the finer period. `is_minor` labels
    are left out on phones. `note` is a word printed above the bar, beside "now" on the bar that is. `cells` are its
    further columns in the table, `remark` is what there is to say of it there. `other` is the value that this one is
    compared with, drawn as a wider, paler bar behind it. With `is_outside` nobody expects the missing value (it is of a
    time before the first ones): its slot is framed with dots and not hatched.
    """

    value: Decimal | None
    tip: str
    label: str = ""
    sublabel: str = ""
    href: str = ""
    aria: str = ""
    state: State = State.PLAIN
    is_minor: bool = False
    note: str = ""
    missing: str = ""
    is_blank: bool = False
    is_outside: bool = False
    cells: Sequence[str] = ()
    remark: str = ""
    other: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """A level across the chart: the mean (dashed) or a limit (red). `text` explains it in the key."""

    value: Decimal
    text: str


@dataclass(frozen=True, kw_only=True)
class BarChart:
    """A chart with its key and its table.

    `id` is unique in the page; `title` stands above it with the unit ("kWh per day"), `description` is read out; `unit`
    follows a value. `key` explains states ({State.PEAK: "Highest day"}), `missing_text` the hatched slots, and
    `outside_text` the dotted ones. The table has the bars' tips, values and `cells` under `columns` (heading of the
    first column, of the value, of each further one), and `total` as its last row. With `remark`, a heading, the table
    has a last column of the bars' remarks; on phones, where it would be off the screen, each stands in a line of its
    own below. `other_text` explains the bars behind in the key. `height` is the height of the plot in pixels.
    """

    id: str
    title: str
    description: str
    unit: str
    bars: Sequence[Bar]
    columns: Sequence[str]
    decimals: int = 1
    mean: Line | None = None
    limit: Line | None = None
    key: Mapping[State, str] = field(default_factory=dict)
    missing_text: str = ""
    outside_text: str = ""
    total: Sequence[str] = ()
    remark: str = ""
    other_text: str = ""
    height: int = 236

    @cached_property
    def values(self) -> list[Decimal]:
        values = (value for bar in self.bars for value in (bar.value, bar.other))
        return [value for value in values if value is not None]

    @cached_property
    def has_others(self) -> bool:
        return any(bar.other is not None for bar in self.bars)


# The drawing ---------------------------------------------------------------------------------------


def _percent(share: float) -> str:
    return f"{share * 100:.2f}".rstrip("0").rstrip(".") + "%"


def _px(value: float) -> str:
    return f"{value:.1f}"


@dataclass(frozen=True)
class Level:
    y: str
    text: str
    is_base: bool


@dataclass(frozen=True)
class Tip:
    """The value on hover and focus; near an edge it is drawn inwards, so that it stays in the card."""

    y: str
    left: str
    width: str
    text_x: str
    title: str
    value: str


@dataclass(frozen=True)
class Mark:
    """A bar as drawn: its clip box (which cuts the rounding off at the base), its rectangle in it, and its texts."""

    bar: Bar
    x: str
    width: str
    centre: str
    slot_x: str
    slot_width: str
    box_y: str
    box_height: str
    y: str
    height: str
    text_y: str
    printed: str
    tip: Tip
    aria: str
    # The bar behind, "" without one.
    other_x: str = ""
    other_width: str = ""
    other_y: str = ""
    other_height: str = ""

    @property
    def is_missing(self) -> bool:
        return self.bar.value is None


@dataclass(frozen=True)
class Row:
    head: str
    cells: Sequence[str]
    missing: str
    remark: str


@dataclass(frozen=True)
class KeyEntry:
    kind: str
    text: str


@dataclass(frozen=True)
class Drawing:
    height: int
    top: str
    plot_height: str
    hit_height: str
    levels: Sequence[Level]
    marks: Sequence[Mark]
    mean_y: str
    limit_y: str
    label_y: str
    sublabel_y: str
    now: Mark | None
    now_y: str
    # Near an edge its word is drawn inwards: "start", "end", or "" between.
    now_at: str
    key: Sequence[KeyEntry]
    rows: Sequence[Row]
    value_columns: str

    @property
    def is_wide(self) -> bool:
        """Whether the axis has numbers such as 1 200, which need more room beside it."""
        return any(len(level.text) > WIDEST_USUAL for level in self.levels)


class _Scale:
    """Turns values into pixels from the top of the SVG."""

    def __init__(self, chart: BarChart) -> None:
        # Words under negative bars need room above the axis' own labels.
        self.foot = AXIS_STEP if any(value < 0 for value in chart.values) else 0
        lines = [line.value for line in (chart.mean, chart.limit) if line]
        covered = [Decimal(0), *chart.values, *lines]
        self.levels = ticks(min(covered), max(covered))
        self.bottom = TOP + chart.height
        self.height = chart.height

    def y(self, value: Decimal) -> float:
        low, high = self.levels[0], self.levels[-1]
        return self.bottom - float((value - low) / (high - low)) * self.height


def _bar_share(count: int, *, has_others: bool = False) -> float:
    """Return how much of its slot a bar fills: few bars are slim, many leave only a hairline between them.

    Before a bar that it is compared with it is slim too, but for many: what is missing in it shows by its edge.
    """
    if has_others:
        return 0.5 if count <= 25 else 0.62
    return 0.58 if count <= MAX_PRINTED else 0.74 if count <= 25 else 0.66


def _tip(bar: Bar, chart: BarChart, centre: float, top: float) -> Tip:
    value = f"{number(bar.value, chart.decimals)}{NBSP}{chart.unit}" if bar.value is not None else _missing(bar)
    width = max(TIP_MIN_WIDTH, 18 + TIP_CHARACTER * max(len(bar.tip), len(value)))
    left = -14.0 if centre < 0.15 else 14 - width if centre > 0.85 else -width / 2
    return Tip(_px(max(2, top - TIP_HEIGHT - 8)), _px(left), _px(width), _px(left + width / 2), bar.tip, value)


def _missing(bar: Bar) -> str:
    return bar.missing or gettext("Missing")


def _aria(bar: Bar, chart: BarChart) -> str:
    if bar.aria:
        return bar.aria
    value = f"{number(bar.value, chart.decimals)} {chart.unit}" if bar.value is not None else _missing(bar)
    extreme = chart.key.get(bar.state, "") if bar.state not in (State.PLAIN, State.PAST) else ""
    also = bar.note if bar.state is State.NOW else ""
    return ", ".join(filter(None, [f"{bar.tip}: {value}", extreme.lower(), also]))


def _mark(bar: Bar, index: int, chart: BarChart, scale: _Scale) -> Mark:
    slot = 1 / len(chart.bars)
    width, centre = slot * _bar_share(len(chart.bars), has_others=chart.has_others), slot * (index + 0.5)
    zero = scale.y(Decimal(0))
    end = scale.y(bar.value) if bar.value is not None else float(TOP)
    is_negative = bar.value is not None and bar.value < 0
    # The rectangle runs 6 px past the base and its box cuts them off: rounded only at the free end.
    box_y, box_height = (zero, scale.bottom - zero) if is_negative else (TOP - 2, zero - TOP + 2)
    return Mark(
        bar=bar,
        x=_percent(centre - width / 2),
        width=_percent(width),
        centre=_percent(centre),
        slot_x=_percent(slot * index),
        slot_width=_percent(slot),
        box_y=_px(box_y),
        box_height=_px(box_height),
        y=_px(-6 if is_negative else end - box_y),
        height=_px(abs(zero - end) + 6),
        text_y=_px(end + 15 if is_negative else end - 7),
        printed=bar.note or _printed(bar, chart),
        tip=_tip(bar, chart, centre, min(zero, end)),
        aria=_aria(bar, chart),
        **_behind(bar, slot, centre, scale),
    )


def _behind(bar: Bar, slot: float, centre: float, scale: "_Scale") -> dict[str, str]:
    """Return where the bar behind lands; it fills nearly all of the slot."""
    if bar.other is None or bar.other < 0:
        return {}
    y, width = scale.y(bar.other), slot * 0.96
    return {
        "other_x": _percent(centre - width / 2),
        "other_width": _percent(width),
        "other_y": _px(y),
        "other_height": _px(max(0.0, scale.y(Decimal(0)) - y)),
    }


def _printed(bar: Bar, chart: BarChart) -> str:
    return number(bar.value, chart.decimals) if bar.value is not None and len(chart.bars) <= MAX_PRINTED else ""


def _key(chart: BarChart) -> list[KeyEntry]:
    """Return the entries of the key; missing values and lines are always explained."""
    present = {bar.state for bar in chart.bars if bar.value is not None}
    entries = [KeyEntry(state.value, text) for state, text in chart.key.items() if state in present]
    entries += [KeyEntry("other", chart.other_text)] if any(bar.other is not None for bar in chart.bars) else []
    entries += [KeyEntry("mean", chart.mean.text)] if chart.mean else []
    entries += [KeyEntry("limit", chart.limit.text)] if chart.limit else []
    missing = [bar for bar in chart.bars if bar.value is None and not bar.is_blank]
    if any(bar.is_outside for bar in missing):
        entries.append(KeyEntry("outside", chart.outside_text))
    if not all(bar.is_outside for bar in missing):
        entries.append(KeyEntry("gap", chart.missing_text or gettext("Missing values")))
    return entries


def _row(bar: Bar, chart: BarChart) -> Row:
    if bar.value is None and bar.other is None:
        return Row(bar.tip, [], _missing(bar), bar.remark)
    value = _missing(bar) if bar.value is None else number(bar.value, chart.decimals)
    return Row(bar.tip, [value, *bar.cells], "", bar.remark)


def _now_at(now: Mark) -> str:
    centre = float(now.centre.rstrip("%"))
    return "start" if centre < 12 else "end" if centre > 88 else ""


def draw(chart: BarChart) -> Drawing:
    """Work out where everything of a chart lands. A chart without bars draws an empty frame."""
    scale = _Scale(chart)
    decimals = decimals_of(scale.levels)
    marks = [_mark(bar, index, chart, scale) for index, bar in enumerate(chart.bars)]
    now = next((mark for mark in marks if mark.bar.state is State.NOW and not mark.is_missing), None)
    many = len(chart.bars) > MAX_PRINTED
    label_rows = 2 if any(bar.sublabel for bar in chart.bars) else 1
    return Drawing(
        height=scale.bottom + scale.foot + AXIS_FOOT + AXIS_STEP * label_rows,
        top=str(TOP),
        plot_height=str(chart.height),
        hit_height=str(chart.height + TOP - 8),
        levels=[Level(_px(scale.y(level)), number(level, decimals), level == 0) for level in scale.levels],
        marks=marks,
        mean_y=_px(scale.y(chart.mean.value)) if chart.mean else "",
        limit_y=_px(scale.y(chart.limit.value)) if chart.limit else "",
        label_y=str(scale.bottom + scale.foot + 20),
        sublabel_y=str(scale.bottom + scale.foot + 20 + AXIS_STEP),
        now=now if many else None,
        now_y=_px(scale.y(max(now.bar.value or Decimal(0), Decimal(0))) - 3) if now else "",
        now_at=_now_at(now) if now else "",
        key=_key(chart),
        rows=[_row(bar, chart) for bar in chart.bars if not bar.is_blank],
        value_columns=str(max(1, len(chart.columns) - 1)),
    )


def mark_extremes(bars: Sequence[Bar], *, highest: int = 1, lowest: int = 0) -> list[Bar]:
    """Return the bars with the so many highest and lowest marked as peak and low; of equal values the earliest.

    A bar that is now keeps that; missing values are passed over.
    """
    ranked = sorted((bar.value, index) for index, bar in enumerate(bars) if bar.value is not None)
    states = {index: State.LOW for _, index in ranked[:lowest]}
    states |= {index: State.PEAK for _, index in sorted(ranked, key=lambda pair: (-pair[0], pair[1]))[:highest]}
    return [
        replace(bar, state=states[index]) if index in states and bar.state is not State.NOW else bar
        for index, bar in enumerate(bars)
    ]
