"""A typing mistake on a page that a key leads to is written to the log, and the key is not."""

import logging

from portal import logs
from portal.customers import actions
from portal.customers.actions.invitations import Person
from portal.customers.models import Role
from portal.tenancy.models import Tenant
from tests import factories
from tests.customers.conftest import link_to


def test_an_open_invitation(tenant: Tenant, written: list[str]) -> None:
    owner, firm = factories.member()
    actions.invite(customer=firm, role=Role.READER, person=Person(email="new@example.com"), by=owner)
    link = link_to("new@example.com")
    assert factories.client_for(tenant=tenant).post(link, {"name": ""}).status_code == 422
    assert written == ["WARNING django.request: Unprocessable Entity: /customers/invitation/…/"]


def test_an_address_in_an_error() -> None:
    error = ValueError("<WSGIRequest: GET '/account/start/secret/'> and http://x/contact/write/thread/secret?a=1")
    text = logs.Line().format(logging.makeLogRecord({"msg": "Failed", "exc_info": (ValueError, error, None)}))
    assert "<WSGIRequest: GET '/account/start/…/'> and http://x/contact/write/thread/…?a=1" in text


def test_what_the_web_server_says_itself() -> None:
    assert logs.Line in [type(handler.formatter) for handler in logging.getLogger("gunicorn.error").handlers]
