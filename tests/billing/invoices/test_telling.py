"""Messages on new invoices, before they are due and after: each once, as people have chosen."""

from datetime import date

import pytest

from billing.actions.invoicing import telling
from billing.actions.invoicing.payments import pay
from billing.models import Invoice, PaymentAgreement
from portal.accounts.models import User
from portal.customers.models import Customer, Role
from portal.notifications import preferences
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.billing.invoices import makers

pytestmark = pytest.mark.usefixtures("friday_noon")


@pytest.fixture
def customer(tenant: Tenant) -> Customer:
    return core.customer()


@pytest.fixture
def owner(customer: Customer) -> User:
    user = core.user(language="en", phone="+4791234567")
    core.membership(user, customer)
    return user


def take_in(customer: Customer, number: str = "1001", **changes: object) -> Invoice:
    makers.take_in(makers.said(customer, number, **changes))
    return Invoice.objects.get(number=number)


def choose(user: User, kind: str, *channels: str) -> None:
    found = next(one for one in preferences.kinds() if one.name == kind)
    preferences.choose(user=user, kind=found, channels=channels, by=user)


def events() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("pk").values_list("event", "channel"))


def test_owners_are_told_of_a_new_invoice_once(customer: Customer, owner: User) -> None:
    core.membership(core.user(), customer, Role.READER)
    take_in(customer)
    assert telling.announce() == 1
    assert telling.announce() == 0
    message = Message.objects.get()
    assert (message.event, message.channel, message.user) == ("invoices.new", "email", owner)
    for text in ("250.00", "1234", "KID", "/invoices/"):
        assert text in message.body


def test_history_is_taken_in_without_a_word(customer: Customer, owner: User) -> None:
    makers.take_in(makers.said(customer), tells=False)
    take_in(customer, "1002", issued="2026-01-02", due="2026-01-23", first=None, last=None)
    assert telling.announce() == 1
    assert events() == []


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (date(2026, 11, 19), []),
        (date(2026, 11, 20), ["invoices.due"]),
        (date(2026, 11, 23), ["invoices.due"]),
        (date(2026, 11, 24), []),
        (date(2026, 11, 25), []),
        (date(2026, 11, 26), ["invoices.overdue"]),
        (date(2027, 3, 1), []),
    ],
)
def test_reminders_come_around_the_due_day(customer: Customer, owner: User, today: date, told: list[str]) -> None:
    choose(owner, "invoices.due", "sms")
    take_in(customer)
    telling.remind(today=today)
    telling.remind(today=today)
    assert [event for event, _channel in events()] == told


def test_nobody_is_reminded_of_what_is_paid_or_with_collection(customer: Customer, owner: User) -> None:
    choose(owner, "invoices.due", "sms")
    paid, collected = take_in(customer), take_in(customer, "1002")
    pay(invoice=paid, on=date(2026, 11, 10), amount=paid.total, reference="A")
    Invoice.objects.filter(pk=collected.pk).update(in_collection_on=date(2026, 11, 12))
    assert telling.remind(today=makers.DUE) == 0


def test_people_choose_what_they_hear_of_and_how(customer: Customer, owner: User) -> None:
    choose(owner, "invoices.new", "sms")
    choose(owner, "invoices.overdue")
    take_in(customer)
    telling.announce()
    telling.remind(today=date(2026, 11, 27))
    assert events() == [("invoices.new", "sms")]


def test_who_pays_by_direct_debit_need_do_nothing(customer: Customer, owner: User) -> None:
    PaymentAgreement.objects.create(customer=customer, direct_debit=True)
    take_in(customer)
    telling.announce()
    assert "the bank draws it" in Message.objects.get().body


@pytest.mark.parametrize("channel", ["email", "sms"])
@pytest.mark.parametrize("by_direct_debit", [True, False])
@pytest.mark.parametrize("how", ["paid", "taken back"])
def test_nobody_is_told_to_pay_what_is_settled(
    customer: Customer, owner: User, how: str, by_direct_debit: bool, channel: str
) -> None:
    choose(owner, "invoices.new", channel)
    PaymentAgreement.objects.create(customer=customer, direct_debit=by_direct_debit)
    invoice = take_in(customer)
    if how == "paid":
        pay(invoice=invoice, on=date(2026, 11, 10), amount=invoice.total, reference="A")
    else:
        makers.take_in(makers.said(customer, "2001", kind="credit_note", corrects="1001", due=None), tells=False)
    telling.announce()
    message = Message.objects.get()
    for demand in ("Pay by", "draw", "due", "KID", "23 Nov"):
        assert demand not in message.subject + message.body, demand
    assert ("You have nothing to pay." in message.body) == (channel == "email")


def test_a_credit_note_is_told_of_too(customer: Customer, owner: User) -> None:
    take_in(customer, kind="credit_note", due=None)
    telling.announce()
    assert Message.objects.get().subject.startswith("Credit note")
