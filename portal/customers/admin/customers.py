"""Customers and who may act for them, staff included for a while."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from portal.accounts import staff_proof
from portal.accounts.models import User
from portal.admin_site import MenuPlace
from portal.audit.reads import WritesDownReads
from portal.customers import actions, on_behalf
from portal.customers.models import Authorization, Customer, Membership, Role
from portal.tenancy.admin import (
    LabelledFormSet,
    ReadOnlyAdmin,
    TenantModelAdmin,
    TenantTabularInline,
    column,
    confirmed_action,
)
from portal.tenancy.customer_lists import lists_of, of
from portal.tenancy.forms import TenantModelForm
from portal.tenancy.text import key_in
from portal.ui import formatting
from portal.ui.fields import OrgNoField, PhoneField


class MembershipFormSet(LabelledFormSet[Membership, Customer]):
    """`proof_needed` is what to say to who must show that it is them before they change who has access."""

    proof_needed: str | None = None

    def clean(self) -> None:
        super().clean()
        if self.proof_needed and self.has_changed():
            raise ValidationError(self.proof_needed)


class MembershipInline(TenantTabularInline[Membership, Customer]):
    model = Membership
    formset = MembershipFormSet
    autocomplete_fields = ["user"]

    def get_formset(self, request: HttpRequest, obj: Customer | None = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.proof_needed = staff_proof.needed(request)
        return formset


class CustomerForm(TenantModelForm[Customer]):
    org_no = OrgNoField(label=_("organisation number"), required=False)
    phone = PhoneField(label=_("phone"), required=False)

    class Meta:
        model = Customer
        fields = ["number", "kind", "name", "org_no", "email", "phone", "address", "postal_code", "city"]


@admin.register(Customer)
class CustomerAdmin(WritesDownReads, TenantModelAdmin[Customer]):
    menu_place = MenuPlace.WORK
    read_verb = "customers.read"
    form = CustomerForm
    change_form_template = "customers/admin/customer.html"
    list_display = ["name", "number", "kind", "city", column("phone", _("phone"), formatting.phone), "email"]
    list_filter = ["kind"]
    search_fields = [
        *("number__startswith", "name", "org_no__startswith", "email", "phone", "address"),
        *("memberships__user__email", "memberships__user__name", "memberships__user__phone"),
    ]
    search_help_text = _(
        "The customer’s number, name, organisation number or address, or e-mail, phone or name of theirs or a member’s"
    )
    ordering = ["name", "number"]
    fieldsets = [
        (None, {"fields": ["number", "kind", "name", "org_no"]}),
        (_("Contact details"), {"fields": ["email", "phone", "address", ("postal_code", "city")]}),
    ]
    inlines = [MembershipInline]

    def title_of(self, obj: Customer) -> str:
        return obj.name

    def get_urls(self) -> list[Any]:
        act = self.admin_site.admin_view(require_POST(self.act))
        return [path("<int:pk>/act/", act, name="customers_customer_act"), *super().get_urls()]

    def act(self, request: Any, pk: int) -> HttpResponse:
        """Begin to act for the customer through the ordinary pages."""
        customer = get_object_or_404(Customer, pk=pk)
        if not self.has_change_permission(request, customer):
            raise PermissionDenied
        on_behalf.begin(request, customer)
        actions.start_acting(customer=customer, by=request.user)
        return redirect("home")

    def change_view(
        self, request: Any, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        key = key_in(object_id)
        lists = lists_of(key, request) if key and request.method == "GET" else []
        return super().change_view(request, object_id, form_url, {"lists": lists, **(extra_context or {})})

    def read_of(self, obj: Customer) -> tuple[Customer, Customer, dict[str, Any]]:
        return obj, obj, {}

    def save_formset(self, request: Any, form: Any, formset: Any, change: bool) -> None:  # noqa: FBT001  (Django's signature)
        """Who is taken off the list is out at once, and whoever owns the customer is told what changed. Staff may leave
        a customer without an owner.
        """
        rows = formset.save(commit=False)
        for gone in formset.deleted_objects:
            actions.remove_member(membership=gone, by=request.user, may_leave_ownerless=True)
        for row in rows:
            save_membership(row, by=request.user)
        formset.save_m2m()


def save_membership(row: Membership, *, by: User) -> None:
    """Save a line of the list. One that names another person now has taken the first off, and put the other on."""
    before = Membership.objects.filter(pk=row.pk).first()
    if before and before.user_id == row.user_id:
        actions.change_role(membership=before, role=Role(row.role), by=by, may_leave_ownerless=True)
        return
    if before:
        actions.remove_member(membership=before, by=by, may_leave_ownerless=True)
    row.pk = actions.add_member(user=row.user, customer=row.customer, role=Role(row.role), by=by).pk


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin[Membership]):
    """Everybody's memberships, to search in; they are changed on the customer's page."""

    list_display = ["user", "customer", "role"]
    list_filter = ["role"]
    list_select_related = ["user", "customer"]
    search_fields = ["user__email", "user__name", "=customer__number"]
    ordering = ["customer__name", "user__name"]


@admin.register(Authorization)
class AuthorizationAdmin(ReadOnlyAdmin[Authorization]):
    """All authorizations with their history; owners give them on the customer's own pages, staff can revoke them."""

    list_display = ["customer", "user", "holder", "role", "valid_from", "valid_to", "revoked_at"]
    list_filter = ["role", ("revoked_at", admin.EmptyFieldListFilter), of("customer")]
    list_select_related = ["customer", "user", "holder"]
    search_fields = ["=customer__number", "user__email", "=holder__number"]
    fields = [
        "customer", "user", "holder", "role", "scope", "valid_from", "valid_to", "given_by", "revoked_at",
    ]  # fmt: skip
    ordering = ["-valid_from", "-pk"]
    actions = ["revoke"]

    def get_actions(self, request: HttpRequest) -> Any:
        found = super().get_actions(request)
        if "revoke" not in found:
            found["revoke"] = self.get_action("revoke")
        return found

    @confirmed_action(
        description=_("Revoke the chosen authorizations"),
        question=_("Whoever has them can no longer act for the customer, from now on. A new one must be given."),
        button=_("Revoke"),
        permissions=("view",),
    )
    def revoke(self, request: Any, queryset: QuerySet[Authorization]) -> None:
        if staff_proof.is_asked(request):
            return
        chosen = list(queryset.filter(Q(revoked_at=None)))
        for authorization in chosen:
            actions.revoke(authorization=authorization, by=request.user)
        self.message_user(request, _("Revoked: %(count)s.") % {"count": len(chosen)}, messages.SUCCESS)
