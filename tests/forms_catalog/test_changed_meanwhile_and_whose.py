"""A service form that changes while somebody fills it in, and whose it is."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from forms_catalog.actions import catalogue
from forms_catalog.actions import enquiries as threads
from forms_catalog.actions import service_forms as actions
from forms_catalog.models import AnswerFile, Enquiry, FormDraft, FormField, FormVersion, ServiceForm, Submission
from forms_catalog.rules.definition import Kind
from forms_catalog.shipped import ensure_forms
from portal.accounts.models import User
from portal.customers.models import Customer, Role
from portal.files.models import StoredFile
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories as core
from tests.forms_catalog import makers
from tests.forms_catalog.makers import at, fill_in, photo, send, spec

ClientFor = Callable[..., Client]
Who = tuple[Client, User, Customer]


# The form changes meanwhile --------------------------------------------------------------------------


def test_a_form_changed_meanwhile_keeps_the_answers_and_asks_what_is_new(who: Who) -> None:
    client, _, _ = who
    made = makers.trees()
    over = fill_in(client)
    FormField.objects.create(form=made, order=99, name="phone", kind=Kind.PHONE, label={"nb": "Telefon"})
    catalogue.publish(form=made, by=None)
    answer = send(client, over)
    assert answer.headers["Location"] == at(rest="2/")
    page = client.get(at(rest="2/"))
    assert page.context["form"]["address"].value() == "Bygata 1"
    client.post(at(rest="2/"), {"address": "Bygata 1", "phone": "91234567"})
    send(client, client.get(at(rest="check/")))
    assert (Submission.objects.get().answers["owner"], Submission.objects.get().version.number) == ("Ola", 2)


def test_what_is_on_the_screen_while_it_changes_is_not_lost(who: Who) -> None:
    client, _, _ = who
    made = makers.trees()
    shown = client.get(at()).context["version"].pk
    makers.change(made, "own", help={"nb": "Ny hjelp"})
    answer = client.post(at(), {"version": shown, "own": "no", "owner": "Ola"}, follow=True)
    assert "The form has changed since you began" in answer.content.decode()
    assert FormDraft.objects.get().answers == {"own": "no", "owner": "Ola"}


def test_a_choice_that_is_gone_is_asked_again(who: Who) -> None:
    client, _, _ = who
    made = makers.form(spec("a", Kind.CHOICE, choices=(("x", {"en": "X"}), ("y", {"en": "Y"}))))
    client.post(at(), {"a": "x"})
    makers.change(made, "a", choices=[["y", {"nb": "Y"}], ["z", {"nb": "Z"}]])
    assert client.get(at(rest="check/")).headers["Location"] == at()


def test_looked_over_in_one_window_and_changed_in_another_it_is_not_sent(who: Who) -> None:
    client, _, _ = who
    makers.trees()
    over = fill_in(client)
    client.post(at(rest="2/"), {"address": "Elsewhere 2"})
    assert send(client, over).headers["Location"] == at(rest="check/")
    assert not Submission.objects.exists()


def test_a_form_retired_meanwhile_shows_what_was_written(who: Who) -> None:
    client, _, _ = who
    made = makers.trees()
    over = fill_in(client)
    catalogue.retire(form=made, by=core.staff())
    answer = send(client, over)
    assert answer.status_code == 410
    assert "Bygata 1" in answer.content.decode()
    client.post(at(rest="discard/"))
    gone = client.get(at())
    assert (gone.status_code, "Bygata 1" in gone.content.decode()) == (410, False)


def test_what_was_sent_keeps_the_form_it_was_sent_with(who: Who) -> None:
    client, _, _ = who
    made = makers.trees()
    send(client, fill_in(client))
    makers.change(made, "address", label={"nb": "Noe helt annet", "en": "Something else"})
    page = client.get("/contact/enquiries/1001/").content.decode()
    assert "Address" in page
    assert "Something else" not in page


def test_the_database_lets_nobody_change_a_version_or_what_was_sent(who: Who) -> None:
    client, _, _ = who
    makers.trees()
    send(client, fill_in(client))
    for rows, change in [(FormVersion.objects, {"content": {}}), (Submission.objects, {"answers": {}})]:
        with pytest.raises(DatabaseError, match="not changed any more"), transaction.atomic():
            rows.update(**change)


# Whose it is -----------------------------------------------------------------------------------------


def test_forms_drafts_and_files_are_the_customers_own(who: Who, tenant: Tenant, client_for: ClientFor) -> None:
    client, _, customer = who
    makers.trees()
    over = fill_in(client, pictures=[photo()])
    stranger, _ = core.member()
    theirs = client_for(stranger, tenant=tenant)
    file = AnswerFile.objects.get()
    assert theirs.get(at(rest=f"files/{file.pk}/")).status_code == 404
    assert theirs.post(at(rest=f"files/{file.pk}/remove/")).status_code == 404
    assert theirs.post(at(rest="discard/")).status_code == 404
    assert send(theirs, over).headers["Location"] == at()
    colleague = core.user()
    core.membership(colleague, customer, Role.OWNER)
    assert client_for(colleague, tenant=tenant).get(at(rest=f"files/{file.pk}/")).status_code == 404
    send(client, over)
    assert send(theirs, over).headers["Location"] == at()
    for rest in ("1001/received/", "1001/copy.pdf", f"files/{file.pk}/"):
        assert theirs.get(f"/contact/enquiries/{rest}").status_code == 404
    shown = client.get(f"/contact/enquiries/files/{file.pk}/")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    shown.close()


def test_a_reader_sees_the_forms_but_sends_none(who: Who, tenant: Tenant, client_for: ClientFor) -> None:
    makers.trees()
    reader, customer = core.user(language="en"), who[2]
    core.membership(reader, customer, Role.READER)
    client = client_for(reader, tenant=tenant)
    page = client.get("/contact/forms/").content.decode()
    assert ("Trees" in page, at() in page) == (True, False)
    assert client.get(at()).status_code == 403


def test_a_form_for_others_is_not_there(who: Who) -> None:
    client, _, _ = who
    makers.trees()
    ServiceForm.objects.update(customer_kinds=[Customer.Kind.PRIVATE])
    assert "Trees" not in client.get("/contact/forms/").content.decode()
    assert client.get(at()).status_code == 404


def test_another_tenant_has_forms_of_its_own(who: Who, other_tenant: Tenant, client_for: ClientFor) -> None:
    makers.trees()
    with tenant_scope(other_tenant):
        person, _ = core.member()
        assert not ServiceForm.objects.exists()
        assert client_for(person, tenant=other_tenant).get(at()).status_code == 404


def test_a_company_gets_the_forms_of_its_modules_once(tenant: Tenant) -> None:
    assert len(ensure_forms(tenant)) == 11
    assert ensure_forms(tenant) == []


def test_every_shipped_form_opens(who: Who, tenant: Tenant) -> None:
    client, _, _ = who
    for made in ensure_forms(tenant):
        assert client.get(at(made.slug)).status_code == 200


def test_a_thread_of_a_form_takes_replies(who: Who) -> None:
    client, _, _ = who
    makers.trees()
    send(client, fill_in(client))
    enquiry = Enquiry.objects.get()
    threads.answer(enquiry=enquiry, text="Which mast?", by=core.staff())
    client.post("/contact/enquiries/1001/", {"text": "The one by the barn."})
    enquiry.refresh_from_db()
    assert enquiry.state == Enquiry.State.REPLIED


def test_a_form_that_nobody_went_on_with_goes_after_three_months(who: Who) -> None:
    client, _, _ = who
    makers.trees()
    fill_in(client, pictures=[photo()])
    assert actions.discard_old() == 0
    FormDraft.objects.update(changed_at=timezone.now() - timedelta(days=91))
    assert actions.discard_old() == 1
    assert not StoredFile.objects.exists()
