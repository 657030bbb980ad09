"""manage.py install_forms: give a company the shipped service forms it does not have."""

from typing import Any

from forms_catalog.shipped import ensure_forms
from forms_catalog.topics import ensure_topics
from portal.tenancy.commands import EXIT_CODES, TenantCommand
from portal.tenancy.models import Tenant


class Command(TenantCommand):
    help = (
        "Add the shipped service forms and topics of the company's modules, published.\n"
        "New companies have them from the start. What is there already is left as it is, retired forms too,\n"
        "so the command can be run again after an upgrade."
    )
    epilog = "Example:\n  manage.py install_forms --tenant vidnett\n\n" + EXIT_CODES

    def run_for(self, tenant: Tenant, **_options: Any) -> bool:
        ensure_topics(tenant)
        made = ensure_forms(tenant)
        self.stdout.write(f"{len(made)} new")
        for form in made:
            self.stdout.write(f"  {form.slug}")
        return False
