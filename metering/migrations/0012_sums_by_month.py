"""Sums by month: what the days of a metering point add up to."""

import django.db.models.deletion
from django.db import migrations, models

import portal.tenancy.scope
from portal.tenancy.protection import HandWritten, protect_sql

# The key begins with tenant and metering point, so that the table can be distributed by them. A month is added to for as
# long as it lasts: room on its page keeps that from touching the index.
TABLE = """
CREATE TABLE metering_readingmonth (
    tenant_id bigint NOT NULL,
    metering_point_id bigint NOT NULL,
    direction smallint NOT NULL CHECK (direction IN (1, 2)),
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    total_wh bigint NOT NULL,
    known_days integer NOT NULL,
    whole_days integer NOT NULL CHECK (whole_days & known_days = whole_days),
    PRIMARY KEY (tenant_id, metering_point_id, direction, month),
    CONSTRAINT reading_month_point_in_tenant FOREIGN KEY (tenant_id, metering_point_id)
        REFERENCES metering_meteringpoint (tenant_id, id) DEFERRABLE INITIALLY DEFERRED
) WITH (fillfactor = 70)
"""


class Migration(migrations.Migration):
    dependencies = [("metering", "0011_read_again"), ("tenancy", "0003_access")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(TABLE, "DROP TABLE metering_readingmonth"),
                migrations.RunSQL(protect_sql("metering_readingmonth"), migrations.RunSQL.noop),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="ReadingMonth",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "tenant",
                                "metering_point",
                                "direction",
                                "month",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("direction", models.SmallIntegerField(choices=[(1, "Consumption"), (2, "Production")])),
                        ("month", models.DateField()),
                        ("total_wh", models.BigIntegerField()),
                        ("known_days", models.IntegerField()),
                        ("whole_days", models.IntegerField()),
                        (
                            "metering_point",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reading_months",
                                to="metering.meteringpoint",
                            ),
                        ),
                        (
                            "tenant",
                            models.ForeignKey(
                                db_index=False,
                                default=portal.tenancy.scope.current_tenant_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenancy.tenant",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "month of readings",
                        "verbose_name_plural": "months of readings",
                        "abstract": False,
                        "base_manager_name": "objects",
                    },
                    bases=(HandWritten, models.Model),
                ),
            ],
        ),
    ]
