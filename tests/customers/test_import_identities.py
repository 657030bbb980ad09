"""manage.py import_identities: hashes of identity numbers for private customers, and no number anywhere."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from portal.accounts import registers
from portal.accounts.oidc.identity import hashes_of
from portal.accounts.registers import Proved
from portal.audit.models import Entry
from portal.customers import actions
from portal.customers.models import Customer, CustomerIdentity, Membership, Role
from portal.tenancy.models import Tenant
from tests import factories

NUMBER, OTHER = "15010100078", "15018010035"


def run(tenant: Tenant, path: Path, *options: str) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("import_identities", str(path), "--tenant", tenant.slug, *options, stdout=out)
    except SystemExit as left:
        return int(left.code or 0), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def ola(tenant: Tenant) -> Customer:
    return factories.customer(number="500112", kind=Customer.Kind.PRIVATE)


def file(folder: Path, *lines: str) -> Path:
    path = folder / "identities.csv"
    path.write_text("\n".join(("number,identity_number", *lines)), encoding="utf-8")
    return path


def test_only_the_hash_is_kept(tenant: Tenant, ola: Customer, tmp_path: Path) -> None:
    code, text = run(tenant, file(tmp_path, f"500112,{NUMBER[:6]} {NUMBER[6:]}"))
    assert (code, "1 new" in text) == (0, True)
    assert CustomerIdentity.objects.get().number_hash == hashes_of(NUMBER)[0]
    assert NUMBER not in text
    assert NUMBER not in str(Entry.objects.get(verb="customers.identities_imported").data)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_customeridentity t WHERE t::text LIKE %s", [f"%{NUMBER}%"])
        assert cursor.fetchone() == (0,)


def test_again_changes_nothing_and_another_number_changes(tenant: Tenant, ola: Customer, tmp_path: Path) -> None:
    run(tenant, file(tmp_path, f"500112,{NUMBER}"))
    assert "1 unchanged" in run(tenant, file(tmp_path, f"500112,{NUMBER}"))[1]
    assert "1 changed" in run(tenant, file(tmp_path, f"500112,{OTHER}"))[1]
    assert CustomerIdentity.objects.get().number_hash == hashes_of(OTHER)[0]


def test_what_is_wrong_is_rejected_without_repeating_a_number(tenant: Tenant, ola: Customer, tmp_path: Path) -> None:
    factories.customer(number="9", kind=Customer.Kind.BUSINESS)
    bad = ["500112,15010100079", f"9,{NUMBER}", f"777,{NUMBER}", f",{NUMBER}", "500112", "1,2,3", "500112,1.50101E+10"]
    code, text = run(tenant, file(tmp_path, *bad), "--json")
    report = json.loads(text)
    assert code == 1
    assert [one["line"] for one in report["rejected"]] == [2, 3, 4, 5, 6, 7, 8]
    assert not any(number in text for number in (NUMBER, OTHER, "15010100079", "50101"))
    assert not CustomerIdentity.objects.exists()


def test_the_report_for_people_says_which_lines_were_rejected(tenant: Tenant, ola: Customer, tmp_path: Path) -> None:
    code, text = run(tenant, file(tmp_path, f"777,{NUMBER}", f"500112,{NUMBER}"))
    assert code == 1
    assert "1 new, 0 changed, 0 unchanged, 1 rejected." in text
    assert "line 2, 777: There is no customer with this number." in text


def test_of_two_numbers_for_one_customer_the_first_is_kept(tenant: Tenant, ola: Customer, tmp_path: Path) -> None:
    code, text = run(tenant, file(tmp_path, f"500112,{NUMBER}", f"500112,{OTHER}"))
    assert (code, "1 new" in text, "line 3, 500112" in text) == (1, True, True)
    assert CustomerIdentity.objects.get().number_hash == hashes_of(NUMBER)[0]


def test_a_dry_run_changes_nothing(tenant: Tenant, ola: Customer, tmp_path: Path) -> None:
    assert "1 new" in run(tenant, file(tmp_path, f"500112,{NUMBER}"), "--dry-run")[1]
    assert not CustomerIdentity.objects.exists()


@pytest.mark.parametrize("data", [b"", b"number;name\n1;2", b"PK\x03\x04\x00\x01", b'number,identity_number\n"1,2'])
def test_a_file_that_is_none_of_ours_is_one_rejection(tenant: Tenant, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "identities.csv"
    path.write_bytes(data)
    code, text = run(tenant, path, "--json")
    assert (code, len(json.loads(text)["rejected"])) == (1, 1)


@pytest.mark.parametrize(("by_themselves", "comes_back"), [(False, False), (True, True)])
def test_who_was_taken_off_does_not_come_back_by_a_provider(
    tenant: Tenant, ola: Customer, by_themselves: bool, comes_back: bool
) -> None:
    CustomerIdentity.objects.create(customer=ola, number_hash=hashes_of(NUMBER)[0])
    user, proved = factories.user(), Proved(hashes=tuple(hashes_of(NUMBER)))
    registers.give(user, proved)
    member = Membership.objects.get(user=user, customer=ola, role=Role.OWNER)
    by = user if by_themselves else factories.staff()
    actions.remove_member(membership=member, by=by, may_leave_ownerless=True)
    registers.give(user, proved)
    assert Membership.objects.filter(user=user, customer=ola).exists() == comes_back
