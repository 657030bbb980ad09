"""manage.py import_waste_fractions, import_ewc_codes, import_package_types and import_units."""

import io
import json
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from callouts.actions.catalogue import load_starter_catalogue
from callouts.models import EwcCode, FractionWord, PackageType, Unit, WasteFraction
from callouts.queries import find_fractions
from portal.audit.models import Entry
from portal.tenancy.models import Tenant
from tests.callouts import makers

DATA = Path(__file__).parents[2] / "callouts" / "data"


@pytest.fixture(autouse=True)
def catalogue(tenant: Tenant) -> None:
    makers.load_catalogue()


def run(command: str, file: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """Return the exit code and the report."""
    out, code = io.StringIO(), 0
    try:
        call_command(command, str(file), "--tenant", "fjord", "--json", *options, stdout=out)
    except SystemExit as stop:
        code = int(stop.code or 0)
    return code, json.loads(out.getvalue())


def fractions(tmp_path: Path, text: str, *options: str) -> tuple[int, dict[str, Any]]:
    file = tmp_path / "fractions.csv"
    file.write_bytes(text.encode())
    return run("import_waste_fractions", file, *options)


def reasons(report: dict[str, Any]) -> list[tuple[int, str]]:
    return [(each["line"], each["reason"]) for each in report["rejected"]]


HEAD = "article_no;name;category;ewc_code;hazardous;units;packages;words\n"


def test_new_fractions_are_made_and_found_and_known_ones_changed(tmp_path: Path) -> None:
    text = HEAD + "701201;Spillolje, brukt;Oljeavfall;13 02 05*;ja;KGM, LTR;WA 1A;kvernolje\n"
    text += "999001;Filterposer;Filter;15.02.02*;yes;;;tinnbunnstoff\n"
    code, report = fractions(tmp_path, text)
    assert (code, report["accepted"], report["changed"], report["rejected"]) == (0, 1, 1, [])
    changed = makers.fraction("701201")
    assert (changed.name, changed.allowed_units, changed.ewc_code) == ("Spillolje, brukt", ["KGM", "LTR"], "130205")
    # A column the file does not have is left alone.
    assert changed.waste_substance_no == "7012"
    assert [each.article_no for each in find_fractions("tinnbunnstoff", None).shown] == ["999001"]
    assert find_fractions("kvernolje", None).shown == [changed]
    assert Entry.objects.get(verb="callouts.catalogue_imported").data["new"] == 1
    assert fractions(tmp_path, text)[1]["unchanged"] == 2


def test_a_dry_run_tells_and_changes_nothing(tmp_path: Path) -> None:
    before = WasteFraction.objects.count(), FractionWord.objects.count()
    _, report = fractions(tmp_path, HEAD + "999001;New;;;;;;\n", "--dry-run")
    assert (report["accepted"], report["dry_run"]) == (1, True)
    assert (WasteFraction.objects.count(), FractionWord.objects.count()) == before


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("999001;;;;;;;", "name: Missing."),
        (";Name;;;;;;", "article_no: Missing."),
        ("999001;Name;;1302;;;;", "ewc_code: An EAL code has six digits, not “1302”."),
        ("999001;Name;;١٣٠٢٠٥;;;;", "ewc_code: An EAL code has six digits, not “١٣٠٢٠٥”."),
        ("999001;Name;;;maybe;;;", "hazardous: Must be yes or no, not “maybe”."),
        ("999001;Name;;;;XXX;;", "units: there is no XXX here; there are H87, KGM, LTR, MTQ, TNE."),
        ("999001;Name;;;;;;" + "x" * 301, "words: At most 300 characters, not 301."),
        ("999001;Name;;", "There are too few columns: is it cut off?"),
        ("999001;Name;;;;;;;;", "There are too many columns."),
        ('999001;"Name;;;;;;', "The quotation marks do not match. After one that is not closed, nothing can be read."),
    ],
)
def test_a_line_with_something_wrong_is_rejected_and_the_others_taken_in(
    tmp_path: Path, line: str, reason: str
) -> None:
    code, report = fractions(tmp_path, HEAD + "999000;Right;;;;;;\n" + line + "\n")
    assert (code, report["accepted"], reasons(report)) == (1, 1, [(3, reason)])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("article_no;navn\n1;x\n", "Unknown column: navn."),
        ("article_no\n1\n", "Missing column: name."),
        ("article_no;name;name\n1;x;y\n", "The column stands twice: name."),
        ("", "The file is empty."),
        ("article_no;name\n", "There is nothing after the line of column names."),
        ("\x00\x01PK", "This is not a CSV file."),
    ],
)
def test_a_file_with_wrong_headings_is_rejected_whole(tmp_path: Path, text: str, reason: str) -> None:
    before = WasteFraction.objects.count()
    code, report = fractions(tmp_path, text)
    assert (code, len(report["rejected"])) == (1, 1)
    assert report["rejected"][0]["reason"].startswith(reason)
    assert WasteFraction.objects.count() == before


def test_the_same_article_number_twice_counts_once(tmp_path: Path) -> None:
    code, report = fractions(tmp_path, "article_no;name\n999001;First\n 999001 ;Second\n")
    assert (code, reasons(report)) == (1, [(3, "999001 stands on line 2 already.")])
    assert makers.fraction("999001").name == "First"


def test_fractions_are_held_against_the_imported_list_of_eal_codes(tmp_path: Path) -> None:
    file = tmp_path / "ewc.csv"
    file.write_text("code,hazardous,nb\n13 02 05*,yes,Motoroljer\n200301,no,Blandet kommunalt avfall\n", "utf-8")
    assert run("import_ewc_codes", file)[1]["accepted"] == 2
    assert EwcCode.objects.get(code="130205").name == {"nb": "Motoroljer"}
    head = "article_no,name,ewc_code,hazardous\n"
    _, report = fractions(tmp_path, head + "1,A,130205,no\n2,B,999999,no\n3,C,200301,no\n")
    assert [line for line, _reason in reasons(report)] == [2, 3]
    fractions(tmp_path, "article_no,name,ewc_code\n4,D,130205\n")
    assert makers.fraction("4").is_hazardous


def test_the_starter_files_go_in_and_change_nothing() -> None:
    for command, name in (
        ("import_units", "units.csv"),
        ("import_package_types", "package_types.csv"),
        ("import_waste_fractions", "waste_fractions.csv"),
    ):
        code, report = run(command, DATA / name)
        assert (code, report["accepted"], report["changed"]) == (0, 0, 0), report


def test_a_nynorsk_companys_starter_catalogue_is_in_nynorsk(tenant: Tenant) -> None:
    tenant.language = "nn"
    tenant.save()
    WasteFraction.objects.all().delete()
    load_starter_catalogue()
    solvent = makers.fraction("704101")
    assert (solvent.name, solvent.category) == ("Organiske løysemiddel med halogen", "Løysemiddel")
    assert not WasteFraction.objects.filter(name__regex=r"løsemid|[Bb]landet|uten |holdig ").exists()
    code, report = run("import_waste_fractions", DATA / "waste_fractions_nn.csv")
    assert (code, report["accepted"], report["changed"]) == (0, 0, 0), report


def test_units_and_packages_are_named_by_language(tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    file.write_text("code;nb;en;most;is_volume\nDMQ;dm³;dm³;1 000,5;yes\nkgm;kilo;;;no\nXYZ;;;;\n", "utf-8")
    code, report = run("import_units", file)
    assert (code, report["accepted"], report["changed"]) == (1, 1, 0)
    assert str(Unit.objects.get(code="DMQ").most) == "1000.500"
    file.write_text("code,nb,nb_plural\nAM,ampulle,ampuller\nWA,IBC-tank,\n", "utf-8")
    assert run("import_package_types", file)[1]["accepted"] == 1
    ampoule, ibc = PackageType.objects.get(code="AM"), PackageType.objects.get(code="WA")
    assert (ampoule.name_of(2), ibc.name["nb"], ibc.plural["en"]) == ({"nb": "ampuller"}, "IBC-tank", "IBCs")


def test_fifty_thousand_rows_go_in(tmp_path: Path) -> None:
    file = tmp_path / "ewc.csv"
    file.write_text("code;hazardous;nb\n" + "\n".join(f"{n:06};ja;Slam fra tank {n}" for n in range(50_000)), "utf-8")
    began = time.perf_counter()
    code, report = run("import_ewc_codes", file)
    # Generous: it takes some seconds.
    assert time.perf_counter() - began < 120
    assert (code, report["accepted"], EwcCode.objects.count()) == (0, 50_000, 50_000)


def test_three_thousand_fractions_go_in_and_are_found(tmp_path: Path) -> None:
    rows = [f"{number};Blandet slam fra tank {number};Slam;13 05 02*;yes" for number in range(3000)]
    text = "article_no;name;category;ewc_code;hazardous\n" + "\n".join(rows)
    code, report = fractions(tmp_path, text)
    assert (code, report["accepted"]) == (0, 3000)
    assert [each.article_no for each in find_fractions("tank 2999", None).shown] == ["2999"]
    assert fractions(tmp_path, text)[1]["unchanged"] == 3000


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Cannot read") as error:
        run("import_units", tmp_path / "none.csv")
    assert error.value.returncode == 2
