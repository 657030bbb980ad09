"""On a phone a row of a list is a card: its cells tell their columns."""

import re

from django.test import Client
from django.utils.safestring import mark_safe

from portal.tenancy.models import Tenant
from portal.ui.templatetags.admin_cards import labelled
from tests import factories

HEADS = [{"text": '<input type="checkbox">'}, {"text": "name"}, {"text": 'with "quotes" & more'}, {"text": "city"}]


def test_every_cell_but_the_first_tells_its_column_and_an_empty_one_that_it_is() -> None:
    cells = ['<td class="action-checkbox"></td>', "<th>Anne</th>", "<td>x</td>", '<td class="field-city">-</td>']
    assert labelled(map(mark_safe, cells), HEADS) == [
        '<td class="action-checkbox"></td>',
        "<th>Anne</th>",
        '<td data-label="With &quot;quotes&quot; &amp; more">x</td>',
        '<td data-label="City" data-empty class="field-city">-</td>',
    ]


def test_what_is_in_a_row_stays_as_it_is_written(tenant: Tenant, administrator: Client) -> None:
    factories.customer(name="<td>Ask & Embla", number="77", city="")
    page = administrator.get("/admin/customers/customer/?q=77").content.decode()
    assert "&lt;td&gt;Ask &amp; Embla" in page
    assert re.search(r'<td data-label="Kundenummer" class="field-number">77</td>', page)
    assert re.search(r'<td data-label="Poststed" data-empty class="field-city">', page)


def test_the_start_page_says_that_nothing_waits(tenant: Tenant, administrator: Client) -> None:
    tenant.modules = ["orders"]
    tenant.save()
    assert "Ingenting akkurat nå" in administrator.get("/admin/").content.decode()
