"""The kind of service decides what is asked: waste is collected, equipment and goods are brought."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from callouts.models import CallOff, CallOffSettings, Unit
from callouts.queries import Search, find_fractions
from callouts.rules import facts
from portal.customers.queries import today
from tests.callouts import makers
from tests.callouts.conftest import Desk

CONTAINER = "810101"


def rental(desk: Desk, **changes: Any) -> dict[str, Any]:
    given = {
        "action": "review",
        "service": facts.RENTAL,
        "fraction": makers.fraction(CONTAINER).pk,
        "quantity": "2",
        "unit": Unit.objects.get(code="H87").pk,
        "wanted_on": f"{today() + timedelta(days=2):%d.%m.%Y}",
        "rented_until": f"{today() + timedelta(days=30):%d.%m.%Y}",
    }
    return makers.posted(desk.customer, **(given | changes))


def test_rental_takes_an_article_a_period_and_an_address_and_no_waste(desk: Desk) -> None:
    answer = desk.client.post("/callouts/new/", rental(desk))
    assert answer.status_code == 302
    draft = CallOff.objects.get()
    [line] = draft.lines.all()
    assert (line.article_no, line.declared_by, line.declaration_no, line.package_count) == (CONTAINER, "", "", None)
    assert (draft.producer, line.load_carrier_no) == (None, "")
    sent = makers.submit(draft, desk.user)
    shown = desk.client.get(f"/callouts/history/A-{sent.number}/").content.decode()
    for text in ("Fjord leverer", "Leies til", "Leveringsadresse", "Åpen container 10 m³, leie"):
        assert text in shown
    assert "Avfallsprodusent" not in shown


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"fraction": ""}, {"note"}),
        ({"fraction": "701201"}, {"q", "unit"}),
        ({"wanted_on": "01.01.2020"}, {"wanted_on"}),
        ({"rented_until": "01.01.2020"}, {"rented_until"}),
        ({"pickup_other": ""}, {"pickup_other"}),
    ],
)
def test_what_stands_in_the_way_of_rental(desk: Desk, changes: dict[str, str], wrong: set[str]) -> None:
    if changes.get("fraction"):
        changes = {"fraction": str(makers.fraction(changes["fraction"]).pk)}
    page = desk.client.post("/callouts/new/", rental(desk, **changes))
    assert (page.status_code, page.context["form"].errors.keys()) == (422, wrong)


def test_waste_wanted_yesterday_is_pointed_out_and_today_is_not(desk: Desk) -> None:
    # The clock stands still: a midnight in between would make today yesterday.
    with time_machine.travel(datetime.now(UTC), tick=False):
        for days, wrong in ((-1, {"wanted_on"}), (0, set())):
            wanted = f"{today() + timedelta(days=days):%d.%m.%Y}"
            posted = makers.posted(desk.customer, action="review", wanted_on=wanted, rented_until="01.01.2020")
            page = desk.client.post("/callouts/new/", posted)
            assert (page.context["form"].errors.keys() if page.context else set()) == wrong


def test_each_service_searches_its_own_part_of_the_catalogue(desk: Desk) -> None:
    def found(service: str, query: str = "container") -> set[str]:
        return {each.service for each in find_fractions(Search(query=query, service=service), None).shown}

    assert found(facts.RENTAL) == {facts.RENTAL}
    assert found(facts.TANK_CLEANING, "slop") == {facts.WASTE}
    assert found(facts.SALE, "spillsett") == {facts.SALE}
    assert found(facts.WASTE, "spillsett") == set()


def test_only_what_the_company_offers_can_be_chosen(desk: Desk) -> None:
    CallOffSettings.objects.create(services=["waste"])
    page = desk.client.get("/callouts/new/")
    assert [value for value, _ in page.context["form"].fields["service"].choices] == ["waste"]
    answer = desk.client.post("/callouts/new/", rental(desk))
    assert answer.context["form"].errors.keys() == {"service"}


def test_a_category_narrows_the_list_and_one_of_another_service_is_forgotten(desk: Desk) -> None:
    batteries = {"action": "search", "q": "", "category": "Batterier", "service": "waste"}
    page = desk.client.post("/callouts/new/", batteries)
    assert {each.category for each in page.context["hits"].shown} == {"Batterier"}
    page = desk.client.post("/callouts/new/", batteries | {"service": "rental"})
    assert page.context["hits"].category == ""
    assert {each.service for each in page.context["hits"].shown} == {"rental"}


def test_recently_used_stand_first_and_before_anything_is_typed(desk: Desk) -> None:
    cubic = Unit.objects.get(code="MTQ")
    makers.submitted(desk.customer, desk.user, fraction=makers.fraction("703001"), quantity=12, unit=cubic)
    makers.submitted(desk.customer, desk.user, fraction=makers.fraction("701101"))
    page = desk.client.get("/callouts/new/")
    assert page.context["hits"].are_recent
    assert [each.article_no for each in page.context["hits"].shown] == ["701101", "703001"]
    page = desk.client.post("/callouts/new/", {"action": "search", "q": "spillolje", "service": "waste"})
    assert [each.article_no for each in page.context["hits"].shown] == ["701101", "703001", "701201"]


def test_load_carriers_are_remembered_with_their_size(desk: Desk) -> None:
    litre = Unit.objects.get(code="LTR")
    makers.submitted(desk.customer, desk.user, container_size=1000, container_unit=litre)
    makers.submitted(desk.customer, desk.user, load_carrier_no="C-301")
    makers.submitted(desk.customer, desk.user, container_size=500, container_unit=litre)
    page = desk.client.get("/callouts/new/")
    assert [(each.number, each.size) for each in page.context["carriers"]] == [("MDE-331", 500), ("C-301", None)]
    assert '<option value="MDE-331"' in page.content.decode()


def test_more_hits_are_shown_on_request(desk: Desk) -> None:
    few = desk.client.post("/callouts/new/", {"action": "search", "q": "7", "service": "waste"}).context["hits"]
    many = desk.client.post("/callouts/new/", {"action": "more", "q": "7", "service": "waste"}).context["hits"]
    assert (len(few.shown), few.has_more) == (12, True)
    assert len(many.shown) == many.count > 12
