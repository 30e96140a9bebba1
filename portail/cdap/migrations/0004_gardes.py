import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cdap", "0003_echanges"),
        ("conventions", "0004_successions"),
        ("habilitations", "0008_suspension_motif"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Echantillon",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mois", models.DateField()),
                ("graine", models.UUIDField()),
                ("taille", models.PositiveSmallIntegerField()),
                (
                    "drawn_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="tiré le"),
                ),
                (
                    "caf",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="echantillons", to="conventions.caf"
                    ),
                ),
            ],
            options={
                "ordering": ["-mois", "caf"],
            },
        ),
        migrations.CreateModel(
            name="DemandeJustification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("consultation", models.UUIDField()),
                ("consulted_at", models.DateTimeField(verbose_name="consultation du")),
                ("due_on", models.DateField(verbose_name="à justifier avant le")),
                (
                    "etat",
                    models.CharField(
                        choices=[
                            ("demandee", "À justifier"),
                            ("repondue", "À examiner"),
                            ("acceptee", "Acceptée"),
                            ("refusee", "Refusée"),
                        ],
                        default="demandee",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("texte", models.TextField(blank=True, verbose_name="justification")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="justifiée le")),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="examinée le")),
                ("refusal", models.CharField(blank=True, max_length=300, verbose_name="motif du refus")),
                (
                    "convention",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="conventions.convention"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="justifications_cdap",
                        to="conventions.organisme",
                    ),
                ),
                (
                    "utilisateur",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="justifications_cdap",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "echantillon",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="demandes", to="cdap.echantillon"
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ReglageGarde",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60)),
                ("valeur", models.PositiveIntegerField()),
                ("entered_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "caf",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reglages_garde", to="conventions.caf"
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Veille",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until", models.DateTimeField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("pk__in", (1, 2))), name="veille_once")],
            },
        ),
        migrations.CreateModel(
            name="Alerte",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("detecteur", models.SlugField(max_length=20)),
                (
                    "niveau",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Avertir la personne"),
                            (2, "Lui demander de se justifier"),
                            (3, "Suspendre ses consultations"),
                        ]
                    ),
                ),
                ("jour", models.DateField()),
                ("depuis", models.DateTimeField()),
                ("jusqua", models.DateTimeField()),
                ("nombre", models.PositiveIntegerField()),
                (
                    "etat",
                    models.CharField(
                        choices=[
                            ("ouverte", "Ouverte"),
                            ("demandee", "Justification demandée"),
                            ("repondue", "Justification reçue"),
                            ("justifiee", "Justifiée"),
                            ("sans_suite", "Sans suite"),
                            ("suspension", "Suspension"),
                        ],
                        default="ouverte",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                (
                    "detected_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="vue le"),
                ),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="lue par la personne le")),
                ("asked_at", models.DateTimeField(blank=True, null=True, verbose_name="justification demandée le")),
                ("reponse", models.TextField(blank=True, verbose_name="réponse de la personne")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="répondu le")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="décidée le")),
                ("decision", models.CharField(blank=True, max_length=300, verbose_name="motif de la décision")),
                (
                    "caf",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="alertes_cdap", to="conventions.caf"
                    ),
                ),
                (
                    "convention",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alertes_cdap",
                        to="conventions.convention",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="décidée par",
                    ),
                ),
                (
                    "organisme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alertes_cdap",
                        to="conventions.organisme",
                    ),
                ),
                (
                    "suspensions",
                    models.ManyToManyField(related_name="alertes_cdap", to="habilitations.suspensionusage"),
                ),
                (
                    "utilisateur",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alertes_cdap",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-detected_at", "-pk"],
                "indexes": [
                    models.Index(fields=["caf", "-detected_at", "-id"], name="alerte_caf"),
                    models.Index(fields=["utilisateur", "detecteur", "-decided_at"], name="alerte_utilisateur"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("etat__in", ("ouverte", "demandee", "repondue"))),
                        fields=("utilisateur", "detecteur", "jour"),
                        name="alerte_one_open",
                        violation_error_message="Cette alerte est déjà ouverte.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("etat__in", ("ouverte", "demandee", "repondue"))),
                            models.Q(
                                models.Q(("etat__in", ("ouverte", "demandee", "repondue")), _negated=True),
                                ("decided_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="alerte_decided",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="echantillon",
            constraint=models.UniqueConstraint(fields=("caf", "mois"), name="echantillon_once"),
        ),
        migrations.AddIndex(
            model_name="demandejustification",
            index=models.Index(fields=["utilisateur", "etat", "due_on"], name="justification_utilisateur"),
        ),
        migrations.AddConstraint(
            model_name="demandejustification",
            constraint=models.UniqueConstraint(
                fields=("echantillon", "consultation"), name="demande_justification_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="demandejustification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("etat", "refusee"), _negated=True),
                    models.Q(("refusal", ""), _negated=True),
                    _connector="OR",
                ),
                name="demande_justification_refusal",
            ),
        ),
        migrations.AddIndex(
            model_name="reglagegarde",
            index=models.Index(fields=["caf", "code", "-id"], name="reglage_garde_place"),
        ),
    ]
