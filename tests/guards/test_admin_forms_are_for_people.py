"""No form of the admin asks staff to write what only programs write."""

import pytest
from django import forms
from django.contrib import admin
from django.urls import reverse

from portal.tenancy.models import Tenant
from tests import factories

MODELS = sorted((model._meta.app_label, model._meta.model_name or "") for model in admin.site._registry)


@pytest.mark.parametrize(("app", "model"), MODELS)
def test_nobody_writes_json(tenant: Tenant, app: str, model: str) -> None:
    page = factories.client_for(factories.staff(), tenant=tenant).get(reverse(f"admin:{app}_{model}_add"))
    if page.status_code != 200:
        # Nobody adds these by hand, or there is one row already.
        assert page.status_code in {302, 403}
        return
    if "adminform" not in page.context:
        shown = [page.context["form"]]
    else:
        inlines = [inline.formset.empty_form for inline in page.context["inline_admin_formsets"]]
        shown = [page.context["adminform"].form, *inlines]
    fields = {name: field for form in shown for name, field in form.fields.items()}
    assert [name for name, field in fields.items() if isinstance(field, forms.JSONField)] == []
