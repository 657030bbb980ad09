"""A list can be filtered by what the page offers, and by nothing else: an address could ask for any field."""

import pytest
from django.contrib.admin import ModelAdmin
from django.test import Client

from portal.admin_site import site
from portal.notifications.actions import notify
from portal.notifications.models import Channel
from tests.admin.conftest import Rows


@pytest.mark.parametrize("lookup", ["password__startswith=scrypt", "password__regex=.", "email__contains=a"])
def test_a_password_is_not_guessed_letter_by_letter(agent: Client, ours: Rows, lookup: str) -> None:
    assert agent.get(f"/admin/accounts/user/?{lookup}").status_code == 400


def test_nor_a_code_on_its_way(agent: Client) -> None:
    context = {"code": "482913"}
    notify(
        event="accounts.sign_in_code",
        key="k",
        context=context,
        email="kari@example.com",
        channels=[Channel.EMAIL],
        sensitive=True,
    )
    assert agent.get("/admin/notifications/message/?body__contains=4829").status_code == 400
    assert agent.get("/admin/notifications/message/?subject__contains=4829").status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "accounts/user/?staff_role__exact=agent&is_active__exact=1",
        "notifications/message/?state__in=given_up,unknown&created_at__year=2026",
        "orders/placement/?removed_on__isempty=1&waste_type__id__exact=1",
        "metering/importissue/?is_note__exact=1&batch__started_at__year=2026",
    ],
)
def test_what_the_page_offers_is_followed(administrator: Client, address: str) -> None:
    assert administrator.get(f"/admin/{address}").status_code == 200


def test_no_list_offers_what_is_secret() -> None:
    secret = {"password", "body", "subject", "data", "session_key", "token"}
    offered = {name for admin in site._registry.values() if isinstance(admin, ModelAdmin) for name in admin.list_filter}
    assert offered & secret == set()
