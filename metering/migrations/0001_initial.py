import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import portal.customers.gsrn
import portal.tenancy.scope
from portal.tenancy.protection import ProtectTenantTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("customers", "0001_initial"),
        ("tenancy", "0002_tenants_and_global_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="ImportBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64, verbose_name="fingerprint")),
                ("file_name", models.CharField(max_length=255, verbose_name="file")),
                ("file_bytes", models.BigIntegerField(verbose_name="size")),
                ("file_format", models.CharField(blank=True, max_length=20, verbose_name="format")),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "Running"), ("done", "Done"), ("failed", "Failed")],
                        default="running",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="started")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                ("seconds", models.FloatField(default=0, verbose_name="seconds")),
                ("series", models.IntegerField(default=0, verbose_name="series")),
                ("accepted", models.BigIntegerField(default=0, verbose_name="accepted")),
                ("corrected", models.BigIntegerField(default=0, verbose_name="corrected")),
                ("unchanged", models.BigIntegerField(default=0, verbose_name="unchanged")),
                ("rejected", models.BigIntegerField(default=0, verbose_name="rejected")),
                ("issue_count", models.IntegerField(default=0, verbose_name="issues")),
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
                "verbose_name": "meter file",
                "verbose_name_plural": "meter files",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ImportIssue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.IntegerField(verbose_name="line")),
                ("reference", models.CharField(blank=True, max_length=60, verbose_name="metering point")),
                ("code", models.CharField(max_length=40, verbose_name="reason")),
                ("params", models.JSONField(default=dict)),
                ("values", models.IntegerField(default=0, verbose_name="values")),
                ("is_note", models.BooleanField(default=False, verbose_name="note")),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="issues",
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
                "verbose_name": "import issue",
                "verbose_name_plural": "import issues",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="MeteringPoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "gsrn",
                    models.CharField(
                        max_length=18,
                        validators=[portal.customers.gsrn.validate_gsrn],
                        verbose_name="metering point ID",
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=120, verbose_name="address")),
                ("postal_code", models.CharField(blank=True, max_length=4, verbose_name="postal code")),
                ("city", models.CharField(blank=True, max_length=60, verbose_name="city")),
                ("meter_number", models.CharField(blank=True, max_length=20, verbose_name="meter number")),
                (
                    "price_area",
                    models.CharField(
                        blank=True,
                        choices=[("NO1", "NO1"), ("NO2", "NO2"), ("NO3", "NO3"), ("NO4", "NO4"), ("NO5", "NO5")],
                        max_length=3,
                        verbose_name="price area",
                    ),
                ),
                (
                    "customer_group",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("household", "Household"),
                            ("holiday_home", "Holiday home"),
                            ("small_business", "Small business"),
                            ("business", "Business"),
                        ],
                        max_length=20,
                        verbose_name="customer group",
                    ),
                ),
                ("has_production", models.BooleanField(default=False, verbose_name="has production")),
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
                "verbose_name": "metering point",
                "verbose_name_plural": "metering points",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Holding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(verbose_name="from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="holdings",
                        to="customers.customer",
                        verbose_name="customer",
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
                (
                    "metering_point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="holdings",
                        to="metering.meteringpoint",
                        verbose_name="metering point",
                    ),
                ),
            ],
            options={
                "verbose_name": "holding",
                "verbose_name_plural": "holdings",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ReadingDayRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("direction", models.SmallIntegerField(choices=[(1, "Consumption"), (2, "Production")])),
                ("day", models.DateField()),
                ("revision", models.SmallIntegerField()),
                ("resolution_minutes", models.SmallIntegerField()),
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
                ("replaced_at", models.DateTimeField()),
                (
                    "metering_point",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="metering.meteringpoint",
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                "verbose_name": "replaced day of readings",
                "verbose_name_plural": "replaced days of readings",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="importbatch",
            index=models.Index(fields=["tenant", "-started_at"], name="batch_by_time"),
        ),
        migrations.AddConstraint(
            model_name="importbatch",
            constraint=models.UniqueConstraint(fields=("tenant", "sha256"), name="one_batch_per_file"),
        ),
        migrations.AddConstraint(
            model_name="importbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at", None), ("state", "running")),
                    models.Q(models.Q(("state", "running"), _negated=True), ("finished_at__isnull", False)),
                    _connector="OR",
                ),
                name="batch_finished_when_not_running",
            ),
        ),
        migrations.AddIndex(
            model_name="importissue",
            index=models.Index(fields=["tenant", "reference"], name="issue_by_reference"),
        ),
        migrations.AddIndex(
            model_name="meteringpoint",
            index=models.Index(fields=["tenant", "meter_number"], name="metering_point_by_meter"),
        ),
        migrations.AddConstraint(
            model_name="meteringpoint",
            constraint=models.UniqueConstraint(fields=("tenant", "gsrn"), name="one_metering_point_per_gsrn"),
        ),
        migrations.AddConstraint(
            model_name="holding",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("tenant", "="),
                    ("metering_point", "="),
                    (
                        models.Func(
                            "valid_from",
                            "valid_to",
                            models.Value("[]"),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="one_holder_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="holding",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"),
                name="holding_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="readingdayrevision",
            constraint=models.UniqueConstraint(
                fields=("tenant", "metering_point", "direction", "day", "revision"), name="one_reading_day_revision"
            ),
        ),
        migrations.CreateModel(
            name="ImportSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "swap_directions",
                    models.BooleanField(
                        default=False,
                        help_text="The sender means the opposite of “in” and “out”.",
                        verbose_name="swap directions",
                    ),
                ),
                (
                    "utc_offset_minutes",
                    models.SmallIntegerField(
                        default=60,
                        help_text="For files that do not say. Norwegian normal time is 60.",
                        verbose_name="minutes ahead of UTC",
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
                "verbose_name": "import settings",
                "verbose_name_plural": "import settings",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("tenant",), name="one_row_of_import_settings")],
            },
        ),
        ProtectTenantTables("metering"),
    ]
