"""A day of readings is found by what it is of: a number beside it was asked for by nobody, and cost an index."""

from django.db import migrations, models

# Columns and indexes go without any row being touched.
DROP = "ALTER TABLE metering_readingday DROP CONSTRAINT metering_readingday_pkey, DROP COLUMN id"


class Migration(migrations.Migration):
    dependencies = [("metering", "0012_sums_by_month")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(DROP)],
            state_operations=[
                migrations.RemoveField("readingday", "id"),
                migrations.AddField(
                    "readingday",
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant",
                        "metering_point",
                        "direction",
                        "day",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
            ],
        )
    ]
