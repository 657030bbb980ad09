"""manage.py maintain_partitions: the months of the readings table, as beat looks after them every night."""

from typing import Any

from django.utils import timezone

from metering import actions
from portal.tenancy.commands import EXIT_CODES, PlainCommand


class Command(PlainCommand):
    help = (
        "Make the months of the readings table that are needed soon, and drop those that no company keeps any\n"
        "longer.\n\n"
        "Beat does the same every night. The program's own role is enough: the database decides by every company's\n"
        "retention what may go. A month that is being read is left for the next time."
    )
    epilog = EXIT_CODES

    def run(self, **options: Any) -> bool:
        opened, dropped = actions.keep_months(today=timezone.now().date())
        for word, months in (("made", opened), ("dropped", dropped)):
            self.stdout.write(f"{len(months)} months {word}" + "".join(f" {month:%Y-%m}" for month in months))
        return False
