import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portal.tenancy.protection import ProtectTenantTables

# As in 0006, but of several imports that begin at once only one looks.
KNOW_POINTS = """
CREATE OR REPLACE FUNCTION metering_know_points() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $function$
BEGIN
    IF (SELECT reltuples FROM pg_class WHERE oid = 'public.metering_meteringpoint'::regclass) >= 1 THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('metering_know_points'));
    IF (SELECT reltuples FROM pg_class WHERE oid = 'public.metering_meteringpoint'::regclass) < 1 THEN
        ANALYZE public.metering_meteringpoint;
    END IF;
END
$function$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0001_files"),
        ("metering", "0007_own_choices"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="importupload",
            name="stored_as",
        ),
        migrations.AddField(
            model_name="importupload",
            name="stored",
            field=models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="files.storedfile",
            ),
        ),
        migrations.RunSQL(KNOW_POINTS, migrations.RunSQL.noop),
        ProtectTenantTables("metering"),
        # What was replaced is kept as it was.
        migrations.RunSQL(
            f'REVOKE UPDATE ON metering_readingdayrevision FROM "{settings.DATABASE_RUNTIME_ROLE}"',
            migrations.RunSQL.noop,
        ),
    ]
