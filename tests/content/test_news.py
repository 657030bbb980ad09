"""News: who may read what and when, what is unread, and that nothing staff write can run."""

import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from PIL import Image

from portal.accounts.models import User
from portal.content.models import GridArea, News, NewsRead
from portal.customers.models import Customer
from portal.files.models import StoredFile
from portal.tenancy.forms import TextsField
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.metering import factories as meters

PATH = "/news/"
ClientFor = Callable[..., Client]


def hours(count: float) -> datetime:
    return timezone.now() + timedelta(hours=count)


def news(headline: str, **fields: Any) -> News:
    defaults = {
        "title": {"nb": headline},
        "is_published": True,
        "published_from": hours(-1),
        "body": {"nb": "Mer om saken."},
    }
    return News.objects.create(**(defaults | fields))


def titles(client: Client, path: str = PATH) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200
    return [one.title_text for one in response.context["page"]]


@pytest.fixture
def reader(tenant: Tenant) -> User:
    person, _ = factories.member(kind=Customer.Kind.PRIVATE)
    User.objects.filter(pk=person.pk).update(date_joined=hours(-1000))
    person.refresh_from_db()
    return person


# Who, and when ---------------------------------------------------------------------------------------


def test_what_is_out_now_is_shown_pinned_first_then_the_newest(tenant: Tenant, client_for: ClientFor) -> None:
    news("Eldst", published_from=hours(-9))
    news("Nyest")
    news("Festet", published_from=hours(-5), is_pinned=True)
    news("Kladd", is_published=False)
    news("Kommer", published_from=hours(2))
    news("Over", published_from=hours(-9), published_to=hours(-1))
    assert titles(client_for(tenant=tenant)) == ["Festet", "Nyest", "Eldst"]


@pytest.mark.parametrize("fields", [{"is_published": False}, {"published_from": hours(2)}])
def test_what_is_not_out_is_not_found(tenant: Tenant, client_for: ClientFor, fields: dict[str, Any]) -> None:
    one = news("Hemmelig", **fields)
    assert client_for(tenant=tenant).get(f"{PATH}{one.pk}/").status_code == 404


def test_an_audience_of_customers_is_for_these_customers(tenant: Tenant, client_for: ClientFor, reader: User) -> None:
    one = news("For borettslag", customer_kinds=["housing_cooperative"])
    news("For private", customer_kinds=["private"])
    news("For alle")
    client = client_for(reader, tenant=tenant)
    assert set(titles(client)) == {"For alle", "For private"}
    assert client.get(f"{PATH}{one.pk}/").status_code == 404
    assert titles(client_for(tenant=tenant)) == ["For alle"]


def test_an_area_is_chosen_before_sign_in_and_known_after_it(
    tenant: Tenant, client_for: ClientFor, reader: User
) -> None:
    for slug, code in (("north", "1489"), ("south", "2658")):
        GridArea.objects.create(slug=slug, name=slug, postal_codes=[code])
        news(slug, areas=[slug])
    visitor = client_for(tenant=tenant)
    assert titles(visitor) == []
    visitor.post("/area/", {"area": "north"})
    assert titles(visitor) == ["north"]
    client = client_for(reader, tenant=tenant)
    assert titles(client) == []
    meters.holding(Customer.objects.get(), meters.point(1, postal_code="2658"))
    assert titles(client) == ["south"]


def test_a_module_is_for_those_who_use_it(tenant: Tenant, client_for: ClientFor, reader: User) -> None:
    news("Strøm", modules=["grid"])
    news("Avfall", modules=["orders"])
    client = client_for(reader, tenant=tenant)
    assert titles(client) == ["Avfall"]
    meters.holding(Customer.objects.get(), meters.point(1))
    assert set(titles(client)) == {"Strøm", "Avfall"}


def test_another_companys_news_are_not_read(tenant: Tenant, other_tenant: Tenant, client_for: ClientFor) -> None:
    with tenant_scope(other_tenant):
        theirs = news("Theirs")
    visitor = client_for(tenant=tenant)
    assert titles(visitor) == []
    assert visitor.get(f"{PATH}{theirs.pk}/").status_code == 404
    assert visitor.get(f"{PATH}{theirs.pk}/picture/").status_code == 404


def test_news_cannot_end_before_they_begin(tenant: Tenant) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        news("x", published_from=hours(2), published_to=hours(1))


# Unread ----------------------------------------------------------------------------------------------


def badge(client: Client) -> int | None:
    match = re.search(r'data-count="(\d+)"', client.get("/account/details/").content.decode())
    return int(match[1]) if match else None


def test_what_was_not_opened_is_counted_until_it_is(tenant: Tenant, client_for: ClientFor, reader: User) -> None:
    first = news("En")
    news("To")
    client = client_for(reader, tenant=tenant)
    assert client.get(PATH).content.decode().count(">Ny<") == 2
    assert badge(client) == 2
    client.get(f"{PATH}{first.pk}/")
    client.get(f"{PATH}{first.pk}/")
    assert (badge(client), NewsRead.objects.count()) == (1, 1)
    client.post(f"{PATH}read/")
    assert badge(client) is None
    assert ">Ny<" not in client.get(PATH).content.decode()


def test_what_is_older_than_the_account_is_no_news(tenant: Tenant, client_for: ClientFor) -> None:
    news("Gammelt", published_from=hours(-2))
    person, _ = factories.member()
    assert badge(client_for(person, tenant=tenant)) is None


def test_a_reader_marks_only_what_they_may_read(tenant: Tenant, client_for: ClientFor, reader: User) -> None:
    news("Ikke for deg", customer_kinds=["business"])
    client_for(reader, tenant=tenant).post(f"{PATH}read/")
    assert not NewsRead.objects.exists()


def test_where_the_bar_has_no_news_the_menu_has(tenant: Tenant, client_for: ClientFor) -> None:
    waste = factories.tenant("waste", modules=["orders"])
    grid = factories.tenant("power", modules=["grid"])
    pages = {}
    for one in (waste, grid):
        with tenant_scope(one):
            person, _ = factories.member()
        html = client_for(person, tenant=one).get("/account/details/").content.decode()
        bar, menu = html.index("<nav"), html.index('class="menu"')
        pages[one.slug] = ('href="/news/"' in html[bar:menu], 'href="/news/"' in html[menu:])
    assert pages == {"waste": (False, True), "power": (True, False)}


def test_the_start_page_has_the_newest(tenant: Tenant, client_for: ClientFor, reader: User) -> None:
    client = client_for(reader, tenant=tenant)
    assert "news-card" not in client.get("/").content.decode()
    news("Hei")
    assert "news-card" in client.get("/").content.decode()


# Words -----------------------------------------------------------------------------------------------

ATTACKS = [
    "<script>alert(1)</script>",
    "<p onclick=alert(1)>x</p>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "<p><svg><script>alert(1)</script></svg></p>",
    "<style>body{display:none}</style><p>x</p>",
    "<iframe src=//evil.example></iframe><p>x</p>",
    '<p style="position:fixed">x</p>',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    '<form action="//evil.example"><p><input name=password></p></form>',
    '<p><a href="/ok" target=_top ping=//evil.example>x</a></p>',
    "[x](javascript:alert(1))",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_could_run_is_taken_out(tenant: Tenant, client_for: ClientFor, attack: str) -> None:
    one = news("<script>alert(1)</script>", lead={"nb": attack}, body={"nb": attack})
    client = client_for(tenant=tenant)
    for path in (PATH, f"{PATH}{one.pk}/"):
        html = client.get(path).content.decode()
        html = html[html.index("<main") : html.index("</main>")]
        assert not re.search(
            r"<(script|svg|iframe|style|math|input|img)\b(?![^>]*class=\"(icon|brand))",
            html.replace('<svg class="icon', "<i"),
        )
        assert not re.search(r"<[^>]+\s(on\w+|style|target|ping)=", html)
        assert not re.search(r'href="(javascript|data):', html)


def test_what_staff_may_write_stays(tenant: Tenant, client_for: ClientFor) -> None:
    html = '<h2>Slik</h2><p>Les <strong>dette</strong> på <a href="https://example.org/">siden</a>.</p><ul><li>En</li></ul>'
    one = news("Hei", body={"nb": html})
    text = client_for(tenant=tenant).get(f"{PATH}{one.pk}/").content.decode()
    for needed in (">Slik</h2>", "<strong>dette</strong>", 'href="https://example.org/"', "<li>En</li>"):
        assert needed in text
    assert text.count("<h1") == 1


def test_plain_words_get_paragraphs(tenant: Tenant, client_for: ClientFor) -> None:
    one = news("Hei", body={"nb": "En < to.\n\n- a\n- b"})
    text = client_for(tenant=tenant).get(f"{PATH}{one.pk}/").content.decode()
    assert "<p>En &lt; to.</p>" in text
    assert "<li>a</li>" in text


@pytest.mark.parametrize(("language", "expected"), [("nb", "Hei"), ("en", "Hello"), ("nn", "Hei")])
def test_the_language_is_the_readers_else_the_companys(
    tenant: Tenant, client_for: ClientFor, language: str, expected: str
) -> None:
    news("Hei", title={"nb": "Hei", "en": "Hello"})
    visitor = client_for(tenant=tenant)
    visitor.post("/account/language/", {"language": language})
    assert f">{expected}</a>" in visitor.get(PATH).content.decode()


def test_the_feed_has_what_everybody_may_read(tenant: Tenant, client_for: ClientFor) -> None:
    one = news("Åpent & fritt", lead={"nb": "<b>x"}, body={"nb": "<p>Hei<script>alert(1)</script></p>"})
    news("For private", customer_kinds=["private"])
    news("For nord", areas=["north"])
    answer = client_for(tenant=tenant).get("/news/feed.atom")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    names = {"a": "http://www.w3.org/2005/Atom"}
    entries = ElementTree.fromstring(answer.content).findall("a:entry", names)
    assert [entry.findtext("a:title", namespaces=names) for entry in entries] == ["Åpent & fritt"]
    assert entries[0].findtext("a:id", namespaces=names) == f"http://fjord.localhost:8000/news/{one.pk}/"
    assert "alert" not in answer.content.decode()


def test_control_characters_do_not_stop_the_feed(tenant: Tenant, client_for: ClientFor) -> None:
    """Pasted text holds some that nobody sees; news may be older than the form that takes them out."""
    news("Stengt\x0bvei", lead={"nb": "Fra\x0b i dag"}, body={"nb": "<p>Ring\x1b oss\ufffe</p>"})
    answer = client_for(tenant=tenant).get("/news/feed.atom")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert all(words in text for words in ("Stengtvei", "Fra i dag", "Ring oss"))
    ElementTree.fromstring(answer.content)


def test_control_characters_are_taken_out_of_texts() -> None:
    field = TextsField(required=False)
    assert field.clean(["Hei\x0b du\tder", "", ""]) == {"nb": "Hei du\tder"}


# In admin --------------------------------------------------------------------------------------------


def picture(name: str = "bilde.png") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "#c0ffee").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def form(**given: Any) -> dict[str, Any]:
    posted = {
        "title_nb": "Hei",
        "title_en": "Hello",
        "body_nb": "<p>Hei</p>",
        "is_published": "on",
        "published_from_0": "01.11.2026",
        "published_from_1": "08:00:00",
        "published_to_0": "",
        "published_to_1": "",
    }
    return {name: value for name, value in (posted | given).items() if value is not None}


@pytest.fixture
def staff(tenant: Tenant, client_for: ClientFor) -> Client:
    return client_for(factories.staff(), tenant=tenant)


def test_staff_write_with_a_picture_and_take_it_away_again(
    staff: Client, client_for: ClientFor, tenant: Tenant
) -> None:
    assert staff.post("/admin/content/news/add/", form(upload=picture(), picture_text_nb="En mast.")).status_code == 302
    one = News.objects.get()
    assert one.title == {"nb": "Hei", "en": "Hello"}
    visitor = client_for(tenant=tenant)
    assert 'alt="En mast."' in visitor.get(PATH).content.decode()
    answer = visitor.get(f"{PATH}{one.pk}/picture/")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content)
    staff.post(f"/admin/content/news/{one.pk}/change/", form(remove_picture="on"))
    one.refresh_from_db()
    assert (one.picture, StoredFile.objects.count()) == (None, 0)
    assert visitor.get(f"{PATH}{one.pk}/picture/").status_code == 404


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title_nb": "", "title_en": ""}, "title"),
        ({"title_nb": "x" * 121}, "title"),
        ({"published_to_0": "01.10.2026", "published_to_1": "08:00:00"}, "published_to"),
        ({"upload": SimpleUploadedFile("x.png", b"%PDF-1.7", "image/png")}, "upload"),
        ({"upload": picture()}, "picture_text"),
        ({"areas": "no-such"}, "areas"),
        ({"customer_kinds": "everyone"}, "customer_kinds"),
        ({"modules": "rockets"}, "modules"),
    ],
)
def test_what_cannot_be_right_is_refused(staff: Client, given: dict[str, Any], field: str) -> None:
    answer = staff.post("/admin/content/news/add/", form(**given))
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == [field]
    assert not News.objects.exists()


def test_the_preview_has_all_languages_and_nothing_that_runs(staff: Client) -> None:
    one = news(
        "Hei", title={"nb": "Hei", "en": "Hello"}, body={"nb": "<p>x<script>alert(1)</script></p>"}, is_published=False
    )
    html = staff.get(f"/admin/content/news/{one.pk}/preview/").content.decode()
    assert html.count('<article class="preview"') == 3
    assert "Hello" in html
    assert "ikke skrevet på dette språket" in html
    assert "alert(1)" not in html


def test_the_preview_is_for_staff_of_the_company(
    tenant: Tenant, other_tenant: Tenant, client_for: ClientFor, staff: Client, reader: User
) -> None:
    one = news("Kladd", is_published=False)
    path = f"/admin/content/news/{one.pk}/preview/"
    assert client_for(tenant=tenant).get(path).status_code == 302
    assert client_for(reader, tenant=tenant).get(path).status_code == 403
    with tenant_scope(other_tenant):
        stranger = client_for(factories.staff(), tenant=other_tenant)
    assert stranger.get(path).status_code == 404


def test_a_grid_area_takes_codes_and_ranges_and_no_code_is_in_two(staff: Client) -> None:
    add = "/admin/content/gridarea/add/"
    first = {"name": "Nord", "slug": "nord", "postal_codes": "1489, 1500–1519", "order": "0", "is_active": "on"}
    assert staff.post(add, first).status_code == 302
    assert GridArea.objects.get().postal_codes == ["1489", "1500-1519"]
    for codes in ("1510", "1400-1499", "1505-1600", "15000", "abc", "1519-1500"):
        answer = staff.post(add, {**first, "slug": "sor", "postal_codes": codes})
        assert list(answer.context["adminform"].form.errors) == ["postal_codes"], codes
    assert staff.post(add, {**first, "name": "Sør", "slug": "sor", "postal_codes": "1520-1600"}).status_code == 302


def test_who_has_read_it_is_nothing_to_ask_about_when_news_are_deleted(
    tenant: Tenant, staff: Client, reader: User, client_for: ClientFor
) -> None:
    one = news("Gone soon")
    client_for(reader, tenant=tenant).get(f"/news/{one.pk}/")
    page = staff.get(f"/admin/content/news/{one.pk}/delete/")
    assert dict(page.context["model_count"]) == {"nyheter": 1}
    assert staff.post(f"/admin/content/news/{one.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not News.objects.filter(pk=one.pk).exists()
