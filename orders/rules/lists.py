"""How the order overview can be grouped and sorted. Pure."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy, pgettext_lazy


class Grouping(TextChoices):
    NONE = "none", pgettext_lazy("group by", "Nothing")
    LOCATION = "location", gettext_lazy("Address")
    STATUS = "status", gettext_lazy("Status")
    SERVICE = "service", gettext_lazy("Service")
    REFERENCE = "reference", gettext_lazy("Order reference")


class Sorting(TextChoices):
    NEWEST = "newest", gettext_lazy("Latest date first")
    OLDEST = "oldest", gettext_lazy("Earliest date first")
    ORDERED = "ordered", gettext_lazy("Last ordered first")
    NUMBER = "number", gettext_lazy("First ordered first")
