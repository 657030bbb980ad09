from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("metering", "0010_clocks_of_senders"),
    ]

    operations = [
        migrations.AddField(
            model_name="importupload",
            name="again_at",
            field=models.DateTimeField(null=True, verbose_name="asked to be read again"),
        ),
    ]
