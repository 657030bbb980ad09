"""Texts of the libraries that people see and that the libraries' own catalogues lack in Bokmål or Nynorsk.

Only collected into our catalogues (which win over theirs), never imported. To see what a new version lacks, compare
the libraries' English catalogues with their `nb` and `nn` ones; allauth has no `nn`, and of its texts only these show.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

DJANGO = [
    _("Constraint “%(name)s” is violated."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
]

ADMIN = [
    _("Add link"),
    _("Added:"),
    _("Breadcrumbs"),
    _("Change or view list link"),
    _("Changed:"),
    _("Deleted:"),
    _("Error:"),
    _("Filter navigation items"),
    _("Hide counts"),
    _("Model name"),
    _("Select all objects on this page for an action"),
    _("Select this object for an action - {}"),
    _("Show counts"),
    _("Sidebar"),
    _("Skip to main content"),
    _("Start typing to filter…"),
    _("View selected %(model)s"),
    ngettext_lazy("entry", "entries"),
]

ALLAUTH = [
    _("Be patient, you are sending too many requests."),
    _("Invalid login."),
    _("This account is currently inactive."),
    _("You must type the same password each time."),
]
