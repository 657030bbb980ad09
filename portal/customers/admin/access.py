"""Who asks for access, and who is invited. Staff decide on a page with everything they need to know."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from portal.accounts import staff_proof
from portal.accounts.models import User
from portal.accounts.sms_limit import take_sms
from portal.admin_site import MenuPlace, WorkQueue
from portal.customers import actions, queries
from portal.customers.forms import ApproveForm, RefuseForm
from portal.customers.models import AccessRequest, Invitation, Role
from portal.notifications.models import Channel
from portal.notifications.phones import usable_mobile
from portal.tenancy.admin import ReadOnlyAdmin, confirmed_action
from portal.tenancy.text import key_in
from portal.ui import formatting

WAITING_FIRST = Case(When(state=AccessRequest.State.WAITING, then=0), default=1)


@admin.register(AccessRequest)
class AccessRequestAdmin(ReadOnlyAdmin[AccessRequest]):
    menu_place = MenuPlace.WORK
    list_display = ["name", "kind", "customer_number", "company", "email", "asked_at", "state"]
    list_filter = ["state", "kind"]
    search_fields = ["email", "name", "=customer_number", "=org_no", "company"]
    ordering = [WAITING_FIRST, "-asked_at"]

    def get_urls(self) -> list[Any]:
        own = [(name, getattr(self, name)) for name in ("approve", "refuse")]
        return [
            *(
                path(f"<int:pk>/{name}/", self.admin_site.admin_view(require_POST(view)), name=f"customers_{name}")
                for name, view in own
            ),
            *super().get_urls(),
        ]

    def work_queue(self, request: HttpRequest) -> WorkQueue | None:
        count = AccessRequest.objects.waiting().count()
        query = f"state__exact={AccessRequest.State.WAITING}"
        return self.waiting(_("Requests for access"), count, order=15, query=query)

    def change_view(
        self, request: Any, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        asked = get_object_or_404(AccessRequest, pk=key_in(object_id))
        return self._page(request, asked)

    def _page(self, request: Any, asked: AccessRequest, **forms: Any) -> HttpResponse:
        review = queries.review_of(asked)
        # A company that is a customer already need not become one again.
        known = {"is_new": False, "number": review.customers[0].number} if review.customers else {}
        # A link goes by itself only to a number that the register has too.
        if review.phone_matches and usable_mobile(asked.phone):
            known["channel"] = Channel.SMS
        context = {
            **self.admin_site.each_context(request),
            "title": str(asked),
            "opts": self.model._meta,
            "asked": asked,
            "review": review,
            "invitations": asked.invitations.select_related("customer").order_by("-pk"),
            "approve_form": ApproveForm(request=asked, by=request.user, known=known),
            "refuse_form": RefuseForm(),
            **forms,
        }
        status = 422 if any(form.errors for form in forms.values()) else 200
        return TemplateResponse(request, "customers/admin/access_request.html", context, status=status)

    def _asked(self, request: Any, pk: int) -> AccessRequest:
        if not request.user.has_perm("customers.change_accessrequest"):
            raise PermissionDenied
        return get_object_or_404(AccessRequest, pk=pk)

    def approve(self, request: Any, pk: int) -> HttpResponse:
        asked = self._asked(request, pk)
        form = ApproveForm(request.POST, request=asked, by=request.user)
        if proof := staff_proof.needed(request):
            form.add_error(None, proof)
        if not form.is_valid():
            return self._page(request, asked, approve_form=form)
        if request.POST.get("asked_at") != asked.asked_at.isoformat():
            return self._asked_again(request, asked)
        try:
            with transaction.atomic():
                invitation = actions.approve(
                    request=asked,
                    customer=form.customer,
                    number=form.cleaned_data["number"],
                    role=Role(form.cleaned_data["role"]),
                    channel=form.cleaned_data["channel"],
                    by=request.user,
                )
        except actions.AlreadyDecided:
            return self._too_late(request, asked)
        except actions.AskedAgain:
            return self._asked_again(request, asked)
        except IntegrityError:
            form.add_error("number", _("There is a customer with this number."))
            return self._page(request, asked, approve_form=form)
        text = _("Approved. The invitation goes to %(address)s.") % {"address": invitation.address}
        self.message_user(request, text, messages.SUCCESS)
        return redirect("admin:customers_accessrequest_changelist")

    def refuse(self, request: Any, pk: int) -> HttpResponse:
        asked = self._asked(request, pk)
        form = RefuseForm(request.POST)
        if not form.is_valid():
            return self._page(request, asked, refuse_form=form)
        try:
            actions.refuse(request=asked, reason=form.cleaned_data["reason"], by=request.user)
        except actions.AlreadyDecided:
            return self._too_late(request, asked)
        self.message_user(request, _("Refused. The person is told why."), messages.SUCCESS)
        return redirect("admin:customers_accessrequest_changelist")

    def _asked_again(self, request: Any, asked: AccessRequest) -> HttpResponse:
        text = _("Something was changed meanwhile. Look it over once more, and send it.")
        self.message_user(request, text, messages.WARNING)
        return redirect("admin:customers_accessrequest_change", asked.pk)

    def _too_late(self, request: Any, asked: AccessRequest) -> HttpResponse:
        self.message_user(request, _("Somebody else has decided meanwhile."), messages.WARNING)
        return redirect("admin:customers_accessrequest_change", asked.pk)


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin[Invitation]):
    list_display = ["__str__", "channel", "role", "state", "invited_at", "expires_at"]
    list_filter = ["channel", "role", ("accepted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["customer"]
    search_fields = ["email", "phone", "name", "=customer__number"]
    ordering = ["-invited_at", "-pk"]
    fields = [
        "customer", "role", "name", "channel", "email", "shown_phone", "invited_at", "invited_by", "expires_at",
        "accepted_at", "accepted_by", "withdrawn_at", "request", "authorization",
    ]  # fmt: skip
    readonly_fields = ["shown_phone"]
    actions = ["send_again", "withdraw"]

    @admin.display(description=_("mobile"))
    def shown_phone(self, invitation: Invitation) -> str:
        return formatting.phone(invitation.phone)

    @admin.display(description=_("state"))
    def state(self, invitation: Invitation) -> str:
        return str(invitation.state_at(timezone.now()).label)

    @confirmed_action(
        description=_("Send the chosen invitations again"),
        question=_("Each gets a new link by SMS or e-mail, and the one they had no longer works."),
        button=_("Send again"),
        permissions=("view",),
    )
    def send_again(self, request: Any, queryset: QuerySet[Invitation]) -> None:
        if staff_proof.is_asked(request):
            return
        chosen = list(queryset.open())  # type: ignore[attr-defined]
        # What an SMS costs is counted also where staff send it.
        paid = [one for one in chosen if one.channel != Channel.SMS or take_sms()]
        sent = sum(self._is_sent_again(invitation, request.user) for invitation in paid)
        self.message_user(request, _("Sent again: %(count)s.") % {"count": sent}, messages.SUCCESS)
        if len(paid) < len(chosen):
            text = _("We cannot send more SMS just now. Not sent: %(count)s.") % {"count": len(chosen) - len(paid)}
            self.message_user(request, text, messages.WARNING)

    def _is_sent_again(self, invitation: Invitation, by: User) -> bool:
        try:
            actions.send_again(invitation=invitation, by=by)
        except actions.InvitationClosed:
            return False
        return True

    @confirmed_action(
        description=_("Withdraw the chosen invitations"),
        question=_("The links they were sent no longer work."),
        button=_("Withdraw"),
        permissions=("view",),
    )
    def withdraw(self, request: Any, queryset: QuerySet[Invitation]) -> None:
        if staff_proof.is_asked(request):
            return
        count = 0
        for invitation in queryset.open().select_related("authorization"):  # type: ignore[attr-defined]
            try:
                actions.withdraw_offer(invitation=invitation, by=request.user)
            except actions.InvitationClosed:
                # Accepted meanwhile: it is no invitation any more.
                continue
            count += 1
        self.message_user(request, _("Withdrawn: %(count)s.") % {"count": count}, messages.SUCCESS)
