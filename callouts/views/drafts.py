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
from callouts.views.own import locked, own_call_off
from callouts.wording import codes_of, others_of, title_of
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.models import Role
from portal.files.views import file_response

PAGE_SIZE = 20


@dataclass(frozen=True)
class DraftRow:
    """A draft as the list shows it."""

    draft: CallOff

    @cached_property
    def line(self) -> CallOffLine | None:
        return self.draft.first_line

    @cached_property
    def title(self) -> str:
        """What the row, its buttons and its dialog call the draft."""
        return title_of(self.draft, self.line)

    @cached_property
    def delete_url(self) -> str:
        return reverse("callouts:delete", args=[self.draft.pk])

    @property
    def others(self) -> str:
        return others_of(self.draft)

    @property
    def codes(self) -> str:
        return codes_of(self.line) if self.line else ""

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
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "rows": [DraftRow(each) for each in page.object_list],
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
