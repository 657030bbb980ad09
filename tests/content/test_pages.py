"""Information pages and customer service."""

import pytest
from django.test import Client

from portal.audit.models import Entry
from portal.content import actions
from portal.content.models import Page
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories


@pytest.fixture
def visitor(tenant: Tenant) -> Client:
    actions.ensure_pages(tenant)
    return factories.client_for(tenant=tenant)


def test_a_tenant_begins_with_the_shipped_pages_and_keeps_what_it_has_changed(tenant: Tenant) -> None:
    shipped = ["about", "privacy", "accessibility", "terms", "grid-price"]
    assert [page.slug for page in actions.ensure_pages(tenant)] == shipped
    Page.objects.filter(slug="terms").update(title={"nb": "Egne vilkår"})
    Page.objects.filter(slug="privacy").delete()
    assert [page.slug for page in actions.ensure_pages(tenant)] == ["privacy"]
    assert Page.objects.get(slug="terms").title == {"nb": "Egne vilkår"}


def test_a_module_s_page_is_for_those_who_have_the_module(db: None) -> None:
    waste = factories.tenant("waste", modules=["orders"])
    assert "grid-price" not in [page.slug for page in actions.ensure_pages(waste)]


@pytest.mark.parametrize("slug", ["about", "privacy", "accessibility", "terms"])
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_each_page_is_there_in_each_language_with_the_companys_own_names(
    visitor: Client, tenant: Tenant, slug: str, language: str
) -> None:
    visitor.post("/account/language/", {"language": language})
    response = visitor.get(f"/pages/{slug}/")
    text = response.content.decode()
    text = text[text.index("<article") : text.index("</article>")]
    page = Page.objects.get(slug=slug)
    assert response.headers["Content-Language"] == language
    assert f'<h1 class="ds-heading page-title">{page.title[language]}</h1>' in text
    assert "Fjord AS" in text
    assert "tel:21234567" in text
    assert "{" not in text
    assert "](" not in text


def test_the_accessibility_statement_says_what_it_must(visitor: Client) -> None:
    text = visitor.get("/pages/accessibility/").content.decode()
    for needed in ("WCAG 2.2", "AA", "https://www.uutilsynet.no/", "mailto:post@fjord.example"):
        assert needed in text


def test_another_tenants_page_is_not_found(visitor: Client, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant):
        Page.objects.create(slug="secret", title={"nb": "Hemmelig"}, body={"nb": "x"})
    assert visitor.get("/pages/secret/").status_code == 404


def test_customer_service_is_open_and_tells_how_to_reach_us(visitor: Client) -> None:
    text = visitor.get("/customer-service/").content.decode()
    for needed in ('href="tel:21234567"', 'href="mailto:post@fjord.example"', 'href="/pages/privacy/"'):
        assert needed in text


def test_every_tenant_has_customer_service_last_in_the_menu(db: None) -> None:
    bare = factories.tenant("bare", modules=[])
    with tenant_scope(bare):
        user, _ = factories.member()
    page = factories.client_for(user, tenant=bare).get("/customer-service/")
    assert [section.url for section in page.context["sections"]] == ["/customer-service/"]


def test_a_change_is_saved_and_logged(tenant: Tenant) -> None:
    actions.ensure_pages(tenant)
    page, staff = Page.objects.get(slug="terms"), factories.staff()
    actions.change_page(page=page, title={"nb": "Ny"}, body={"nb": "Tekst"}, by=staff)
    page.refresh_from_db()
    assert (page.title, page.body) == ({"nb": "Ny"}, {"nb": "Tekst"})
    assert Entry.objects.get(verb="content.page_changed").by == staff


def test_staff_change_the_words_of_a_page_and_nothing_else(tenant: Tenant) -> None:
    actions.ensure_pages(tenant)
    page = Page.objects.get(slug="terms")
    client = factories.client_for(factories.staff(), tenant=tenant)
    texts = {"title_nb": "Vilkår", "title_en": "Terms", "body_nb": "## Hei", "body_nn": ""}
    assert client.post(f"/admin/content/page/{page.pk}/change/", texts | {"slug": "x"}).status_code == 302
    page.refresh_from_db()
    assert (page.slug, page.title, page.body) == ("terms", {"nb": "Vilkår", "en": "Terms"}, {"nb": "## Hei"})
    assert client.get(f"/admin/content/page/{page.pk}/delete/").status_code == 403


def test_staff_add_a_page_of_their_own_once(tenant: Tenant) -> None:
    client = factories.client_for(factories.staff(), tenant=tenant)
    texts = {"slug": "prices", "title_nb": "Priser", "body_nb": "Hei"}
    assert client.post("/admin/content/page/add/", texts).status_code == 302
    assert client.get("/pages/prices/").status_code == 200
    again = client.post("/admin/content/page/add/", texts)
    assert (again.status_code, Page.objects.filter(slug="prices").count()) == (200, 1)
