from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal import registry

if TYPE_CHECKING:
    from datetime import date
    from random import Random

    from django.http import HttpRequest

    from portal.tenancy.models import Tenant


class OrdersConfig(AppConfig):
    name = "orders"
    label = "orders"
    verbose_name = _("Waste pickup orders")

    def ready(self) -> None:
        # Importing it makes its export known.
        from orders import overview_export  # noqa: F401

        preferences_of_orders()
        offer_events()
        keep_personal_data()
        registry.register(
            registry.Module(
                name="orders",
                app="orders",
                label=_("Waste pickup orders"),
                short_label=_("Pickups"),
                url_prefix="orders/",
                urlconf="orders.urls",
                sections=(ORDER, BASKET, OVERVIEW),
                home_card=home_card,
                demo=demo,
                takes_orders=True,
                order=10,
            )
        )


def preferences_of_orders() -> None:
    """The confirmation always comes; how is the person's choice."""
    from portal.notifications import preferences
    from portal.notifications.models import Channel

    preferences.register(
        preferences.Kind(
            name="orders.confirmed",
            label=_("Confirmation of your orders"),
            help=_("When an order is received, with its number."),
            channels=(Channel.SMS,),
            is_required=True,
            module="orders",
            order=10,
        )
    )
    preferences.register(
        preferences.Kind(
            name="orders.not_done",
            label=_("A job is not done as planned"),
            help=_("When a job could not be done, is moved to another day or is called off, with the reason."),
            channels=(Channel.SMS,),
            events=("orders.not_done", "orders.moved", "orders.called_off"),
            module="orders",
            order=11,
        )
    )
    for order, (name, label) in enumerate(
        [("orders.on_the_way", _("The vehicle is on its way")), ("orders.done", _("A job is done"))], start=12
    ):
        preferences.register(preferences.Kind(name=name, label=label, channels=(), module="orders", order=order))


def offer_events() -> None:
    """What the company's other systems can be told of."""
    from portal.webhooks import events

    events.offer("orders.sent", _("An order is sent"))
    events.offer("orders.changed", _("A job of an order is changed by the customer"))
    events.offer("orders.cancelled", _("A job of an order is cancelled by the customer"))
    events.offer("orders.status_set", _("A job of an order has a new status"))


def keep_personal_data() -> None:
    """Orders are accounting data and stay; the person's own basket goes with the account."""
    from orders import personal_data

    registry.keep_personal_data(
        registry.PersonalData(name="orders", export=personal_data.export, forget=personal_data.forget)
    )


def home_card(request: "HttpRequest") -> str:
    from orders.views.basket import home_card

    return home_card(request)


def basket_count(request: "HttpRequest") -> int | None:
    from orders.views.basket import basket_count

    return basket_count(request)


def demo(tenant: "Tenant", *, rng: "Random", today: "date") -> None:
    from orders.demo import build

    build(tenant, rng=rng, today=today)


ORDER = registry.Section(
    label=pgettext_lazy("menu", "Order"),
    url_name="orders:locations",
    icon="PlusCircle",
    active_icon="PlusCircleFill",
    order=10,
    match=("orders:locations", "orders:location", "orders:add", "orders:new_unit", "orders:new_address"),
)
BASKET = registry.Section(
    label=_("Basket"),
    url_name="orders:basket",
    icon="ShoppingBasket",
    active_icon="ShoppingBasketFill",
    order=11,
    match=("orders:basket", "orders:change", "orders:send", "orders:mark"),
    badge=basket_count,
)
OVERVIEW = registry.Section(
    label=_("Order overview"),
    url_name="orders:overview",
    icon="Tasklist",
    active_icon="TasklistFill",
    order=12,
    match=(
        "orders:overview",
        "orders:order",
        "orders:confirmation",
        "orders:change_order",
        "orders:cancel",
        "orders:report",
    ),
)
