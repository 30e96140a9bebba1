"""The key of a person is looked for in its own index, not in that of the constraint."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import migrations, models
from django.db.models import F


class Migration(migrations.Migration):
    dependencies = [("conventions", "0004_successions")]

    operations = [
        migrations.RemoveConstraint("rattachement", "rattachement_once"),
        migrations.AddConstraint(
            "rattachement",
            ExclusionConstraint(
                name="rattachement_once",
                expressions=[
                    (models.ExpressionWrapper(F("utilisateur") + 0, output_field=models.BigIntegerField()), "="),
                    ("convention", "="),
                    ("period", "&&"),
                ],
                violation_error_message="Cette personne est déjà rattachée à la convention à ces dates.",
            ),
        ),
    ]
