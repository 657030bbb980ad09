"""Of an invoice that was called back from collection the day is kept, so that an older file sends it there no more.

An invoice that came before its metering point is joined to it when the point comes; an original that the virus scan has
stopped may be replaced; and the own series' numbers keep within what a KID has room for.
"""

import django.core.validators
from django.db import migrations, models

# As in 0005, with columns that may be written late.
LOCKED = """
CREATE OR REPLACE FUNCTION billing_lock_invoice() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $function$
DECLARE
    -- Where it stands, whom it was told, and who took it in when that person is deleted.
    open_columns text[] := ARRAY['paid', 'paid_on', 'credited', 'in_collection_on', 'announced_at', 'due_told_on',
                                 'overdue_told_on', 'by_id'] || %(open)s;
    -- What is not known yet, and is then written once.
    late_columns text[] := ARRAY['rendered_id', 'corrects_id'] || %(late)s
        || CASE OLD.source WHEN 'imported' THEN ARRAY['original_id'] ELSE ARRAY[]::text[] END;
    late text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        FOREACH late IN ARRAY late_columns LOOP
            IF to_jsonb(OLD) ->> late IS NULL THEN
                open_columns := open_columns || late;
            END IF;
        END LOOP;
        %(infected)s
        IF to_jsonb(NEW) - open_columns = to_jsonb(OLD) - open_columns
                AND (NEW.by_id IS NULL OR NEW.by_id IS NOT DISTINCT FROM OLD.by_id) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'invoice %% is issued and locked', OLD.number USING ERRCODE = '23L01';
END $function$;
"""
BEFORE = {"open": "ARRAY[]::text[]", "late": "ARRAY[]::text[]", "infected": ""}
NOW = {
    "open": "ARRAY['collection_ended_on']",
    "late": "CASE WHEN OLD.gsrn = '' THEN ARRAY[]::text[] ELSE ARRAY['metering_point_id'] END",
    # Nobody can ever open it, so another may take its place; but none is taken away.
    "infected": """IF OLD.source = 'imported' AND NEW.original_id IS NOT NULL
                AND EXISTS (SELECT FROM files_storedfile WHERE id = OLD.original_id AND state = 'infected') THEN
            open_columns := open_columns || 'original_id'::text;
        END IF;""",
}


class Migration(migrations.Migration):
    dependencies = [("billing", "0007_each_holders_part"), ("files", "0001_files")]
    operations = [
        migrations.AddField(
            model_name="invoice",
            name="collection_ended_on",
            field=models.DateField(null=True, verbose_name="called back from collection"),
        ),
        migrations.AlterField(
            model_name="invoicesettings",
            name="first_number",
            field=models.PositiveBigIntegerField(
                default=100001,
                help_text="Numbers from here on are for invoices made here; it is fixed once the first one is made.",
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(999999999999),
                ],
                verbose_name="first invoice number",
            ),
        ),
        migrations.RunSQL(LOCKED % NOW, LOCKED % BEFORE),
    ]
