"""Filling in a service form page by page, looking it over, and sending it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forms_catalog import answers, shipped
from forms_catalog.actions import enquiries
from forms_catalog.actions import service_forms as actions
from forms_catalog.actions.service_forms import Page
from forms_catalog.forms.service_forms import Filler, PageForm, RemoveForm, SendForm, VersionForm, first_incomplete
from forms_catalog.models import AnswerFile, FormDraft, FormVersion, ServiceForm
from forms_catalog.queries import drafts_of, offered_to
from forms_catalog.rules.definition import Definition, Step
from forms_catalog.wording import Wording
from portal import registry
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.models import Role
from portal.customers.places import places_of
from portal.files.views import file_response

# What is sent binds the customer, as an order does.
ROLE = Role.ORDERER


@require_safe
@customer_required()
def service_forms(request: CustomerRequest) -> HttpResponse:
    """All there is to fill in, and what was begun."""
    drafts = drafts_of(request.user, request.customer)
    offered = [
        {"slug": one.form.slug, "texts": Wording(one.definition), "draft": drafts.get(one.form_id)}
        for one in offered_to(request.customer)
    ]
    context = {"groups": _by_module(request, offered), "may_send": request.role.includes(ROLE)}
    return render(request, "forms_catalog/forms.html", context)


def _by_module(request: CustomerRequest, offered: list[dict[str, Any]]) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Return the forms under what each is about, where a company has several modules; the common ones last."""
    labels = {group.name: group.label for group in registry.groups_of(request.tenant) if group.name}
    if len(labels) < 2:
        return [("", offered)] if offered else []
    modules = shipped.modules()
    found = [
        (label, [one for one in offered if modules.get(one["slug"], "") == name]) for name, label in labels.items()
    ]
    common = [one for one in offered if modules.get(one["slug"], "") not in labels]
    return [(label, forms) for label, forms in (*found, (gettext("Other"), common)) if forms]


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required(role=ROLE)
def start(request: CustomerRequest, slug: str) -> HttpResponse:
    """The first page, with the introduction."""
    return _page(request, slug, 1)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required(role=ROLE)
def step(request: CustomerRequest, slug: str, number: int) -> HttpResponse:
    """A later page; those before it must be complete."""
    return _page(request, slug, number)


def _page(request: CustomerRequest, slug: str, number: int) -> HttpResponse:
    kept = request.method == "POST" and _keep_of_older(request, slug, number)
    version, draft = _opened(request, slug)
    if version is None:
        return _retired(request, slug, draft)
    definition = version.definition
    filler = _filler(request, draft)
    if kept:
        missing = first_incomplete(definition, filler)
        return redirect(_address(slug, missing) if missing else reverse("forms_catalog:check", args=[slug]))
    found = next((one for one in definition.steps if one.number == number), None)
    if found is None:
        raise Http404
    missing = first_incomplete(definition, filler)
    if missing and missing.number < number:
        return redirect(_address(slug, missing))
    if request.method != "POST":
        return _render_page(request, version, PageForm(definition, found, filler), draft)
    form = PageForm(definition, found, filler, data=request.POST, files=request.FILES)
    is_right = form.is_valid()
    if "remove" in request.POST or not is_right:
        return _shown_again(request, version, form, draft)
    draft = actions.save_page(version=version, customer=request.customer, page=form.page, by=request.user)
    return redirect(_next(request, slug, definition, found, draft))


def _shown_again(
    request: CustomerRequest, version: FormVersion, form: PageForm, draft: FormDraft | None
) -> HttpResponse:
    """Show a page with what was typed. Files that are right are kept: no browser sends them a second time."""
    if any(form.page.files.values()):
        files = Page(fields=[], answers={}, files=form.page.files)
        draft = actions.save_page(version=version, customer=request.customer, page=files, by=request.user)
    wanted = RemoveForm(request.POST)
    if draft and wanted.is_valid():
        actions.remove_file(draft=draft, pk=wanted.cleaned_data["remove"], by=request.user)
        draft.refresh_from_db()
    again = PageForm(form.definition, form.step, _filler(request, draft), data=request.POST, files={})
    again.full_clean()
    if "remove" in request.POST:
        again.errors.clear()  # Nobody has said yet that the page is done.
    for name in form.errors.keys() & form.file_names:
        # What was wrong with a file is not wrong with the page that stands there without it.
        again.errors[name] = form.errors[name]
    return _render_page(request, version, again, draft)


def _keep_of_older(request: CustomerRequest, slug: str, number: int) -> bool:
    """Keep what was written on a page that was shown before the form was changed or retired."""
    shown = VersionForm(request.POST)
    if not shown.is_valid():
        return False
    old = FormVersion.objects.filter(pk=shown.cleaned_data["version"], form__slug=slug).select_related("form").first()
    if old is None or not old.form.is_for(request.customer) or FormVersion.objects.offered().filter(pk=old.pk).exists():
        return False
    definition = old.definition
    step = next((one for one in definition.steps if one.number == number), None)
    if step is None:
        return False
    draft = FormDraft.objects.filter(customer=request.customer, user=request.user, form=old.form).first()
    form = PageForm(definition, step, _filler(request, draft), data=request.POST, files=request.FILES)
    form.is_valid()  # What is right of it is kept; the rest is asked again.
    actions.save_page(version=old, customer=request.customer, page=form.page, by=request.user)
    return True


def _opened(request: CustomerRequest, slug: str) -> tuple[FormVersion | None, FormDraft | None]:
    """Return the version that customers see now, and what was filled in, brought up to it.

    No version: the form is retired, perhaps while somebody filled it in. Raises Http404 for what there is not.
    """
    version = FormVersion.objects.offered().filter(form__slug=slug).first()
    drafts = FormDraft.objects.filter(customer=request.customer, user=request.user, form__slug=slug)
    draft = drafts.select_related("version").first()
    if version is None or not version.form.is_for(request.customer):
        is_retired = ServiceForm.objects.filter(slug=slug, state=ServiceForm.State.RETIRED)
        if draft is None and not any(one.is_for(request.customer) for one in is_retired):
            raise Http404
        return None, draft
    if draft and draft.version_id != version.pk:
        draft = actions.bring_up_to_date(draft=draft, version=version, by=request.user)
        messages.info(request, gettext("The form has changed since you began. Your answers are kept; look them over."))
    return version, draft


def _retired(request: CustomerRequest, slug: str, draft: FormDraft | None) -> HttpResponse:
    """The form is no longer offered: what was written is shown, so that it is not lost."""
    given = draft.answers if draft else {}
    listed = answers.listed(draft.version.definition, given, []) if draft else []
    context = {"slug": slug, "draft": draft, "answers": [one for one in listed if one.name in given]}
    return render(request, "forms_catalog/retired.html", context, status=410)


def _filler(request: CustomerRequest, draft: FormDraft | None) -> Filler:
    return Filler(
        places=list(places_of(request.customer)),
        # Staff who help fill it in for the customer, not with an address of their own.
        email=request.customer.email if request.on_behalf else request.user.email,
        phone=request.customer.phone if request.on_behalf else request.user.phone,
        given=draft.answers if draft else {},
        files=list(draft.files.select_related("file")) if draft else [],
    )


def _address(slug: str, found: Step) -> str:
    if found.number == 1:
        return reverse("forms_catalog:start", args=[slug])
    return reverse("forms_catalog:step", args=[slug, found.number])


def _next(request: CustomerRequest, slug: str, definition: Definition, done: Step, draft: FormDraft) -> str:
    """Lead to the page after this one; from "change" back to looking over, when nothing is missing."""
    following = next((one for one in definition.steps if one.number > done.number), None)
    missing = first_incomplete(definition, _filler(request, draft))
    if missing and (following is None or "change" in request.GET or missing.number < following.number):
        return _address(slug, missing)
    if following and "change" not in request.GET:
        return _address(slug, following)
    return reverse("forms_catalog:check", args=[slug])


def _render_page(
    request: CustomerRequest, version: FormVersion, form: PageForm, draft: FormDraft | None
) -> HttpResponse:
    context = {"version": version, **page_context(form, slug=version.form.slug, draft=draft)}
    return render(request, "forms_catalog/page.html", context, status=422 if form.errors else 200)


def page_context(form: PageForm, *, slug: str, draft: FormDraft | None = None) -> dict[str, object]:
    """What the page's template needs."""
    definition, found = form.definition, form.step
    text = Wording(definition)
    steps = definition.steps
    before = next((one for one in reversed(steps) if one.number < found.number), None)
    return {
        "form": form,
        "slug": slug,
        "texts": text,
        "step": found,
        "steps": steps,
        "back_url": _address(slug, before) if before else "",
        "draft": draft,
    }


# Looking over and sending ------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required(role=ROLE)
def check(request: CustomerRequest, slug: str) -> HttpResponse:
    """All answers, each with a way back; the form is sent from here."""
    if request.method == "POST" and (sent := _sent_already(request)):
        return sent
    version, draft = _opened(request, slug)
    if version is None:
        return _retired(request, slug, draft)
    if draft is None:
        return redirect("forms_catalog:start", slug)
    filler = _filler(request, draft)
    if missing := first_incomplete(version.definition, filler):
        return redirect(_address(slug, missing))
    if request.method == "POST":
        return _submit(request, slug, draft)
    return render(request, "forms_catalog/check.html", _check_context(version, draft, filler))


def _sent_already(request: CustomerRequest) -> HttpResponse | None:
    """Show the receipt again when the same form is sent twice: its draft is gone by then."""
    form = SendForm(request.POST)
    found = enquiries.sent_before(form.cleaned_data["submission_key"]) if form.is_valid() else None
    if found is None or found.customer_id != request.customer.pk:
        return None
    return redirect("forms_catalog:received", found.number)


def _submit(request: CustomerRequest, slug: str, draft: FormDraft) -> HttpResponse:
    form = SendForm(request.POST)
    try:
        # What was just found complete must be what was looked over, and what is sent.
        if not form.is_valid() or form.cleaned_data["revision"] != draft.revision:
            raise actions.Changed
        enquiry = actions.submit(draft=draft, revision=draft.revision, by=request.user, on_behalf=request.on_behalf)
    except actions.Changed:
        messages.warning(request, gettext("Something was changed meanwhile. Look it over once more, and send it."))
        return redirect("forms_catalog:check", slug)
    return redirect("forms_catalog:received", enquiry.number)


def _check_context(version: FormVersion, draft: FormDraft, filler: Filler) -> dict[str, object]:
    definition = version.definition
    given = definition.kept(draft.answers)
    asked = {spec.name for spec in definition.asked(given)}
    text = Wording(definition)
    parts = [
        {
            "title": text.of(one.title),
            "url": f"{_address(version.form.slug, one)}?change",
            "answers": [
                answers.answer_to(spec, given, list(filler.files), filler.places)
                for spec in one.fields
                if spec.name in asked
            ],
        }
        for one in definition.steps
    ]
    return {"version": version, "draft": draft, "texts": text, "parts": [part for part in parts if part["answers"]]}


@require_POST
@customer_required(role=ROLE)
def discard(request: CustomerRequest, slug: str) -> HttpResponse:
    """Throw away what was filled in."""
    draft = get_object_or_404(FormDraft, customer=request.customer, user=request.user, form__slug=slug)
    actions.discard(draft=draft, by=request.user)
    messages.success(request, gettext("What you had filled in is deleted."))
    return redirect("forms_catalog:forms")


# Files of a draft --------------------------------------------------------------------------------------


def _own_file(request: CustomerRequest, slug: str, pk: int) -> AnswerFile:
    files = AnswerFile.objects.select_related("file", "draft")
    mine = {"draft__customer": request.customer, "draft__user": request.user, "draft__form__slug": slug}
    return get_object_or_404(files, pk=pk, **mine)


@require_safe
@customer_required(role=ROLE)
def draft_file(request: CustomerRequest, slug: str, pk: int) -> HttpResponseBase:
    """A file one has handed in, before the form is sent."""
    return file_response(_own_file(request, slug, pk).file, inline=True)


@require_POST
@customer_required(role=ROLE)
def remove_file(request: CustomerRequest, slug: str, pk: int) -> HttpResponse:
    """Take a file out again, and stay on its page."""
    found = _own_file(request, slug, pk)
    draft = get_object_or_404(FormDraft.objects.select_related("version"), pk=found.draft_id)
    actions.remove_file(draft=draft, pk=pk, by=request.user)
    steps = draft.version.definition.steps
    on = next((one for one in steps if found.field in one.names), steps[0])
    return redirect(_address(slug, on))
