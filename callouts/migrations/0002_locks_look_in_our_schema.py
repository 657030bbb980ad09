"""The functions that lock call-offs look for tables in our schema before a caller's temporary ones.

PostgreSQL finds temporary tables first: one named like the call-offs' would have told the lines' lock that all is draft.
"""

from django.db import migrations

FUNCTIONS = ["callouts_lock_call_off()", "callouts_lock_line()"]


class Migration(migrations.Migration):
    dependencies = [("callouts", "0001_call_offs")]

    operations = [
        migrations.RunSQL(
            [f"ALTER FUNCTION {name} SET search_path = pg_catalog, public, pg_temp" for name in FUNCTIONS],
            [f"ALTER FUNCTION {name} RESET search_path" for name in FUNCTIONS],
        )
    ]
