"""What the runtime role may do with the tables that belong to no tenant."""

from django.db import migrations

from portal.tenancy.protection import TENANT_ID, grant_sql


def protect_tenants(apps, schema_editor):
    """Tenants can be read by all (the host leads to one); the running program may change only the scope's own."""
    for statement in [
        "ALTER TABLE tenancy_tenant ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY readable ON tenancy_tenant FOR SELECT USING (true)",
        f"CREATE POLICY own ON tenancy_tenant FOR UPDATE USING (id = {TENANT_ID}) WITH CHECK (id = {TENANT_ID})",
        grant_sql("tenancy_tenant", "SELECT, UPDATE"),
        grant_sql("tenancy_tenanthost", "SELECT"),
        grant_sql("django_migrations", "SELECT"),
    ]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0001_initial")]

    operations = [migrations.RunPython(protect_tenants, migrations.RunPython.noop)]
