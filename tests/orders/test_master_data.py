"""Sites, units and kinds of equipment from CSV files, by command and in admin."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from orders.models import AllowedWaste, Depot, EquipmentType, Location, Placement, WasteType
from portal.audit.models import Entry
from portal.customers.models import Customer
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.orders import makers

SITES = "number,customer_number,address,postal_code,city"
UNITS = "number,location,equipment,waste,placed"


def run(tenant: Tenant, command: str, path: Path, lines: list[str], *options: str) -> tuple[Any, ...]:
    """Return how many were new, changed, unchanged, and the reasons of those that were rejected."""
    path.write_text("\n".join(lines) + "\n")
    out = io.StringIO()
    try:
        call_command(command, str(path), "--tenant", tenant.slug, "--json", *options, stdout=out)
        code = 0
    except SystemExit as stop:
        code = int(str(stop.code))
    report = json.loads(out.getvalue())
    assert code == bool(report["rejected"])
    return report["accepted"], report["changed"], report["unchanged"], len(report["rejected"])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.csv"


def test_sites_are_made_changed_and_left_alone(tenant: Tenant, file: Path) -> None:
    customer = factories.customer()
    Depot.objects.create(code="N", name="Nord")
    lines = [f"{SITES},depot,project", f"S-1,{customer.number},Skoleveien 8,3970,Eidnes,N,4417"]
    assert run(tenant, "import_locations", file, lines, "--dry-run") == (1, 0, 0, 0)
    assert not Location.objects.exists()
    assert run(tenant, "import_locations", file, lines) == (1, 0, 0, 0)
    assert run(tenant, "import_locations", file, lines) == (0, 0, 1, 0)
    # A column that is left out is left alone.
    changed = [SITES, f"S-1,{customer.number},Skoleveien 10,3970,Eidnes"]
    assert run(tenant, "import_locations", file, changed) == (0, 1, 0, 0)
    site = Location.objects.get()
    assert (site.address, site.project, site.depot and site.depot.code, site.customer) == (
        "Skoleveien 10", "4417", "N", customer,
    )  # fmt: skip
    assert Entry.objects.filter(verb="orders.master_data_imported").count() == 3


def test_an_address_the_customer_registered_gets_its_number(tenant: Tenant, file: Path) -> None:
    customer = factories.customer()
    registered = makers.location(customer, address="Nyveien 1", is_registered_by_customer=True)
    client = factories.client_for(factories.staff(), tenant=tenant)
    waiting = f"{reverse('admin:orders_location_changelist')}?is_active__exact=1"
    assert waiting in client.get(reverse("admin:index")).content.decode()
    assert run(
        tenant, "import_locations", file, [SITES, f"S-9,{customer.number},NYVEIEN 1,3970,Eidnes"]
    ) == (0, 1, 0, 0)  # fmt: skip
    registered.refresh_from_db()
    assert registered.number == "S-9"
    assert waiting not in client.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize(
    "line",
    [
        "S-1,nobody,Skoleveien 8,3970,Eidnes",
        "S-1,{c},Skoleveien 8,39,Eidnes",
        "S-1,{c},,3970,Eidnes",
        ",{c},A,3970,B",
        "S-1,{c},A,3970",
        "S-1,{c},A,3970,B,C",
    ],
)
def test_a_wrong_site_is_rejected_and_the_rest_taken_in(tenant: Tenant, file: Path, line: str) -> None:
    customer = factories.customer()
    good = f"S-2,{customer.number},Skoleveien 9,3970,Eidnes"
    lines = [SITES, line.format(c=customer.number), good]
    assert run(tenant, "import_locations", file, lines) == (1, 0, 0, 1)


def test_another_companys_customer_is_not_there(tenant: Tenant, other_tenant: Tenant, file: Path) -> None:
    with tenant_scope(other_tenant):
        factories.customer(number="777001")
    assert not Customer.objects.filter(number="777001").exists()
    assert run(tenant, "import_locations", file, [SITES, "S-1,777001,A,3970,B"]) == (0, 0, 0, 1)


def test_units_come_move_and_leave(tenant: Tenant, file: Path) -> None:
    customer = factories.customer()
    first, second = makers.location(customer, number="S-1"), makers.location(customer, number="S-2")
    makers.equipment_type(code="OC22")
    makers.waste_type(code="9912")
    came = [UNITS, "C-1,S-1,OC22,9912,2026-09-01"]
    assert run(tenant, "import_placements", file, came) == (1, 0, 0, 0)
    assert run(tenant, "import_placements", file, came) == (0, 0, 1, 0)
    moved = [UNITS, "C-1,S-2,OC22,9912,01.11.2026"]
    assert run(tenant, "import_placements", file, moved) == (1, 0, 0, 0)
    assert list(Placement.objects.order_by("pk").values_list("location", "removed_on")) == [
        (first.pk, date(2026, 11, 1)),
        (second.pk, None),
    ]
    assert run(tenant, "import_placements", file, moved) == (0, 0, 1, 0)
    left = [f"{UNITS},removed", "C-1,S-2,OC22,9912,2026-11-01,2026-11-05"]
    assert run(tenant, "import_placements", file, left) == (0, 1, 0, 0)
    assert run(tenant, "import_placements", file, left) == (0, 0, 1, 0)
    assert not Placement.objects.open_ended().exists()


@pytest.mark.parametrize(
    "line",
    [
        "C-1,S-9,OC22,9912,2026-09-01,,,",
        "C-1,S-1,OC99,9912,2026-09-01,,,",
        "C-1,S-1,OC22,1,2026-09-01,,,",
        "C-1,S-1,OC22,9912,,,,",
        "C-1,S-1,OC22,9912,2026-09-01,2026-08-01,,",
        "C-1,S-1,OC22,9912,2026-09-01,,no,monday",
        "C 1,S-1,OC22,9912,2026-09-01,,,",
        "C-2,S-1,OC22,9912,2026-08-01,,,",
    ],
)
def test_a_wrong_unit_is_rejected(tenant: Tenant, file: Path, line: str) -> None:
    customer = factories.customer()
    makers.location(customer, number="S-1")
    kind, waste = makers.equipment_type(code="OC22"), makers.waste_type(code="9912")
    # It came later to where it is now.
    elsewhere = makers.location(customer, number="S-2")
    makers.placement(elsewhere, number="C-2", equipment_type=kind, waste_type=waste)
    assert run(tenant, "import_placements", file, [f"{UNITS},removed,periodic,weekday", line]) == (0, 0, 0, 1)
    assert Placement.objects.count() == 1


def test_equipment_and_what_it_takes(tenant: Tenant, file: Path) -> None:
    lines = ["code;nb;en;position", "9912;Restavfall;Residual waste;1", "1615;Gips;;2"]
    assert run(tenant, "import_waste_types", file, lines) == (2, 0, 0, 0)
    head = "code;nb;volume;unit;emptying;shape;length_cm;waste"
    lines = [head, "OC22;Åpen container;22;m3;exchange;open_container;600;9912 1615"]
    assert run(tenant, "import_equipment", file, lines) == (1, 0, 0, 0)
    assert run(tenant, "import_equipment", file, lines) == (0, 0, 1, 0)
    kind = EquipmentType.objects.get()
    assert (kind.names, kind.volume, kind.length_cm) == ({"nb": "Åpen container"}, 22, 600)
    assert AllowedWaste.objects.count() == 2
    fewer = ["code;en;volume;emptying;waste", "OC22;Open skip;22;exchange;9912"]
    assert run(tenant, "import_equipment", file, fewer) == (0, 1, 0, 0)
    kind.refresh_from_db()
    assert kind.names == {"nb": "Åpen container", "en": "Open skip"}
    assert [row.waste_type.code for row in AllowedWaste.objects.select_related("waste_type")] == ["9912"]
    wrong = [head, "B1;;22;m3;exchange;;;", "B2;B;0;m3;exchange;;;", "B3;B;1;m3;burn;;;", "B4;B;1;m3;exchange;;;77"]
    assert run(tenant, "import_equipment", file, wrong) == (0, 0, 0, 4)


def test_staff_hand_a_file_in_check_it_first_and_then_take_it_in(tenant: Tenant) -> None:
    client = factories.client_for(factories.staff(), tenant=tenant)
    page = reverse("admin:orders_wastetype_import")
    assert page in client.get(reverse("admin:orders_wastetype_changelist")).content.decode()

    def hand_in(**fields: str) -> Any:
        csv = SimpleUploadedFile("waste.csv", b"code,nb\n9912,Restavfall\n1615,\n", "text/csv")
        return client.post(page, {"file": csv, **fields})

    checked = hand_in(only_check="on")
    assert (checked.context["report"]["done"].new, checked.context["report"]["rejected_count"]) == (1, 1)
    assert not WasteType.objects.exists()
    assert hand_in().status_code == 200
    assert WasteType.objects.get().name == "Restavfall"
    assert client.post(page, {}).status_code == 422
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("model", ["location", "placement", "equipmenttype", "wastetype"])
def test_only_staff_hand_files_in(tenant: Tenant, model: str) -> None:
    page = reverse(f"admin:orders_{model}_import")
    assert factories.client_for(makers.site().person, tenant=tenant).get(page).status_code == 403
