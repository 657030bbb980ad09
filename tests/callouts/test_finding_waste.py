"""A waste fraction is found by name, codes and everyday words, with and without JavaScript, among thousands."""

import re
import time

import pytest
from django.db import connection
from django.db.models.signals import post_init
from django.test.utils import CaptureQueriesContext

from callouts.actions import catalogue
from callouts.models import CallOff, WasteFraction
from callouts.queries import MOST_HITS, find_fractions
from portal.tenancy.models import Tenant
from tests.callouts import makers
from tests.callouts.conftest import Desk


def found(query: str) -> list[str]:
    return [fraction.article_no for fraction in find_fractions(query, None).shown]


def test_an_everyday_word_finds_waste_oil_those_named_so_first(desk: Desk) -> None:
    assert found("spillolje") == ["701201", "701101", "703001"]


@pytest.mark.parametrize(
    ("query", "article_no"),
    [
        ("701201", "701201"),
        ("13 02 05*", "701201"),
        ("130205", "701201"),
        ("EAL 13 02 05", "701201"),
        ("7012", "701201"),
        ("NS 9912", "991201"),
        ("motorolje", "701101"),
        ("EMULSJON", "703001"),
        ("slop", "703001"),
        ("spillolje refusjonsber", "701101"),
        ("asbest", "725001"),
    ],
)
def test_it_is_found_by(desk: Desk, query: str, article_no: str) -> None:
    assert article_no in found(query)


@pytest.mark.parametrize("query", ["", "  ", "%", "_", "*", "zzzz", "spillolje zzzz", "'; DROP TABLE x; --"])
def test_nothing_is_found_by(desk: Desk, query: str) -> None:
    assert found(query) == []


def test_what_is_not_offered_is_not_found(desk: Desk) -> None:
    WasteFraction.objects.filter(article_no="701201").update(is_active=False)
    assert "701201" not in found("spillolje")


def test_a_renamed_fraction_is_found_by_its_new_name_only(desk: Desk) -> None:
    fraction = makers.fraction()
    fraction.name, fraction.search_words = "Brukt smøring", ""
    fraction.save()
    catalogue.index_fractions([fraction])
    assert found("smøring") == ["701201"]
    assert "701201" not in found("spillolje")


def test_searching_keeps_all_other_input_and_saves_nothing(desk: Desk) -> None:
    posted = makers.posted(desk.customer, action="search", q="asbest", quantity="12 tons", note="Keep me")
    page = desk.client.post("/callouts/new/", posted)
    shown = page.content.decode()
    assert page.status_code == 200
    assert 'value="12 tons"' in shown
    assert "Keep me" in shown
    assert "ds-error-summary" not in shown
    assert [fraction.article_no for fraction in page.context["hits"].shown] == ["701201", "725001"]
    assert page.context["hits"].chosen == makers.fraction()
    assert not CallOff.objects.exists()


def test_htmx_gets_only_the_hits(desk: Desk) -> None:
    page = desk.client.post("/callouts/new/", {"action": "search", "q": "asbest"}, headers={"hx-request": "true"})
    assert page.templates[0].name == "callouts/_hits.html"
    assert "<html" not in page.content.decode()
    assert 'hx-swap-oob="innerHTML:#hit-count"' in page.content.decode()


@pytest.fixture
def three_thousand(tenant: Tenant) -> None:
    many = WasteFraction.objects.bulk_create(
        WasteFraction(article_no=f"{number}", name=f"Blandet slam fra tank {number}", ewc_code="130502")
        for number in range(3000)
    )
    catalogue.index_fractions(many)


def test_three_thousand_fractions_answer_at_once(three_thousand: None) -> None:
    began = time.perf_counter()
    hits = find_fractions("tank 2999", None)
    assert [fraction.article_no for fraction in hits.shown] == ["2999"]
    everything = find_fractions("slam", None)
    assert (everything.count, len(everything.shown), everything.is_cut) == (3000, MOST_HITS, True)
    # Generous: it takes hundredths of a second. As one statement, without statistics, it took half a minute.
    assert time.perf_counter() - began < 2


def test_only_the_fractions_that_are_shown_are_read(three_thousand: None) -> None:
    read: list[object] = []

    def made(**_: object) -> None:
        read.append(1)

    post_init.connect(made, sender=WasteFraction)
    try:
        shown = find_fractions("slam", None).shown
    finally:
        post_init.disconnect(made, sender=WasteFraction)
    assert len(read) == len(shown) == MOST_HITS


def test_the_search_asks_what_the_index_may_answer_under_row_level_security(desk: Desk) -> None:
    """By leakproof comparisons on its columns. Which index a small table's plan takes is up to its statistics."""
    with CaptureQueriesContext(connection) as queries:
        find_fractions("spillolje", None)
    search = queries[0]["sql"]
    assert re.search(r"\"word\" >= 'spillolje' AND \S+\"word\" < 'spilloljf'", search)
    assert "LIKE" not in search
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT bool_and(proleakproof), (SELECT indexdef FROM pg_indexes WHERE indexname = 'fraction_by_word')
                 FROM pg_proc WHERE oid IN ('text_ge(text,text)'::regprocedure, 'text_lt(text,text)'::regprocedure)"""
        )
        leakproof, index = cursor.fetchone()
    assert leakproof
    assert "(tenant_id, word)" in index


def test_names_of_the_catalogue_are_marked_with_the_language_they_are_in(desk: Desk) -> None:
    """The catalogue has one name for each; a screen reader set to English reads it as Norwegian."""
    asked = {"action": "search", "q": "spill"}
    assert ' lang="nb">Spillolje' not in desk.client.post("/callouts/new/", asked).content.decode()
    desk.user.language = "en"
    desk.user.save()
    assert ' lang="nb">Spillolje' in desk.client.post("/callouts/new/", asked).content.decode()
