"""The drafts (Påbegynte avrop): all of the customer's, and deleting one."""

from dataclasses import dataclass
from functools import cached_property

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from callouts import actions
from callouts.models import CallOff, CallOffLine
from callouts.queries import draft_count
from callouts.views.own import locked, own_call_off
from callouts.wording import codes_of, others_of, title_of
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.models import Role
from portal.files.views import file_response

PAGE_SIZE = 20


class Addresses:
    """The pages of drafts by a draft's key: a list has three links in each row, and their pattern is looked up once."""

    def __init__(self) -> None:
        self._patterns: dict[str, str] = {}

    def of(self, page: str, pk: int) -> str:
        if page not in self._patterns:
            self._patterns[page] = reverse(f"callouts:{page}", args=[0])
        return self._patterns[page].replace("/0/", f"/{pk}/")


@dataclass(frozen=True)
class DraftRow:
    """A draft as the list shows it."""

    draft: CallOff
    addresses: Addresses

    @cached_property
    def line(self) -> CallOffLine | None:
        return self.draft.first_line

    @cached_property
    def title(self) -> str:
        """What the row, its buttons and its dialog call the draft."""
        return title_of(self.draft, self.line)

    @cached_property
    def delete_url(self) -> str:
        return self.addresses.of("delete", self.draft.pk)

    @property
    def draft_url(self) -> str:
        return self.addresses.of("draft", self.draft.pk)

    @cached_property
    def review_url(self) -> str:
        return self.addresses.of("review", self.draft.pk)

    @property
    def about(self) -> str:
        """What stands below the title: the codes of the first line, and how many there are more."""
        return ", ".join(filter(None, [codes_of(self.line) if self.line else "", others_of(self.draft)]))

    @property
    def dialog(self) -> str:
        return f"delete-{self.draft.pk}"

    @property
    def look_over(self) -> str:
        return _("Look over and send in %(title)s") % {"title": self.title}

    @property
    def delete(self) -> str:
        return _("Delete the draft %(title)s") % {"title": self.title}


@customer_required()
@require_safe
def drafts(request: CustomerRequest) -> HttpResponse:
    """All drafts of the customer, the last changed first."""
    found = CallOff.objects.of(request.customer).drafts().last_changed_first()
    found = found.select_related("changed_by").prefetch_related("lines")
    paginator = Paginator(found, PAGE_SIZE)
    # The menu counts them too.
    paginator.count = draft_count(request.customer)
    page, addresses = paginator.get_page(request.GET.get("page")), Addresses()
    context = {
        "rows": [DraftRow(each, addresses) for each in page.object_list],
        "page": page,
        "may_write": request.role.includes(Role.ORDERER),
    }
    return render(request, "callouts/drafts.html", context)


@customer_required(role=Role.ORDERER)
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: CustomerRequest, pk: int) -> HttpResponse:
    """Ask, and delete a draft."""
    call_off = own_call_off(request, pk)
    if not call_off.is_draft:
        return locked(request, call_off)
    if request.method == "POST":
        actions.delete_draft(call_off=call_off, by=request.user)
        messages.success(request, _("The draft is deleted."))
        return redirect("callouts:drafts")
    title = title_of(call_off, call_off.first_line)
    return render(request, "callouts/delete.html", {"draft": call_off, "title": title})


@customer_required()
@require_safe
def file(request: CustomerRequest, pk: int, file_id: int) -> HttpResponseBase:
    """A file of one of the customer's call-offs, a draft or sent in."""
    call_off = own_call_off(request, pk)
    found = get_object_or_404(call_off.files.select_related("stored"), pk=file_id)
    return file_response(found.stored, inline=True)
