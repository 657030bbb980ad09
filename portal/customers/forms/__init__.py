"""All input of the customers' pages."""

from portal.customers.forms.access import AskForAccessForm, FirstSignInForm, RegisterCompanyForm
from portal.customers.forms.choosing import ChoiceForm, PreferencesForm, SearchForm
from portal.customers.forms.people import AuthorizationForm, InviteForm, RoleForm
from portal.customers.forms.staff import ApproveForm, RefuseForm

__all__ = [
    "ApproveForm",
    "AskForAccessForm",
    "AuthorizationForm",
    "ChoiceForm",
    "FirstSignInForm",
    "InviteForm",
    "PreferencesForm",
    "RefuseForm",
    "RegisterCompanyForm",
    "RoleForm",
    "SearchForm",
]
