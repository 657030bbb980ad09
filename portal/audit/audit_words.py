"""What the audit log calls what is done here."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "admin.added": pgettext_lazy("audit", "Added in admin"),
    "admin.changed": pgettext_lazy("audit", "Changed in admin"),
    "admin.deleted": pgettext_lazy("audit", "Deleted in admin"),
    "tenancy.tenant_created": pgettext_lazy("audit", "Company made"),
}
