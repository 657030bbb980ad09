"""Every form that comes along is filled in with all it asks for, sent, confirmed and followed, by staff too."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from forms_catalog.actions.catalogue import install
from forms_catalog.models import Enquiry, Submission
from forms_catalog.rules.definition import WITH_FILES, Definition, FieldSpec, Kind
from forms_catalog.shipped import Shipped, shipped
from portal.accounts.models import User
from portal.customers.models import Customer
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.forms_catalog.makers import at, photo
from tests.metering import factories as meters

Who = tuple[Client, User, Customer]
FORMS = list(shipped())


def answer(spec: FieldSpec, definition: Definition) -> Any:
    """Return something right for a question; of choices, what leads to most other questions."""
    if spec.values:
        hanging = [other.show_if for other in definition.fields]
        return max(spec.values, key=lambda value: sum(f"{spec.name} = {value}" in text for text in hanging))
    return {
        Kind.EMAIL: "ola@example.com",
        Kind.PHONE: "912 34 567",
        Kind.NUMBER: str(spec.minimum or 1),
        Kind.DATE: (timezone.localdate() + timedelta(days=_days(spec))).strftime("%d.%m.%Y"),
        Kind.ACCOUNT: "1234.56.78903",
        Kind.ORGANISATION: "974 760 673",
        Kind.PICTURES: [photo()],
        Kind.FILES: [photo()],
    }.get(spec.kind) or _text(spec)


def _days(spec: FieldSpec) -> int:
    """A day off what is just allowed: the test may run across midnight."""
    if spec.minimum is not None:
        return int(spec.minimum) + 1
    return int(spec.maximum) - 1 if spec.maximum is not None else 0


def _text(spec: FieldSpec) -> str:
    if spec.shape:
        return spec.shape.replace("#", "1").replace("@", "A")
    return ("Torget 3 i Bygda. " * 10)[: int(spec.maximum or 40)].strip()


@pytest.mark.parametrize("one", FORMS, ids=lambda one: one.slug)
def test_it_is_sent_and_followed(who: Who, tenant: Tenant, one: Shipped) -> None:
    client, _, customer = who
    point = meters.holding(customer, meters.point(1)).metering_point
    definition, base = one.definition, at(one.slug)
    assert install(slug=one.slug, definition=definition)
    for step in definition.steps:
        data = {
            spec.name: point.gsrn if spec.kind == Kind.METERING_POINT else answer(spec, definition)
            for spec in step.fields
            if spec.is_question
        }
        page = client.post(base if step.number == 1 else f"{base}{step.number}/", data)
        assert page.status_code == 302, page.context["form"].errors
    draft = client.get(f"{base}check/").context["draft"]
    sent = {"submission_key": draft.submission_key, "revision": draft.revision}
    receipt = client.post(f"{base}check/", sent, follow=True)
    assert receipt.redirect_chain == [("/contact/enquiries/1001/received/", 302)]
    assert receipt.status_code == 200
    submission, enquiry = Submission.objects.get(), Enquiry.objects.get()
    asked = [spec for spec in definition.asked(submission.answers) if spec.kind not in WITH_FILES]
    assert submission.answers.keys() == {spec.name for spec in asked}
    desk = core.client_for(core.staff(language="en"), tenant=tenant)
    staff = desk.get(f"/admin/forms_catalog/enquiry/{enquiry.pk}/change/").content.decode()
    theirs = client.get("/contact/enquiries/1001/").content.decode()
    for spec in asked:
        words = escape(spec.label["en"])
        assert words in theirs
        assert words in staff
    assert enquiry.is_urgent == (one.slug == "earth-fault")
