"""What a customer can ask for, and what dispatch is asked to do. Pure."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Service(TextChoices):
    """The customer's buttons: Tøm, Flytt, Hent."""

    EMPTY = "empty", pgettext_lazy("service", "Empty")
    RELOCATE = "relocate", pgettext_lazy("service", "Move")
    COLLECT = "collect", pgettext_lazy("service", "Collect")


class JobType(TextChoices):
    """The job as dispatch knows it."""

    EXCHANGE = "exchange", _("Exchange")
    DUMP_AND_RETURN = "dump_and_return", _("Empty and return")
    RELOCATE = "relocate", _("Move")
    FINAL_PICKUP = "final_pickup", _("Final pickup")
    DELIVERY = "delivery", _("Delivery")


class Emptying(TextChoices):
    """How a kind of equipment is emptied: the full one is exchanged for an empty one, or comes back itself."""

    EXCHANGE = JobType.EXCHANGE.value, _("Exchanged for an empty one")
    DUMP_AND_RETURN = JobType.DUMP_AND_RETURN.value, _("Emptied and brought back")


def job_type_for(service: Service, emptying: Emptying) -> JobType:
    """Return the job dispatch gets. There is one button Tøm; the equipment decides what it means."""
    if service == Service.EMPTY:
        return JobType(emptying.value)
    return JobType.RELOCATE if service == Service.RELOCATE else JobType.FINAL_PICKUP


JOB_LABELS = {
    JobType.EXCHANGE: Service.EMPTY.label,
    JobType.DUMP_AND_RETURN: Service.EMPTY.label,
    JobType.RELOCATE: Service.RELOCATE.label,
    JobType.FINAL_PICKUP: Service.COLLECT.label,
    JobType.DELIVERY: pgettext_lazy("service", "New unit"),
}

# At the start of a sentence: "Tømming er bestilt til i morgen."
JOB_NOUNS = {
    JobType.EXCHANGE: _("Emptying"),
    JobType.DUMP_AND_RETURN: _("Emptying"),
    JobType.RELOCATE: _("Moving"),
    JobType.FINAL_PICKUP: _("Collecting"),
    JobType.DELIVERY: _("A new unit"),
}

EXPLANATIONS = {
    JobType.EXCHANGE: _("We collect the full unit and leave an empty one in the same place."),
    JobType.DUMP_AND_RETURN: _("We collect the unit, empty it and bring it back to the same place."),
    JobType.RELOCATE: _("We move the unit as it is. It is not emptied."),
    JobType.FINAL_PICKUP: _("We collect the unit with what is in it, and leave no new one."),
}
