"""The page of outages: what touches oneself first, then the area; and nothing of other companies."""

import re
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from outages import queries
from outages.actions.outages import add_update, restore
from outages.models import Outage, OutageSettings
from outages.remembered import remembered
from portal.content.models import GridArea
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.outages import makers
from tests.outages.makers import in_hours

PATH = "/outages/"


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Each test's outages are seen at once; the keys of a test are its own."""


def text_of(client: Client, path: str = PATH) -> str:
    response = client.get(path)
    assert response.status_code == 200
    html = response.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<main") : html.index("</main>")]).split())


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outages are written inside the test's transaction, so no commit tells the cache."""
    monkeypatch.setattr("outages.queries.FRESH_SECONDS", 0)
    monkeypatch.setattr("outages.views.board.FRESH_SECONDS", 0)


def test_when_all_is_well_it_says_so(tenant: Tenant, client_for: Callable[..., Client], fresh: None) -> None:
    person, _ = makers.home(1, address="Torget 3")
    text = text_of(client_for(person, tenant=tenant))
    assert "Alt er i orden hos deg" in text
    assert "Torget 3" in text
    assert "Ingen strømbrudd meldt akkurat nå" in text


def test_what_touches_oneself_comes_first(tenant: Tenant, client_for: Callable[..., Client], fresh: None) -> None:
    person, _ = makers.home(1, address="Torget 3")
    makers.outage(area_name="Somewhere else", streets=["1489 Strandgata"])
    makers.outage(area_name="At home", streets=["1489 Torget 1-9"])
    text = text_of(client_for(person, tenant=tenant))
    assert text.index("At home") < text.index("Somewhere else")
    assert text.count("At home") == 1
    assert "Alt er i orden" not in text


def test_it_shows_state_cause_times_and_what_was_said_last(
    tenant: Tenant, client_for: Callable[..., Client], fresh: None
) -> None:
    person, _ = makers.home(1)
    cut = makers.outage(cause="tree", starts_at=in_hours(-2), expected_at=in_hours(3))
    expected = in_hours(5)
    add_update(outage=cut, at=in_hours(-1), text={"nb": "Vi er på stedet."}, expected_at=expected, by=None)
    text = text_of(client_for(person, tenant=tenant))
    for needed in ("Strømbrudd", "Tre på linjen", "Vi er på stedet.", "Ventes tilbake"):
        assert needed in text
    cut.refresh_from_db()
    assert cut.expected_at == expected


def test_a_visitor_sees_all_and_after_choosing_an_area_only_that(
    tenant: Tenant, client_for: Callable[..., Client], fresh: None
) -> None:
    GridArea.objects.create(slug="north", name="North", postal_codes=["1400-1499"])
    GridArea.objects.create(slug="south", name="South", postal_codes=["2600-2699"])
    makers.outage(area_name="In the north", postal_codes=["1489"])
    makers.outage(area_name="In the south", postal_codes=["2658"])
    visitor = client_for(tenant=tenant)
    assert "In the north" in text_of(visitor)
    answer = visitor.post("/area/", {"area": "south", "next": PATH})
    assert answer.headers["Location"] == PATH
    text = text_of(visitor)
    assert ("In the south" in text, "In the north" in text) == (True, False)
    visitor.post("/area/", {"area": "", "next": PATH})
    assert "In the north" in text_of(visitor)


@pytest.mark.parametrize("area", ["no-such", "x' OR 1=1", "../..", "\0"])
def test_an_area_there_is_not_is_no_choice(tenant: Tenant, client_for: Callable[..., Client], area: str) -> None:
    visitor = client_for(tenant=tenant)
    assert visitor.post("/area/", {"area": area}).status_code == 302
    assert visitor.get(PATH).status_code == 200


def test_choosing_an_area_leads_nowhere_else(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    answer = client_for(tenant=tenant).post("/area/", {"area": "", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/account/login/"


def test_drafts_and_what_is_over_since_long_are_not_shown(
    tenant: Tenant, client_for: Callable[..., Client], fresh: None
) -> None:
    draft = makers.outage(area_name="A draft", is_published=False)
    makers.outage(area_name="Long over", starts_at=in_hours(-60), restored_at=in_hours(-30))
    visitor = client_for(tenant=tenant)
    text = text_of(visitor)
    assert "A draft" not in text
    assert "Long over" not in text
    assert visitor.get(f"{PATH}{draft.pk}/").status_code == 404


def test_the_page_of_one_has_the_timeline_newest_first(
    tenant: Tenant, client_for: Callable[..., Client], fresh: None
) -> None:
    cut = makers.outage(starts_at=in_hours(-3))
    add_update(outage=cut, at=in_hours(-2), text={"nb": "Først"}, expected_at=None, by=None)
    add_update(outage=cut, at=in_hours(-1), text={"nb": "Så"}, expected_at=None, by=None)
    restore(outage=cut, at=in_hours(0), by=None, tell=False)
    text = text_of(client_for(tenant=tenant), f"{PATH}{cut.pk}/")
    at = [text.index(words) for words in ("Strømmen er tilbake.", "Så", "Først", "Strømmen gikk.")]
    assert at == sorted(at)


def test_a_cut_that_was_none_says_so_and_is_no_work(
    tenant: Tenant, client_for: Callable[..., Client], fresh: None
) -> None:
    cut = makers.outage(cancelled_at=in_hours(-0.5))
    text = text_of(client_for(tenant=tenant), f"{PATH}{cut.pk}/")
    assert "Det var ikke noe strømbrudd likevel." in text
    assert "Arbeidet" not in text


def test_metering_points_are_not_shown_to_strangers(
    tenant: Tenant, client_for: Callable[..., Client], fresh: None
) -> None:
    cut = makers.outage(gsrns=["707057500012345671"], streets=[])
    assert "7070" not in text_of(client_for(tenant=tenant), f"{PATH}{cut.pk}/")


def test_script_in_what_staff_write_is_text(tenant: Tenant, client_for: Callable[..., Client], fresh: None) -> None:
    cut = makers.outage(area_name="<script>alert(1)</script>", message={"nb": "<img src=x onerror=alert(1)>"})
    add_update(outage=cut, at=in_hours(0), text={"nb": "<svg onload=alert(1)>"}, expected_at=None, by=None)
    for path in (PATH, f"{PATH}{cut.pk}/"):
        html = client_for(tenant=tenant).get(path).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "<svg onload" not in html
        assert "&lt;script&gt;" in html


def test_another_companys_outages_are_not_seen(
    tenant: Tenant, other_tenant: Tenant, client_for: Callable[..., Client], fresh: None
) -> None:
    with tenant_scope(other_tenant):
        theirs = makers.outage(area_name="Theirs")
    visitor = client_for(tenant=tenant)
    assert "Theirs" not in text_of(visitor)
    assert visitor.get(f"{PATH}{theirs.pk}/").status_code == 404


# Under load ----------------------------------------------------------------------------------------


def fragment(client: Client, area: str = "all", language: str = "nb", **headers: str) -> Any:
    return client.get(f"{PATH}board/{area}/{language}/", headers=headers)


def test_the_public_part_may_be_kept_and_is_not_sent_twice(
    tenant: Tenant, client_for: Callable[..., Client], fresh: None
) -> None:
    makers.outage(area_name="Solvika")
    visitor = client_for(tenant=tenant)
    first = fragment(visitor)
    assert "Solvika" in first.content.decode()
    assert first.headers["Cache-Control"].startswith("public, max-age=")
    assert not first.cookies
    assert "Vary" not in first.headers
    again = fragment(visitor, **{"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    makers.outage(area_name="Granvik")
    assert fragment(visitor, **{"if-none-match": first.headers["ETag"]}).status_code == 200


def test_what_a_customer_is_given_of_it_may_be_kept_too_unless_it_sets_a_cookie(
    tenant: Tenant, client_for: Callable[..., Client], fresh: None
) -> None:
    person, _ = makers.home(1, address="Torget 3")
    client = client_for(person, tenant=tenant)
    answers = [fragment(client), fragment(client)]
    # Of a session that was not used for a while, the first answer notes that it is.
    assert [bool(answer.cookies) for answer in answers] == [True, False]
    assert answers[0].headers["Cache-Control"] == "private, no-store"
    assert "Cookie" in answers[0].headers["Vary"]
    assert answers[1].headers["Cache-Control"].startswith("public")
    assert "Vary" not in answers[1].headers
    assert fragment(client_for(tenant=tenant)).content == answers[1].content


@pytest.mark.parametrize(("area", "language"), [("no-such", "nb"), ("all", "de"), ("all", "xx")])
def test_a_part_there_is_not_is_not_found(
    tenant: Tenant, client_for: Callable[..., Client], area: str, language: str
) -> None:
    assert fragment(client_for(tenant=tenant), area, language).status_code == 404


def test_a_second_visitor_costs_the_database_next_to_nothing(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    for number in range(5):
        makers.outage(area_name=f"Place {number}", streets=[f"148{number} Torget"])
    fragment(client_for(tenant=tenant))
    with CaptureQueriesContext(connection) as asked:
        assert "Place 4" in fragment(client_for(tenant=tenant)).content.decode()
    assert not [query["sql"] for query in asked if "outages_outage" in query["sql"]]


def test_what_is_published_is_seen_by_the_next_visitor_when_it_is_committed(
    tenant: Tenant, client_for: Callable[..., Client], django_capture_on_commit_callbacks: Any
) -> None:
    visitor = client_for(tenant=tenant)
    assert "Solvika" not in text_of(visitor, PATH)
    with django_capture_on_commit_callbacks(execute=True):
        makers.outage(area_name="Solvika")
    assert [event.area_name for event in queries.events()] == ["Solvika"]


def test_of_many_who_come_at_once_one_works_it_out() -> None:
    """Also when that takes longer than anybody would like to wait."""
    built, together = [], threading.Barrier(8)

    def build() -> str:
        built.append(1)
        time.sleep(2.5)
        return "it"

    def ask(_: int) -> str:
        together.wait()
        return remembered(f"test:{key}", build, fresh=60, kept=60)

    key = uuid.uuid4()
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {"it"}
    assert len(built) == 1


def test_a_builder_that_fails_leaves_it_to_the_next() -> None:
    key = f"test:{uuid.uuid4()}"
    with pytest.raises(ZeroDivisionError):
        remembered(key, lambda: 1 // 0, fresh=60, kept=60)
    assert remembered(key, lambda: 5, fresh=60, kept=60) == 5


def test_called_off_cuts_are_not_read_for_ever(tenant: Tenant) -> None:
    makers.outage(cancelled_at=in_hours(-1))
    makers.outage(cancelled_at=in_hours(-1), restored_at=in_hours(-0.5))
    makers.outage(starts_at=in_hours(-3), expected_at=in_hours(-1), cancelled_at=in_hours(-2))
    makers.planned(starts_at=in_hours(-3), expected_at=in_hours(-1), cancelled_at=in_hours(-5))
    shown = [makers.outage(), makers.planned(cancelled_at=in_hours(-1)), makers.planned()]
    shown.append(makers.outage(starts_at=in_hours(-3), restored_at=in_hours(-1)))
    assert set(Outage.objects.of_interest(timezone.now())) == set(shown)


def test_without_the_cache_the_page_answers_still(
    tenant: Tenant, client_for: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    from redis.exceptions import ConnectionError as Gone

    def gone(*_: object, **__: object) -> None:
        raise Gone

    for name in ("get", "add", "set", "delete"):
        monkeypatch.setattr(cache, name, gone)
    makers.outage(area_name="Solvika")
    assert "Solvika" in fragment(client_for(tenant=tenant)).content.decode()


def test_the_duty_phone_stands_on_the_page_and_where_one_signs_in(
    tenant: Tenant, client_for: Callable[..., Client]
) -> None:
    OutageSettings.objects.create(duty_phone="21234599")
    visitor = client_for(tenant=tenant)
    assert "tel:21234599" in visitor.get(PATH + "report/").content.decode()
    assert "tel:21234599" in visitor.get("/account/login/").content.decode()
    waste = factories.tenant("waste", modules=["orders"])
    assert "Strømbrudd nå" not in client_for(tenant=waste).get("/account/login/").content.decode()


def test_the_installations_page_and_the_start_page_have_a_card(
    tenant: Tenant, client_for: Callable[..., Client], fresh: None
) -> None:
    person, _ = makers.home(1, address="Torget 3")
    client = client_for(person, tenant=tenant)
    for path in ("/", "/grid/"):
        assert "Ingen strømbrudd" in text_of(client, path)
    makers.outage(streets=["1489 Torget"])
    for path in ("/", "/grid/"):
        assert "Ingen strømbrudd" not in text_of(client, path)


def test_a_power_cut_at_ones_own_address_is_the_first_thing_on_the_start_page_and_counted_in_the_navigation(
    tenant: Tenant, client_for: Callable[..., Client], fresh: None
) -> None:
    person, _ = makers.home(1, address="Torget 3")
    client = client_for(person, tenant=tenant)
    makers.planned(streets=["1489 Torget"])
    makers.outage(area_name="Elsewhere", streets=["1489 Strandgata"])
    html = client.get("/grid/").content.decode()
    assert ("outage-alert" in html, "data-count" in html) == (False, False)
    cut = makers.outage(streets=["1489 Torget"], expected_at=in_hours(2))
    for path in ("/", "/grid/"):
        html = client.get(path).content.decode()
        assert html.index("outage-alert") < html.index("<h1")
        assert f'href="{PATH}{cut.pk}/"' in html
        assert 'data-count="1"' in html
        assert "Torget 3" in html[html.index("outage-alert") : html.index("<h1")]
