"""What the messages sent here are called, in admin."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "orders.called_off": pgettext_lazy("message", "Job called off"),
    "orders.confirmed": pgettext_lazy("message", "Order received"),
    "orders.done": pgettext_lazy("message", "Job done"),
    "orders.moved": pgettext_lazy("message", "Job moved"),
    "orders.not_done": pgettext_lazy("message", "Job not done"),
    "orders.on_the_way": pgettext_lazy("message", "Vehicle on its way"),
    "orders.report_answered": pgettext_lazy("message", "Answer about a fault with a job"),
}
