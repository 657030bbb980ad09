"""What new prices replace is kept: support and Norgespris were reckoned by them, and may have been billed.

The function of the owner's that stores a day writes what was there into a table of its own, which is only added to.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

from portal.tenancy.protection import grant_sql

# As in the first migration, and what is replaced is kept.
PUT = """
CREATE OR REPLACE FUNCTION billing_put_spot_day(
    wanted_area text, wanted_day date, minutes integer, prices numeric[], is_preliminary boolean, wanted_source text,
    at timestamptz
) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $function$
DECLARE
    stored billing_spotpriceday%ROWTYPE;
    exact numeric(16, 10)[] := prices;
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
%(keep)s    UPDATE billing_spotpriceday
       SET resolution_minutes = minutes, prices_nok_per_kwh = exact, preliminary = is_preliminary,
           source = wanted_source, fetched_at = at, revision = revision + 1
     WHERE id = stored.id;
    RETURN 'changed';
END
$function$
"""
KEEP = """    INSERT INTO billing_replacedspotpriceday
        (area, day, revision, resolution_minutes, prices_nok_per_kwh, preliminary, source, fetched_at, replaced_at)
    VALUES (stored.area, stored.day, stored.revision, stored.resolution_minutes, stored.prices_nok_per_kwh,
            stored.preliminary, stored.source, stored.fetched_at, clock_timestamp());
"""
LOCKED = """
CREATE FUNCTION billing_keep_replaced_prices() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $function$
BEGIN
    RAISE EXCEPTION 'replaced spot prices are only added to' USING ERRCODE = '23L01';
END $function$;

CREATE TRIGGER locked BEFORE UPDATE OR DELETE ON billing_replacedspotpriceday
    FOR EACH ROW EXECUTE FUNCTION billing_keep_replaced_prices();
"""
UNLOCKED = """
DROP TRIGGER locked ON billing_replacedspotpriceday;
DROP FUNCTION billing_keep_replaced_prices();
"""


def put(keep: str) -> str:
    return PUT.replace("%(keep)s", keep)


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_invoices")]

    operations = [
        migrations.CreateModel(
            name="ReplacedSpotPriceDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "area",
                    models.CharField(
                        choices=[("NO1", "NO1"), ("NO2", "NO2"), ("NO3", "NO3"), ("NO4", "NO4"), ("NO5", "NO5")],
                        max_length=3,
                        verbose_name="price area",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                (
                    "resolution_minutes",
                    models.SmallIntegerField(choices=[(15, "15"), (60, "60")], verbose_name="minutes a price"),
                ),
                (
                    "prices_nok_per_kwh",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DecimalField(decimal_places=10, max_digits=16, null=True),
                        size=None,
                        verbose_name="NOK per kWh",
                    ),
                ),
                ("preliminary", models.BooleanField(verbose_name="preliminary")),
                ("source", models.CharField(max_length=40, verbose_name="source")),
                ("fetched_at", models.DateTimeField(verbose_name="fetched")),
                ("revision", models.SmallIntegerField(default=0, verbose_name="revision")),
                ("replaced_at", models.DateTimeField(verbose_name="replaced")),
            ],
            options={
                "verbose_name": "replaced day of spot prices",
                "verbose_name_plural": "replaced days of spot prices",
                "constraints": [
                    models.UniqueConstraint(fields=("area", "day", "revision"), name="one_replaced_spot_price_revision")
                ],
            },
        ),
        migrations.RunSQL(LOCKED, UNLOCKED),
        migrations.RunSQL(put(KEEP), put("")),
        migrations.RunSQL(grant_sql("billing_replacedspotpriceday", "SELECT"), migrations.RunSQL.noop),
    ]
