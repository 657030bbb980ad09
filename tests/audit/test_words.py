"""The audit log in words: whoever asks what happened is no programmer."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.utils import timezone, translation

from portal import words
from portal.audit import actions as audit
from portal.audit.words import all_words, words_for
from portal.tenancy.models import Tenant
from portal.ui import formatting
from tests import factories

LOG = "/admin/audit/entry/"


def verbs() -> Iterator[str]:
    """Every verb that the code names where it speaks of one; one that is put together counts as it begins."""
    for app in apps.get_app_configs():
        if "site-packages" not in app.path:
            for path in Path(app.path).rglob("*.py"):
                for line in re.findall(r"^.*\bverb ?=.*$", path.read_text(encoding="utf-8"), re.MULTILINE):
                    yield from re.findall(r'"([a-z_]+\.[a-z_]*)', line)


@pytest.mark.parametrize("verb", sorted(set(verbs())))
def test_every_verb_has_words(verb: str) -> None:
    assert [known for known in all_words() if known == verb or (verb[-1] in "._" and known.startswith(verb))]


def test_the_words_are_the_readers(tenant: Tenant) -> None:
    with translation.override("nb"):
        assert words_for("orders.sent") == "Bestilling sendt"
    with translation.override("en"):
        assert words_for("orders.sent") == "Order sent"
        assert words_for("nobody.named_this") == "nobody.named_this"


def test_staff_read_what_was_done_and_go_to_what_it_was_done_to(tenant: Tenant) -> None:
    customer = factories.customer()
    audit.record(verb="customers.created", by=None, obj=customer, customer=customer)
    audit.record(verb="exports.started", by=None, customer=customer)
    client = factories.client_for(factories.staff(), tenant=tenant)
    page = client.get(LOG, {"verb": "customers.created"}).content.decode()
    assert "Kunde opprettet" in page
    assert f'href="/admin/customers/customer/{customer.pk}/change/"' in page
    assert page.count('class="field-what') == 1


def test_the_page_of_an_entry_says_in_words_what_was_changed(tenant: Tenant) -> None:
    data = {"object": "Renamed (1)", "changes": [{"changed": {"fields": ["Name"]}}]}
    entry = audit.record(verb="admin.changed", by=None, data=data)
    page = factories.client_for(factories.staff(), tenant=tenant).get(f"{LOG}{entry.pk}/change/")
    assert page.context["subtitle"] == words_for("admin.changed")
    html = page.content.decode()
    assert "Endret Navn." in html
    assert "Hva: Renamed (1)" in html
    assert "{&quot;" not in html


def details(source: ast.Module) -> Iterator[str]:
    """The names of details in what is given to `record` as data, or made up for it under a name like that."""
    for node in ast.walk(source):
        given = []
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("audit.record"):
            given = [keyword.value for keyword in node.keywords if keyword.arg == "data"]
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in {"data", "details"}:
            given = [node.value]
        for value in given:
            # Two dictionaries put together are two; what is inside one of them is no detail of its own.
            parts = [value.left, value.right] if isinstance(value, ast.BinOp) else [value]
            keys = [key for part in parts if isinstance(part, ast.Dict) for key in part.keys]
            yield from (str(key.value) for key in keys if isinstance(key, ast.Constant))


def files_that_record() -> Iterator[Path]:
    for app in apps.get_app_configs():
        if "site-packages" not in app.path:
            found = Path(app.path).rglob("*.py")
            yield from (path for path in found if "audit.record(" in path.read_text(encoding="utf-8"))


SOURCES = [ast.parse(path.read_text(encoding="utf-8")) for path in files_that_record()]


@pytest.mark.parametrize("detail", sorted({one for source in SOURCES for one in details(source)}))
def test_every_detail_has_a_name(detail: str) -> None:
    assert detail in words.of_all_apps("audit_words", "DETAILS")


def test_details_are_told_in_words(tenant: Tenant) -> None:
    data = {"from": "owner", "to": "reader", "on_behalf": True, "user": None, "unheard_of": [1, "x"]}
    entry = audit.record(verb="customers.role_changed", by=None, data=data)
    until = audit.record(verb="customers.authorization_given", by=None, data={"to": "2026-12-31"})
    with translation.override("nb"):
        assert entry.shown_data == [
            ("Fra", "Eier"),
            ("Til", "Leser"),
            ("På vegne av kunden", "Ja"),
            ("Bruker", "–"),
            ("unheard_of", "1, x"),
        ]
        assert until.shown_data == [("Til", formatting.day(date(2026, 12, 31)))]


def test_days_and_moments_are_told_as_people_write_them(tenant: Tenant) -> None:
    data = {"from": "2026-12-31", "to": "2026-10-25T00:30:00+00:00", "number": "2026-13-45", "user": "2026-11-22T12:00"}
    entry = audit.record(verb="customers.authorization_given", by=None, data=data)
    with translation.override("nb"), timezone.override(tenant.zone):
        shown = [text for _name, text in entry.shown_data]
    assert "31." in shown[0]
    assert "25." in shown[1]
    assert "02.30" in shown[1]
    # What only looks like one stands as it is written.
    assert shown[2:] == ["2026-13-45", "2026-11-22T12:00"]


@pytest.mark.parametrize("name", ["0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00"])
def test_a_name_at_the_end_of_the_calendar_is_a_name(tenant: Tenant, name: str) -> None:
    entry = audit.record(verb="metering.named", by=None, data={"name": name})
    assert [text for _name, text in entry.shown_data] == [name]


def test_every_way_of_signing_in_is_told_in_words(tenant: Tenant) -> None:
    entry = audit.record(verb="accounts.signed_in", by=None, data={"method": "password+app"})
    with translation.override("en"):
        assert entry.shown_data == [("Way of signing in", "Password + Authenticator app")]
