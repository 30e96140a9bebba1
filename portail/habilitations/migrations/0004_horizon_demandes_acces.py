"""What ends on a day (one SQL view), ends told beforehand, accesses asked for."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

# What is dated and lets people in, and does not go on by a later row of the same.
TERME = """
CREATE VIEW habilitations_terme AS
SELECT 'convention:' || c.id AS id, 'convention' AS nature, c.id AS object_id, c.id AS convention_id,
       NULL::bigint AS rattachement_id, NULL::bigint AS groupe_id, '' AS code, c.opens_on, c.closes_on,
       false AS is_decided, '' AS closing_reason, c.sort_key::text AS sort_key
FROM conventions_convention c WHERE c.closes_on >= c.opens_on
UNION ALL
SELECT 'bulletin:' || b.id, 'bulletin', b.id, b.convention_id, NULL, NULL, b.service, b.opens_on, b.closes_on,
       false, '', b.service::text
FROM conventions_bulletinadhesion b
WHERE b.closes_on >= b.opens_on AND NOT EXISTS (
  SELECT FROM conventions_bulletinadhesion n
  WHERE n.convention_id = b.convention_id AND n.service = b.service AND n.opens_on > b.closes_on)
UNION ALL
SELECT 'rattachement:' || r.id, 'rattachement', r.id, r.convention_id, r.id, NULL, '', r.opens_on, r.closes_on,
       r.closed_at IS NOT NULL, r.closing_reason, u.sort_key::text
FROM conventions_rattachement r JOIN comptes_utilisateur u ON u.id = r.utilisateur_id
WHERE r.closes_on >= r.opens_on AND NOT EXISTS (
  SELECT FROM conventions_rattachement n
  WHERE n.utilisateur_id = r.utilisateur_id AND n.convention_id = r.convention_id AND n.opens_on > r.closes_on)
UNION ALL
SELECT 'administrateur:' || a.id, 'administrateur', a.id, r.convention_id, r.id, NULL, '', a.opens_on, a.closes_on,
       a.closed_at IS NOT NULL, a.closing_reason, u.sort_key::text
FROM conventions_administrateur a
JOIN conventions_rattachement r ON r.id = a.rattachement_id
JOIN comptes_utilisateur u ON u.id = r.utilisateur_id
WHERE a.closes_on >= a.opens_on AND NOT EXISTS (
  SELECT FROM conventions_administrateur n
  WHERE n.rattachement_id = a.rattachement_id AND n.opens_on > a.closes_on)
UNION ALL
SELECT 'groupe:' || g.id, 'groupe', g.id, g.convention_id, NULL, g.id, '', g.opens_on, g.closes_on,
       g.closed_at IS NOT NULL, g.closing_reason, sort_key(g.libelle, '')
FROM habilitations_groupe g WHERE g.closes_on >= g.opens_on
UNION ALL
SELECT 'role:' || rg.id, 'role', rg.id, g.convention_id, NULL, g.id, rg.role, rg.opens_on, rg.closes_on,
       rg.closed_at IS NOT NULL, rg.closing_reason, sort_key(g.libelle, '')
FROM habilitations_rolegroupe rg JOIN habilitations_groupe g ON g.id = rg.groupe_id
WHERE rg.closes_on >= rg.opens_on AND NOT EXISTS (
  SELECT FROM habilitations_rolegroupe n
  WHERE n.groupe_id = rg.groupe_id AND n.role = rg.role AND n.opens_on > rg.closes_on)
UNION ALL
SELECT 'responsable:' || p.id, 'responsable', p.id, r.convention_id, r.id, p.groupe_id, '', p.opens_on, p.closes_on,
       p.closed_at IS NOT NULL, p.closing_reason, u.sort_key::text
FROM habilitations_responsable p
JOIN conventions_rattachement r ON r.id = p.rattachement_id
JOIN comptes_utilisateur u ON u.id = r.utilisateur_id
WHERE p.closes_on >= p.opens_on AND NOT EXISTS (
  SELECT FROM habilitations_responsable n
  WHERE n.groupe_id = p.groupe_id AND n.rattachement_id = p.rattachement_id AND n.opens_on > p.closes_on)
UNION ALL
SELECT 'appartenance:' || a.id, 'appartenance', a.id, r.convention_id, r.id, a.groupe_id, '', a.opens_on, a.closes_on,
       a.closed_at IS NOT NULL, a.closing_reason, u.sort_key::text
FROM habilitations_appartenance a
JOIN conventions_rattachement r ON r.id = a.rattachement_id
JOIN comptes_utilisateur u ON u.id = r.utilisateur_id
WHERE a.closes_on >= a.opens_on AND NOT EXISTS (
  SELECT FROM habilitations_appartenance n
  WHERE n.rattachement_id = a.rattachement_id AND n.groupe_id = a.groupe_id AND n.opens_on > a.closes_on)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("conventions", "0001_initial"),
        ("habilitations", "0003_import_utilisateurs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Terme",
            fields=[
                ("id", models.CharField(max_length=40, primary_key=True, serialize=False)),
                (
                    "nature",
                    models.CharField(
                        choices=[
                            ("convention", "Convention"),
                            ("bulletin", "Bulletin d'adhésion"),
                            ("rattachement", "Accès d'une personne"),
                            ("administrateur", "Administrateur"),
                            ("groupe", "Groupe"),
                            ("role", "Rôle d'un groupe"),
                            ("responsable", "Responsable d'un groupe"),
                            ("appartenance", "Appartenance à un groupe"),
                        ],
                        max_length=16,
                    ),
                ),
                ("object_id", models.BigIntegerField()),
                (
                    "code",
                    models.CharField(help_text="the role of a RoleGroupe, the service of a bulletin", max_length=40),
                ),
                ("opens_on", models.DateField()),
                ("closes_on", models.DateField(verbose_name="date de clôture")),
                ("is_decided", models.BooleanField()),
                ("closing_reason", models.CharField(max_length=300)),
                ("sort_key", models.CharField(max_length=250)),
            ],
            options={
                "db_table": "habilitations_terme",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="AvisTerme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("terme", models.CharField(max_length=40)),
                ("closes_on", models.DateField()),
                ("days", models.PositiveSmallIntegerField()),
                ("told_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("terme", "closes_on", "days"), name="avis_terme_once")],
            },
        ),
        migrations.CreateModel(
            name="DemandeAcces",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("service", models.SlugField(max_length=20)),
                ("motif", models.CharField(max_length=500)),
                ("wished_until", models.DateField(blank=True, null=True)),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("refusal", models.CharField(blank=True, max_length=300, verbose_name="motif du refus")),
                (
                    "appartenance",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="demandes",
                        to="habilitations.appartenance",
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
                    "rattachement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="demandes_acces",
                        to="conventions.rattachement",
                    ),
                ),
            ],
            options={
                "ordering": ["asked_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decided_at", None)),
                        fields=("rattachement", "service"),
                        name="demande_acces_once",
                        violation_error_message="Vous avez déjà une demande en attente pour ce service.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("appartenance", None), ("decided_at", None), ("decided_by", None), ("refusal", "")
                            ),
                            models.Q(
                                ("appartenance__isnull", False),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("refusal", ""),
                            ),
                            models.Q(
                                ("appartenance", None),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                models.Q(("refusal", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="demande_acces_decided",
                    ),
                ],
            },
        ),
        migrations.RunSQL(TERME, "DROP VIEW habilitations_terme"),
    ]
