"""Bar charts: missing values are never zero, and the key and the table tell what the bars show."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from django.template import engines
from django.utils import translation

from portal.ui.charts import Bar, BarChart, Line, State, draw, mark_extremes


def bar(value: str | None, tip: str = "Mon", **fields: object) -> Bar:
    return Bar(value=Decimal(value) if value is not None else None, tip=tip, **fields)  # type: ignore[arg-type]


def chart(bars: Sequence[Bar], **fields: object) -> BarChart:
    basis = {
        "id": "week",
        "title": "kWh per day",
        "description": "Use per day",
        "unit": "kWh",
        "columns": ["Day", "kWh"],
    }
    return BarChart(bars=bars, **(basis | fields))  # type: ignore[arg-type]


def render(subject: BarChart) -> str:
    with translation.override("en"):
        return engines["django"].from_string("{% load ui %}{% chart chart %}").render({"chart": subject})


def test_a_missing_value_is_a_hatched_slot_and_not_a_bar_of_zero() -> None:
    html = render(chart([bar("5"), bar(None, "Tue", missing="comes tomorrow")]))

    assert html.count('class="chart__mark"') == 1
    assert html.count('class="chart__gap"') == 1
    assert 'fill="url(#week-gap)"' in html


def test_a_missing_value_says_so_in_the_key_and_in_the_table() -> None:
    html = render(chart([bar("5"), bar(None, "Tue", missing="comes tomorrow")], missing_text="Not read yet"))

    assert '<span class="key key--gap"></span>Not read yet' in html
    assert '<td colspan="1" class="muted">comes tomorrow</td>' in html


def test_a_day_still_to_come_keeps_its_slot_free() -> None:
    drawing = draw(chart([bar("5"), bar(None, "", is_blank=True)]))

    assert [row.head for row in drawing.rows] == ["Mon"]
    assert drawing.key == []
    assert drawing.marks[0].slot_width == "50%"


def test_the_table_has_the_values_of_the_bars() -> None:
    html = render(
        chart(
            [bar("48.51", cells=["72.59 kr"])], decimals=2, columns=["Day", "kWh", "Cost"], total=["Sum", "48.51", ""]
        )
    )

    assert '<tr><th scope="row">Mon</th><td>48.51</td><td>72.59 kr</td></tr>' in html
    assert '<tfoot><tr><th scope="row">Sum</th><td>48.51</td><td></td></tr></tfoot>' in html


def test_remarks_stand_in_the_last_column_and_on_phones_below() -> None:
    bars = [bar("5", remark="2 < 3"), bar("6", "Tue"), bar(None, "Wed")]
    html = render(chart(bars, remark="Remark", total=["Sum", "11"]))

    assert '<th scope="col">kWh</th><th scope="col" class="wide-only">Remark</th></tr>' in html
    below = '<tr class="remark narrow-only"><td colspan="2">2 &lt; 3</td></tr>'
    assert f'<tr><th scope="row">Mon</th><td>5.0</td><td class="wide-only">2 &lt; 3</td></tr>{below}' in html
    assert '<tr><th scope="row">Tue</th><td>6.0</td><td class="wide-only"></td></tr>' in html
    assert '<td colspan="1" class="muted">Missing</td><td class="wide-only"></td></tr>' in html
    assert '<td>11</td><td class="wide-only"></td></tr></tfoot>' in html
    assert html.count("<tr") == 6
    assert "remark" not in render(chart(bars))


def test_positions_have_a_decimal_point_in_every_language() -> None:
    with translation.override("nb"):
        html = (
            engines["django"]
            .from_string("{% load ui %}{% chart chart %}")
            .render({"chart": chart([bar("1.5"), bar("2.5"), bar("3.5")])})
        )

    assert 'width="19.33%"' in html
    assert ">1,5</text>" in html


def test_up_to_seven_bars_print_their_value_and_more_only_when_pointed_at() -> None:
    few, many = draw(chart([bar("5")] * 7)), draw(chart([bar("5")] * 8))

    assert {mark.printed for mark in few.marks} == {"5,0"}
    assert {mark.printed for mark in many.marks} == {""}
    assert many.marks[0].tip.value == "5,0\u00a0kWh"


def test_tips_near_an_edge_are_drawn_inwards() -> None:
    drawing = draw(chart([bar("5")] * 24))

    assert float(drawing.marks[0].tip.left) == -14
    assert float(drawing.marks[-1].tip.left) + float(drawing.marks[-1].tip.width) == pytest.approx(14)


def test_a_bar_with_an_address_is_a_link_and_the_others_can_be_focused() -> None:
    html = render(chart([bar("5", href="?day=1"), bar("6", "Tue")]))

    assert '<a href="?day=1" aria-label="Mon: 5.0 kWh">' in html
    assert '<g tabindex="0" role="img" aria-label="Tue: 6.0 kWh">' in html


def test_a_negative_value_is_drawn_below_the_base() -> None:
    up, down = draw(chart([bar("10"), bar("-10", "Tue")])).marks

    assert float(down.box_y) == pytest.approx(float(up.box_y) + float(up.box_height))
    assert up.height == down.height


def test_mean_and_limit_are_explained_in_the_key() -> None:
    lines = {"mean": Line(value=Decimal(4), text="Mean 4"), "limit": Line(value=Decimal(9), text="Step 3")}

    drawing = draw(chart([bar("5")], **lines))

    assert [(entry.kind, entry.text) for entry in drawing.key] == [("mean", "Mean 4"), ("limit", "Step 3")]


def test_the_highest_and_the_lowest_are_marked_the_earliest_of_equals() -> None:
    bars = mark_extremes([bar("3"), bar("9"), bar(None), bar("9"), bar("1")], highest=1, lowest=1)

    assert [each.state for each in bars] == [State.PLAIN, State.PEAK, State.PLAIN, State.PLAIN, State.LOW]


def test_what_is_now_stays_now_when_it_is_the_highest() -> None:
    assert mark_extremes([bar("3", state=State.NOW)])[0].state is State.NOW


def test_text_from_outside_is_escaped() -> None:
    assert "<script>" not in render(chart([bar("5", "<script>")]))


@pytest.mark.parametrize(("highest", "is_wide"), [("150", False), ("1200", True)])
def test_long_numbers_on_the_axis_get_more_room(highest: str, is_wide: bool) -> None:
    assert ('class="chart__frame" data-wide' in render(chart([bar(highest)]))) is is_wide


@pytest.mark.parametrize(("key", "word"), [({}, "Now"), ({State.NOW: "Your tier"}, "Your tier")])
def test_the_mark_above_a_bar_says_what_the_key_says(key: dict[State, str], word: str) -> None:
    bars = [bar("3", state=State.NOW if at == 4 else State.PLAIN) for at in range(9)]
    assert f">{word}</text>" in render(chart(bars, key=key)).split('class="chart__now"')[1].split("</g>")[0]
