"""What customers with very many installations had together by day, kept as long as it is true."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import portal.tenancy.scope
from portal.tenancy.protection import ProtectTenantTables

# Who makes the rows holds this lock alone, and lets go of it with them: so nobody changes a holding meanwhile that the
# rows do not know of, and whoever waits finds them. See metering/holder_months.py, which does the same for days.
HOLDINGS_CHANGE = """
CREATE FUNCTION metering_holdings_change_sums() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $function$
DECLARE
    company bigint;
BEGIN
    FOR company IN SELECT DISTINCT tenant_id FROM changed LOOP
        PERFORM pg_advisory_xact_lock_shared(hashtext('metering_holdermonth'), company::integer);
    END LOOP;
    DELETE FROM public.metering_holdermonth month USING changed
     WHERE (month.tenant_id, month.customer_id) = (changed.tenant_id, changed.customer_id);
    RETURN NULL;
END
$function$;
CREATE TRIGGER holdings_come AFTER INSERT ON metering_holding
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION metering_holdings_change_sums();
CREATE TRIGGER holdings_go AFTER DELETE ON metering_holding
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION metering_holdings_change_sums();
CREATE TRIGGER holdings_were AFTER UPDATE ON metering_holding
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION metering_holdings_change_sums();
CREATE TRIGGER holdings_are AFTER UPDATE ON metering_holding
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION metering_holdings_change_sums()
"""
# Whose values are missed is up to who produces.
PRODUCTION_CHANGES = """
CREATE FUNCTION metering_production_changes_sums() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $function$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('metering_holdermonth'), NEW.tenant_id::integer);
    DELETE FROM public.metering_holdermonth month USING public.metering_holding held
     WHERE (held.tenant_id, held.metering_point_id) = (NEW.tenant_id, NEW.id)
           AND (month.tenant_id, month.customer_id) = (held.tenant_id, held.customer_id);
    RETURN NULL;
END
$function$;
CREATE TRIGGER production_changes AFTER UPDATE OF has_production ON metering_meteringpoint
    FOR EACH ROW WHEN (OLD.has_production IS DISTINCT FROM NEW.has_production)
    EXECUTE FUNCTION metering_production_changes_sums()
"""
NO_TRIGGERS = """
DROP TRIGGER production_changes ON metering_meteringpoint;
DROP TRIGGER holdings_are ON metering_holding;
DROP TRIGGER holdings_were ON metering_holding;
DROP TRIGGER holdings_go ON metering_holding;
DROP TRIGGER holdings_come ON metering_holding;
DROP FUNCTION metering_production_changes_sums, metering_holdings_change_sums
"""
# Months are dropped whole, for all companies.
FORGET_SUMS = """
CREATE OR REPLACE FUNCTION metering_forget_sums() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $function$
DECLARE
    scope text := coalesce(current_setting('app.tenant_id', true), '');
    oldest date;
    company bigint;
BEGIN
    SELECT min(to_date(right(c.relname, 7), 'YYYY_MM')) INTO oldest FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'public.metering_readingday'::regclass;
    FOR company IN SELECT id FROM public.tenancy_tenant LOOP
        PERFORM set_config('app.tenant_id', company::text, true);
        DELETE FROM public.metering_readingmonth WHERE tenant_id = company AND month < oldest;
        DELETE FROM public.metering_holdermonth WHERE tenant_id = company AND month < oldest;
    END LOOP;
    PERFORM set_config('app.tenant_id', scope, true);
END
$function$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_contacts"),
        ("metering", "0015_points_of_days_at_once"),
        ("tenancy", "0003_access"),
    ]

    operations = [
        migrations.CreateModel(
            name="HolderMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("direction", models.SmallIntegerField(choices=[(1, "Consumption"), (2, "Production")])),
                ("month", models.DateField()),
                (
                    "days_wh",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(null=True), size=None),
                ),
                ("whole", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ("known", models.IntegerField()),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=portal.tenancy.scope.current_tenant_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.tenant",
                    ),
                ),
            ],
            options={
                "verbose_name": "month of a customer's readings",
                "verbose_name_plural": "months of customers' readings",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["tenant", "month"], name="holder_month_by_month")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "customer", "direction", "month"), name="one_holder_month"
                    )
                ],
            },
        ),
        ProtectTenantTables("metering"),
        # What the line above gave back: a day that was replaced is kept as it was.
        migrations.RunSQL(
            f'REVOKE UPDATE ON metering_readingdayrevision FROM "{settings.DATABASE_RUNTIME_ROLE}"',
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(HOLDINGS_CHANGE, migrations.RunSQL.noop),
        migrations.RunSQL(PRODUCTION_CHANGES, NO_TRIGGERS),
        migrations.RunSQL(FORGET_SUMS, migrations.RunSQL.noop),
    ]
