"""Sums of the months that were stored before there were any; and an end of sums whose days nobody keeps any longer."""

from django.conf import settings
from django.db import migrations

# Row-level security binds the owner too, so it goes into each company's scope, and back.
FILL = """
DO $$
DECLARE
    scope text := coalesce(current_setting('app.tenant_id', true), '');
    company bigint;
BEGIN
    -- Nothing is written while it is added up; pages go on.
    LOCK TABLE metering_readingday IN SHARE MODE;
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
END
$$
"""

# The runtime role sees one company at a time. Months are dropped whole, for all of them; apart from this, so that
# nobody waits for it.
FORGET_SUMS = """
CREATE FUNCTION metering_forget_sums() RETURNS void
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
    END LOOP;
    PERFORM set_config('app.tenant_id', scope, true);
END
$function$
"""

ROLE = settings.DATABASE_RUNTIME_ROLE


class Migration(migrations.Migration):
    dependencies = [("metering", "0013_days_by_their_own_key")]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(FORGET_SUMS, "DROP FUNCTION metering_forget_sums"),
        migrations.RunSQL(
            [
                "REVOKE ALL ON FUNCTION metering_forget_sums FROM PUBLIC",
                f'GRANT EXECUTE ON FUNCTION metering_forget_sums TO "{ROLE}"',
            ],
            migrations.RunSQL.noop,
        ),
    ]
