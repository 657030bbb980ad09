"""What documents draw their own way. Load with {% load pdf %}."""

from collections.abc import Iterator
from dataclasses import dataclass

from django import template

from portal.documents import look
from portal.tenancy.models import current_tenant_or_none
from portal.ui import charts

register = template.Library()

# How wide a chart's plot is drawn, in the SVG's own units; it is scaled to the paper.
PLOT_WIDTH = 640


@dataclass(frozen=True)
class PaperBar:
    """A bar in plain units: paper has one width, and what draws it knows no nested percentages."""

    mark: charts.Mark
    x: str
    y: str
    width: str
    height: str
    centre: str


def _units(percent: str) -> float:
    return float(percent.rstrip("%")) / 100 * PLOT_WIDTH


def paper_bars(plot: charts.Drawing) -> Iterator[PaperBar]:
    for mark in plot.marks:
        # On a page the bar runs 6 px past the base, where its box cuts it off.
        top = float(mark.box_y) + max(0.0, float(mark.y))
        y, height = (float(plot.top), float(plot.plot_height)) if mark.is_missing else (top, float(mark.height) - 6)
        numbers = (_units(mark.x), y, _units(mark.width), height, _units(mark.centre))
        yield PaperBar(mark, *(f"{number:.1f}" for number in numbers))


@register.inclusion_tag("pdf/_chart.html")
def pdf_chart(chart: charts.BarChart, *, table: bool = True) -> dict[str, object]:
    """Draw a bar chart for paper, with its key and, unless `table` is False, its table."""
    plot = charts.draw(chart)
    colours = look.palette_of(current_tenant_or_none())
    return {"chart": chart, "plot": plot, "bars": list(paper_bars(plot)), "colours": colours, "table": table}


@register.filter
def colour(colours: dict[str, str], name: str) -> str:
    """Return a colour of the theme: {{ colours|colour:"primary-base-default" }}."""
    return colours.get(name, "#000000")
