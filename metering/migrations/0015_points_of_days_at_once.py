"""Days are looked up among the metering points once a statement: a foreign key, asked row by row, was a seventh of
writing them.

That a point with days is not deleted is kept by the foreign key of their months' sums.
"""

from django.db import migrations

DROP = "ALTER TABLE metering_readingday DROP CONSTRAINT reading_day_point_in_tenant"

# Left to itself the planner may read all metering points for a few: the OFFSET leaves it only the way by their key.
DAYS_HAVE_POINTS = """
CREATE FUNCTION metering_days_have_points() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $function$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT tenant_id, metering_point_id FROM added) of_day
         WHERE NOT EXISTS (
            SELECT FROM public.metering_meteringpoint point
             WHERE point.tenant_id = of_day.tenant_id AND point.id = of_day.metering_point_id OFFSET 0)
    ) THEN
        RAISE EXCEPTION 'a day of readings is of no metering point of the company' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END
$function$;
CREATE TRIGGER days_have_points AFTER INSERT ON metering_readingday
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION metering_days_have_points()
"""
DAY_KEEPS_ITS_POINT = """
CREATE FUNCTION metering_day_keeps_its_point() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $function$
BEGIN
    RAISE EXCEPTION 'a day of readings stays with its metering point' USING ERRCODE = 'integrity_constraint_violation';
END
$function$;
CREATE TRIGGER day_keeps_its_point BEFORE UPDATE OF tenant_id, metering_point_id ON metering_readingday
    FOR EACH ROW WHEN ((OLD.tenant_id, OLD.metering_point_id) IS DISTINCT FROM (NEW.tenant_id, NEW.metering_point_id))
    EXECUTE FUNCTION metering_day_keeps_its_point()
"""


class Migration(migrations.Migration):
    dependencies = [("metering", "0014_sums_of_what_is_stored")]

    operations = [
        migrations.RunSQL(DAYS_HAVE_POINTS),
        migrations.RunSQL(DAY_KEEPS_ITS_POINT),
        migrations.RunSQL(DROP),
    ]
