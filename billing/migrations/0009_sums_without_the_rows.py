"""What a customer's invoices add up to is read from an index alone: rows are wide, and some have thousands of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0008_collection_ended_and_late_points"),
    ]

    operations = [
        # Made first: dropping shuts readers out until the migration ends.
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                fields=["tenant", "customer", "-issued_on"],
                include=("id", "last", "kind", "total", "paid", "credited", "due_on", "corrects", "metering_point"),
                name="invoice_of_customer",
            ),
        ),
        migrations.RemoveIndex(
            model_name="invoice",
            name="invoice_by_customer",
        ),
    ]
