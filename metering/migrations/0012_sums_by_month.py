"""Sums by month, filled from the days that are stored; a month that nobody keeps any longer takes its sums along."""

import django.db.models.deletion
from django.db import migrations, models

import portal.tenancy.scope
from portal.tenancy.protection import HandWritten, protect_sql

# The key begins with tenant and metering point, so that the table can be distributed by them. A month is added to for as
# long as it lasts: room on its page keeps that from touching the index.
TABLE = """
CREATE TABLE metering_readingmonth (
    tenant_id bigint NOT NULL,
    metering_point_id bigint NOT NULL,
    direction smallint NOT NULL CHECK (direction IN (1, 2)),
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    total_wh bigint NOT NULL,
    known_days integer NOT NULL,
    whole_days integer NOT NULL CHECK (whole_days & known_days = whole_days),
    PRIMARY KEY (tenant_id, metering_point_id, direction, month),
    CONSTRAINT reading_month_point_in_tenant FOREIGN KEY (tenant_id, metering_point_id)
        REFERENCES metering_meteringpoint (tenant_id, id) DEFERRABLE INITIALLY DEFERRED
) WITH (fillfactor = 70)
"""

# Row-level security binds the owner too, so it goes into each company's scope, and back.
FILL = """
DO $$
DECLARE
    scope text := coalesce(current_setting('app.tenant_id', true), '');
    company bigint;
BEGIN
    FOR company IN SELECT id FROM public.tenancy_tenant LOOP
        PERFORM set_config('app.tenant_id', company::text, true);
        INSERT INTO metering_readingmonth
               (tenant_id, metering_point_id, direction, month, total_wh, known_days, whole_days)
        SELECT tenant_id, metering_point_id, direction, date_trunc('month', day::timestamp)::date AS month, sum(total_wh),
               bit_or((array_remove(values_wh, NULL) <> '{}')::integer << extract(day FROM day)::integer - 1),
               bit_or((array_position(values_wh, NULL) IS NULL)::integer << extract(day FROM day)::integer - 1)
          FROM metering_readingday WHERE tenant_id = company
         GROUP BY tenant_id, metering_point_id, direction, month;
    END LOOP;
    PERFORM set_config('app.tenant_id', scope, true);
    -- Its foreign keys are looked at now: nothing may wait for it where the table is changed next.
    SET CONSTRAINTS ALL IMMEDIATE;
END
$$
"""

DROP_MONTH = """
CREATE OR REPLACE FUNCTION metering_drop_month(unwanted date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $function$
DECLARE
    first date := date_trunc('month', unwanted);
    name text := 'metering_readingday_' || to_char(unwanted, 'YYYY_MM');
    scope text := coalesce(current_setting('app.tenant_id', true), '');
    years integer := 0;
    wanted integer;
    company bigint;
BEGIN
    IF to_regclass('public.' || name) IS NULL THEN
        RETURN false;
    END IF;
    FOR company IN SELECT id FROM public.tenancy_tenant LOOP
        PERFORM set_config('app.tenant_id', company::text, true);
        SELECT coalesce(max(retention_years), 3) INTO wanted FROM public.metering_importsettings;
        years := greatest(years, wanted);
    END LOOP;
    PERFORM set_config('app.tenant_id', scope, true);
    IF years < 1 OR first + interval '1 month' > make_date(extract(year FROM current_date)::integer - years, 1, 1) THEN
        RETURN false;
    END IF;
    -- Whoever reads meanwhile goes first; tomorrow is another day.
    PERFORM set_config('lock_timeout', '5s', true);
    EXECUTE format('ALTER TABLE public.metering_readingday DETACH PARTITION public.%I', name);
    EXECUTE format('DROP TABLE public.%I', name);
    FOR company IN SELECT id FROM public.tenancy_tenant LOOP
        PERFORM set_config('app.tenant_id', company::text, true);
        DELETE FROM public.metering_readingmonth WHERE month = first;
    END LOOP;
    PERFORM set_config('app.tenant_id', scope, true);
    RETURN true;
END
$function$
"""


class Migration(migrations.Migration):
    dependencies = [("metering", "0011_read_again"), ("tenancy", "0003_access")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(TABLE, "DROP TABLE metering_readingmonth"),
                migrations.RunSQL(protect_sql("metering_readingmonth"), migrations.RunSQL.noop),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="ReadingMonth",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "tenant",
                                "metering_point",
                                "direction",
                                "month",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("direction", models.SmallIntegerField(choices=[(1, "Consumption"), (2, "Production")])),
                        ("month", models.DateField()),
                        ("total_wh", models.BigIntegerField()),
                        ("known_days", models.IntegerField()),
                        ("whole_days", models.IntegerField()),
                        (
                            "metering_point",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reading_months",
                                to="metering.meteringpoint",
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
                        "verbose_name": "month of readings",
                        "verbose_name_plural": "months of readings",
                        "abstract": False,
                        "base_manager_name": "objects",
                    },
                    bases=(HandWritten, models.Model),
                ),
            ],
        ),
        migrations.RunSQL(DROP_MONTH, migrations.RunSQL.noop),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
