"""The markup of information pages is text first: nothing staff write becomes HTML of their own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.content import richtext
from portal.content.markup import render
from portal.content.models import filled


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One\ntwo\n\nthree", "<p>One two</p>\n<p>three</p>"),
        ("## Head\nText", '<h2 class="ds-heading" data-size="2xs">Head</h2>\n<p>Text</p>'),
        ("- a\n- b", '<ul class="ds-list"><li>a</li><li>b</li></ul>'),
        ("Bring:\n- a\n- b\nThanks", '<p>Bring:</p>\n<ul class="ds-list"><li>a</li><li>b</li></ul>\n<p>Thanks</p>'),
        ("1. a\n2. b", '<ol class="ds-list ds-list--numbers"><li>a</li><li>b</li></ol>'),
        ("1. desember\n3. januar", "<p>1. desember 3. januar</p>"),
        ("**A**, *b* and ***c***", "<p><strong>A</strong>, <em>b</em> and <em><strong>c</strong></em></p>"),
        ("5*3*2 * 4 ** x", "<p>5*3*2 * 4 ** x</p>"),
        ("**[a](/b/*c*)**", '<p><strong><a class="ds-link" href="/b/*c*">a</a></strong></p>'),
        ("[us](https://x.no/a)", '<p><a class="ds-link" href="https://x.no/a">us</a></p>'),
        ("[us](/pages/terms/)", '<p><a class="ds-link" href="/pages/terms/">us</a></p>'),
        ("[21 23](tel:21 23)", '<p><a class="ds-link" href="tel:2123">21 23</a></p>'),
        ("[us](https://x.no/a b)", "<p>[us](https://x.no/a b)</p>"),
        ("[a & b](mailto:a@b.no)", '<p><a class="ds-link" href="mailto:a@b.no">a &amp; b</a></p>'),
        ("", ""),
        ("\r\n\r\nA\r\n\r\nB", "<p>A</p>\n<p>B</p>"),
    ],
)
def test_markup_becomes_html(text: str, html: str) -> None:
    assert render(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](//evil.example)",
        "[x](data:text/html,hei)",
        '[x](https://x"onclick="alert(1))',
        "[<b>](https://x.no)",
        "## <img src=x>",
    ],
)
def test_what_is_not_markup_stays_text(text: str) -> None:
    html = render(text)
    for dangerous in ("<script", "<img", "<b>", 'href="javascript', 'href="//', 'href="data', 'onclick=&quot;a"'):
        assert dangerous not in html


@given(st.text(alphabet=st.sampled_from("ab*1.\0<>\"'&[]()#- \n:/{}"), max_size=60))
def test_no_text_becomes_other_tags_than_ours(text: str) -> None:
    html = str(render(text))
    for ours in ('<h2 class="ds-heading" data-size="2xs">', "</h2>", "<p>", "</p>", '<ul class="ds-list">', "</ul>"):
        html = html.replace(ours, "")
    for ours in ('<ol class="ds-list ds-list--numbers">', "</ol>", "<strong>", "</strong>", "<em>", "</em>"):
        html = html.replace(ours, "")
    html = html.replace("<li>", "").replace("</li>", "").replace("</a>", "").replace('<a class="ds-link" href="', "")
    assert "<" not in html


def test_marks_and_html_may_stand_side_by_side() -> None:
    text = (
        "## Head\nA <strong>b</strong> & **c**\n\n- one\n- <em>two</em>\n"
        "<ul>\n<li>three</li>\n</ul>\nLast\n\n<script>\n\nx</script>"
    )
    html = richtext.render(text)
    for needed in (
        ">Head</h2>",
        "<p>A <strong>b</strong> &amp; <strong>c</strong></p>",
        '<ul class="ds-list"><li>one</li><li><em>two</em></li></ul>',
        "<li>three</li>",
        "<p>Last</p>",
    ):
        assert needed in html
    for gone in ("##", "**", "- one", "script"):
        assert gone not in html


def test_names_are_filled_in_and_other_braces_stay() -> None:
    assert filled("{company} {x} {", {"company": "A{x}"}) == "A{x} {x} {"
