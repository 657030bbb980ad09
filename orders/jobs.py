"""What a customer can ask for, and what dispatch is asked to do. Pure."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Service(TextChoices):
    """What the customer asks for: Tøm, Flytt, Hent for a unit that stands there, or a new unit."""

    EMPTY = "empty", pgettext_lazy("service", "Empty")
    RELOCATE = "relocate", pgettext_lazy("service", "Move")
    COLLECT = "collect", pgettext_lazy("service", "Collect")
    DELIVER = "deliver", pgettext_lazy("service", "New unit")


# The buttons at a unit.
UNIT_SERVICES = (Service.EMPTY, Service.RELOCATE, Service.COLLECT)


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


class Status(TextChoices):
    """What has become of a job."""

    RECEIVED = "received", pgettext_lazy("job", "Received")
    SCHEDULED = "scheduled", pgettext_lazy("job", "Scheduled")
    ON_THE_WAY = "on_the_way", pgettext_lazy("job", "On the way")
    DONE = "done", pgettext_lazy("job", "Done")
    ATTEMPTED = "attempted", pgettext_lazy("job", "Not done")
    CANCELLED = "cancelled", pgettext_lazy("job", "Cancelled")


UPCOMING = (Status.RECEIVED, Status.SCHEDULED, Status.ON_THE_WAY)
SERVICES = {
    JobType.EXCHANGE: Service.EMPTY,
    JobType.DUMP_AND_RETURN: Service.EMPTY,
    JobType.RELOCATE: Service.RELOCATE,
    JobType.FINAL_PICKUP: Service.COLLECT,
    JobType.DELIVERY: Service.DELIVER,
}
# What a service means where the equipment has no say.
JOBS = {
    Service.RELOCATE: JobType.RELOCATE,
    Service.COLLECT: JobType.FINAL_PICKUP,
    Service.DELIVER: JobType.DELIVERY,
}


def job_type_for(service: Service, emptying: Emptying) -> JobType:
    """Return the job dispatch gets. There is one button Tøm; the equipment decides what it means."""
    return JobType(emptying.value) if service == Service.EMPTY else JOBS[service]


def service_of(job_type: JobType) -> Service:
    """Return what the customer asked for, to ask for it again."""
    return SERVICES[job_type]


# At the start of a sentence: "Tømming er bestilt til i morgen."
SERVICE_NOUNS = {
    Service.EMPTY: _("Emptying"),
    Service.RELOCATE: _("Moving"),
    Service.COLLECT: _("Collecting"),
    Service.DELIVER: _("A new unit"),
}

EXPLANATIONS = {
    JobType.EXCHANGE: _("We collect the full unit and leave an empty one in the same place."),
    JobType.DUMP_AND_RETURN: _("We collect the unit, empty it and bring it back to the same place."),
    JobType.RELOCATE: _("We move the unit as it is. It is not emptied."),
    JobType.FINAL_PICKUP: _("We collect the unit with what is in it, and leave no new one."),
    JobType.DELIVERY: _("We bring an empty unit and place it at the address."),
}
