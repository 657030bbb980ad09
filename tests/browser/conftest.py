"""Fixtures of the browser tests: the running portal, a browser, and pages at the sizes people have."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser import people
from tests.browser.running_portal import CHROMIUM, CHROMIUM_FLAGS, RunningPortal, running_portal

SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
# What a busy machine makes: something came too late, or a page was left while it was looked at. Whatever we assert
# ourselves is never run again, also after such a thing.
EXPECTED = r"AssertionError: (?:Locator|Page \w+) expected (?s:(?!.*strict mode violation).*)\nCall log:\n  - Expect "
RUN_AGAIN = [TimeoutError, PlaywrightTimeout, f"^{EXPECTED}", r"^Error: .*Execution context was destroyed"]
NEVER_AGAIN = rf"^(?!{EXPECTED})AssertionError"
MISSING = "Chromium is missing: apt-get install chromium (or set CHROMIUM to its path)."


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            # The summary counts what was run again.
            item.add_marker(pytest.mark.flaky(reruns=2, only_rerun=RUN_AGAIN, rerun_except=NEVER_AGAIN))


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    with running_portal(tmp_path_factory.mktemp("portal")) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    # Playwright's own loop runs in this thread; Django would take it for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Return a maker of pages; a page on which anything was refused or broke fails the test at its end."""
    faults: list[str] = []
    contexts = []

    def open_page(size: str = "phone", *, javascript: bool = True, **options: object) -> Page:
        context = browser.new_context(
            viewport=SIZES[size], has_touch=size == "phone", java_script_enabled=javascript, locale="nb-NO", **options
        )
        contexts.append(context)
        page = context.new_page()
        if not javascript:
            people.WITHOUT_SCRIPTS.add(page)
        page.set_default_timeout(10_000)
        people.watch(page, faults)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture(params=list(SIZES))
def page(request: pytest.FixtureRequest, open_page: Callable[..., Page]) -> Page:
    """A page at phone size, then at desktop size."""
    return open_page(request.param)
