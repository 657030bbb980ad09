"""What a printed page has: its own stylesheet, whose page it is, and light colours."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from portal.tenancy.models import Tenant
from tests import factories

ClientFor = Callable[..., Client]
THEMES = sorted((settings.BASE_DIR / "static" / "themes").glob("*.css"))


def test_a_page_says_on_paper_whose_it_is(tenant: Tenant, client_for: ClientFor) -> None:
    person, customer = factories.member()

    html = client_for(person, tenant=tenant).get("/account/details/").content.decode()

    assert re.search(r'<link rel="stylesheet" href="/static/css/print[^"]*\.css" media="print">', html)
    assert f'<p class="on-paper" hidden>{customer.name}<br>Kundenr. {customer.number}</p>' in html


def test_the_first_page_fetches_nothing_for_paper(tenant: Tenant, client_for: ClientFor) -> None:
    html = client_for(tenant=tenant).get("/account/login/").content.decode()

    assert "css/app" in html
    assert "css/print" not in html


@pytest.mark.parametrize("theme", THEMES, ids=lambda path: path.stem)
def test_only_a_screen_is_dark(theme: Path) -> None:
    dark = re.findall(r"@media ([^{]*prefers-color-scheme: dark\))", theme.read_text(encoding="utf-8"))

    assert dark == ["screen and (prefers-color-scheme: dark)"]
