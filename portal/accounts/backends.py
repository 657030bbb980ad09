"""Who may sign in, and what staff may do in admin."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import BaseBackend

from portal.accounts.models import StaffRole


class TenantAuthenticationBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's, without Django's model permissions: those tables are global and would hold for every tenant."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return False


class StaffRoleBackend(BaseBackend):
    """Administrators may do everything in their tenant's admin, agents everything but users, staff, settings, and who
    acts for a customer: they could make themselves an owner.
    """

    ADMINISTRATORS_ONLY = {
        "accounts.add_user",
        "accounts.change_user",
        "accounts.delete_user",
        "tenancy.change_tenant",
        *(f"customers.{what}_membership" for what in ("add", "change", "delete")),
        *(f"files.{what}_filesettings" for what in ("add", "change", "delete")),
        *(f"accounts.{what}_openidprovider" for what in ("add", "change", "delete", "view")),
        # A webhook sends data out, and its page shows the secret.
        *(f"webhooks.{what}_webhookendpoint" for what in ("add", "change", "delete", "view")),
    }

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if not (user_obj.is_active and user_obj.is_staff):
            return False
        return user_obj.staff_role == StaffRole.ADMINISTRATOR or perm not in self.ADMINISTRATORS_ONLY
