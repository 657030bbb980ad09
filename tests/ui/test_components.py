"""Icons, marks, statuses and paging."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.template import TemplateSyntaxError, engines
from django.test import RequestFactory

from portal.tenancy import themes
from portal.ui.icons import paths_by_name


def render(source: str, **context: object) -> str:
    request = RequestFactory().get("/orders/", {"q": "gips", "page": "2"})
    return engines["django"].from_string("{% load ui %}" + source).render({"request": request, **context})


def test_an_icon_is_inlined_and_hidden_from_screen_readers() -> None:
    html = render('{% icon "Truck" small=True %}')

    assert html.startswith('<svg class="icon icon--sm" viewBox="0 0 24 24" fill="currentColor" aria-hidden="true"')
    assert "<path" in html


def test_an_unknown_icon_is_found_at_once() -> None:
    with pytest.raises(TemplateSyntaxError, match="Unicorn"):
        render('{% icon "Unicorn" %}')


def test_icons_take_the_colour_of_the_text_and_bring_no_ids() -> None:
    for name, paths in paths_by_name().items():
        assert not re.search(r'fill="(?!none)|id="|style=', paths), name


def test_every_theme_has_its_mark_and_its_stylesheet() -> None:
    assert themes.names() == {"vidnett", "fjordsirkel", "kystretur", "alvvik", "skranke"}
    for theme in themes.names():
        assert "brand__letter" not in render("{% brand_mark %}", theme=theme)
        assert finders.find(f"icons/{theme}.svg")


def test_a_company_without_a_mark_shows_its_initial() -> None:
    class Company:
        name = "lom renovasjon"

    assert ">L</text>" in render("{% brand_mark %}", theme="of-their-own", tenant=Company())


def test_status_is_a_word_and_not_only_a_colour() -> None:
    assert render('{% status "Received" "info" %}') == '<span class="ds-tag" data-color="info">Received</span>'


def test_a_status_is_escaped() -> None:
    assert "<b>" not in render("{% status label %}", label="<b>")


def test_paging_keeps_the_rest_of_the_address() -> None:
    html = render("{% pagination page %}", page=Paginator(range(30), 10).page(2))

    assert 'href="?q=gips&amp;page=3"' in html
    assert html.count('aria-current="true"') == 1


def test_a_single_page_has_no_paging() -> None:
    assert render("{% pagination page %}", page=Paginator(range(3), 10).page(1)).strip() == ""


def test_long_lists_leave_pages_out() -> None:
    html = render("{% pagination page %}", page=Paginator(range(300), 10).page(15))

    assert re.findall(r'aria-label="(\d+)"', html) == ["1", "14", "15", "16", "30"]


@pytest.mark.parametrize(
    ("name", "expected"), [("Ingrid Solbakken", "IS"), ("Liv", "L"), ("Tor Egil Bringsværd", "TB"), ("", "")]
)
def test_initials_are_of_the_first_and_the_last_name(name: str, expected: str) -> None:
    assert render("{{ name|initials }}", name=name) == expected
