"""What is not wrong, but worth a second look before a call-off is sent in."""

from decimal import Decimal

from django.utils.translation import gettext as _

from callouts.rules.facts import CallOffFacts, LineFacts
from callouts.rules.problems import Problem

# More than a lorry and trailer take at once, by unit (UN/ECE Recommendation 20).
A_LOAD = {"KGM": Decimal(40_000), "TNE": Decimal(40), "LTR": Decimal(45_000), "MTQ": Decimal(130), "H87": Decimal(1000)}
# Less than this, in all or in each package, is rather a slip of the comma.
A_LITTLE = {"KGM": Decimal(1), "LTR": Decimal("0.5"), "TNE": Decimal("0.001"), "MTQ": Decimal("0.001")}


def remarks_on(call_off: CallOffFacts) -> list[Problem]:
    """Return what to look at once more; none of it stands in the way of sending in."""
    found = []
    for place, line in enumerate(call_off.lines):
        if text := _on_quantity(line):
            found.append(Problem("quantity", text, _("Check the quantity"), place))
    return found


def _on_quantity(line: LineFacts) -> str:
    if line.quantity is None or line.unit is None or line.quantity <= 0:
        return ""
    code, unit = line.unit.code, {"unit": line.unit.name}
    if code in A_LOAD and line.quantity > A_LOAD[code]:
        return _("The quantity is more than a lorry takes at once. Is it right, and given in %(unit)s?") % unit
    if code in A_LITTLE and line.quantity / max(line.package_count or 1, 1) < A_LITTLE[code]:
        return _("The quantity is very small for what it is packed in. Is it right, and given in %(unit)s?") % unit
    return ""
