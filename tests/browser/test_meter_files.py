"""Staff hand in a meter file, watch it being read by the worker, and look at what came of it."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.running_portal import RunningPortal
from tests.metering.gs2_files import block, hours, message, written

STRANGER = "707057500000000018"
PICTURES = os.environ.get("PICTURES", "")


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


@pytest.mark.parametrize(("size", "scheme"), [("phone", "light"), ("desktop", "dark")])
def test_a_file_is_handed_in_and_its_report_looked_at(
    portal: RunningPortal, open_page: Callable[..., Page], tmp_path: Path, size: str, scheme: str
) -> None:
    start = datetime(2026, 1, 4, 23, tzinfo=UTC) + timedelta(days=len(size + scheme))
    good = written(hours([1] * 24, start=start, reference=STRANGER)).decode()
    file = tmp_path / f"{size}-{scheme}.gs2"
    file.write_text(good + message(block(Sum="9")))
    page = open_page(size, color_scheme=scheme)
    people.sign_in_staff(page, portal, "vidnett", "admin@vidnett.example")
    page.goto(portal.url("vidnett", "/admin/metering/importupload/add/"))
    people.check(page)
    picture(page, f"add-{size}-{scheme}")
    page.locator("input[type=file]").set_input_files(file)
    page.locator("input[name=_save]").click()
    page.locator("#progress").wait_for()
    people.check(page)
    picture(page, f"waiting-{size}-{scheme}")
    link = page.get_by_role("link", name=file.name)
    expect(link).to_be_visible(timeout=30_000)
    people.check(page)
    picture(page, f"read-{size}-{scheme}")
    link.click()
    page.locator("#issues-title").wait_for()
    people.check(page)
    picture(page, f"batch-{size}-{scheme}")
    expect(page.locator("#content")).to_contain_text("9 kWh")
    for path in ("importbatch", "importissue", "parkedseries", "importsettings/add", "missingvaluescheck"):
        page.goto(portal.url("vidnett", f"/admin/metering/{path}/"))
        people.check(page)
        picture(page, f"{path.replace('/', '-')}-{size}-{scheme}")
