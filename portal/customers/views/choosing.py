"""The start page and the choice of customer."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from portal import registry
from portal.accounts.access import UserRequest, signed_in
from portal.accounts.next_page import next_page
from portal.customers import actions, queries, starting
from portal.customers.forms import ChoiceForm, SearchForm
from portal.customers.models import Customer

PAGE_SIZE = 20
# Fewer are seen at a glance.
SEARCH_FROM = 9


@dataclass(frozen=True)
class Card:
    """A module on the start page: its own card, or the way in."""

    label: str
    html: str
    sections: tuple[registry.Section, ...]


@signed_in
def home(request: UserRequest) -> HttpResponse:
    """One module: its first section. Several: the most useful card of each. First after sign-in: the chosen page."""
    if _customer_of(request) is None:
        return redirect("customers:choose")
    groups = [group for group in registry.groups_of(request.tenant) if group.name and _sections(request, group)]
    sections = [section for group in groups for section in _sections(request, group)]
    if len(groups) == 1:
        return redirect(starting.start_page(request.user, sections) or sections[0].url_name)
    if starting.has_just_signed_in(request) and (wanted := starting.start_page(request.user, sections)):
        return redirect(wanted)
    cards = [_card(group, request) for group in groups]
    return render(request, "customers/home.html", {"cards": cards})


def _sections(request: UserRequest, group: registry.Group) -> tuple[registry.Section, ...]:
    """Return the sections of a module that are open to the person."""
    return tuple(section for section in group.sections if _may_open(request, section.url_name.partition(":")[0]))


def _may_open(request: UserRequest, app: str) -> bool:
    return bool(request.may_open(app))  # type: ignore[attr-defined]  # set by CustomerMiddleware


def _card(group: registry.Group, request: UserRequest) -> Card:
    modules = [module for module in group.modules if module.home_card and _may_open(request, module.app)]
    # Each card is a rendered template.
    html = mark_safe("".join(module.home_card(request) for module in modules if module.home_card))
    return Card(str(group.label), html, _sections(request, group))


@signed_in
def choose(request: UserRequest) -> HttpResponse:
    """Choose or change the customer to act for. Who has none is told how to get one, who has one has no choice."""
    count: int = request.customer_count  # type: ignore[attr-defined]  # set by CustomerMiddleware
    if request.on_behalf:  # type: ignore[attr-defined]  # set by CustomerMiddleware
        return redirect("home")
    if count == 0:
        return render(request, "customers/none.html")
    if request.method == "POST":
        return _choose(request)
    if count == 1:
        return redirect("home")
    search = SearchForm(request.GET)
    found = queries.choices_for(request.user, search=search.wanted)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "choices": queries.as_choices(list(page), chosen=_customer_of(request)),
        "page": page,
        "search": search,
        "is_searchable": bool(search.wanted) or page.paginator.count >= SEARCH_FROM,
    }
    return render(request, "customers/choose.html", context)


def _choose(request: UserRequest) -> HttpResponse:
    form = ChoiceForm(request.POST)
    if not form.is_valid():
        raise Http404
    customer = get_object_or_404(queries.choices_for(request.user), number=form.cleaned_data["customer"])
    actions.choose_customer(user=request.user, customer=customer, by=request.user)
    messages.success(request, _("You now act for %(name)s.") % {"name": customer.name})
    return redirect(next_page(request))


def _customer_of(request: UserRequest) -> Customer | None:
    customer: Customer | None = request.customer  # type: ignore[attr-defined]  # set by CustomerMiddleware
    return customer
