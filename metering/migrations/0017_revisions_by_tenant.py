"""Of a replaced day the foreign keys that carry the tenant remain: each is asked for every row of a correction."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("metering", "0016_sums_of_holders"),
    ]

    operations = [
        migrations.AlterField(
            model_name="readingdayrevision",
            name="metering_point",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="metering.meteringpoint",
            ),
        ),
        migrations.AlterField(
            model_name="readingdayrevision",
            name="replaced_by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="metering.importbatch",
                verbose_name="meter file",
            ),
        ),
    ]
