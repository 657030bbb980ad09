"""manage.py collect_messages: the texts of the source, into the catalogues."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.ui import catalogues


class Command(BaseCommand):
    help = (
        "Bring the message catalogues in line with the source: new texts come in empty, those that are gone go out. "
        "Then translate locale/*/LC_MESSAGES/django.po. Needs neither gettext nor the database."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        found = catalogues.collect()
        for language in catalogues.languages():
            catalogues.update(language, found)
        left = catalogues.problems()
        self.stdout.write("\n".join(left) if left else "Every text is translated.")
