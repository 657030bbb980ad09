"""The history: filters, search, pages, and as many queries for three rows as for one."""

import re
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from callouts import actions
from callouts.models import CallOff, Unit
from callouts.rules import status
from tests.callouts import makers
from tests.callouts.conftest import Desk


def numbers(desk: Desk, query: str = "") -> list[int]:
    return [row.call_off.number for row in desk.client.get(f"/callouts/history/?{query}").context["rows"]]


def queries_of(desk: Desk, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert desk.client.get(address).status_code == 200
    return len(queries)


def test_three_rows_take_as_many_queries_as_one(desk: Desk) -> None:
    makers.submitted(desk.customer, desk.user)
    makers.draft(desk.customer, desk.user)
    pages = ("/callouts/history/", "/callouts/history/?open=A-20001", "/callouts/drafts/")
    desk.client.get("/callouts/history/")  # the session's own first queries
    one = [queries_of(desk, page) for page in pages]
    for _ in range(2):
        makers.submitted(desk.customer, desk.user)
        makers.draft(desk.customer, desk.user)
    assert [queries_of(desk, page) for page in pages] == one
    assert max(one) <= 15


def test_the_newest_stands_first(desk: Desk) -> None:
    made = [makers.submitted(desk.customer, desk.user).number for _ in range(3)]
    assert numbers(desk) == made[::-1]


@pytest.mark.parametrize(
    ("query", "hit"),
    [
        ("20001", True),
        ("A-20001", True),
        ("a-20001", True),
        ("ao-77140", True),
        ("AO-77140 spillolje", True),
        ("13 02 05", True),
        ("123.456.789", True),
        ("MDE-331", True),
        ("avd. verft", True),
        ("AO-1", False),
        ("%", False),
        ("spillolje asbest", False),
    ],
)
def test_it_is_searched_by_number_reference_waste_and_codes(desk: Desk, query: str, hit: bool) -> None:
    sent = makers.submitted(desk.customer, desk.user)
    page = desk.client.get("/callouts/history/", {"q": query})
    assert [row.call_off for row in page.context["rows"]] == ([sent] if hit else [])


def test_it_is_filtered_by_status_and_producer(desk: Desk) -> None:
    first = makers.submitted(desk.customer, desk.user)
    other = makers.producer(desk.customer, name="Other", org_no="310308242")
    second = makers.submitted(desk.customer, desk.user, producer=other)
    actions.change_status(call_off=second, new=status.REJECTED, by=desk.user)
    assert numbers(desk, "status=rejected") == [second.number]
    assert numbers(desk, "status=received") == [first.number]
    assert numbers(desk, f"producer={other.pk}") == [second.number]
    assert numbers(desk, "status=draft") == numbers(desk, "producer=abc") == numbers(desk)


def test_it_shows_twelve_months_unless_another_period_is_chosen(desk: Desk) -> None:
    draft = makers.draft(desk.customer, desk.user)
    old = timezone.now() - timedelta(days=500)
    # Not by the action, whose clock is the wall's.
    CallOff.objects.filter(pk=draft.pk).update(
        status="received", number=7, submitted_at=old, submission_key=draft.start_key, submitted_by=desk.user
    )
    new = makers.submitted(desk.customer, desk.user).number
    assert numbers(desk) == [new]
    assert numbers(desk, "period=ever") == [new, 7]
    day = old.astimezone(desk.tenant.zone).date()
    assert numbers(desk, f"period=days&from_day={day:%d.%m.%Y}&to_day={day:%d.%m.%y}") == [7]
    assert numbers(desk, f"period=days&from_day={day + timedelta(days=1):%d.%m.%Y}") == [new]


def test_a_search_goes_over_all_dates_and_stands_above_the_list_with_a_way_to_remove_it(desk: Desk) -> None:
    draft = makers.draft(desk.customer, desk.user)
    CallOff.objects.filter(pk=draft.pk).update(
        status="received",
        number=7,
        submitted_at=timezone.now() - timedelta(days=900),
        submission_key=draft.start_key,
        submitted_by=desk.user,
        search_text="a-7 gammelt anker",
    )
    new = makers.submitted(desk.customer, desk.user).number
    assert numbers(desk, "q=anker") == [7]
    assert numbers(desk, "q=anker&period=year") == []
    page = desk.client.get("/callouts/history/?q=anker&status=received").content.decode()
    assert "Søk: anker" in page
    assert "Alle år" in page
    assert 'href="/callouts/history/?status=received">Fjern søket</a>' in page
    assert numbers(desk, "status=received") == [new]
    assert "Fjern søket" not in desk.client.get("/callouts/history/").content.decode()


@pytest.mark.parametrize("asked", ["from_day=31.02.2026", "to_day=31.12.9999", "from_day=01.01.0001"])
def test_a_date_that_is_none_is_pointed_out(desk: Desk, asked: str) -> None:
    makers.submitted(desk.customer, desk.user)
    page = desk.client.get(f"/callouts/history/?period=days&{asked}")
    assert page.status_code == 422
    assert page.context["filters"].errors.keys() == {asked.partition("=")[0]}
    assert "ds-error-summary" in page.content.decode()


@pytest.mark.parametrize("query", ["page=999", "page=abc", "open=A-1", "open=%0a"])
def test_any_address_leads_to_a_page(desk: Desk, query: str) -> None:
    makers.submitted(desk.customer, desk.user)
    assert desk.client.get(f"/callouts/history/?{query}").status_code == 200


@pytest.mark.parametrize(
    "query", ["period=x", "status=draft", "producer=abc", "q=" + "x" * 121, "period=days&from_day=31.02.2026"]
)
def test_a_filter_that_cannot_be_read_is_pointed_out_and_makes_no_file(desk: Desk, query: str) -> None:
    makers.submitted(desk.customer, desk.user)
    page = desk.client.get(f"/callouts/history/?{query}")
    assert page.status_code == 422
    assert "<title>Feil: Avropshistorie" in page.content.decode()
    assert "ds-error-summary" in page.content.decode()
    for kind in ("csv", "xlsx"):
        answer = desk.client.get(f"/callouts/history/export/{kind}/?{query}")
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/callouts/history/?{query}")


def test_an_opened_row_shows_what_the_columns_do_not(desk: Desk) -> None:
    litre = Unit.objects.get(code="LTR")
    sent = makers.submitted(desk.customer, desk.user, container_size=1000, container_unit=litre)
    shown = desk.client.get(f"/callouts/history/?open={sent.shown_number}").content.decode()
    assert "Låst da Siri Nordheim sendte inn" in shown
    assert "123.456.789" in shown
    assert "MDE-331, 1\u00a0000\u00a0liter" in shown


def test_it_is_paged_and_the_filters_go_along(desk: Desk) -> None:
    for _ in range(21):
        makers.submitted(desk.customer, desk.user)
    page = desk.client.get("/callouts/history/?q=spillolje")
    assert len(page.context["rows"]) == 20
    assert "?q=spillolje&amp;page=2" in page.content.decode()
    assert len(numbers(desk, "q=spillolje&page=2")) == 1


def test_an_empty_history_says_what_it_is_for(desk: Desk) -> None:
    page = desk.client.get("/callouts/history/")
    assert page.context["is_new"]
    assert 'href="/callouts/new/"' in page.content.decode()


def test_the_detail_page_shows_why_it_was_rejected(desk: Desk) -> None:
    sent = makers.submitted(desk.customer, desk.user)
    actions.change_status(call_off=sent, new=status.REJECTED, by=desk.user, reason="Emballasjen lekker")
    shown = desk.client.get(f"/callouts/history/A-{sent.number}/").content.decode()
    assert "Avvist" in shown
    assert shown.index("</h1>") < shown.index("Avvist") < shown.index("</div>", shown.index("</h1>"))
    assert re.search(r"Avvist \d{1,2}\.\s\w+", shown)
    assert "Avvist siden" not in shown
    assert "Emballasjen lekker" in shown


def test_the_badge_counts_the_customers_drafts(desk: Desk) -> None:
    assert 'data-count="' not in desk.client.get("/callouts/history/").content.decode()
    for _ in range(3):
        makers.draft(desk.customer, desk.user)
    assert 'data-count="3"' in desk.client.get("/callouts/history/").content.decode()


def test_the_start_page_shows_the_latest(desk: Desk) -> None:
    sent = makers.submitted(desk.customer, desk.user)
    makers.draft(desk.customer, desk.user)
    shown = desk.client.get("/").content.decode()
    assert f"/callouts/history/A-{sent.number}/" in shown
    assert "1 utkast er ikke sendt inn." in shown


def test_each_draft_has_its_own_addresses_and_says_what_it_is_of(desk: Desk) -> None:
    one = makers.content(desk.customer)
    contents = (one, replace(one, lines=(*one.lines, replace(one.lines[0], key=uuid.uuid4()))))
    drafts = [
        actions.start_draft(customer=desk.customer, content=content, by=desk.user, start_key=uuid.uuid4())
        for content in contents
    ]
    page = desk.client.get("/callouts/drafts/")
    shown = page.content.decode()
    for draft in drafts:
        address = f"/callouts/drafts/{draft.pk}/"
        for link in (f'href="{address}"', f'href="{address}review/"', f'href="{address}delete/"'):
            assert shown.count(link) == 1, link
        assert f'action="{address}delete/"' in shown
    about = [row.about for row in page.context["rows"]]
    assert about[0] == f"{about[1]}, og 1 til"
    assert page.context["page"].paginator.count == 2
