"""An original that was gone when the virus scan came may be replaced, as one that the scan has stopped."""

from django.db import migrations

# As in 0008, with the states of an original that may be replaced.
LOCKED = """
CREATE OR REPLACE FUNCTION billing_lock_invoice() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $function$
DECLARE
    -- Where it stands, whom it was told, and who took it in when that person is deleted.
    open_columns text[] := ARRAY['paid', 'paid_on', 'credited', 'in_collection_on', 'announced_at', 'due_told_on',
                                 'overdue_told_on', 'by_id'] || ARRAY['collection_ended_on'];
    -- What is not known yet, and is then written once.
    late_columns text[] := ARRAY['rendered_id', 'corrects_id']
        || CASE WHEN OLD.gsrn = '' THEN ARRAY[]::text[] ELSE ARRAY['metering_point_id'] END
        || CASE OLD.source WHEN 'imported' THEN ARRAY['original_id'] ELSE ARRAY[]::text[] END;
    late text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        FOREACH late IN ARRAY late_columns LOOP
            IF to_jsonb(OLD) ->> late IS NULL THEN
                open_columns := open_columns || late;
            END IF;
        END LOOP;
        -- Nobody can open it, so another may take its place; but none is taken away.
        IF OLD.source = 'imported' AND NEW.original_id IS NOT NULL
                AND EXISTS (SELECT FROM files_storedfile WHERE id = OLD.original_id AND state IN (%s)) THEN
            open_columns := open_columns || 'original_id'::text;
        END IF;
        IF to_jsonb(NEW) - open_columns = to_jsonb(OLD) - open_columns
                AND (NEW.by_id IS NULL OR NEW.by_id IS NOT DISTINCT FROM OLD.by_id) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'invoice %% is issued and locked', OLD.number USING ERRCODE = '23L01';
END $function$;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0010_whole_digits"), ("files", "0003_files_without_content")]
    operations = [migrations.RunSQL(LOCKED % "'infected', 'lost'", LOCKED % "'infected'")]
