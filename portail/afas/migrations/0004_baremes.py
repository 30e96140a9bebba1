from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("afas", "0003_echeances"),
    ]

    operations = [
        migrations.AddField(
            model_name="chiffrebareme",
            name="nature",
            field=models.SlugField(blank=True, default="", max_length=30),
        ),
    ]
