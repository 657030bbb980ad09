"""What people want to be told of, and how.

An app registers the kinds of events that are a matter of choice in its AppConfig.ready():

    preferences.register(preferences.Kind(
        name="outages.outage",                 # unique, and the event given to notify() unless `events` says otherwise
        label=_("Power cut at your address"),  # as the page of choices shows it
        help=_("When it begins, …"),
        channels=(Channel.SMS,),               # until the user chooses
        module="grid",                         # only where the tenant has it; "" for everyone
    ))

`notify(event=…, user=…)` asks here, and goes out on what that user chose; with nothing chosen for a kind that may be
switched off, nothing is written. Messages to a customer's own address (no `user=`) and events of no kind are untouched.

For the page where a user chooses: `choices_of(user)` lists kind and channels in order, `choose(user=, kind=, channels=,
by=)` saves one. A kind with `is_required` (what the law asks for) must keep at least one channel.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from portal.audit import actions as audit
from portal.notifications.models import Channel, NotificationChoice
from portal.tenancy.models import current_tenant


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of event. `channels` are the ones it uses until the user chooses among `offered`."""

    name: str
    label: Any
    help: Any = ""
    channels: tuple[str, ...] = (Channel.SMS,)
    offered: tuple[str, ...] = (Channel.SMS, Channel.EMAIL)
    is_required: bool = False
    module: str = ""
    # The events it stands for, where they are several or have other names.
    events: tuple[str, ...] = ()
    order: int = 50


@dataclass(frozen=True)
class Choice:
    """A kind and the channels it uses for a user; `is_own` when they chose them themselves."""

    kind: Kind
    channels: tuple[str, ...]
    is_own: bool


class ChannelNeeded(ValueError):
    """The law asks that people are told: one channel at least."""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind; the same name again replaces it."""
    _kinds[kind.name] = kind


def kinds() -> list[Kind]:
    """Return the kinds that the current tenant's modules bring, in order."""
    tenant = current_tenant()
    found = (kind for kind in _kinds.values() if not kind.module or tenant.has_module(kind.module))
    return sorted(found, key=lambda kind: (kind.order, kind.name))


def kind_of(event: str) -> Kind | None:
    """Return the kind an event belongs to, or None where it is no matter of choice."""
    return next((kind for kind in _kinds.values() if event in (kind.events or (kind.name,))), None)


def channels_for(user: models.Model, event: str, default: Sequence[str]) -> tuple[str, ...]:
    """Return the channels to tell a user of an event on: chosen ones, else the kind's, `default` for no kind."""
    kind = kind_of(event)
    if kind is None:
        return tuple(default)
    chosen = NotificationChoice.objects.filter(user_id=user.pk, kind=kind.name).first()
    return tuple(chosen.channels) if chosen else kind.channels


def choices_of(user: models.Model) -> list[Choice]:
    """Return every kind there is with the user's channels."""
    own = dict(NotificationChoice.objects.filter(user_id=user.pk).values_list("kind", "channels"))
    return [Choice(kind, tuple(own.get(kind.name, kind.channels)), kind.name in own) for kind in kinds()]


@transaction.atomic
def choose(*, user: models.Model, kind: Kind, channels: Sequence[str], by: models.Model) -> None:
    """Save what the user wants for a kind. Raises ChannelNeeded, and ValueError for a channel that is not offered."""
    if kind.is_required and not channels:
        raise ChannelNeeded(kind.name)
    if unknown := set(channels) - set(kind.offered):
        raise ValueError(f"{kind.name} is not offered on {', '.join(sorted(unknown))}")
    ordered = [channel for channel in kind.offered if channel in channels]
    row, _ = NotificationChoice.objects.update_or_create(
        user_id=user.pk, kind=kind.name, defaults={"channels": ordered}
    )
    audit.record(verb="notifications.chosen", by=by, obj=row, data={"kind": kind.name, "channels": ordered})


def export(user: models.Model) -> dict[str, list[str]]:
    """Return the user's own choices, as personal data."""
    return dict(NotificationChoice.objects.filter(user_id=user.pk).values_list("kind", "channels"))


def forget(user: models.Model) -> None:
    NotificationChoice.objects.filter(user_id=user.pk).delete()
