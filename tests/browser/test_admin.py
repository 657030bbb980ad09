"""The admin in a real browser: the portal's sign-in, nothing refused by the policy, usable on a phone and at a desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.running_portal import RunningPortal

PAGES = ["", "customers/customer/", "customers/customer/add/", "accounts/user/", "accounts/user/add/", "audit/entry/"]
PAGES += ["orders/orderline/?day=week", "orders/jobreport/", "orders/location/import/"]
PAGES += ["notifications/message/", "content/page/", "tenancy/tenant/", "metering/meteringpoint/"]


def sign_in(page: Page, portal: RunningPortal) -> None:
    people.sign_in_staff(page, portal, "alvvik", "admin@alvvik.example")


@pytest.mark.parametrize(("size", "scheme"), [("phone", "dark"), ("desktop", "light")])
def test_every_kind_of_page_holds_what_holds_for_all(
    portal: RunningPortal, open_page: Callable[..., Page], size: str, scheme: str
) -> None:
    page = open_page(size, color_scheme=scheme)
    sign_in(page, portal)
    for path in PAGES:
        page.goto(portal.url("alvvik", f"/admin/{path}"))
        assert page.locator("#user-tools").is_visible(), path
        people.check(page)


def test_somebody_is_made_a_member_of_a_customer(portal: RunningPortal, open_page: Callable[..., Page]) -> None:
    page = open_page("desktop")
    sign_in(page, portal)
    page.goto(portal.url("alvvik", "/admin/customers/customer/?q=1002"))
    page.locator("#result_list tbody th a").first.click()
    lines = page.locator("#memberships-group .dynamic-memberships")
    page.locator("#memberships-group .add-row a").wait_for()
    before = lines.count()
    page.locator("#memberships-group .add-row a").click()
    line = lines.nth(before)
    people.check(page)
    line.locator(".select2-selection").click()
    page.locator(".select2-search__field").last.fill("Oda")
    found = page.locator(".select2-results__option")
    # The list is drawn anew for every letter: only the last one is there to be chosen from.
    expect(found).to_have_count(1)
    found.click()
    expect(line.locator(".select2-selection__rendered")).to_contain_text("Oda Lien")
    line.locator("select[name$=role]").select_option("reader")
    people.check(page)
    page.locator("input[name=_continue]").click()
    page.locator(".messagelist .success").wait_for()
    expect(lines).to_have_count(before + 1)
