from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("habilitations", "0007_suppleances"),
    ]

    operations = [
        migrations.AddField(
            model_name="suspensionusage",
            name="motif",
            field=models.CharField(blank=True, db_default="", max_length=300, verbose_name="motif de la Caf"),
        ),
        migrations.AlterField(
            model_name="suspensionusage",
            name="unused_since",
            field=models.DateField(help_text="last use, or beginning of the count; the day itself when stopped"),
        ),
    ]
