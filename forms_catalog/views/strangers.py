"""Writing to the company without signing in, and the thread that a link in our answer opens."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from forms_catalog import limits
from forms_catalog.actions import enquiries as actions
from forms_catalog.forms.enquiries import ReplyForm
from forms_catalog.forms.strangers import WriteForm
from forms_catalog.models import Enquiry
from portal.accounts import flooding
from portal.tenancy.access import TenantRequest, public


@require_http_methods(["GET", "HEAD", "POST"])
@public
def write(request: TenantRequest) -> HttpResponse:
    """The form; it is counted, timed, and never answered with anything of an account."""
    if getattr(request, "customer", None) is not None:
        return redirect("forms_catalog:ask")
    if request.method != "POST":
        return _page(request, WriteForm())
    if flooding.is_flooding(request, "enquiry"):
        return _page(request, WriteForm(), status=429)
    form = WriteForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form.shown_again(), status=422)
    key = form.cleaned_data["submission_key"]
    try:
        if actions.sent_before(key) is None and limits.is_too_many(request):
            raise actions.TooMany
        found = actions.ask(customer=None, by=None, **form.fields_to_ask)
    except actions.TooMany:
        return _page(request, form.shown_again(), status=429)
    return redirect("forms_catalog:written", found.submission_key)


def _page(request: HttpRequest, form: WriteForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "is_too_many": status == 429}
    return render(request, "forms_catalog/write.html", context, status=status)


@require_safe
@public
def written(request: TenantRequest, key: UUID) -> HttpResponse:
    """The receipt. The address is a secret of whoever sent the form; it tells nothing but the number."""
    found = get_object_or_404(Enquiry, submission_key=key, customer=None)
    return render(request, "forms_catalog/written.html", {"enquiry": found})


@require_http_methods(["GET", "HEAD", "POST"])
@public
def open_thread(request: TenantRequest, key: UUID) -> HttpResponse:
    """The thread of somebody without an account. The key went to their e-mail address with our answer."""
    found = get_object_or_404(Enquiry.objects.select_related("topic__tenant"), contact_key=key, customer=None)
    form = ReplyForm(request.POST) if request.method == "POST" else ReplyForm()
    del form.fields["pictures"]
    if request.method == "POST" and flooding.is_flooding(request, "enquiry"):
        form.add_error(None, gettext("Too much was written from here. Wait an hour, or call us."))
        return _thread(request, found, form, status=429)
    if request.method == "POST" and form.is_valid():
        _reply(request, found, form)
        return redirect("forms_catalog:open_thread", key)
    return _thread(request, found, form, status=422 if form.errors else 200)


def _reply(request: HttpRequest, found: Enquiry, form: ReplyForm) -> None:
    try:
        actions.reply(enquiry=found, by=None, **form.cleaned_data)
    except actions.Closed:
        messages.error(request, gettext("The enquiry is closed. Write a new one."))
    else:
        messages.success(request, gettext("Your message is sent."))


def _thread(request: HttpRequest, found: Enquiry, form: ReplyForm, status: int) -> HttpResponse:
    thread = found.messages.prefetch_related("pictures__file").select_related("written_by")
    context = {"enquiry": found, "thread": thread, "form": form}
    response = render(request, "forms_catalog/open_thread.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
