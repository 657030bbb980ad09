"""PDFs: in the tenant's look, readable for a screen reader, and made without asking anyone."""

import re
import sys
import zlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.template import engines
from PIL import ImageFile

from portal.documents import look, pango, pdf
from portal.documents.pdf import PdfUnavailable, Refused, pdf_response, render_pdf, static_file
from portal.tenancy.models import Tenant
from portal.tenancy.scope import NoTenantScope, tenant_scope
from portal.ui.charts import Bar, BarChart, Line, State

REPORT = """{% extends "pdf/base.html" %}{% load i18n pdf %}
{% block title %}Report on {{ what }}{% endblock %}
{% block content %}<h1>{% translate "Privacy" %}</h1><p>{{ what }}</p>
<table><thead><tr><th scope="col">A</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>
{% if chart %}{% pdf_chart chart %}{% endif %}{{ more|safe }}{% endblock %}"""

CHART = BarChart(
    id="c",
    title="kWh per day",
    description="Consumption day by day",
    unit="kWh",
    bars=[
        Bar(value=Decimal(4), tip="1 Oct", label="1", state=State.PEAK),
        Bar(value=Decimal(-2), tip="2 Oct", label="2"),
        Bar(value=None, tip="3 Oct", label="3", missing="not yet"),
    ],
    columns=["Day", "kWh"],
    mean=Line(value=Decimal(1), text="Mean"),
    limit=Line(value=Decimal(3), text="Limit"),
    key={State.PEAK: "Highest"},
)


@pytest.fixture(autouse=True)
def _template(tmp_path: Path) -> Iterator[None]:
    (tmp_path / "report.html").write_text(REPORT)
    engine = engines["django"].engine  # type: ignore[attr-defined]
    engine.dirs.append(tmp_path)
    yield
    engine.dirs.remove(tmp_path)


def inside(content: bytes) -> str:
    """Return all of a PDF's objects as text, its compressed streams unpacked."""
    parts = [content]
    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            parts.append(zlib.decompress(match[1]))
        except zlib.error:
            continue
    return b"\n".join(parts).decode("latin-1")


def figures(found: str) -> int:
    return found.count("/S /Figure")


def test_it_is_tagged_and_says_its_language_and_title(tenant: Tenant) -> None:
    found = inside(render_pdf("report.html", {"what": "waste"}, language="nn"))
    assert re.search(r"/Lang \(nn\)", found)
    assert "/Marked true" in found
    assert "/DisplayDocTitle true" in found
    assert re.search(r"pdfuaid:part[^0-9]*1", found)
    assert "Report on waste" in found
    assert tenant.legal_name in found
    for tag in ("/H1", "/P", "/Table", "/TH", "/TD"):
        assert f"/S {tag}" in found


def test_a_chart_is_a_figure_with_a_description_and_a_table(tenant: Tenant) -> None:
    found = inside(render_pdf("report.html", {"what": "x", "chart": CHART}, language="en"))
    assert figures(found) == len(re.findall("/Alt ", found)) == 2  # the mark, and the chart
    assert "/Alt (Consumption day by day)" in found
    # The bars wear the theme's colours: the highest one the warning colour.
    red, green, blue = bytes.fromhex(look.palette_of(tenant)["warning-border-default"][1:])
    wanted = [f"{part / 255:.4f}"[:4] for part in (red, green, blue)]
    assert re.search(r"\s+".join(re.escape(part) + r"\d*" for part in wanted) + r"\s+(rg|scn)", found)


def test_each_theme_has_colours_and_a_mark() -> None:
    for theme in ("skranke", "fjordsirkel", "kystretur", "vidnett", "alvvik", "no-such-theme"):
        tenant = Tenant(name="Østlys", theme=theme)
        assert re.fullmatch("#[0-9a-fA-F]{6}", look.palette_of(tenant)["primary-base-default"])
        assert "<svg" in look.mark_of(tenant)
    assert "Ø" in look.mark_of(Tenant(name="Østlys", theme="skranke")) or "path" in look.mark_of(tenant)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/x.png",
        "https://example.com/x.png",
        "file:///etc/passwd",
        "ftp://example.com/x",
        "/static/../manage.py",
        "/static/%2e%2e/manage.py",
        "/admin/",
    ],
)
def test_nothing_but_our_own_files_is_fetched(tenant: Tenant, address: str) -> None:
    with pytest.raises(Refused):
        static_file(address if ":" in address else pdf.ORIGIN + address)
    # And a document that asks for it is made without it; the tests' guard fails on any look at the network.
    image = f'<img src="{address}" alt="x">'
    assert render_pdf("report.html", {"what": "x", "more": image}, language="nb").startswith(b"%PDF-")


def test_our_own_files_are_found() -> None:
    assert static_file(f"{pdf.ORIGIN}/static/css/pdf.css").name == "pdf.css"


def test_what_people_typed_is_escaped(tenant: Tenant) -> None:
    render = inside(render_pdf("report.html", {"what": '<img src="file:///etc/passwd">'}, language="nb"))
    assert figures(render) == 1


def test_there_is_no_document_without_a_tenant() -> None:
    with tenant_scope(None), pytest.raises(NoTenantScope):
        render_pdf("report.html", {})


def test_without_pango_one_line_says_what_mends_it(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    class NoPango:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [NoPango(), *sys.meta_path])
    monkeypatch.setattr(pango, "LIBRARIES", {"Pango": ("libno-such.so.0", "no-such")})
    pdf._engine.cache_clear()
    try:
        with pytest.raises(PdfUnavailable) as raised:
            render_pdf("report.html", {"what": "x"})
    finally:
        pdf._engine.cache_clear()
    assert str(raised.value) == (
        "PDFs cannot be made: Pango not found. To have them: "
        "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    )


def test_what_people_hand_in_is_read_as_strictly_afterwards(tenant: Tenant) -> None:
    """WeasyPrint makes Pillow take half a picture for a whole one."""
    render_pdf("report.html", {"what": "x"})
    assert not ImageFile.LOAD_TRUNCATED_IMAGES


def test_a_machine_with_the_libraries_has_no_problem() -> None:
    assert pango.problem() == ""


def test_the_answer_names_the_file_and_is_kept_in_no_cache() -> None:
    response = pdf_response(b"%PDF-", name="Faktura 12 – «mars»")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''Faktura%2012")
    assert response["Cache-Control"] == "private, no-store"
    assert pdf_response(b"", name="x", inline=True)["Content-Disposition"] == 'inline; filename="x.pdf"'
