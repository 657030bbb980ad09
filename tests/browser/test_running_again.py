"""What a busy machine makes is run again; what is wrong is not."""

import os
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.running_portal import CHECKOUT

# Its folder is what makes a test one of the browser's.
TESTS = """
import pytest
from playwright.sync_api import expect


@pytest.fixture
def page(browser):
    page = browser.new_page()
    page.set_content("<h1>Here</h1><p>one<p>two")
    yield page
    page.close()


@pytest.fixture
def refusing():
    yield
    assert ["a fault"] == []


def test_something_does_not_come(page):
    expect(page.locator("h2")).to_be_visible(timeout=50)


def test_something_does_not_go(page):
    expect(page.locator("h1")).not_to_be_visible(timeout=50)


def test_an_address_does_not_come(page):
    expect(page).to_have_url("http://elsewhere.example/", timeout=50)


def test_nothing_can_be_clicked(page):
    page.click("h2", timeout=50)


def test_no_page_comes(page):
    page.wait_for_url("http://elsewhere.example/", timeout=50)


def test_the_page_is_left_meanwhile(page):
    page.evaluate("new Promise(() => { location.href = 'about:blank' })")


def test_no_message_comes():
    raise TimeoutError("Nothing came")


def test_wrong_of_ours(page):
    assert page.locator("h1").inner_text() == "There"


def test_wrong_of_ours_after_something_was_late(page):
    try:
        page.click("h2", timeout=50)
    finally:
        assert page.locator("h1").count() == 2


def test_wrong_of_ours_that_speaks_of_time(page):
    assert "Locator expected to be visible: Timeout 50ms exceeded" == ""


def test_wrong_of_ours_in_words(page):
    assert not page.url, f"{page.url}: Locator expected to be visible, Timeout 50ms exceeded"


def test_late_and_something_was_refused(page, refusing):
    page.click("h2", timeout=50)


def test_two_where_one_is_meant(page):
    expect(page.locator("p")).to_have_text("one", timeout=50)
"""
TOO_LATE = {
    "test_something_does_not_come",
    "test_something_does_not_go",
    "test_an_address_does_not_come",
    "test_nothing_can_be_clicked",
    "test_no_page_comes",
    "test_the_page_is_left_meanwhile",
    "test_no_message_comes",
}


def test_only_what_came_too_late_is_run_again(tmp_path: Path, browser: Browser) -> None:
    folder = tmp_path / "tests" / "browser"
    folder.mkdir(parents=True)
    (folder / "test_late.py").write_text(TESTS)
    pytest = [sys.executable, "-m", "pytest", "-rR", "-p", "tests.browser.conftest", "--rootdir", str(tmp_path)]
    run = subprocess.run(
        [*pytest, str(folder)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=False,
    )
    again = {line.rpartition("::")[2] for line in run.stdout.splitlines() if line.startswith("RERUN ")}
    assert again == TOO_LATE, run.stdout
