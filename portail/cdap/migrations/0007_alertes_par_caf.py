from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cdap", "0006_mois")]

    operations = [
        migrations.RemoveConstraint(model_name="alerte", name="alerte_one_open"),
        migrations.AddConstraint(
            model_name="alerte",
            constraint=models.UniqueConstraint(
                condition=models.Q(("etat__in", ("ouverte", "demandee", "repondue"))),
                fields=("utilisateur", "detecteur", "jour", "caf"),
                name="alerte_one_open",
                violation_error_message="Cette alerte est déjà ouverte.",
            ),
        ),
    ]
