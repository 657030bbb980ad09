"""The shell around every page: sections, the person's menu, the customer strip, languages."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import resolve

from portal import registry
from portal.tenancy.models import Tenant
from portal.ui.context_processors import MOST_SECTIONS, section_link
from portal.ui.templatetags.ui import icon
from tests import factories

ClientFor = Callable[..., Client]
PROFILE = "/account/details/"


def page(client: Client, path: str = PROFILE) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def section(**fields: Any) -> registry.Section:
    return registry.Section(
        **(
            {"label": "Me", "url_name": "accounts:profile", "icon": "House", "active_icon": "HouseFill", "order": 1}
            | fields
        )
    )


def request_at(path: str, customer: object = None) -> Any:
    request: Any = RequestFactory().get(path)
    request.resolver_match = resolve(path)
    request.customer = customer
    return request


def test_a_page_is_in_the_language_and_the_theme_of_the_company(tenant: Tenant, client_for: ClientFor) -> None:
    person, _ = factories.member()

    html = page(client_for(person, tenant=tenant))

    assert '<html lang="nb" data-color-scheme="auto">' in html
    assert "themes/skranke.css" in html
    assert re.search(rf"<title>[^<]+ – {tenant.name}</title>", html)


def test_the_first_stop_of_the_keyboard_leads_past_the_menu(tenant: Tenant, client_for: ClientFor) -> None:
    person, _ = factories.member()

    html = page(client_for(person, tenant=tenant))

    assert re.search(r'<body[^>]*>\s*<a class="ds-skip-link" href="#content">', html)
    assert '<main id="content"' in html


def test_someone_with_one_customer_is_not_asked_which(tenant: Tenant, client_for: ClientFor) -> None:
    person, _ = factories.member()

    html = page(client_for(person, tenant=tenant))

    assert 'class="customer"' not in html
    assert "/customers/choose/" not in html


def test_someone_with_several_customers_sees_which_and_can_change(tenant: Tenant, client_for: ClientFor) -> None:
    person, customer = factories.member()
    factories.membership(person, factories.customer())
    client = client_for(person, tenant=tenant)
    client.post("/customers/choose/", {"customer": customer.number})

    html = page(client)

    assert '<div class="customer"><div class="wrap">' in html
    assert customer.name in html
    assert html.count('href="/customers/choose/"') == 2


def test_only_staff_are_led_to_the_administration(tenant: Tenant, client_for: ClientFor) -> None:
    person, _ = factories.member()

    assert 'href="/admin/"' not in page(client_for(person, tenant=tenant))
    assert 'href="/admin/"' in page(client_for(factories.staff(), tenant=tenant))


def test_signing_out_and_changing_language_are_posts(tenant: Tenant, client_for: ClientFor) -> None:
    person, _ = factories.member()

    html = page(client_for(person, tenant=tenant))

    assert '<form method="post" action="/account/logout/">' in html
    assert re.search(r'<form class="footer__links" id="languages" method="post"', html)
    assert f'<input type="hidden" name="next" value="{PROFILE}">' in html


def test_a_signed_out_page_has_no_menus(tenant: Tenant, client_for: ClientFor) -> None:
    html = page(client_for(tenant=tenant), "/account/login/")

    assert "mainnav" not in html
    assert 'class="menu"' not in html


def test_the_section_one_is_in_is_current_and_filled() -> None:
    link = section_link(request_at(PROFILE), section())

    assert link is not None
    assert (link.current, link.icon, link.url) == (True, "HouseFill", PROFILE)


def test_another_section_is_not_current() -> None:
    link = section_link(request_at("/account/login/"), section())

    assert link is not None
    assert (link.current, link.icon) == (False, "House")


def test_a_section_may_be_current_on_more_pages() -> None:
    link = section_link(request_at("/account/login/"), section(match=("account_login",)))

    assert link is not None
    assert link.current


def test_a_section_without_a_page_is_left_out() -> None:
    assert section_link(request_at(PROFILE), section(url_name="nowhere:to-be-found")) is None


@pytest.mark.parametrize(("customer", "expected"), [(object(), 2), (None, None)])
def test_what_waits_is_counted_only_for_a_customer(customer: object, expected: int | None) -> None:
    link = section_link(request_at(PROFILE, customer), section(badge=lambda _request: 2))

    assert link is not None
    assert link.badge == expected


def test_a_message_is_told_in_a_live_region_and_only_once(tenant: Tenant, client_for: ClientFor) -> None:
    person, customer = factories.member()
    factories.membership(person, factories.customer())
    client = client_for(person, tenant=tenant)
    client.post("/customers/choose/", {"customer": customer.number})

    first, second = page(client), page(client)

    assert re.search(r'id="messages" role="status"><div class="ds-alert slim toast" data-color="success">', first)
    assert '<div class="toasts" id="messages" role="status"></div>' in second


@pytest.mark.parametrize(("level", "color"), [("error", "danger"), ("warning", "warning")])
def test_a_message_has_the_colour_of_its_weight(level: str, color: str) -> None:
    assert f'data-color="{color}"' in render_to_string("components/toast.html", {"text": "Hm", "color": level})


def entries_of(html: str) -> list[str]:
    """Return the labels of the main navigation."""
    bar = re.search(r'<nav class="mainnav".*?</nav>', html, re.DOTALL)
    assert bar
    return re.findall(r"</svg><span>(.*?)</span>", bar[0])


def add(module: registry.Module, monkeypatch: pytest.MonkeyPatch) -> None:
    """Register a module for the test, also in another's place."""
    monkeypatch.setitem(registry._registry.modules, module.app, module)


@pytest.fixture
def big_module(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> registry.Module:
    """A module with more sections than fit, at the person's own pages; the tenant has it and one other."""
    Tenant.objects.filter(pk=tenant.pk).update(modules=["orders", "big"])
    sections = tuple(section(label=f"Section {number}") for number in range(MOST_SECTIONS + 1))
    module = registry.Module(name="big", app="accounts", label="Big", short_label="All of it", sections=sections)
    add(module, monkeypatch)
    return module


def test_where_not_all_sections_fit_the_bar_names_the_modules(
    tenant: Tenant, client_for: ClientFor, big_module: registry.Module
) -> None:
    person, _ = factories.member()

    entries = entries_of(page(client_for(person, tenant=tenant)))

    assert entries[0] in {"Home", "Hjem"}
    assert "All of it" in entries
    assert "Section 1" not in entries
    assert len(entries) <= MOST_SECTIONS


def test_the_apps_of_a_module_are_one_entry_with_the_sections_of_all(
    tenant: Tenant, client_for: ClientFor, big_module: registry.Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, _ = factories.member()
    client = client_for(person, tenant=tenant)
    before = entries_of(page(client))
    further = registry.Module(name="big", app="more-of-it", sections=(section(label="One more", order=9),))
    add(further, monkeypatch)

    html = page(client)

    assert entries_of(html) == before
    assert "One more" in html


def test_the_sections_of_the_module_one_is_in_stand_below_the_bar(
    tenant: Tenant, client_for: ClientFor, big_module: registry.Module
) -> None:
    person, _ = factories.member()

    html = page(client_for(person, tenant=tenant))

    assert '<nav class="wrap subnav" aria-label="Big">' in html
    assert "Section 1" in html


def test_a_module_may_have_an_icon_of_its_own_in_the_bar(
    tenant: Tenant, client_for: ClientFor, big_module: registry.Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first section's may be the one of the way home."""
    person, _ = factories.member()
    client = client_for(person, tenant=tenant)
    assert icon("HouseFill") in page(client)
    add(replace(big_module, icon="Lightning", active_icon="LightningFill"), monkeypatch)

    html = page(client)

    assert icon("LightningFill") in html
    assert icon("HouseFill") not in html
