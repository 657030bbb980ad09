"""import_customers takes in the good lines of a CSV file and lists the bad ones."""

import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.audit.models import Entry
from portal.customers.models import Customer
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.commands.conftest import Done

HEADER = "number,kind,name,org_no,email,phone,address,postal_code,city"
KARI = "1001,private,Kari Nes,,kari@example.com,912 34 567,Bjørkeveien 1,0150,Oslo"
BYGG = "1002,business,Bygg AS,974 760 673,post@bygg.example,+47 22 00 00 00,Storgata 2,5003,Bergen"
Import = Callable[..., Done]


@pytest.fixture
def imported(command: Callable[..., Done], tenant: Tenant, tmp_path: Path) -> Import:
    """Import lines, or bytes as they are."""

    def run(*lines: str | bytes, options: tuple[str, ...] = ()) -> Done:
        file = tmp_path / "customers.csv"
        file.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines))
        return command("import_customers", "--tenant", tenant.slug, str(file), *options)

    return run


def numbers() -> list[str]:
    return list(Customer.objects.order_by("number").values_list("number", flat=True))


def test_new_customers_are_made_as_the_file_has_them(imported: Import, tenant: Tenant, other_tenant: Tenant) -> None:
    done = imported(HEADER, KARI, BYGG)
    assert done.code == 0
    assert "2 new, 0 changed, 0 unchanged, 0 rejected." in done.out
    kari, bygg = Customer.objects.order_by("number")
    assert (kari.kind, kari.name, kari.phone, kari.postal_code) == ("private", "Kari Nes", "+4791234567", "0150")
    assert (bygg.org_no, bygg.phone, bygg.address) == ("974760673", "+4722000000", "Storgata 2")
    with tenant_scope(other_tenant):
        assert Customer.objects.count() == 0


def test_a_number_that_a_spreadsheet_has_rounded_is_said_to_be_so(imported: Import) -> None:
    done = imported(HEADER, KARI, BYGG.replace("+47 22 00 00 00", "4.72E+09"))
    assert (done.code, "phone: “4.72E+09” is what a spreadsheet makes of a long number" in done.out) == (1, True)
    assert numbers() == ["1001"]


def test_the_same_file_twice_changes_nothing(imported: Import) -> None:
    imported(HEADER, KARI, BYGG)
    done = imported(HEADER, KARI, BYGG)
    assert (done.code, "0 new, 0 changed, 2 unchanged, 0 rejected." in done.out) == (0, True)
    assert numbers() == ["1001", "1002"]


def test_a_known_customer_is_changed_and_keeps_its_people(imported: Import) -> None:
    person, customer = factories.member(number="1001")
    done = imported(HEADER, KARI)
    assert "0 new, 1 changed" in done.out
    customer.refresh_from_db()
    assert (customer.name, customer.memberships.get().user) == ("Kari Nes", person)


def test_a_column_that_is_left_out_is_left_alone(imported: Import) -> None:
    imported(HEADER, KARI)
    imported("name,kind,number", "Kari Nes Olsen,private,1001")
    kari = Customer.objects.get()
    assert (kari.name, kari.phone) == ("Kari Nes Olsen", "+4791234567")


def test_a_dry_run_reports_and_changes_nothing(imported: Import) -> None:
    done = imported(HEADER, KARI, options=("--dry-run",))
    assert (done.code, "1 new" in done.out, "dry run" in done.out) == (0, True, True)
    assert (numbers(), Entry.objects.count()) == ([], 0)


def test_the_report_as_json_names_each_rejected_line(imported: Import) -> None:
    done = imported(HEADER, KARI, "1003,castle,Slott", options=("--json",))
    report = json.loads(done.out)
    reason = "There are too few columns: is it cut off?"
    assert report.pop("file").endswith("customers.csv")
    assert report == {
        "dry_run": False,
        "accepted": 1,
        "changed": 0,
        "unchanged": 0,
        "rejected": [{"line": 3, "reason": reason, "number": "1003"}],
    }
    assert done.code == 1


def test_the_import_is_in_the_audit_log(imported: Import) -> None:
    imported(HEADER, KARI)
    entry = Entry.objects.get(verb="customers.imported")
    assert entry.data == {"source": "customers.csv", "new": 1, "changed": 0, "unchanged": 0}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",private,A,,,,,,", "number: Missing."),
        ("1,private,,,,,,,", "name: Missing."),
        ("1,castle,A,,,,,,", "kind: Must be one of private, business, housing_cooperative, not “castle”."),
        ("1,business,A,974760674,,,,,", "org_no: “974760674” is not an organisation number."),
        ("1,private,A,,nobody,,,,", "email: Enter a valid email address."),
        ("1,private,A,,,12,,,", "phone: Enter a phone number, for example 912 34 567"),
        ("1,private,A,,,,,150,", "postal_code: A postal code has four digits, not “150”."),
        (f"1,private,{'A' * 121},,,,,,", "name: At most 120 characters, not 121."),
        (f"{'1' * 21},private,A,,,,,,", "number: At most 20 characters, not 21."),
        ("1,private,A", "There are too few columns: is it cut off?"),
        ("1,private,A,,,,,,,surplus", "There are too many columns."),
        ("1001,private,A,,,,,,", "1001 stands on line 2 already."),
        (",castle,A,,,,,,", "number: Missing. kind: Must be one of"),
        ('1,private,"A,,,,,,', "The quotation marks do not match."),
    ],
)
def test_a_bad_line_is_rejected_with_its_reason_and_the_others_kept(imported: Import, line: str, reason: str) -> None:
    done = imported(HEADER, KARI, line)
    assert done.code == 1
    assert "  line 3" in done.out
    assert reason in done.out
    assert numbers() == ["1001"]


@pytest.mark.parametrize(
    "saved",
    [
        b"\xef\xbb\xbf" + f"{HEADER}\n{KARI}\n".encode(),
        f"{HEADER}\r\n{KARI}\r\n".encode(),
        f"{HEADER}\n\n{KARI}\n\n".replace(",", ";").encode(),
        f"{HEADER}\n{KARI}".encode("latin-1"),
        f" {HEADER.upper()} \n{KARI}".encode(),
    ],
    ids=["byte order mark", "CRLF", "semicolons and blank lines", "latin-1", "capitals and spaces"],
)
def test_how_the_file_was_saved_does_not_matter(imported: Import, saved: bytes) -> None:
    assert imported(saved).code == 0
    assert Customer.objects.get().address == "Bjørkeveien 1"


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (b"", "The file is empty."),
        (b" \r\n \n", "The file is empty."),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "This is not a CSV file."),
        (HEADER.encode("utf-16"), "This is not a CSV file."),
        (HEADER.encode(), "There is nothing after the line of column names."),
        (b"number,kind,name,colour\n1,private,A,red", "Unknown column: colour."),
        (b"kind,name\nprivate,A", "Missing column: number."),
        (b"number,kind,name,name\n1,private,A,A", "The column stands twice: name."),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_clear_message(imported: Import, file: bytes, message: str) -> None:
    done = imported(file)
    assert (done.code, done.out.count("\n"), message in done.out) == (1, 2, True), done.out
    assert numbers() == []


def test_a_file_cut_off_in_a_letter_keeps_the_whole_lines(imported: Import) -> None:
    cut = f"{HEADER}\n{KARI}\n1002,private,Bjø".encode()[:-1]
    done = imported(cut)
    assert (done.code, "line 3: The file is cut off here." in done.out) == (1, True), done.out
    assert numbers() == ["1001"]


def test_ten_thousand_lines_of_nonsense_are_listed_shortly(imported: Import) -> None:
    done = imported(HEADER, KARI, *["?;%" * 9] * 10_000)
    assert (done.code, "10000 rejected." in done.out, "and 9950 more" in done.out) == (1, True, True)
    assert numbers() == ["1001"]


def test_a_file_that_is_not_there_is_wrong_usage(command: Callable[..., Done], tenant: Tenant, tmp_path: Path) -> None:
    done = command("import_customers", "--tenant", tenant.slug, str(tmp_path / "none.csv"))
    assert (done.code, done.error.endswith("none.csv: No such file or directory.")) == (2, True)


def test_the_help_is_enough(manage: Callable[..., Done]) -> None:
    done = manage("import_customers", "--help")
    assert done.code == 0
    assert all(f"\n  {column} " in done.out for column in HEADER.split(","))
    assert "housing_cooperative" in done.out
    assert "Exit code: 0 when everything is in, 1 when something was rejected, 2 on wrong usage." in done.out


def test_a_command_without_its_arguments_is_wrong_usage(manage: Callable[..., Done]) -> None:
    assert manage("import_customers").code == 2


def test_a_file_name_that_is_not_utf_8_is_shown_as_far_as_it_can_be(
    command: Callable[..., Done], tenant: Tenant, tmp_path: Path
) -> None:
    file = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.csv")
    Path(file).write_text(f"{HEADER}\n{KARI}\n", encoding="utf-8")
    done = command("import_customers", "--tenant", tenant.slug, file, "--json")
    assert (done.code, Path(json.loads(done.out)["file"]).name) == (0, "\ufffd.csv")
    assert Entry.objects.get(verb="customers.imported").data["source"] == "\ufffd.csv"


def test_a_file_may_come_on_standard_input(
    command: Callable[..., Done], tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(f"{HEADER}\n{KARI}\n".encode())))
    done = command("import_customers", "--tenant", tenant.slug, "-")
    assert (done.code, done.out) == (0, "standard input: 1 new, 0 changed, 0 unchanged, 0 rejected.\n")
    assert numbers() == ["1001"]
    assert Entry.objects.get(verb="customers.imported").data["source"] == "standard input"
