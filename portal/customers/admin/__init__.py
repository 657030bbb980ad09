"""Customers, who may act for them, and who asks to, for the tenant's staff."""

from portal.customers.admin.access import AccessRequestAdmin, InvitationAdmin
from portal.customers.admin.customers import AuthorizationAdmin, CustomerAdmin, MembershipAdmin
from portal.customers.admin.users import UserAdmin

__all__ = [
    "AccessRequestAdmin",
    "AuthorizationAdmin",
    "CustomerAdmin",
    "InvitationAdmin",
    "MembershipAdmin",
    "UserAdmin",
]
