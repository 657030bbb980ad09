"""A page of admin for a row that cannot be: kindly none, never an error of ours."""

import pytest
from django.db import models

from portal.admin_site import site
from portal.tenancy.models import Tenant
from tests import factories

LEADS_AWAY, NOT_FOUND = 302, 404


@pytest.mark.parametrize("key", ["²", "9" * 19, "9" * 5000, "x"])
def test_no_key_breaks_a_page(tenant: Tenant, key: str) -> None:
    client = factories.client_for(factories.staff(), tenant=tenant)
    client.raise_request_exception = False
    answers = {_page(model, key): 0 for model in site._registry}
    for page in answers:
        answers[page] = client.get(page).status_code
    assert {page: code for page, code in answers.items() if code not in {LEADS_AWAY, NOT_FOUND}} == {}


def _page(model: type[models.Model], key: str) -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/{key}/change/"
