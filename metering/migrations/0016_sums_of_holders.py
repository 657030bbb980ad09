"""What customers with very many installations had together by day, kept as long as it is true."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import portal.tenancy.scope
from portal.tenancy.protection import ProtectTenantTables

# Who makes the sums holds this lock alone, and lets go of it with them: so nobody changes a holding meanwhile that the
# sums do not know of. See metering/holder_months.py, which does the same for days.
HOLDINGS_CHANGE = """
CREATE FUNCTION metering_holdings_change_sums() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $function$
DECLARE
    company bigint;
BEGIN
    FOR company IN SELECT DISTINCT tenant_id FROM changed LOOP
        PERFORM pg_advisory_xact_lock_shared(hashtext('metering_holdermonth'), company::integer);
    END LOOP;
    INSERT INTO public.metering_stalesums (tenant_id, customer_key)
    SELECT DISTINCT month.tenant_id, month.customer_id FROM changed JOIN public.metering_holdermonth month
        ON (month.tenant_id, month.customer_id) = (changed.tenant_id, changed.customer_id);
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
NO_HOLDINGS_CHANGE = """
DROP TRIGGER holdings_are ON metering_holding;
DROP TRIGGER holdings_were ON metering_holding;
DROP TRIGGER holdings_go ON metering_holding;
DROP TRIGGER holdings_come ON metering_holding;
DROP FUNCTION metering_holdings_change_sums
"""
# Whose values are missed is up to who produces.
PRODUCTION_CHANGES = """
CREATE FUNCTION metering_production_changes_sums() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $function$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('metering_holdermonth'), NEW.tenant_id::integer);
    INSERT INTO public.metering_stalesums (tenant_id, customer_key)
    SELECT DISTINCT month.tenant_id, month.customer_id
      FROM public.metering_holding held JOIN public.metering_holdermonth month
        ON (month.tenant_id, month.customer_id) = (held.tenant_id, held.customer_id)
     WHERE (held.tenant_id, held.metering_point_id) = (NEW.tenant_id, NEW.id);
    RETURN NULL;
END
$function$;
CREATE TRIGGER production_changes AFTER UPDATE OF has_production ON metering_meteringpoint
    FOR EACH ROW WHEN (OLD.has_production IS DISTINCT FROM NEW.has_production)
    EXECUTE FUNCTION metering_production_changes_sums()
"""
NO_PRODUCTION_CHANGES = """
DROP TRIGGER production_changes ON metering_meteringpoint;
DROP FUNCTION metering_production_changes_sums
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "customer", "direction", "month"), name="one_holder_month"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StaleSums",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(null=True)),
                ("customer_key", models.BigIntegerField(null=True)),
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
                "verbose_name": "sums that may have changed",
                "verbose_name_plural": "sums that may have changed",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        ProtectTenantTables("metering"),
        # What the line above gave back: a day that was replaced is kept as it was.
        migrations.RunSQL(
            f'REVOKE UPDATE ON metering_readingdayrevision FROM "{settings.DATABASE_RUNTIME_ROLE}"',
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(HOLDINGS_CHANGE, NO_HOLDINGS_CHANGE),
        migrations.RunSQL(PRODUCTION_CHANGES, NO_PRODUCTION_CHANGES),
    ]
