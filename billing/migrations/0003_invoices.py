"""Invoices as they were issued, their lines and payments, and how the company invoices."""

import uuid
from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import billing.models.invoice_settings
import billing.rules.invoicing.documents
import portal.tenancy.scope
from portal.tenancy.protection import ProtectTenantTables, grant_sql

# 23L01: an integrity error of our own, "locked". What is issued stays as it was: a mistake is put right by a credit note.
LOCKED = """
CREATE FUNCTION billing_lock_invoice() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $function$
DECLARE
    -- Where it stands, whom it was told, and who took it in when that person is deleted.
    open_columns text[] := ARRAY['paid', 'paid_on', 'credited', 'in_collection_on', 'announced_at', 'due_told_on',
                                 'overdue_told_on', 'by_id'];
    -- What is not known yet, and is then written once.
    late text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        FOREACH late IN ARRAY ARRAY['rendered_id', 'corrects_id'] LOOP
            IF to_jsonb(OLD) ->> late IS NULL THEN
                open_columns := open_columns || late;
            END IF;
        END LOOP;
        IF to_jsonb(NEW) - open_columns = to_jsonb(OLD) - open_columns
                AND (NEW.by_id IS NULL OR NEW.by_id IS NOT DISTINCT FROM OLD.by_id) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'invoice % is issued and locked', OLD.number USING ERRCODE = '23L01';
END $function$;

CREATE TRIGGER locked BEFORE UPDATE OR DELETE ON billing_invoice
    FOR EACH ROW EXECUTE FUNCTION billing_lock_invoice();

CREATE FUNCTION billing_lock_invoice_line() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $function$
BEGIN
    -- Positions are unique: an invoice of so many lines has no room for another.
    IF TG_OP = 'INSERT' AND NEW.position BETWEEN 1 AND
            (SELECT line_count FROM billing_invoice WHERE id = NEW.invoice_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the lines of an issued invoice are locked' USING ERRCODE = '23L01';
END $function$;

CREATE TRIGGER locked BEFORE INSERT OR UPDATE OR DELETE ON billing_invoiceline
    FOR EACH ROW EXECUTE FUNCTION billing_lock_invoice_line();

CREATE FUNCTION billing_only_added_to() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $function$
BEGIN
    RAISE EXCEPTION 'payments are only added to' USING ERRCODE = '23L01';
END $function$;

CREATE TRIGGER locked BEFORE UPDATE OR DELETE ON billing_payment
    FOR EACH ROW EXECUTE FUNCTION billing_only_added_to();
"""

UNLOCKED = """
DROP TRIGGER locked ON billing_payment;
DROP FUNCTION billing_only_added_to();
DROP TRIGGER locked ON billing_invoiceline;
DROP FUNCTION billing_lock_invoice_line();
DROP TRIGGER locked ON billing_invoice;
DROP FUNCTION billing_lock_invoice();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0002_price_lists_and_rates"),
        ("customers", "0004_identities"),
        ("files", "0001_files"),
        ("metering", "0008_uploads_keep_their_content"),
        ("tenancy", "0003_access"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Invoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("invoice", "Invoice"), ("credit_note", "Credit note")],
                        max_length=11,
                        verbose_name="kind",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("imported", "Imported"), ("issued", "Issued here")],
                        max_length=8,
                        verbose_name="source",
                    ),
                ),
                ("number", models.CharField(max_length=40, verbose_name="invoice number")),
                ("subject", models.CharField(blank=True, max_length=120, verbose_name="subject")),
                ("issued_on", models.DateField(verbose_name="invoice date")),
                ("due_on", models.DateField(null=True, verbose_name="due date")),
                ("first", models.DateField(null=True, verbose_name="first day")),
                ("last", models.DateField(null=True, verbose_name="last day")),
                ("net", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="without VAT (kr)")),
                ("vat", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="VAT (kr)")),
                (
                    "prepaid",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0.00"), max_digits=12, verbose_name="paid beforehand (kr)"
                    ),
                ),
                (
                    "rounding",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0.00"), max_digits=12, verbose_name="rounding (kr)"
                    ),
                ),
                ("total", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="amount (kr)")),
                ("vat_included", models.BooleanField(verbose_name="lines are with VAT")),
                ("vat_groups", models.JSONField(default=list, verbose_name="VAT groups")),
                ("line_count", models.PositiveSmallIntegerField(verbose_name="lines")),
                ("kid", models.CharField(blank=True, max_length=25, verbose_name="KID")),
                ("account", models.CharField(blank=True, max_length=11, verbose_name="account")),
                ("reference", models.CharField(blank=True, max_length=100, verbose_name="your reference")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "sent_as",
                    models.CharField(
                        blank=True,
                        choices=[("e_invoice", "E-invoice"), ("ehf", "EHF"), ("email", "E-mail"), ("paper", "Letter")],
                        max_length=10,
                        verbose_name="sent as",
                    ),
                ),
                ("customer_number", models.CharField(max_length=20, verbose_name="customer number")),
                ("gsrn", models.CharField(blank=True, max_length=18, verbose_name="metering point ID")),
                ("meter_number", models.CharField(blank=True, max_length=20, verbose_name="meter number")),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="address of the metering point")),
                ("seller", models.JSONField(default=dict, verbose_name="from")),
                ("buyer", models.JSONField(default=dict, verbose_name="to")),
                ("corrects_number", models.CharField(blank=True, max_length=40, verbose_name="credits invoice")),
                ("fingerprint", models.CharField(editable=False, max_length=64)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="taken in"),
                ),
                (
                    "paid",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0.00"), max_digits=12, verbose_name="paid (kr)"
                    ),
                ),
                ("paid_on", models.DateField(null=True, verbose_name="paid on")),
                (
                    "credited",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0.00"), max_digits=12, verbose_name="credited (kr)"
                    ),
                ),
                ("in_collection_on", models.DateField(null=True, verbose_name="sent to collection")),
                ("announced_at", models.DateTimeField(null=True, verbose_name="customer told")),
                ("due_told_on", models.DateField(null=True, verbose_name="reminded before due")),
                ("overdue_told_on", models.DateField(null=True, verbose_name="reminded after due")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_notes",
                        to="billing.invoice",
                        verbose_name="credits invoice",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "metering_point",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="metering.meteringpoint",
                        verbose_name="metering point",
                    ),
                ),
                (
                    "original",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                        verbose_name="PDF",
                    ),
                ),
                (
                    "rendered",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                        verbose_name="our PDF",
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
                "verbose_name": "invoice",
                "verbose_name_plural": "invoices",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="InvoiceLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="line")),
                ("text", models.CharField(max_length=200, verbose_name="text")),
                ("detail", models.CharField(blank=True, max_length=200, verbose_name="detail")),
                ("code", models.CharField(blank=True, max_length=20, verbose_name="what it is")),
                ("period", models.CharField(blank=True, max_length=40, verbose_name="price period")),
                ("quantity", models.DecimalField(decimal_places=6, max_digits=16, null=True, verbose_name="quantity")),
                ("unit", models.CharField(blank=True, max_length=20, verbose_name="unit")),
                (
                    "unit_price",
                    models.DecimalField(decimal_places=6, max_digits=16, null=True, verbose_name="price (kr)"),
                ),
                ("vat_percent", models.DecimalField(decimal_places=2, max_digits=5, null=True, verbose_name="VAT (%)")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="amount (kr)")),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="billing.invoice",
                        verbose_name="invoice",
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
                "verbose_name": "invoice line",
                "verbose_name_plural": "invoice lines",
                "ordering": ["invoice", "position"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="InvoiceSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "account",
                    models.CharField(
                        blank=True,
                        max_length=11,
                        validators=[billing.models.invoice_settings.validate_account],
                        verbose_name="account number",
                    ),
                ),
                (
                    "kid_method",
                    models.CharField(
                        choices=[("either", "MOD10 or MOD11"), ("mod10", "MOD10"), ("mod11", "MOD11")],
                        default="either",
                        max_length=6,
                        verbose_name="check digit of KID",
                    ),
                ),
                (
                    "org_no",
                    models.CharField(
                        blank=True,
                        max_length=9,
                        validators=[django.core.validators.RegexValidator("^\\d{9}$")],
                        verbose_name="organisation number",
                    ),
                ),
                ("is_vat_registered", models.BooleanField(default=True, verbose_name="in the VAT register")),
                ("address", models.CharField(blank=True, max_length=120, verbose_name="address")),
                ("postal_code", models.CharField(blank=True, max_length=4, verbose_name="postal code")),
                ("city", models.CharField(blank=True, max_length=60, verbose_name="city")),
                (
                    "text",
                    models.CharField(
                        blank=True,
                        help_text="For example about late payment.",
                        max_length=400,
                        verbose_name="text on every invoice",
                    ),
                ),
                (
                    "issues_invoices",
                    models.BooleanField(
                        default=False,
                        help_text="From the settlement of each month. Otherwise they come from the billing system.",
                        verbose_name="make invoices here",
                    ),
                ),
                (
                    "first_number",
                    models.PositiveBigIntegerField(
                        default=100001,
                        help_text="Used when the first invoice is made here.",
                        verbose_name="first invoice number",
                    ),
                ),
                (
                    "due_days",
                    models.PositiveSmallIntegerField(
                        default=21,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(90),
                        ],
                        verbose_name="days until due",
                    ),
                ),
                (
                    "remind_before_days",
                    models.PositiveSmallIntegerField(
                        default=3,
                        validators=[django.core.validators.MaxValueValidator(30)],
                        verbose_name="reminder, days before due",
                    ),
                ),
                (
                    "remind_after_days",
                    models.PositiveSmallIntegerField(
                        default=3,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(30),
                        ],
                        verbose_name="reminder, days after due",
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
                "verbose_name": "invoice settings",
                "verbose_name_plural": "invoice settings",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("paid_on", models.DateField(verbose_name="paid on")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="amount (kr)")),
                ("reference", models.CharField(max_length=60, verbose_name="reference")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="taken in"),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="billing.invoice",
                        verbose_name="invoice",
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
                "verbose_name": "payment",
                "verbose_name_plural": "payments",
                "ordering": ["paid_on", "pk"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="PaymentAgreement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("e_invoice", models.BooleanField(blank=True, null=True, verbose_name="e-invoice")),
                ("direct_debit", models.BooleanField(blank=True, null=True, verbose_name="direct debit")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="as of")),
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="payment_agreement",
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
            ],
            options={
                "verbose_name": "payment agreement",
                "verbose_name_plural": "payment agreements",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["tenant", "customer", "-issued_on"], name="invoice_by_customer"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["tenant", "metering_point", "-last"], name="invoice_by_point"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                condition=models.Q(("kid", ""), _negated=True), fields=["tenant", "kid"], name="invoice_by_kid"
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["tenant", "due_on"], name="invoice_by_due_day"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                condition=models.Q(("announced_at", None)), fields=["tenant"], name="invoice_to_announce"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(fields=("tenant", "key"), name="one_invoice_per_key"),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(fields=("tenant", "number"), name="one_invoice_per_number"),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "total",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(models.F("net"), "+", models.F("vat")),
                                "-",
                                models.F("prepaid"),
                            ),
                            "+",
                            models.F("rounding"),
                        ),
                    )
                ),
                name="invoice_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(condition=models.Q(("line_count__gt", 0)), name="invoice_has_lines"),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("corrects", None), ("kind", billing.rules.invoicing.documents.Kind["CREDIT_NOTE"]), _connector="OR"
                ),
                name="only_credit_notes_correct",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("first", None), ("last", None)), ("first__lte", models.F("last")), _connector="OR"
                ),
                name="invoice_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.UniqueConstraint(
                fields=("tenant", "invoice", "position"), name="one_invoice_line_per_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoicesettings",
            constraint=models.UniqueConstraint(fields=("tenant",), name="one_row_of_invoice_settings"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                fields=("tenant", "invoice", "reference"), name="one_payment_per_reference"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", 0), _negated=True), name="payment_is_of_something"
            ),
        ),
        ProtectTenantTables("billing"),
        # Protecting gives the rights on all of the app's tables again; versions of price lists stay as they were.
        migrations.RunSQL(
            [
                f'REVOKE UPDATE, DELETE ON billing_tariffversion FROM "{settings.DATABASE_RUNTIME_ROLE}"',
                grant_sql("billing_tariffversion", "UPDATE (superseded_at, by_id)"),
            ],
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(LOCKED, UNLOCKED),
    ]
