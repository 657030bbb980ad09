"""People of the guides: each signs in once, with the password; only the section on signing in does it by hand."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, StorageState

from tests.browser import people
from tests.browser.running_portal import RunningPortal


@pytest.fixture(scope="module")
def signed_in(portal: RunningPortal, browser: Browser) -> Callable[[str, str], StorageState]:
    """Return what a browser keeps of somebody who is signed in at a company: `signed_in(slug, email)`."""
    kept: dict[tuple[str, str], StorageState] = {}

    def signed_in(slug: str, email: str) -> StorageState:
        if (slug, email) not in kept:
            context = browser.new_context(locale="nb-NO")
            page = context.new_page()
            people.sign_in(page, portal, slug, email)
            kept[slug, email] = context.storage_state()
            context.close()
        return kept[slug, email]

    return signed_in


@pytest.fixture
def page_of(
    signed_in: Callable[[str, str], StorageState], open_page: Callable[..., Page]
) -> Callable[[str, str], Page]:
    """Return a maker of pages at phone size for somebody who is signed in: `page_of(slug, email)`."""

    def page_of(slug: str, email: str) -> Page:
        return open_page("phone", storage_state=signed_in(slug, email))

    return page_of
