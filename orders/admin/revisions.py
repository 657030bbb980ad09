"""What was changed in an order after it was sent, in words for staff."""

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from orders.models import OrderRevision
from orders.revisions import differences
from portal.ui import formatting


def in_words(revision: OrderRevision) -> tuple[str, SafeString | str]:
    """Return who did what, and what is different since."""
    by = revision.made_by.name if revision.made_by else _("another system")
    who = _("%(name)s for the customer") % {"name": by} if revision.on_behalf and revision.made_by else by
    lines = [(one.label, one.before, one.after) for one in differences(revision)]
    what = format_html_join("", "{}: <del>{}</del> → <ins>{}</ins><br>", lines)
    return f"{revision.get_kind_display()}, {who}", what or formatting.MISSING
