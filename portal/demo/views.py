"""The demo's front page, at the address without a company's name. It does not exist outside the demo."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.http import Http404, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.accounts.models import StaffRole
from portal.customers.models import Role
from portal.demo import box
from portal.demo.people import APP_KEY, PASSWORD, Company, Firm, Person
from portal.demo.tenants import company
from portal.tenancy.access import TenantRequest, public
from portal.tenancy.models import Tenant


@dataclass(frozen=True)
class Acts:
    """Whom somebody acts for."""

    customer: str
    role: str
    is_authorized: bool


@dataclass(frozen=True)
class SignInAs:
    person: Person
    acts_for: list[Acts]
    staff_role: str


@dataclass(frozen=True)
class Card:
    """A tenant on the page. Tenants that somebody has added to the demo have no people to show."""

    tenant: Tenant
    url: str
    shows: str
    main: list[SignInAs]
    more: list[SignInAs]


def _acts(person: Person, firm: Firm) -> Acts:
    is_member = person.email in firm.members
    role = firm.members[person.email] if is_member else firm.authorized[person.email]
    return Acts(firm.name, str(Role(role).label), is_authorized=not is_member)


def _sign_in_as(made_up: Company, person: Person) -> SignInAs:
    staff_role = StaffRole(person.staff_role).label if person.staff_role else ""
    return SignInAs(person, [_acts(person, firm) for firm in made_up.customers_of(person)], str(staff_role))


def _card(tenant: Tenant, port: str) -> Card:
    url = f"http://{tenant.primary_host}" + (f":{port}" if port else "") + "/"
    made_up = company(tenant.slug)
    if made_up is None:
        return Card(tenant, url, "", [], [])
    people = [_sign_in_as(made_up, person) for person in made_up.people]
    # First a customer's user, then somebody who sees the administration.
    main = [people[0], next(each for each in people if each.staff_role)]
    return Card(tenant, url, str(made_up.shows), main, [each for each in people if each not in main])


def app_code(now: datetime) -> str:
    """Return what every member of staff's authenticator app shows at that time."""
    return str(format_hotp_value(hotp_value(APP_KEY, int(now.timestamp()) // mfa_settings.TOTP_PERIOD)))


@never_cache
@require_safe
@public
def front(request: TenantRequest) -> HttpResponse:
    """The companies and the message box; for htmx the box alone, and nothing at all while it has not changed."""
    if not settings.DEMO:
        raise Http404
    tenants = list(Tenant.objects.filter(is_active=True, hosts__isnull=False).order_by("pk").distinct())
    chosen = next((tenant for tenant in tenants if tenant.slug == request.GET.get("company")), None)
    messages = box.newest_messages([chosen] if chosen else tenants, timezone.now())
    code = app_code(timezone.now())
    stamp = f"{box.stamp_of(messages)}{code}"
    if request.htmx and request.GET.get("stamp") == stamp:
        return HttpResponse(status=204)
    paused = request.GET.get("paused") == "1"
    context = {
        "messages_sent": messages,
        "shown": box.SHOWN,
        "chosen": chosen,
        "paused": paused,
        "poll_url": "?" + urlencode({"company": chosen.slug if chosen else "", "stamp": stamp}),
        "tenants": tenants,
        "app_code": code,
    }
    if request.htmx:
        return render(request, "demo/_message_box.html", context)
    port = split_domain_port(request.get_host())[1]
    context |= {"cards": [_card(tenant, port) for tenant in tenants], "password": PASSWORD}
    return render(request, "demo/front.html", context)
