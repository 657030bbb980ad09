"""Columns that several domains' admin pages have, written as people read them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.tenancy.admin import column
from portal.ui import formatting

# Of a model's `gsrn`: the 18 digits of a metering point in groups.
SHOWN_GSRN: Any = column("gsrn", _("metering point ID"), formatting.gsrn)
