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
    NEWEST = "newest", gettext_lazy("Latest job date first")
    OLDEST = "oldest", gettext_lazy("Earliest job date first")
    ORDERED = "ordered", gettext_lazy("Latest order first")
    NUMBER = "number", gettext_lazy("Oldest order first")
