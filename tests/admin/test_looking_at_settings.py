"""Who may only look at settings reads words, where the row holds codes."""

from datetime import date

from django.test import Client

from callouts.models import CallOffSettings
from orders.models import OrderingRules
from portal.tenancy.models import Tenant


def page_of(agent: Client, address: str) -> str:
    return agent.get(address, follow=True).content.decode()


def test_weekdays_days_and_texts_of_the_ordering_rules(tenant: Tenant, agent: Client) -> None:
    OrderingRules.objects.all().delete()
    OrderingRules.objects.create(
        weekdays=[0, 4], closed_days=[date(2026, 12, 24)], reference_help={"nb": "Skriv PO-nummeret."}
    )
    page = page_of(agent, "/admin/orders/orderingrules/")
    for words in ("mandag, fredag", "24. des. 2026", "Skriv PO-nummeret."):
        assert words in page
    for code in ("0, 4", "2026-12-24", "{"):
        assert f'readonly">{code}' not in page


def test_services_by_their_names(tenant: Tenant, agent: Client) -> None:
    CallOffSettings.objects.all().delete()
    CallOffSettings.objects.create(services=["waste", "tank_cleaning"])
    page = page_of(agent, "/admin/callouts/calloffsettings/")
    assert "Avfall, Tankvask" in page
