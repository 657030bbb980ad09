"""An index for what is counted and looked for by its state, instead of one that nothing asked."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0003_files_without_content"),
        ("tenancy", "0003_access"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Made first: dropping shuts readers out until the migration ends.
        migrations.AddIndex(
            model_name="storedfile",
            index=models.Index(
                condition=models.Q(("state__in", ["waiting", "infected", "lost"])),
                fields=["tenant", "state"],
                name="file_held_back",
            ),
        ),
        migrations.RemoveIndex(
            model_name="storedfile",
            name="file_unscanned",
        ),
    ]
