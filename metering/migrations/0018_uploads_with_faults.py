from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("metering", "0017_revisions_by_tenant"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="importupload",
            name="upload_finished_when_not_on_its_way",
        ),
        migrations.AlterField(
            model_name="importupload",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting"),
                    ("running", "Running"),
                    ("done", "Done"),
                    ("faulty", "With faults"),
                    ("failed", "Failed"),
                ],
                default="waiting",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AddConstraint(
            model_name="importupload",
            constraint=models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "running"], finished_at=None)
                | models.Q(state__in=["done", "faulty", "failed"], finished_at__isnull=False),
                name="upload_finished_when_not_on_its_way",
            ),
        ),
    ]
