"""manage.py set_sms_gateway, the operator's."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portal.audit.models import Entry
from portal.notifications.models import SmsGateway
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope

ARGUMENTS = {"tenant": "fjord", "url": "https://sms.example/send", "sender": "Fjord"}


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMS_GATEWAY_TOKEN", "s3cret")
    monkeypatch.setenv("SMS_GATEWAY_WEBHOOK_SECRET", "r3ceipt")


def call(**arguments: Any) -> None:
    with tenant_scope(None):
        call_command("set_sms_gateway", **(ARGUMENTS | arguments))


def test_the_gateway_is_set_and_set_again(tenant: Tenant) -> None:
    call()
    call(url="https://other.example/send", username="fjord")
    gateway = SmsGateway.objects.get()
    assert (gateway.url, gateway.username, gateway.token) == ("https://other.example/send", "fjord", "s3cret")
    assert gateway.webhook_secret == "r3ceipt"


def test_the_audit_log_tells_of_it_without_the_secrets(tenant: Tenant) -> None:
    call()
    entry = Entry.objects.get(verb="notifications.sms_gateway_set")
    assert entry.data == {"url": "https://sms.example/send", "sender": "Fjord"}


@pytest.mark.parametrize(
    "wrong", [{"url": "ftp://x/"}, {"url": "https:///"}, {"sender": "Much too long a name"}, {"sender": "Blå"}]
)
def test_what_cannot_work_is_refused(tenant: Tenant, wrong: dict[str, str]) -> None:
    with pytest.raises(CommandError) as refusal:
        call(**wrong)
    assert refusal.value.returncode == 2
    assert not SmsGateway.objects.exists()


def test_a_plain_address_is_refused_in_production(tenant: Tenant, settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="https"):
        call(url="http://sms.example/send")


def test_a_missing_secret_is_named(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SMS_GATEWAY_TOKEN")
    with pytest.raises(CommandError, match="SMS_GATEWAY_TOKEN"):
        call()


def test_a_secret_may_lie_in_a_file(tenant: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text("from a file\n")
    monkeypatch.setenv("SMS_GATEWAY_TOKEN_FILE", str(tmp_path / "token"))
    call()
    assert SmsGateway.objects.get().token == "from a file"


@pytest.mark.parametrize("url", ["http://[::1", "https://sms.example:99999/", f"https://sms.example/{'a' * 300}"])
def test_a_broken_address_is_wrong_usage(tenant: Tenant, url: str) -> None:
    with pytest.raises(CommandError) as caught:
        call(url=url)
    assert caught.value.returncode == 2
    assert not SmsGateway.objects.exists()


@pytest.mark.parametrize("token", ["nøkkel", "space after ", "two\nlines", "“quoted”"])
def test_a_token_that_no_header_takes_is_refused(tenant: Tenant, monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("SMS_GATEWAY_TOKEN", token)
    with pytest.raises(CommandError, match="SMS_GATEWAY_TOKEN: ") as refusal:
        call()
    assert refusal.value.returncode == 2
    assert token not in str(refusal.value)
    assert not SmsGateway.objects.exists()
    # With a user name it is a password, which is sent encoded.
    call(username="fjord")
    assert SmsGateway.objects.get().token == token
