"""Spot prices are shared by all tenants, so no policy stands before them: the runtime role may read the table, and
store a day through a function of the owner's that lets nothing but a whole day of prices in."""

import django.contrib.postgres.fields
from django.conf import settings
from django.db import migrations, models

from portal.tenancy.protection import grant_sql

PUT = """
CREATE FUNCTION billing_put_spot_day(
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
    UPDATE billing_spotpriceday
       SET resolution_minutes = minutes, prices_nok_per_kwh = exact, preliminary = is_preliminary,
           source = wanted_source, fetched_at = at, revision = revision + 1
     WHERE id = stored.id;
    RETURN 'changed';
END
$function$
"""
SIGNATURE = "billing_put_spot_day(text, date, integer, numeric[], boolean, text, timestamptz)"
ROLE = settings.DATABASE_RUNTIME_ROLE


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SpotPriceDay",
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
            ],
            options={
                "verbose_name": "day of spot prices",
                "verbose_name_plural": "days of spot prices",
                "constraints": [
                    models.UniqueConstraint(fields=("area", "day"), name="one_spot_price_day"),
                    models.CheckConstraint(
                        condition=models.Q(("area__in", ("NO1", "NO2", "NO3", "NO4", "NO5"))),
                        name="spot_price_area_is_norwegian",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            # A day is 23 to 25 hours; prices beyond these are a wrong currency or unit.
            """ALTER TABLE billing_spotpriceday
                 ADD CONSTRAINT spot_prices_fill_a_day CHECK (
                     resolution_minutes IN (15, 60)
                     AND cardinality(prices_nok_per_kwh) * resolution_minutes BETWEEN 23 * 60 AND 25 * 60),
                 ADD CONSTRAINT spot_prices_are_nok_per_kwh CHECK (
                     -1000 < ALL (prices_nok_per_kwh) AND 1000 > ALL (prices_nok_per_kwh))""",
            """ALTER TABLE billing_spotpriceday
                 DROP CONSTRAINT spot_prices_fill_a_day, DROP CONSTRAINT spot_prices_are_nok_per_kwh""",
        ),
        migrations.RunSQL(PUT, f"DROP FUNCTION {SIGNATURE}"),
        migrations.RunSQL(
            [
                grant_sql("billing_spotpriceday", "SELECT"),
                f"REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC",
                f'GRANT EXECUTE ON FUNCTION {SIGNATURE} TO "{ROLE}"',
            ],
            migrations.RunSQL.noop,
        ),
    ]
