"""People choose what they are told of, and how; what the law asks for keeps one way at least."""

from collections.abc import Iterator

import pytest

from portal.accounts.models import User
from portal.notifications import preferences
from portal.notifications.actions import notify
from portal.notifications.models import Channel, Message, NotificationChoice
from portal.notifications.preferences import Choice, Kind
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories

# A template that every installation has; its event is a kind only here.
EVENT = "accounts.password_changed"


@pytest.fixture
def kind() -> Iterator[Kind]:
    kind = Kind(name=EVENT, label="Password", channels=(Channel.EMAIL,), offered=(Channel.EMAIL, Channel.SMS))
    preferences.register(kind)
    yield kind
    del preferences._kinds[EVENT]


@pytest.fixture
def person(tenant: Tenant) -> User:
    return factories.user(phone="+4791234567")


def told(person: User | None, **fields: object) -> list[str]:
    channels = fields.pop("channels", (Channel.EMAIL,))
    messages = notify(event=EVENT, key="k", context={}, user=person, channels=channels, **fields)  # type: ignore[arg-type]
    return [message.channel for message in messages]


def test_until_the_user_chooses_the_kind_says_how(kind: Kind, person: User) -> None:
    assert preferences.channels_for(person, EVENT, (Channel.SMS,)) == (Channel.EMAIL,)
    assert told(person, channels=(Channel.SMS,)) == [Channel.EMAIL]


def test_what_is_switched_off_is_not_written(kind: Kind, person: User) -> None:
    preferences.choose(user=person, kind=kind, channels=[], by=person)
    assert told(person) == []
    assert not Message.objects.exists()


def test_an_event_of_no_kind_and_a_customers_own_address_are_untouched(kind: Kind, person: User) -> None:
    preferences.choose(user=person, kind=kind, channels=[], by=person)
    assert preferences.channels_for(person, "other", (Channel.SMS,)) == (Channel.SMS,)
    assert told(None, email="post@firm.example") == [Channel.EMAIL]


def test_a_choice_is_kept_in_the_order_offered_and_can_be_changed(kind: Kind, person: User) -> None:
    preferences.choose(user=person, kind=kind, channels=[Channel.SMS, Channel.EMAIL], by=person)
    choice = next(choice for choice in preferences.choices_of(person) if choice.kind is kind)
    assert choice == Choice(kind, (Channel.EMAIL, Channel.SMS), is_own=True)
    preferences.choose(user=person, kind=kind, channels=[Channel.EMAIL], by=person)
    assert preferences.export(person) == {EVENT: [Channel.EMAIL]}


def test_what_the_law_asks_for_keeps_a_channel(person: User) -> None:
    required = Kind(name="law", label="", is_required=True)
    with pytest.raises(preferences.ChannelNeeded):
        preferences.choose(user=person, kind=required, channels=[], by=person)
    assert not NotificationChoice.objects.exists()


def test_a_channel_that_is_not_offered_is_refused(person: User) -> None:
    with pytest.raises(ValueError, match="sms"):
        preferences.choose(user=person, kind=Kind(name="x", label="", offered=("email",)), channels=["sms"], by=person)


def test_a_kind_of_a_module_the_company_lacks_is_not_offered(kind: Kind, db: None) -> None:
    preferences.register(Kind(name="only.grid", label="", module="grid"))
    try:
        with tenant_scope(factories.tenant("waste", modules=["orders"])):
            assert "only.grid" not in [kind.name for kind in preferences.kinds()]
        with tenant_scope(factories.tenant("power", modules=["grid"])):
            assert "only.grid" in [kind.name for kind in preferences.kinds()]
    finally:
        del preferences._kinds["only.grid"]
