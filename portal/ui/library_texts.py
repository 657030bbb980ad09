"""Texts of the libraries that people see and that the libraries' own catalogues lack in Bokmål or Nynorsk.

Only collected into our catalogues (which win over theirs), never imported. To see what a new version lacks, compare
the libraries' English catalogues with their `nb` and `nn` ones; allauth has no `nn`, and of its texts only these show.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

DJANGO = [
    _("Constraint “%(name)s” is violated."),
    # Django's speak of "a valid choice", of which people know nothing.
    _("Select a valid choice. %(value)s is not one of the available choices."),
    _("Select a valid choice. That choice is not one of the available choices."),
    _("Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."),
    _("Item %(nth)s in the array did not validate:"),
    _("Enter a valid domain name."),
    _("Enter a valid %(protocol)s address."),
    _("Ensure this value is a multiple of step size %(limit_value)s."),
    ngettext_lazy(
        "List contains %(show_value)d item, it should contain no more than %(limit_value)d.",
        "List contains %(show_value)d items, it should contain no more than %(limit_value)d.",
    ),
    ngettext_lazy(
        "List contains %(show_value)d item, it should contain no fewer than %(limit_value)d.",
        "List contains %(show_value)d items, it should contain no fewer than %(limit_value)d.",
    ),
    ngettext_lazy("Please submit at most %(num)d form.", "Please submit at most %(num)d forms."),
    ngettext_lazy("Please submit at least %(num)d form.", "Please submit at least %(num)d forms."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
]

ADMIN = [
    # Django's say "new", which agrees with half of the nouns, or end with a full stop.
    _("Add"),
    _("Add %s"),
    _("Add %(name)s"),
    _("Add another %(model)s"),
    _("Add another %(verbose_name)s"),
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
    # The libraries' catalogues have each by itself, where the templates ask for the pair.
    ngettext_lazy("Please correct the error below.", "Please correct the errors below."),
    ngettext_lazy("entry", "entries"),
]

ALLAUTH = [
    _("Be patient, you are sending too many requests."),
    _("Invalid login."),
    _("This account is currently inactive."),
    _("You must type the same password each time."),
]
