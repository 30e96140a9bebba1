"""A role of a bulletin says from when it asks for a proof."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conventions", "0002_organisme_closing"),
    ]

    operations = [
        migrations.AddField(
            model_name="rolebulletin",
            name="justificatif_since",
            field=models.DateField(
                blank=True,
                help_text="None: the role asks for no proof",
                null=True,
                verbose_name="justificatif exigé depuis",
            ),
        ),
    ]
