"""Price lists by version, rates and zones of a company's own, how it bills, and settled months."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import billing.models.settings
import portal.tenancy.scope
from portal.tenancy.protection import ProtectTenantTables, grant_sql


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0001_spot_prices"),
        ("metering", "0003_facts_for_billing"),
        ("tenancy", "0002_tenants_and_global_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BillingSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "extra_holidays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            max_length=5,
                            validators=[
                                django.core.validators.RegexValidator(
                                    "^(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$", "Write month and day, such as 12-24."
                                )
                            ],
                        ),
                        blank=True,
                        default=billing.models.settings.no_days,
                        help_text="Month and day, with commas between, such as 12-24, 12-31.",
                        size=None,
                        verbose_name="days billed as public holidays, every year",
                    ),
                ),
                (
                    "extra_dates",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateField(),
                        blank=True,
                        default=billing.models.settings.no_dates,
                        help_text="Dates, with commas between, such as 2026-12-24.",
                        size=None,
                        verbose_name="single days billed as public holidays",
                    ),
                ),
                (
                    "tier_month",
                    models.CharField(
                        choices=[("same", "the same month"), ("previous", "the month before")],
                        default="same",
                        max_length=10,
                        verbose_name="the capacity tier is set by",
                    ),
                ),
                (
                    "so_far",
                    models.CharField(
                        choices=[
                            ("by_days", "by the days so far"),
                            ("whole", "the whole month"),
                            ("later", "not until the month is over"),
                        ],
                        default="by_days",
                        max_length=10,
                        verbose_name="capacity charge in a month that is not over",
                    ),
                ),
                (
                    "enova_in_energy",
                    models.BooleanField(
                        default=False, verbose_name="show the energy fund's charge within the energy price"
                    ),
                ),
                (
                    "season_weights",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(
                            validators=[
                                django.core.validators.MinValueValidator(0),
                                django.core.validators.MaxValueValidator(100),
                            ]
                        ),
                        default=billing.models.settings.usual_weights,
                        help_text="For price lists by five weighted peaks of a year: January to December, with commas between.",
                        size=12,
                        verbose_name="weights of the months (%)",
                    ),
                ),
                (
                    "default_county",
                    models.CharField(
                        blank=True,
                        help_text="For metering points that name none.",
                        max_length=40,
                        verbose_name="county",
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
                "verbose_name": "billing settings",
                "verbose_name_plural": "billing settings",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("tenant",), name="one_row_of_billing_settings"),
                    models.CheckConstraint(
                        condition=models.Q(("season_weights__len", 12)), name="a_weight_for_each_month"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnRate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("consumption_tax", "Electricity tax (øre/kWh)"),
                            ("enova", "Energy fund, private customers (øre/kWh)"),
                            ("enova_fixed", "Energy fund, business customers (kr/year)"),
                            ("vat", "Value added tax (%)"),
                            (
                                "support_share_of_hour",
                                "Electricity support: share of the hour's price above the threshold (%)",
                            ),
                            (
                                "support_share_of_month",
                                "Electricity support: share of the month's mean above the threshold (%)",
                            ),
                            ("support_threshold", "Electricity support: threshold (øre/kWh)"),
                            ("support_cap", "Electricity support: cap (kWh/month)"),
                            ("norgespris", "Norgespris (øre/kWh)"),
                            ("norgespris_cap", "Norgespris: cap for dwellings (kWh/month)"),
                            ("norgespris_cap_holiday_home", "Norgespris: cap for holiday homes (kWh/month)"),
                        ],
                        max_length=30,
                        verbose_name="kind",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=4,
                        max_digits=12,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="amount",
                    ),
                ),
                (
                    "zone",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("standard", "Standard"),
                            ("no_vat", "Without value added tax"),
                            ("action_zone", "Action zone"),
                        ],
                        help_text="Empty: all.",
                        max_length=12,
                        verbose_name="zone",
                    ),
                ),
                (
                    "customers",
                    models.CharField(
                        blank=True,
                        choices=[("private", "Private"), ("business", "Business")],
                        help_text="Empty: all.",
                        max_length=8,
                        verbose_name="customers",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="to, not included")),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
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
                "verbose_name": "tax or rate of our own",
                "verbose_name_plural": "taxes and rates of our own",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("tenant", "="),
                            ("kind", "="),
                            ("zone", "="),
                            ("customers", "="),
                            (
                                models.Func(
                                    "valid_from",
                                    "valid_to",
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="one_own_rate_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="own_rate_ends_after_it_begins",
                        violation_error_message="The rate must end after it begins.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnZone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "zone",
                    models.CharField(
                        choices=[
                            ("standard", "Standard"),
                            ("no_vat", "Without value added tax"),
                            ("action_zone", "Action zone"),
                        ],
                        max_length=12,
                        verbose_name="zone",
                    ),
                ),
                ("county", models.CharField(blank=True, max_length=40, verbose_name="county")),
                (
                    "postal_from",
                    models.CharField(
                        blank=True,
                        max_length=4,
                        validators=[django.core.validators.RegexValidator("^\\d{4}$", "Write four digits.")],
                        verbose_name="postal codes from",
                    ),
                ),
                (
                    "postal_to",
                    models.CharField(
                        blank=True,
                        max_length=4,
                        validators=[django.core.validators.RegexValidator("^\\d{4}$", "Write four digits.")],
                        verbose_name="postal codes to",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="to, not included")),
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
                "verbose_name": "tax zone of our own",
                "verbose_name_plural": "tax zones of our own",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="own_zone_ends_after_it_begins",
                        violation_error_message="The zone must end after it begins.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SettledMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(verbose_name="month")),
                ("total", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="sum (kr)")),
                ("energy_wh", models.BigIntegerField(verbose_name="energy (Wh)")),
                ("mean_kw", models.DecimalField(decimal_places=6, max_digits=12, null=True, verbose_name="mean (kW)")),
                ("unknown", models.JSONField(default=list, verbose_name="unknown")),
                ("is_preliminary", models.BooleanField(verbose_name="preliminary")),
                ("payload", models.JSONField(verbose_name="lines")),
                ("settled_at", models.DateTimeField(verbose_name="settled")),
                (
                    "metering_point",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="settled_months",
                        to="metering.meteringpoint",
                        verbose_name="metering point",
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
                "verbose_name": "settled month",
                "verbose_name_plural": "settled months",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["tenant", "month"], name="settled_by_month")],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "metering_point", "month"), name="one_settled_month"),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="settled_month_is_its_first_day"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TariffVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        blank=True,
                        help_text="Empty: the list for all who have no other.",
                        max_length=120,
                        verbose_name="price list",
                    ),
                ),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("household", "Household"),
                            ("holiday_home", "Holiday home"),
                            ("small_business", "Small business"),
                        ],
                        max_length=20,
                        verbose_name="customer group",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="to, not included")),
                ("payload", models.JSONField(verbose_name="prices")),
                ("revision", models.PositiveSmallIntegerField(default=1, verbose_name="revision")),
                ("source", models.CharField(max_length=255, verbose_name="source")),
                ("created_at", models.DateTimeField(verbose_name="stored")),
                ("superseded_at", models.DateTimeField(null=True, verbose_name="replaced")),
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
                "verbose_name": "price list",
                "verbose_name_plural": "price lists",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "name", "group", "valid_from", "revision"),
                        name="one_tariff_version_a_revision",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("superseded_at", None)),
                        expressions=[
                            ("tenant", "="),
                            ("name", "="),
                            ("group", "="),
                            (
                                models.Func(
                                    "valid_from",
                                    "valid_to",
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="one_tariff_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="tariff_ends_after_it_begins",
                    ),
                ],
            },
        ),
        ProtectTenantTables("billing"),
        migrations.RunSQL(
            [
                # What was once in force stays as it was: only that it was replaced is written, and Django cuts the
                # link to somebody who is deleted.
                f'REVOKE UPDATE, DELETE ON billing_tariffversion FROM "{settings.DATABASE_RUNTIME_ROLE}"',
                grant_sql("billing_tariffversion", "UPDATE (superseded_at, by_id)"),
            ],
            grant_sql("billing_tariffversion", "UPDATE, DELETE"),
        ),
    ]
