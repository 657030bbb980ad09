"""How somebody tried to sign in, and why not, are codes in the log: staff and the person read words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client
from django.utils.translation import override

from portal import words
from portal.accounts.models import User
from portal.accounts.sign_in_log import SECOND_FACTORS
from portal.audit import actions as audit
from portal.customers.models import Invitation
from portal.tenancy.models import Tenant
from tests import factories

# Whose arguments end in the log, by name or as the first.
BY_NAME = {"begin", "let_in", "record_authentication", "refused"}
FIRST = {"Refused", "TooWeak", "_refused"}
# What allauth calls its own ways; who closes an invitation says why by its state.
FROM_ELSEWHERE = [("method", "password"), ("method", "code"), ("method", "unknown")]
FROM_ELSEWHERE += [("method", name) for name in SECOND_FACTORS.values()]
FROM_ELSEWHERE += [("why", state.value) for state in Invitation.State if state != Invitation.State.OPEN]


def sources() -> Iterator[ast.Module]:
    for app in apps.get_app_configs():
        if "site-packages" not in app.path:
            for path in Path(app.path).rglob("*.py"):
                text = path.read_text(encoding="utf-8")
                if app.label == "accounts" or re.search(r"\b(let_in|sign_in_log)\b", text):
                    yield ast.parse(text)


def given(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """What a call or an assignment gives the log: the name of the detail, and the expression."""
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func).rpartition(".")[2]
        if called in FIRST and node.args:
            yield "why", node.args[0]
        if called in BY_NAME:
            yield from ((word.arg, word.value) for word in node.keywords if word.arg in {"method", "why"})
    elif isinstance(node, ast.Assign):
        targets, values = [node.targets[0]], [node.value]
        if isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple):
            targets, values = node.targets[0].elts, node.value.elts
        for target, value in zip(targets, values, strict=True):
            if ast.unparse(target) in {"method", "why"}:
                yield ast.unparse(target), value


def codes(value: ast.expr) -> Iterator[str]:
    """The strings an expression may be; one that is put together has none that could be told in words."""
    if isinstance(value, ast.IfExp):
        yield from (*codes(value.body), *codes(value.orelse))
    elif isinstance(value, ast.JoinedStr):
        yield ast.unparse(value)
    elif isinstance(value, ast.Constant) and value.value:
        yield str(value.value)


IN_THE_CODE = [
    (name, code)
    for source in sources()
    for node in ast.walk(source)
    for name, value in given(node)
    for code in codes(value)
]


@pytest.mark.parametrize(("detail", "code"), sorted({*IN_THE_CODE, *FROM_ELSEWHERE}))
def test_every_code_has_words(detail: str, code: str) -> None:
    values = words.of_all_apps("audit_values", "VALUES")
    assert code in values["accounts.sign_in_refused"]
    assert detail == "why" or code in values["accounts.signed_in"]


def test_codes_are_found(tenant: Tenant) -> None:
    found = {code for _name, code in IN_THE_CODE}
    assert {"openid", "reset", "expired or used", "the token does not hold", "customer service must look"} <= found


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("cancelled at the provider", "Avbrutt"),
        ("withdrawn", "Trukket tilbake"),
        ("the token endpoint answered 401", "Innloggingstjenesten svarte med en feil"),
        ("the token does not hold (ExpiredSignatureError)", "Svaret fra innloggingstjenesten holder ikke"),
    ],
)
def test_staff_and_the_person_read_the_same(tenant: Tenant, why: str, said: str) -> None:
    person: User = factories.user()
    entry = audit.record(
        verb="accounts.sign_in_refused", by=None, obj=person, data={"method": "openid+app", "why": why}
    )
    with override("nb"):
        assert [text for _name, text in entry.shown_data] == ["ID-porten + Autentiseringsapp", said]
    client: Client = factories.client_for(person, tenant=tenant)
    page = client.get("/account/history/").content.decode()
    assert "ID-porten + Autentiseringsapp" in page
    assert f"· {said}" in page
