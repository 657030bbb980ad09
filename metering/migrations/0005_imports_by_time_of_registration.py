import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import portal.tenancy.scope
from portal.tenancy.protection import ProtectTenantTables

ROLE = settings.DATABASE_RUNTIME_ROLE


class Migration(migrations.Migration):
    dependencies = [
        ("metering", "0004_grid_station"),
        ("tenancy", "0003_access"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="importbatch",
            name="parked",
            field=models.BigIntegerField(default=0, verbose_name="parked"),
        ),
        migrations.AddField(
            model_name="importsettings",
            name="alert_email",
            field=models.EmailField(
                blank=True,
                help_text="Told when a file fails, and when yesterday's values are missing.",
                max_length=254,
                verbose_name="e-mail for alerts",
            ),
        ),
        migrations.AddField(
            model_name="importsettings",
            name="missing_share_percent",
            field=models.PositiveSmallIntegerField(
                default=5,
                help_text="Share of the metering points without yesterday's values at 09:00.",
                validators=[django.core.validators.MaxValueValidator(100)],
                verbose_name="missing values: alert above (%)",
            ),
        ),
        migrations.AddField(
            model_name="importsettings",
            name="parked_days",
            field=models.PositiveSmallIntegerField(
                default=90,
                help_text="They are taken in when the metering point is registered.",
                validators=[django.core.validators.MaxValueValidator(1000)],
                verbose_name="days to keep values of unknown metering points",
            ),
        ),
        migrations.AddField(
            model_name="importsettings",
            name="parked_values_limit",
            field=models.PositiveIntegerField(
                default=5000000, verbose_name="values of unknown metering points at most"
            ),
        ),
        migrations.AddField(
            model_name="importsettings",
            name="retention_years",
            field=models.PositiveSmallIntegerField(
                default=3,
                help_text="Besides the current year. Older readings are deleted at night.",
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(30)],
                verbose_name="whole years to keep readings",
            ),
        ),
        migrations.AddField(
            model_name="importsettings",
            name="watches_folder",
            field=models.BooleanField(
                default=False,
                help_text="Files that are put into the company's folder on the server are read within a minute.",
                verbose_name="fetch files from the folder",
            ),
        ),
        migrations.AddField(
            model_name="readingday",
            name="registered_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            model_name="readingday",
            name="slots_registered_at",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), null=True, size=None),
        ),
        migrations.AddField(
            model_name="readingdayrevision",
            name="registered_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="ImportUpload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_name", models.CharField(max_length=255, verbose_name="file")),
                ("file_bytes", models.BigIntegerField(verbose_name="size")),
                ("reference", models.CharField(blank=True, max_length=18, verbose_name="metering point ID")),
                ("stored_as", models.CharField(blank=True, max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("read_bytes", models.BigIntegerField(default=0)),
                ("uploaded_at", models.DateTimeField(verbose_name="uploaded")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                (
                    "batch_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
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
                "verbose_name": "uploaded meter file",
                "verbose_name_plural": "uploaded meter files",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["tenant", "-uploaded_at"], name="upload_by_time")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at", None), ("state__in", ["waiting", "running"])),
                            models.Q(("finished_at__isnull", False), ("state__in", ["done", "failed"])),
                            _connector="OR",
                        ),
                        name="upload_finished_when_not_on_its_way",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MissingValuesCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="day")),
                ("points", models.IntegerField(verbose_name="metering points")),
                ("missing", models.IntegerField(verbose_name="without values")),
                ("is_alarming", models.BooleanField(verbose_name="above the limit")),
                ("checked_at", models.DateTimeField(verbose_name="checked")),
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
                "verbose_name": "check for missing values",
                "verbose_name_plural": "checks for missing values",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "day"), name="one_missing_values_check_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(("missing__lte", models.F("points"))), name="no_more_missing_than_all"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ParkedSeries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("gsrn", models.CharField(max_length=18, verbose_name="metering point ID")),
                (
                    "direction",
                    models.SmallIntegerField(choices=[(1, "Consumption"), (2, "Production")], verbose_name="direction"),
                ),
                ("start_utc", models.DateTimeField(verbose_name="from")),
                ("resolution_minutes", models.SmallIntegerField(verbose_name="minutes a value")),
                (
                    "values_wh",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(null=True), size=None),
                ),
                (
                    "quality",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SmallIntegerField(), null=True, size=None
                    ),
                ),
                ("registered_at", models.DateTimeField(null=True, verbose_name="registered")),
                ("line", models.IntegerField(verbose_name="line")),
                ("parked_at", models.DateTimeField(verbose_name="parked")),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parked_series",
                        to="metering.importbatch",
                        verbose_name="meter file",
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
                "verbose_name": "parked values",
                "verbose_name_plural": "parked values",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant", "gsrn"], name="parked_by_gsrn"),
                    models.Index(fields=["tenant", "parked_at"], name="parked_by_time"),
                ],
            },
        ),
        migrations.RunSQL(
            """ALTER TABLE metering_readingday ADD CONSTRAINT times_beside_values
                CHECK (slots_registered_at IS NULL OR cardinality(slots_registered_at) = cardinality(values_wh))""",
            "ALTER TABLE metering_readingday DROP CONSTRAINT times_beside_values",
        ),
        ProtectTenantTables("metering"),
        # What the line above gave back: a day that was replaced is kept as it was.
        migrations.RunSQL(f'REVOKE UPDATE ON metering_readingdayrevision FROM "{ROLE}"', migrations.RunSQL.noop),
    ]
