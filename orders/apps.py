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
                order=10,
            )
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
    match=("orders:locations", "orders:location", "orders:add"),
)
BASKET = registry.Section(
    label=_("Basket"),
    url_name="orders:basket",
    icon="ShoppingBasket",
    active_icon="ShoppingBasketFill",
    order=11,
    match=("orders:basket", "orders:change", "orders:send"),
    badge=basket_count,
)
OVERVIEW = registry.Section(
    label=_("Order overview"),
    url_name="orders:overview",
    icon="Tasklist",
    active_icon="TasklistFill",
    order=12,
    match=("orders:overview", "orders:order", "orders:confirmation"),
)
