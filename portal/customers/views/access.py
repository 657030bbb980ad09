"""Asking for access: for a customer there is, or for a company that is new. Anyone may; staff decide."""

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from portal.accounts.access import user_or_none
from portal.accounts.strangers import proved_contact
from portal.accounts.ways import limited
from portal.clients.http import Unavailable
from portal.customers import actions, contacts, limits
from portal.customers.clients import company_register
from portal.customers.clients.company_register import Company
from portal.customers.forms import AskForAccessForm, RegisterCompanyForm
from portal.customers.forms.access import PersonForm
from portal.tenancy.access import TenantRequest, public
from portal.ui.fields import OrgNoField

REGISTER_KEEPS = 60 * 60 * 24


def _about_me(request: TenantRequest) -> dict[str, str]:
    """Return what is known of who asks: their account, or what they have proved before we told that they have none."""
    if user := user_or_none(request):
        return {"name": user.name, "email": user.email, "phone": user.phone}
    proved = proved_contact(request)
    return {"email": proved.email, "phone": proved.phone} if proved else {}


def _number_of(request: TenantRequest) -> str:
    """Return the number of the one customer that is registered with the contact somebody has proved, else ""."""
    proved = proved_contact(request)
    numbers = [customer.number for customer in contacts.customers_with(proved)[:2]] if proved else []
    return numbers[0] if len(numbers) == 1 else ""


@public
@limited
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_access(request: TenantRequest) -> HttpResponse:
    """Ask to act for a customer. The answer is the same whether there is such a customer or not."""
    initial = _about_me(request) | {"customer_number": _number_of(request)}
    form = AskForAccessForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        return _ask(request, form, key=form.cleaned_data["customer_number"])
    return render(request, "customers/ask_for_access.html", {"form": form}, status=422 if form.errors else 200)


@public
@limited
@require_http_methods(["GET", "HEAD", "POST"])
def register_company(request: TenantRequest) -> HttpResponse:
    """Ask to become a customer as a company."""
    form = RegisterCompanyForm(request.POST or None, initial=_about_me(request))
    if request.method == "POST" and form.is_valid():
        return _ask(request, form, key=form.cleaned_data["org_no"])
    return render(request, "customers/register_company.html", {"form": form}, status=422 if form.errors else 200)


def _ask(request: TenantRequest, form: PersonForm, key: str) -> HttpResponse:
    """Count per address and per what is asked for, so that nobody is flooded and no number is tried out in bulk."""
    if not limits.is_within(request, "ask", key=f"{key}:{form.cleaned_data['email']}"):
        return render(request, "429.html", status=429)
    actions.ask(asked=form.asked(get_language() or request.tenant.language), by=user_or_none(request))
    return redirect("customers:asked")


@require_safe
@public
def asked(request: TenantRequest) -> HttpResponse:
    """What happens next; says the same to everyone."""
    return render(request, "customers/asked.html")


@public
@limited
@require_http_methods(["POST"])
@vary_on_headers("HX-Request")
def find_company(request: TenantRequest) -> HttpResponse:
    """Fill in the company from the public register; whatever comes of it, the form can be filled in by hand."""
    typed = {name: str(value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
    company, message, is_wrong = _look_up(request, typed.get("org_no", ""))
    if company:
        found = {"company": company.name, "address": company.address}
        typed |= found | {"postal_code": company.postal_code, "city": company.city}
    context = {
        "form": RegisterCompanyForm(initial=typed),
        "found": company,
        "lookup_message": message,
        "is_wrong": is_wrong,
    }
    template = "customers/_company.html" if request.htmx else "customers/register_company.html"
    return render(request, template, context)


def _look_up(request: TenantRequest, typed: str) -> tuple[Company | None, str, bool]:
    """Return what the register has, or what to tell the person, and whether it is the number that is wrong."""
    try:
        org_no = OrgNoField().clean(typed)
    except ValidationError as error:
        return None, error.messages[0], True
    kept = cache.get(f"company:{org_no}")
    if isinstance(kept, Company):
        return kept, "", False
    if not limits.is_within(request, "register"):
        return None, _("You have looked up many companies. Fill in the form by hand."), False
    try:
        company = company_register.find(org_no)
    except Unavailable:
        return None, _("The company register does not answer now. Fill in the form by hand."), False
    if company is None:
        return None, _("The company register has no company with this number."), True
    cache.set(f"company:{org_no}", company, REGISTER_KEEPS)
    return company, "", False
