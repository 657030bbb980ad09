from django.db import migrations, models
from django.db.models.functions import Mod
from django.db.models.lookups import Exact

from metering.models.imports import validate_utc_offset

# Of what no clock has there is nothing to guess: it becomes what it is where nobody has written anything. Row-level
# security binds the owner too: each company's settings are found in its scope.
MEND = """
DO $$
DECLARE
    scope text := coalesce(current_setting('app.tenant_id', true), '');
    company bigint;
BEGIN
    FOR company IN SELECT id FROM tenancy_tenant LOOP
        PERFORM set_config('app.tenant_id', company::text, true);
        UPDATE metering_importsettings SET utc_offset_minutes = 60
        WHERE utc_offset_minutes NOT BETWEEN -720 AND 840 OR mod(utc_offset_minutes, 15) <> 0;
    END LOOP;
    PERFORM set_config('app.tenant_id', scope, true);
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("metering", "0009_files_with_faults"),
    ]

    operations = [
        migrations.AlterField(
            model_name="importsettings",
            name="utc_offset_minutes",
            field=models.SmallIntegerField(
                default=60,
                help_text="For files that do not say. Norwegian normal time is 60.",
                validators=[validate_utc_offset],
                verbose_name="minutes ahead of UTC",
            ),
        ),
        migrations.RunSQL(MEND, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="importsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(utc_offset_minutes__range=(-720, 840))
                & models.Q(Exact(Mod("utc_offset_minutes", 15), 0)),
                name="utc_offset_that_clocks_have",
            ),
        ),
    ]
