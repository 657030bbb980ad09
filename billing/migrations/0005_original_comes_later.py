"""The billing system's PDF of an imported invoice may come after the invoice; it is then written once.

And the first number of the own series says what it keeps apart.
"""

from django.db import migrations, models

# As in 0003, with one more column that may be written late.
LOCKED = """
CREATE OR REPLACE FUNCTION billing_lock_invoice() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $function$
DECLARE
    -- Where it stands, whom it was told, and who took it in when that person is deleted.
    open_columns text[] := ARRAY['paid', 'paid_on', 'credited', 'in_collection_on', 'announced_at', 'due_told_on',
                                 'overdue_told_on', 'by_id'];
    -- What is not known yet, and is then written once.
    late_columns text[] := %s;
    late text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        FOREACH late IN ARRAY late_columns LOOP
            IF to_jsonb(OLD) ->> late IS NULL THEN
                open_columns := open_columns || late;
            END IF;
        END LOOP;
        IF to_jsonb(NEW) - open_columns = to_jsonb(OLD) - open_columns
                AND (NEW.by_id IS NULL OR NEW.by_id IS NOT DISTINCT FROM OLD.by_id) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'invoice %% is issued and locked', OLD.number USING ERRCODE = '23L01';
END $function$;
"""
BEFORE = "ARRAY['rendered_id', 'corrects_id']"
# What was issued here has no original but the one drawn here.
NOW = f"{BEFORE} || CASE OLD.source WHEN 'imported' THEN ARRAY['original_id'] ELSE ARRAY[]::text[] END"


class Migration(migrations.Migration):
    dependencies = [("billing", "0004_replaced_spot_prices")]
    operations = [
        migrations.AlterField(
            model_name="invoicesettings",
            name="first_number",
            field=models.PositiveBigIntegerField(
                default=100001,
                help_text=("Numbers from here on are for invoices made here; it is fixed once the first one is made."),
                verbose_name="first invoice number",
            ),
        ),
        migrations.RunSQL(LOCKED % NOW, LOCKED % BEFORE),
    ]
