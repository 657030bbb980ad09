"""A day with gaps takes no price away, and a day has as many prices as the clock gives it: 92, 96 or 100 quarters.

What a source leaves out was known before as often as not. So gaps are filled with what is stored, quarter by quarter
where one of the two days has quarters; a day that holds prices of a preliminary one is preliminary still.
"""

from importlib import import_module

from django.db import migrations

PUT = """
CREATE OR REPLACE FUNCTION billing_put_spot_day(
    wanted_area text, wanted_day date, minutes integer, prices numeric[], is_preliminary boolean, wanted_source text,
    at timestamptz
) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $function$
DECLARE
    stored billing_spotpriceday%ROWTYPE;
    exact numeric(16, 10)[] := prices;
    finest integer;
    filled numeric(16, 10)[];
    is_filled boolean := false;
BEGIN
    INSERT INTO billing_spotpriceday
        (area, day, resolution_minutes, prices_nok_per_kwh, preliminary, source, fetched_at, revision)
    VALUES (wanted_area, wanted_day, minutes, exact, is_preliminary, wanted_source, at, 0)
    ON CONFLICT (area, day) DO NOTHING;
    IF FOUND THEN
        RETURN 'new';
    END IF;
    SELECT * INTO stored FROM billing_spotpriceday WHERE area = wanted_area AND day = wanted_day FOR UPDATE;
    IF (stored.resolution_minutes, stored.prices_nok_per_kwh, stored.preliminary)
        IS NOT DISTINCT FROM (minutes::smallint, exact, is_preliminary) THEN
        RETURN 'same';
    END IF;
    IF is_preliminary AND NOT stored.preliminary THEN
        RETURN 'kept';
    END IF;
    IF array_position(exact, NULL) IS NOT NULL THEN
        finest := least(minutes, stored.resolution_minutes);
        SELECT array_agg(coalesce(come, was) ORDER BY slot), bool_or(come IS NULL AND was IS NOT NULL)
          INTO filled, is_filled
          FROM (SELECT slot, exact[slot * finest / minutes + 1] AS come,
                       stored.prices_nok_per_kwh[slot * finest / stored.resolution_minutes + 1] AS was
                  FROM generate_series(0, cardinality(exact) * minutes / finest - 1) AS slot) AS slots;
        IF is_filled THEN
            exact := filled;
            minutes := finest;
            is_preliminary := is_preliminary OR stored.preliminary;
        END IF;
    END IF;
    IF is_filled AND (stored.resolution_minutes, stored.prices_nok_per_kwh, stored.preliminary)
        IS NOT DISTINCT FROM (minutes::smallint, exact, is_preliminary) THEN
        RETURN 'kept';
    END IF;
    INSERT INTO billing_replacedspotpriceday
        (area, day, revision, resolution_minutes, prices_nok_per_kwh, preliminary, source, fetched_at, replaced_at)
    VALUES (stored.area, stored.day, stored.revision, stored.resolution_minutes, stored.prices_nok_per_kwh,
            stored.preliminary, stored.source, stored.fetched_at, clock_timestamp());
    UPDATE billing_spotpriceday
       SET resolution_minutes = minutes, prices_nok_per_kwh = exact, preliminary = is_preliminary,
           source = wanted_source, fetched_at = at, revision = revision + 1
     WHERE id = stored.id;
    RETURN 'changed';
END
$function$
"""
BEFORE = import_module("billing.migrations.0004_replaced_spot_prices")

# The market's days are those of Central European time, as in rules.spot_days.
LENGTH = """
ALTER TABLE billing_spotpriceday
    DROP CONSTRAINT spot_prices_fill_a_day,
    ADD CONSTRAINT spot_prices_fill_a_day CHECK (
        resolution_minutes IN (15, 60)
        AND cardinality(prices_nok_per_kwh) * resolution_minutes * 60 = extract(epoch FROM
            (day + 1)::timestamp AT TIME ZONE 'Europe/Oslo' - day::timestamp AT TIME ZONE 'Europe/Oslo'))
"""
LENGTH_BEFORE = """
ALTER TABLE billing_spotpriceday
    DROP CONSTRAINT spot_prices_fill_a_day,
    ADD CONSTRAINT spot_prices_fill_a_day CHECK (
        resolution_minutes IN (15, 60)
        AND cardinality(prices_nok_per_kwh) * resolution_minutes BETWEEN 23 * 60 AND 25 * 60)
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0005_original_comes_later")]

    operations = [
        migrations.RunSQL(LENGTH, LENGTH_BEFORE),
        migrations.RunSQL(PUT, BEFORE.put(BEFORE.KEEP)),
    ]
