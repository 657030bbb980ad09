"""What the audit log calls what is done here."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "webhooks.left": pgettext_lazy("audit", "Delivery left unsent"),
    "webhooks.pinged": pgettext_lazy("audit", "Webhook tried"),
    "webhooks.resent": pgettext_lazy("audit", "Delivery sent again"),
    "webhooks.secret_renewed": pgettext_lazy("audit", "Webhook's secret renewed"),
}
