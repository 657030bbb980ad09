"""manage.py check_catalogues: is every text there, and translated, in every language?"""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from portal.ui import catalogues


class Command(BaseCommand):
    help = (
        "Check that the message catalogues hold every text of the source, translated, with the same placeholders, "
        "and nothing else. Exit code 1 and one line for each text when they do not. Needs no gettext and no database."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        if problems := catalogues.problems():
            self.stdout.write("\n".join(problems))
            self.stderr.write(
                f"{len(problems)} texts need a translator: make messages, then locale/*/LC_MESSAGES/*.po."
            )
            sys.exit(1)
