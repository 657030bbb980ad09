import django.db.models.deletion
from django.db import migrations, models

import portal.tenancy.scope
from portal.tenancy.protection import ProtectTenantTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0002_tenants_and_global_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Page",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(verbose_name="short name")),
                ("title", models.JSONField(default=dict, help_text="By language.", verbose_name="title")),
                ("body", models.JSONField(default=dict, help_text="By language.", verbose_name="text")),
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
                "verbose_name": "information page",
                "verbose_name_plural": "information pages",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("tenant", "slug"), name="one_page_per_slug")],
            },
        ),
        ProtectTenantTables("content"),
    ]
