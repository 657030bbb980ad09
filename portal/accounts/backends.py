"""Who may sign in, and what staff may do in admin."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import BaseBackend


class TenantAuthenticationBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's, without Django's model permissions: those tables are global and would hold for every tenant."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return False


class StaffRoleBackend(BaseBackend):
    """Administrators may do everything in their tenant's admin, agents everything but users, staff, the company itself,
    and who acts for a customer: they could make themselves an owner. Which settings are for administrators says each
    admin class (TenantModelAdmin.administrators_decide).
    """

    ADMINISTRATORS_ONLY = {
        "accounts.add_user",
        "accounts.change_user",
        "accounts.delete_user",
        "tenancy.change_tenant",
        *(f"customers.{what}_membership" for what in ("add", "change", "delete")),
    }

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if not (user_obj.is_active and user_obj.is_staff):
            return False
        return user_obj.is_administrator or perm not in self.ADMINISTRATORS_ONLY
