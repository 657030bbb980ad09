"""Months of readings that nobody keeps any longer, and what the planner must know of metering points.

The runtime role may neither drop a table nor analyse one: functions of the owner's do, and decide themselves whether.
"""

from django.conf import settings
from django.db import migrations

# Every company is asked, also one that is switched off. Row-level security binds the owner too, so it goes into each
# company's scope for the question, and back. Three years is what ImportSettings has where there is no row.
DROP_MONTH = """
CREATE FUNCTION metering_drop_month(unwanted date) RETURNS boolean
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
    RETURN true;
END
$function$
"""

# Of a table that was never analysed the planner believes that a company has a single metering point, and then checks each
# reading's foreign key by walking through all of them. One look is enough for good; autovacuum comes too late for the
# first import after the metering points'.
KNOW_POINTS = """
CREATE FUNCTION metering_know_points() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $function$
BEGIN
    IF (SELECT reltuples FROM pg_class WHERE oid = 'public.metering_meteringpoint'::regclass) < 1 THEN
        ANALYZE public.metering_meteringpoint;
    END IF;
END
$function$
"""

ROLE = settings.DATABASE_RUNTIME_ROLE


class Migration(migrations.Migration):
    dependencies = [("metering", "0005_imports_by_time_of_registration")]

    operations = [
        migrations.RunSQL(DROP_MONTH, "DROP FUNCTION metering_drop_month"),
        migrations.RunSQL(KNOW_POINTS, "DROP FUNCTION metering_know_points"),
        migrations.RunSQL(
            [
                "REVOKE ALL ON FUNCTION metering_drop_month, metering_know_points FROM PUBLIC",
                f'GRANT EXECUTE ON FUNCTION metering_drop_month, metering_know_points TO "{ROLE}"',
            ],
            migrations.RunSQL.noop,
        ),
    ]
