"""Asking customer service, and following what was asked."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forms_catalog import answers
from forms_catalog.actions import enquiries as actions
from forms_catalog.forms.enquiries import AskedFor, AskForm, ReplyForm
from forms_catalog.models import AnswerFile, Enquiry, EnquiryPicture, Submission
from forms_catalog.queries import submission_of
from forms_catalog.wording import Wording
from portal.customers.access import CustomerRequest, customer_required
from portal.documents.pdf import pdf_response, render_pdf
from portal.files.views import file_response

PER_PAGE = 20


@require_safe
@customer_required()
def enquiries(request: CustomerRequest) -> HttpResponse:
    """All that the customer has asked."""
    page = Paginator(Enquiry.objects.of(request.customer), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "forms_catalog/enquiries.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required()
def ask(request: CustomerRequest) -> HttpResponse:
    """A new enquiry; sent twice it is one."""
    if request.method != "POST":
        form = AskForm(customer=request.customer, initial=AskedFor(request.GET).initial_of_form)
        return render(request, "forms_catalog/ask.html", {"form": form})
    form = AskForm(request.POST, request.FILES, customer=request.customer)
    if not form.is_valid():
        return render(request, "forms_catalog/ask.html", {"form": form}, status=422)
    enquiry = actions.ask(customer=request.customer, by=request.user, on_behalf=request.on_behalf, **form.cleaned_data)
    if enquiry.customer_id != request.customer.pk:
        raise Http404
    messages.success(request, gettext("We have got your enquiry, number %(number)s.") % {"number": enquiry.number})
    return redirect("forms_catalog:enquiry", enquiry.number)


def _own(request: CustomerRequest, number: int) -> Enquiry:
    return get_object_or_404(Enquiry.objects.of(request.customer), number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required()
def enquiry(request: CustomerRequest, number: int) -> HttpResponse:
    """The thread, and writing again."""
    found = _own(request, number)
    form = ReplyForm(request.POST, request.FILES) if request.method == "POST" else ReplyForm()
    if request.method == "POST" and form.is_valid():
        try:
            actions.reply(enquiry=found, by=request.user, **form.cleaned_data)
        except actions.Closed:
            messages.error(request, gettext("The enquiry is closed. Open it again to write more."))
        else:
            messages.success(request, gettext("Your message is sent."))
        return redirect("forms_catalog:enquiry", number)
    return _thread(request, found, form)


def _thread(request: CustomerRequest, found: Enquiry, form: ReplyForm) -> HttpResponse:
    thread = found.messages.prefetch_related("pictures__file").select_related("written_by")
    submission = submission_of(found)
    context = {
        "enquiry": found,
        "thread": thread,
        "form": form,
        "submission": submission,
        "answers": answers.of(submission) if submission else [],
    }
    return render(request, "forms_catalog/enquiry.html", context, status=422 if form.errors else 200)


@require_POST
@customer_required()
def reopen(request: CustomerRequest, number: int) -> HttpResponse:
    """Open a closed enquiry again, by saying what is not solved."""
    found, form = _own(request, number), ReplyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _thread(request, found, form)
    actions.reopen(enquiry=found, by=request.user, **form.cleaned_data)
    messages.success(request, gettext("Your message is sent."))
    return redirect("forms_catalog:enquiry", number)


@require_safe
@customer_required()
def picture(request: CustomerRequest, pk: int) -> HttpResponseBase:
    """A picture of one of the customer's own enquiries."""
    pictures = EnquiryPicture.objects.select_related("file")
    found = get_object_or_404(pictures, pk=pk, message__enquiry__customer=request.customer)
    return file_response(found.file, inline=True)


# Forms that were sent ----------------------------------------------------------------------------------


def _own_form(request: CustomerRequest, number: int) -> Submission:
    submission = submission_of(_own(request, number))
    if submission is None:
        raise Http404
    return submission


@require_safe
@customer_required()
def received(request: CustomerRequest, number: int) -> HttpResponse:
    """The receipt of a form."""
    submission = _own_form(request, number)
    context = {"enquiry": submission.enquiry, "texts": Wording(submission.version.definition)}
    return render(request, "forms_catalog/received.html", context)


@require_safe
@customer_required()
def copy(request: CustomerRequest, number: int) -> HttpResponse:
    """What was sent, on paper."""
    submission = _own_form(request, number)
    return copy_of(submission)


def copy_of(submission: Submission) -> HttpResponse:
    enquiry = submission.enquiry
    context = {
        "enquiry": enquiry,
        "customer": enquiry.customer,
        "texts": Wording(submission.version.definition),
        "answers": answers.of(submission),
    }
    content = render_pdf("forms_catalog/form_pdf.html", context)
    return pdf_response(content, name=f"{submission.version.form.slug}-{enquiry.number}")


@require_safe
@customer_required()
def answer_file(request: CustomerRequest, pk: int) -> HttpResponseBase:
    """A file of one of the customer's own forms."""
    files = AnswerFile.objects.select_related("file")
    found = get_object_or_404(files, pk=pk, submission__enquiry__customer=request.customer)
    return file_response(found.file, inline=True)
