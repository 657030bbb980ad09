"""How much drawing an invoice costs beside bare WeasyPrint on the same HTML, and what a second look costs.

python -m bench.pdf            a grid invoice and one of 60 lines, the best of 3 rounds
python -m bench.pdf --full     the best of 10
"""

import io
import json
import sys
from typing import Any

from bench import program
from bench.clock import best_of
from bench.database import SLUG, fresh
from bench.table import Row

ROUNDS, ROUNDS_IN_FULL = 3, 10
ACCOUNT = "12345678911"
# What goes round the drawing (queries, words, template, storage) may cost a fifth of it.
AIM = "≤ 1.2"


def said(number: int, lines: int) -> dict[str, Any]:
    rows = [
        {
            "text": f"Made-up line number {at}",
            "quantity": "1",
            "unit": "pcs",
            "unit_price": "100",
            "vat_percent": "25",
            "amount": "100",
        }
        for at in range(lines)
    ]
    return {
        "number": str(number),
        "customer": "1",
        "issued": "2026-11-02",
        "due": "2026-11-23",
        "account": ACCOUNT,
        "net": f"{100 * lines}.00",
        "vat": f"{25 * lines}.00",
        "total": f"{125 * lines}.00",
        "lines": rows,
    }


def measured(lines: int, rounds: int) -> list[Row]:
    """Take in invoices of so many lines, one for each round, and draw them. Needs an open scope."""
    import weasyprint

    from billing.actions.invoicing.importing import import_invoices
    from billing.actions.invoicing.rendering import render
    from billing.models import Invoice

    numbers = [lines * 1000 + at for at in range(rounds + 1)]
    content = "\n".join(json.dumps(said(number, lines)) for number in numbers)
    report = import_invoices(file=io.BytesIO(content.encode()), name="bench.jsonl", by=None, tells=False)
    assert not report.rejected, report.rejected
    keys = list(Invoice.objects.filter(number__in=map(str, numbers)).order_by("pk").values_list("pk", flat=True))
    # The first drawing loads fonts and libraries, for both.
    html, fetcher = html_of(keys[0])
    waiting = iter(keys[1:])
    ours = best_of(rounds, lambda: render(next(waiting)))
    bare = best_of(
        rounds,
        lambda: weasyprint.HTML(string=html, base_url="https://documents.invalid/", url_fetcher=fetcher).write_pdf(
            pdf_variant="pdf/ua-1"
        ),
    )
    again = best_of(rounds, lambda: render(keys[1]))
    what = f"an invoice of {lines} lines"
    return [
        Row("pdf", f"{what}, drawn and kept", ours / bare, "bare WeasyPrint, same HTML", AIM, f"{ours * 1000:.0f} ms"),
        Row("pdf", f"{what}, asked for again", again / ours, "the first time", "≤ 0.1", f"{again * 1000:.1f} ms"),
    ]


def html_of(pk: int) -> tuple[str, Any]:
    """Return what WeasyPrint is given for an invoice, and what gives it our files."""
    from billing.actions.invoicing.rendering import render
    from portal.documents import pdf

    caught: list[str] = []
    draw = pdf._draw

    def catch(html: str) -> bytes:
        caught.append(html)
        return draw(html)

    pdf._draw = catch
    try:
        render(pk)
    finally:
        pdf._draw = draw
    return caught[0], pdf._engine()[1]


def rows(full: bool) -> list[Row]:  # noqa: FBT001  (as every part)
    rounds = ROUNDS_IN_FULL if full else ROUNDS
    with fresh():
        from django.db import transaction
        from django.utils import translation

        from portal.customers.models import Customer
        from portal.tenancy.models import Tenant
        from portal.tenancy.scope import tenant_scope

        with tenant_scope(Tenant.objects.get(slug=SLUG)), transaction.atomic(), translation.override("nb"):
            Customer.objects.create(number="1", kind=Customer.Kind.BUSINESS, name="Made-up AS", address="Veien 1")
            return [*measured(7, rounds), *measured(60, rounds)]


def main() -> int:
    return program.run(__doc__, rows, full="more rounds")


if __name__ == "__main__":
    sys.exit(main())
