"""What a drawing has one of for each of its bars, written as HTML here: a template takes ten times as long for each.

The frame, the key and the table's head stand in the components' templates. All texts of a chart are escaped here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from portal.ui.charts import BarChart, Drawing, Mark, Row, State
from portal.ui.sparks import Spark, SparkBar

BASE = ' class="chart__base"'


@dataclass(frozen=True)
class Parts:
    """A chart's groups, in the order they are drawn in, and the rows of its table."""

    levels: SafeString
    others: SafeString
    bars: SafeString
    values: SafeString
    axis: SafeString
    hits: SafeString
    rows: SafeString


def parts_of(chart: BarChart, plot: Drawing) -> Parts:
    return Parts(
        levels=_joined(
            f'<line x1="0" x2="100%" y1="{level.y}" y2="{level.y}"{BASE if level.is_base else ""}/>'
            f'<text x="-10" y="{level.y}" dy=".35em">{level.text}</text>'
            for level in plot.levels
        ),
        others=_joined(
            f'<rect class="chart__other" x="{mark.other_x}" y="{mark.other_y}" width="{mark.other_width}"'
            f' height="{mark.other_height}"/><rect class="chart__level" x="{mark.other_x}" y="{mark.other_y}"'
            f' width="{mark.other_width}" height="2"/>'
            for mark in plot.marks
            if mark.other_y
        ),
        bars=_joined(_bar(mark, chart, plot) for mark in plot.marks if not mark.bar.is_blank),
        values=_joined(
            f'<text class="chart__value" x="{mark.centre}" y="{mark.text_y}">{_text(mark.printed)}</text>'
            for mark in plot.marks
            if mark.printed and not mark.is_missing and mark is not plot.now
        ),
        axis=_joined(_labels(mark, plot) for mark in plot.marks if mark.bar.label),
        hits=_joined(_hit(mark, plot) for mark in plot.marks if not mark.bar.is_blank),
        rows=_joined(_row(row, plot, has_remarks=bool(chart.remark)) for row in plot.rows),
    )


def _joined(pieces: Iterable[str]) -> SafeString:
    return mark_safe("\n".join(pieces))  # numbers of ours, and what _text has escaped


def _text(value: str) -> str:
    return value if isinstance(value, SafeString) else escape(str(value))


def _bar(mark: Mark, chart: BarChart, plot: Drawing) -> str:
    if mark.is_missing:
        is_outside = " is-outside" if mark.bar.is_outside else ""
        return (
            f'<rect class="chart__gap{is_outside}" x="{mark.x}" y="{plot.top}" width="{mark.width}"'
            f' height="{plot.plot_height}" rx="3" fill="url(#{_text(chart.id)}-gap)"/>'
        )
    state = f" is-{mark.bar.state.value}" if mark.bar.state else ""
    return (
        f'<svg y="{mark.box_y}" width="100%" height="{mark.box_height}"><rect class="chart__mark{state}"'
        f' x="{mark.x}" y="{mark.y}" width="{mark.width}" height="{mark.height}" rx="3"/></svg>'
    )


def _labels(mark: Mark, plot: Drawing) -> str:
    bar = mark.bar
    kind = ' class="is-now"' if bar.state is State.NOW else ' class="is-minor"' if bar.is_minor else ""
    label = f'<text{kind} x="{mark.centre}" y="{plot.label_y}">{_text(bar.label)}</text>'
    if not bar.sublabel:
        return label
    return f'{label}<text x="{mark.centre}" y="{plot.sublabel_y}">{_text(bar.sublabel)}</text>'


def _hit(mark: Mark, plot: Drawing) -> str:
    """The whole slot: it shows the value on hover, focus and tap, and leads to the finer period where there is one."""
    tip, name = mark.tip, _text(mark.aria)
    if mark.bar.href:
        begin, end = f'<a href="{_text(mark.bar.href)}" aria-label="{name}">', "</a>"
    else:
        begin, end = f'<g tabindex="0" role="img" aria-label="{name}">', "</g>"
    return (
        f'{begin}<rect class="chart__hit" x="{mark.slot_x}" y="8" width="{mark.slot_width}"'
        f' height="{plot.hit_height}"/><svg class="chart__tip" x="{mark.centre}" y="{tip.y}" aria-hidden="true">'
        f'<rect x="{tip.left}" width="{tip.width}" height="44" rx="4"/><text x="{tip.text_x}" y="18">'
        f'{_text(tip.title)}</text><text x="{tip.text_x}" y="35">{_text(tip.value)}</text></svg>{end}'
    )


def _row(row: Row, plot: Drawing, *, has_remarks: bool) -> str:
    """A remark stands twice, of which one is shown: in the last column, or in a line of its own below."""
    last = f'<td class="wide-only">{_text(row.remark)}</td>' if has_remarks else ""
    if row.missing:
        cells = f'<td colspan="{plot.value_columns}" class="muted">{_text(row.missing)}</td>'
    else:
        cells = "".join(f"<td>{_text(cell)}</td>" for cell in row.cells)
    line = f'<tr><th scope="row">{_text(row.head)}</th>{cells}{last}</tr>'
    if not (has_remarks and row.remark):
        return line
    across = int(plot.value_columns) + 1
    return f'{line}<tr class="remark narrow-only"><td colspan="{across}">{_text(row.remark)}</td></tr>'


def spark_bars(spark: Spark) -> SafeString:
    """Write the bars of a day's small drawing."""
    return mark_safe("".join(map(_spark_bar, spark.bars)))  # numbers of ours


def _spark_bar(bar: SparkBar) -> str:
    state = f' class="is-{bar.state}"' if bar.state else ""
    return f'<rect x="{bar.x}" y="{bar.y}" width="{bar.width}" height="{bar.height}" rx="1.5"{state}/>'
