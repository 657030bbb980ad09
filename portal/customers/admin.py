"""Customers and who may act for them, for the tenant's staff."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portal.customers.models import Authorization, Customer, Membership
from portal.tenancy.admin import TenantModelAdmin, TenantTabularInline


class MembershipInline(TenantTabularInline[Membership, Customer]):
    model = Membership
    autocomplete_fields = ["user"]


class AuthorizationInline(TenantTabularInline[Authorization, Customer]):
    model = Authorization
    fk_name = "customer"
    autocomplete_fields = ["user", "holder"]


@admin.register(Customer)
class CustomerAdmin(TenantModelAdmin[Customer]):
    list_display = ["name", "number", "kind", "city", "phone", "email"]
    list_filter = ["kind"]
    search_fields = ["number__startswith", "name", "org_no__startswith", "email", "address"]
    ordering = ["name", "number"]
    fieldsets = [
        (None, {"fields": ["number", "kind", "name", "org_no"]}),
        (_("Contact details"), {"fields": ["email", "phone", "address", ("postal_code", "city")]}),
    ]
    inlines = [MembershipInline, AuthorizationInline]
