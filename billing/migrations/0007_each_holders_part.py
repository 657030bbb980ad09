"""A month of a metering point is kept for each who held it in the month, not only for who held it last."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portal.tenancy.protection import ProtectTenantTables, grant_sql

# What is kept was settled for whoever held the point on its last day; where readings were missing, they are looked for.
# The tables are closed to their owner too, so it goes tenant by tenant.
FILL = """
DO $do$
DECLARE
    company bigint;
    before text := coalesce(current_setting('app.tenant_id', true), '');
BEGIN
    FOR company IN SELECT id FROM tenancy_tenant LOOP
        PERFORM set_config('app.tenant_id', company::text, true);
        UPDATE billing_settledmonth s
           SET customer_id = (
                   SELECT h.customer_id FROM metering_holding h
                    WHERE h.tenant_id = s.tenant_id AND h.metering_point_id = s.metering_point_id
                      AND daterange(h.valid_from, h.valid_to, '[]')
                          @> coalesce((s.payload ->> 'until')::date, (s.month + interval '1 month - 1 day')::date)),
               values_read = CASE WHEN s.unknown @> '["readings"]' OR s.payload -> 'gaps' <> '[]' THEN 0 END;
    END LOOP;
    PERFORM set_config('app.tenant_id', before, true);
END $do$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0006_gaps_take_no_price"),
        ("customers", "0005_contacts"),
        ("metering", "0008_uploads_keep_their_content"),
        ("tenancy", "0003_access"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="settledmonth", name="one_settled_month"),
        migrations.AddField(
            model_name="settledmonth",
            name="customer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="settled_months",
                to="customers.customer",
                verbose_name="customer",
            ),
        ),
        migrations.AddField(
            model_name="settledmonth", name="values_read", field=models.PositiveIntegerField(null=True)
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="settledmonth",
            constraint=models.UniqueConstraint(
                fields=("tenant", "metering_point", "month", "customer"),
                name="one_settled_month_a_holder",
                nulls_distinct=False,
            ),
        ),
        ProtectTenantTables("billing"),
        # Protecting gives the rights on all of the app's tables again; versions of price lists stay as they were.
        migrations.RunSQL(
            [
                f'REVOKE UPDATE, DELETE ON billing_tariffversion FROM "{settings.DATABASE_RUNTIME_ROLE}"',
                grant_sql("billing_tariffversion", "UPDATE (superseded_at, by_id)"),
            ],
            migrations.RunSQL.noop,
        ),
    ]
