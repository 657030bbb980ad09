"""The running program adds to the audit log and reads it; what is written there it can neither change nor remove.

Only the links to a user and a customer may be cut, as Django does when one of them is deleted.
"""

from django.conf import settings
from django.db import migrations

from portal.tenancy.protection import grant_sql


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(
            [
                f'REVOKE UPDATE, DELETE ON audit_entry FROM "{settings.DATABASE_RUNTIME_ROLE}"',
                grant_sql("audit_entry", "UPDATE (by_id, customer_id)"),
            ],
            grant_sql("audit_entry", "UPDATE, DELETE"),
        )
    ]
