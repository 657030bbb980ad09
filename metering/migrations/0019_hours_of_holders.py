"""What customers with very many installations had together in each hour is kept beside their days.

A worker of the release before fails to add up sums until it is started anew; its pages add up for themselves.
"""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("metering", "0018_uploads_with_faults"),
    ]

    operations = [
        # Made anew by the clock, with their hours.
        migrations.RunSQL("TRUNCATE metering_holdermonth", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="holdermonth",
            name="expected",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="holdermonth",
            name="hours_wh",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(null=True), default=list, size=None
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="holdermonth",
            name="hours_whole",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None),
            preserve_default=False,
        ),
    ]
