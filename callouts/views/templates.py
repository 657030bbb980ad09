"""Templates: named call-offs to start from."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from callouts import actions
from callouts.forms.small import TemplateForm
from callouts.models import CallOff, CallOffTemplate
from callouts.standing import standing, standing_content
from callouts.views.own import address_of, own_call_off, own_submitted
from callouts.wording import title_of
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.models import Role

TAKEN = gettext_lazy("There is a template of that name already. Choose another name.")


@customer_required()
@require_safe
def templates(request: CustomerRequest) -> HttpResponse:
    """The customer's templates by name."""
    context = {
        "templates": CallOffTemplate.objects.of(request.customer).select_related("saved_by"),
        "may_write": request.role.includes(Role.ORDERER),
    }
    return render(request, "callouts/templates.html", context)


@customer_required(role=Role.ORDERER)
@require_http_methods(["GET", "HEAD", "POST"])
def from_draft(request: CustomerRequest, pk: int) -> HttpResponse:
    """Keep a draft's content under a name; the draft stays."""
    call_off = own_call_off(request, pk)
    back = address_of(call_off) if call_off.is_draft else reverse("callouts:call_off", args=[call_off.number])
    return save(request, call_off, back)


@customer_required(role=Role.ORDERER)
@require_http_methods(["GET", "HEAD", "POST"])
def from_submitted(request: CustomerRequest, number: int) -> HttpResponse:
    """Keep the content of one that is sent in."""
    call_off = own_submitted(request, number)
    return save(request, call_off, reverse("callouts:call_off", args=[call_off.number]))


def save(request: CustomerRequest, call_off: CallOff, back: str) -> HttpResponse:
    title = title_of(call_off, standing(call_off).first_line)
    form = TemplateForm(request.POST if request.method == "POST" else None, initial={"name": title[:60]})
    if request.method == "POST" and form.is_valid():
        name, content = form.cleaned_data["name"], standing_content(call_off)
        try:
            actions.save_template(customer=request.customer, name=name, content=content, by=request.user)
        except actions.NameTaken:
            form.add_error("name", str(TAKEN))
        else:
            messages.success(request, _("The template “%(name)s” is saved.") % {"name": name})
            return redirect("callouts:templates")
    context = {"form": form, "title": title, "back": back}
    return render(request, "callouts/template_form.html", context, status=422 if form.is_bound else 200)


@customer_required(role=Role.ORDERER)
@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: CustomerRequest, pk: int) -> HttpResponse:
    template = get_object_or_404(CallOffTemplate.objects.of(request.customer), pk=pk)
    form = TemplateForm(request.POST if request.method == "POST" else None, initial={"name": template.name})
    if request.method == "POST" and form.is_valid():
        try:
            actions.rename_template(template=template, name=form.cleaned_data["name"], by=request.user)
        except actions.NameTaken:
            form.add_error("name", str(TAKEN))
        except CallOffTemplate.DoesNotExist as error:
            raise Http404 from error
        else:
            messages.success(request, _("The template has a new name."))
            return redirect("callouts:templates")
    context = {"form": form, "title": template.name, "back": reverse("callouts:templates"), "is_rename": True}
    return render(request, "callouts/template_form.html", context, status=422 if form.is_bound else 200)


@customer_required(role=Role.ORDERER)
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: CustomerRequest, pk: int) -> HttpResponse:
    """Ask, and delete."""
    template = get_object_or_404(CallOffTemplate.objects.of(request.customer), pk=pk)
    if request.method == "POST":
        actions.delete_template(template=template, by=request.user)
        messages.success(request, _("The template is deleted."))
        return redirect("callouts:templates")
    return render(request, "callouts/template_delete.html", {"template": template})
