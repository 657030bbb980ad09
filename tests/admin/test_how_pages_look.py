"""What staff see on pages of every kind: what waits where, names, and numbers and times as people write them."""

from datetime import time
from decimal import Decimal

from django.test import Client

from callouts.models import CallOffSettings, Unit
from orders.models import OrderingRules
from portal.tenancy.models import Tenant
from tests import factories


def test_the_page_of_an_app_where_nothing_can_wait_does_not_speak_of_it(agent: Client) -> None:
    page = agent.get("/admin/content/").content.decode()
    assert "Venter på deg" not in page
    assert "Venter på deg" in agent.get("/admin/").content.decode()


def test_what_staff_work_in_stands_before_what_they_set_once(agent: Client) -> None:
    apps = [app["app_label"] for app in agent.get("/admin/").context["app_list"]]
    assert apps.index("forms_catalog") < apps.index("customers") < apps.index("content")


def test_a_filter_is_called_what_it_filters_by(agent: Client) -> None:
    page = agent.get("/admin/customers/customer/").content.decode()
    assert "<summary>Type" in page


def test_every_label_begins_with_a_capital(agent: Client) -> None:
    form = agent.get("/admin/customers/customer/add/").context["adminform"].form
    labels = [str(field.label) for field in form.fields.values()]
    assert {"Telefon", "Organisasjonsnummer"} <= {*labels}
    assert labels == [label[0].upper() + label[1:] for label in labels]


def test_a_quantity_is_shown_and_taken_as_people_write_it(tenant: Tenant) -> None:
    unit = Unit.objects.create(code="SA", most=Decimal("500000.000"), name={"nb": "sekk"})
    page = f"/admin/callouts/unit/{unit.pk}/change/"
    staff = factories.client_for(factories.staff(), tenant=tenant)
    assert 'value="500\u00a0000"' in staff.get(page).content.decode()
    form = staff.get(page).context["adminform"].form
    asked = {name: form[name].value() for name in form.fields if name not in {"name", "is_volume"}}
    names = {"name_nb": "sekk", "name_nn": "sekk", "name_en": "bag"}
    answer = staff.post(page, {**asked, **names, "most": "1 250,5"})
    assert answer.status_code == 302, answer.context["errors"]
    unit.refresh_from_db()
    assert unit.most == Decimal("1250.5")


def test_a_time_is_shown_with_its_seconds_only_where_it_has_some(tenant: Tenant) -> None:
    staff = factories.client_for(factories.staff(), tenant=tenant)
    rules = OrderingRules.objects.create(hour=time(14))
    page = f"/admin/orders/orderingrules/{rules.pk}/change/"
    assert 'value="14:00"' in staff.get(page).content.decode()
    OrderingRules.objects.update(hour=time(23, 59, 59))
    assert 'value="23:59:59"' in staff.get(page).content.decode()


def test_settings_are_named_once_above_their_history(tenant: Tenant) -> None:
    settings = CallOffSettings.objects.create()
    staff = factories.client_for(factories.staff(), tenant=tenant)
    page = staff.get(f"/admin/callouts/calloffsettings/{settings.pk}/history/").content.decode()
    assert "<h1>Endringshistorikk: Innstillinger for avrop</h1>" in page
    breadcrumbs = page.split('class="breadcrumbs"')[1].split("</div>")[0]
    assert breadcrumbs.lower().count("innstillinger for avrop") == 1


def test_english_dates_never_have_the_month_first(tenant: Tenant) -> None:
    staff = factories.client_for(factories.staff(language="en"), tenant=tenant)
    page = staff.get("/admin/billing/ownrate/").content.decode()
    assert "1 Oct. 2025" in page
    assert "10/01/2025" not in page
