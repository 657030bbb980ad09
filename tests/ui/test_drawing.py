"""What is written for each bar of a chart: every text of it is text, and nothing is lost on the way."""

from decimal import Decimal
from html import unescape
from xml.etree import ElementTree

from django.template import Context, Template

from portal.ui.charts import Bar, BarChart, Line, State
from portal.ui.sparks import spark

HTML = Template("{% load ui %}{% chart chart %}")
EVIL = '<b title="x">&\'</b>'


def drawn(*bars: Bar, **fields: object) -> str:
    chart = BarChart(
        id="c",
        title="T",
        description="D",
        unit="kWh",
        bars=bars,
        columns=["Hour", "kWh", "More"],
        **fields,  # type: ignore[arg-type]
    )
    return HTML.render(Context({"chart": chart}))


def elements(html: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(f"<body>{html.replace(chr(160), ' ')}</body>").iter())


def texts(html: str) -> list[str]:
    return [text for element in elements(html) for text in (element.text, *element.attrib.values()) if text]


def test_no_text_of_a_bar_is_taken_for_markup() -> None:
    bars = (
        Bar(value=Decimal(2), tip=EVIL, label=EVIL, sublabel=EVIL, href=f"/x?a=1&b={EVIL}", note=EVIL, cells=[EVIL]),
        Bar(value=None, tip=EVIL, missing=EVIL, aria=EVIL),
    )
    html = drawn(*bars, missing_text=EVIL)
    assert "<b" not in html
    # Under the bar, below that, in the tip, above the bar, as the row's head, in its cell and in that of the gap.
    found = texts(html)
    assert found.count(EVIL) >= 9
    assert f"/x?a=1&b={EVIL}" in found
    assert unescape(html).count(EVIL) >= 12


def test_each_bar_has_its_slot_its_tip_and_its_row() -> None:
    bars = [
        Bar(value=Decimal(1), tip="one", label="1", cells=["a"], href="/one/"),
        Bar(value=None, tip="two", label="2", missing="later", is_minor=True),
        Bar(value=None, tip="three", is_blank=True),
        Bar(value=Decimal(4), tip="four", label="4", cells=["b"], state=State.PEAK, other=Decimal(3)),
    ]
    found = elements(drawn(*bars, mean=Line(value=Decimal(2), text="Mean")))
    classes = [element.get("class") for element in found]
    assert classes.count("chart__hit") == 3
    assert (classes.count("chart__gap"), classes.count("chart__other"), classes.count("is-minor")) == (1, 1, 1)
    assert [name for name in classes if name and name.startswith("chart__mark")] == [
        "chart__mark",
        "chart__mark is-peak",
    ]
    assert [element.get("href") for element in found if element.tag == "a"] == ["/one/"]
    rows = [["".join(cell.itertext()) for cell in row] for row in found if row.tag == "tr"]
    assert rows == [["Hour", "kWh", "More"], ["one", "1,0", "a"], ["two", "later"], ["four", "4,0", "b"]]


def test_a_days_small_drawing_marks_the_hour_it_is() -> None:
    template = Template('{% load ui %}{% include "components/spark.html" %}')
    html = template.render(
        Context({"spark": spark([Decimal(1), Decimal(2), None, Decimal(3)], now=1), "labels": ["00"]})
    )
    bars = [element for element in elements(html) if element.tag == "rect"]
    assert [bar.get("class") for bar in bars] == ["is-past", "is-now", None]
