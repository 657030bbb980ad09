"""manage.py compile_catalogues: the translations, as the running program reads them."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.ui import catalogues


class Command(BaseCommand):
    help = "Compile the message catalogues that have changed. Needs neither gettext nor the database."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        if compiled := catalogues.compile_stale():
            self.stdout.write(f"Compiled: {', '.join(compiled)}")
