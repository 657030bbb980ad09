"""What staff look at is written down; what was sent stays, until it is forgotten in the one way there is."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from forms_catalog import personal_data
from forms_catalog.actions import enquiries as actions
from forms_catalog.models import Enquiry, FormVersion, InspectionReport, ServiceSettings, Submission, Topic
from forms_catalog.topics import ensure_topics
from portal.accounts.models import StaffRole, User
from portal.audit.models import Entry
from portal.customers.models import Customer
from portal.files.actions import CheckedUpload
from portal.files.models import StoredFile
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.forms_catalog import makers
from tests.forms_catalog.makers import fill_in, photo, send

Who = tuple[Client, User, Customer]
ADMIN = "/admin/forms_catalog"


def from_stranger(tenant: Tenant, email: str = "ola@example.com") -> Enquiry:
    ensure_topics(tenant)
    picture = photo()
    return actions.ask(
        customer=None,
        topic=Topic.objects.get(slug="general"),
        subject="A plug",
        text="Where?",
        submission_key=uuid4(),
        by=None,
        contact_name="Ola",
        contact_email=email,
        pictures=[CheckedUpload(picture, "plug.jpg", "image/jpeg", picture.size or 0)],
    )


def read(verb: str) -> int:
    return Entry.objects.filter(verb=verb).count()


def test_what_staff_read_of_an_enquiry_is_written_down(who: Who, tenant: Tenant) -> None:
    client, _, customer = who
    makers.trees()
    send(client, fill_in(client, pictures=[photo()]))
    enquiry, staff = Enquiry.objects.get(), core.staff()
    desk = core.client_for(staff, tenant=tenant)
    file = Submission.objects.get().files.get()
    for path in (f"{enquiry.pk}/change/", f"{enquiry.pk}/copy.pdf", f"files/{file.pk}/"):
        shown = desk.get(f"{ADMIN}/enquiry/{path}")
        assert shown.status_code == 200
    entries = Entry.objects.filter(verb="enquiries.read", customer_id=customer.pk, by_id=staff.pk)
    assert entries.filter(object_id=enquiry.pk).count() == 3
    shown.close()


def test_and_what_they_read_of_an_inspection(who: Who, tenant: Tenant) -> None:
    report = InspectionReport.objects.create(number="T-1", customer=who[2], inspected_on=timezone.now().date())
    deviation = report.deviations.create(number=1, title="Loose socket")
    desk = core.client_for(core.staff(), tenant=tenant)
    for path in (
        f"inspectionreport/{report.pk}/change/",
        f"inspectionreport/{report.pk}/report.pdf",
        f"deviation/{deviation.pk}/change/",
    ):
        assert desk.get(f"{ADMIN}/{path}").status_code == 200
    assert read("inspections.read") == 3


def test_the_database_lets_nobody_delete_or_move_what_was_sent(who: Who, tenant: Tenant) -> None:
    makers.trees()
    send(who[0], fill_in(who[0]))
    other = from_stranger(tenant)
    for change in (
        lambda: Submission.objects.all().delete(),
        lambda: Submission.objects.update(enquiry=other),
        lambda: FormVersion.objects.filter(number=1)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="not changed any more"), transaction.atomic():
            change()


def test_an_administrator_forgets_an_enquiry_with_all_that_hangs_on_it(who: Who, tenant: Tenant) -> None:
    makers.trees()
    send(who[0], fill_in(who[0], pictures=[photo()]))
    enquiry = Enquiry.objects.get()
    pressed = {"action": "forget", "_selected_action": [enquiry.pk]}
    agent = core.client_for(core.staff(StaffRole.AGENT), tenant=tenant)
    agent.post(f"{ADMIN}/enquiry/", {**pressed, "confirmed": "1"})
    assert Enquiry.objects.exists()
    desk = core.client_for(core.staff(language="en"), tenant=tenant)
    assert "Everything that was written" in desk.post(f"{ADMIN}/enquiry/", pressed).content.decode()
    desk.post(f"{ADMIN}/enquiry/", {**pressed, "confirmed": "1"})
    assert not any(model.objects.exists() for model in (Enquiry, Submission, StoredFile))
    assert read("enquiries.forgotten") == 1
    send(who[0], fill_in(who[0]))
    with pytest.raises(DatabaseError, match="not changed any more"), transaction.atomic():
        Submission.objects.all().delete()


def test_strangers_are_forgotten_after_the_companys_time_for_it(who: Who, tenant: Tenant) -> None:
    ServiceSettings.objects.create(strangers_kept_days=30)
    makers.trees()
    send(who[0], fill_in(who[0]))
    new, old = from_stranger(tenant, "new@example.com"), from_stranger(tenant)
    day = timedelta(days=1)
    Enquiry.objects.filter(pk=new.pk).update(moved_at=timezone.now() - 29 * day)
    Enquiry.objects.exclude(pk=new.pk).update(moved_at=timezone.now() - 31 * day)
    assert actions.forget_strangers() == 1
    assert not Enquiry.objects.filter(pk=old.pk).exists()
    assert Enquiry.objects.filter(customer=who[2]).exists()
    assert StoredFile.objects.count() == 1


def test_who_closes_an_account_is_forgotten_as_a_stranger_too(who: Who, tenant: Tenant) -> None:
    from_stranger(tenant, who[1].email.upper())
    from_stranger(tenant)
    personal_data.forget(who[1])
    assert Enquiry.objects.get().contact_email == "ola@example.com"
