"""Proofs and yearly use: tables, and what they take from the effective right (ADR 0013)."""

import datetime
from importlib import import_module

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import portail.comptes.models
from django.conf import settings
from django.db import migrations, models

RIGHT_BEFORE = import_module("portail.habilitations.migrations.0002_effective_right").EFFECTIVE_RIGHT
TERME_BEFORE = import_module("portail.habilitations.migrations.0004_horizon_demandes_acces").TERME

# Migration 0002's view, with the days covered by a proof and without those suspended for want of use. Written in the
# order in which to read everybody's rights (queries/bulk.py); for one person PostgreSQL finds its own.
EFFECTIVE_RIGHT = """
CREATE OR REPLACE VIEW habilitations_habilitation AS
SELECT u.id AS utilisateur_id, r.id AS rattachement_id, r.convention_id, b.id AS bulletin_id,
       rb.id AS role_bulletin_id, a.id AS appartenance_id, a.groupe_id, b.service, rb.role, days.period
FROM comptes_utilisateur u
JOIN conventions_rattachement r ON r.utilisateur_id = u.id
JOIN conventions_convention c ON c.id = r.convention_id
JOIN habilitations_appartenance a ON a.rattachement_id = r.id
CROSS JOIN LATERAL (
  SELECT level.role, range_intersect_agg(level.periods) AS held
  FROM (SELECT above.ancestor_id, rg.role, range_agg(rg.period * g.period) AS periods
        FROM habilitations_groupeancestor above
        JOIN habilitations_groupe g ON g.id = above.ancestor_id
        JOIN habilitations_rolegroupe rg ON rg.groupe_id = g.id
        WHERE above.groupe_id = a.groupe_id
        GROUP BY above.ancestor_id, rg.role) level
  GROUP BY level.role
  HAVING count(*) = (SELECT count(*) FROM habilitations_groupeancestor WHERE groupe_id = a.groupe_id)
) chain
JOIN conventions_bulletinadhesion b ON b.convention_id = r.convention_id
JOIN conventions_rolebulletin rb ON rb.bulletin_id = b.id AND rb.role = chain.role
CROSS JOIN LATERAL unnest(
  chain.held
  * datemultirange(u.period * r.period * c.period * daterange(c.validated_on, NULL) * b.period * rb.period * a.period)
  * CASE WHEN rb.justificatif_since IS NULL THEN '{(,)}'::datemultirange
         ELSE datemultirange(daterange(NULL, rb.justificatif_since))
              + coalesce((SELECT range_agg(j.period) FROM habilitations_justificatif j
                          WHERE j.utilisateur_id = u.id AND j.role = rb.role AND j.etat = 'verifie'),
                         '{}'::datemultirange) END
  - coalesce((SELECT range_agg(s.period) FROM conventions_suspension s WHERE s.convention_id = c.id),
             '{}'::datemultirange)
  - coalesce((SELECT range_agg(n.period) FROM habilitations_suspensionusage n
              WHERE n.rattachement_id = r.id AND n.service = b.service),
             '{}'::datemultirange)
) AS days(period)
WHERE c.validated_on IS NOT NULL
"""

# A proof whose end no later one goes on with, wherever the person serves under a bulletin that asks for it.
TERME = """
SELECT 'justificatif:' || j.id || ':' || r.id AS id, 'justificatif' AS nature, j.id AS object_id, r.convention_id,
       r.id AS rattachement_id, NULL::bigint AS groupe_id, j.role AS code, j.opens_on, j.closes_on,
       j.closed_at IS NOT NULL AS is_decided, j.closing_reason, u.sort_key::text AS sort_key
FROM habilitations_justificatif j
JOIN comptes_utilisateur u ON u.id = j.utilisateur_id
JOIN conventions_rattachement r ON r.utilisateur_id = u.id AND r.period @> j.closes_on
WHERE j.etat = 'verifie' AND j.closes_on >= j.opens_on
  AND EXISTS (
    SELECT FROM conventions_bulletinadhesion b JOIN conventions_rolebulletin rb ON rb.bulletin_id = b.id
    WHERE b.convention_id = r.convention_id AND rb.role = j.role AND rb.justificatif_since <= j.closes_on
      AND rb.period @> j.closes_on)
  AND NOT EXISTS (
    SELECT FROM habilitations_justificatif n
    WHERE n.utilisateur_id = j.utilisateur_id AND n.role = j.role AND n.etat = 'verifie' AND n.id <> j.id
      AND (n.closes_on IS NULL OR n.closes_on > j.closes_on))
"""
WITH_PROOFS = f"""
DO $$ BEGIN
  EXECUTE 'CREATE OR REPLACE VIEW habilitations_terme AS '
    || rtrim(pg_get_viewdef('habilitations_terme'::regclass), ';') || $terme$ UNION ALL {TERME} $terme$;
END $$
"""
# Nobody is late on the day when the count begins: the year of those who are in a group runs from then.
COUNT_BEGINS = """
INSERT INTO habilitations_usageservice (rattachement_id, service, counted_from, is_held)
SELECT DISTINCT a.rattachement_id, split_part(rg.role, '.', 1), current_date, true
FROM habilitations_appartenance a JOIN habilitations_rolegroupe rg ON rg.groupe_id = a.groupe_id
WHERE a.period @> current_date AND rg.period @> current_date
"""


class Migration(migrations.Migration):
    dependencies = [
        ("conventions", "0003_justificatif_since"),
        ("habilitations", "0004_horizon_demandes_acces"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Justificatif",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("opens_on", models.DateField(verbose_name="date d'ouverture")),
                ("closes_on", models.DateField(blank=True, null=True, verbose_name="date de clôture")),
                (
                    "period",
                    models.GeneratedField(
                        db_persist=True,
                        expression=portail.comptes.models.DateRange(models.F("opens_on"), models.F("closes_on")),
                        output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                    ),
                ),
                (
                    "opened_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("closing_reason", models.CharField(blank=True, max_length=300)),
                ("role", models.CharField(max_length=40)),
                (
                    "etat",
                    models.CharField(
                        choices=[("depose", "À vérifier"), ("verifie", "Vérifié"), ("refuse", "Refusé")],
                        default="depose",
                        max_length=8,
                        verbose_name="état",
                    ),
                ),
                ("refusal", models.CharField(blank=True, max_length=300, verbose_name="motif du refus")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="vérifié le")),
                (
                    "deposited_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="déposé le"
                    ),
                ),
                ("recontrolled_at", models.DateTimeField(blank=True, null=True, verbose_name="contrôlé par la Caf le")),
                ("file_name", models.CharField(max_length=120, verbose_name="fichier")),
                ("media_type", models.CharField(max_length=40)),
                ("size", models.PositiveIntegerField(help_text="bytes", verbose_name="taille")),
                ("digest", models.CharField(help_text="SHA-256 of the file", max_length=64)),
                ("stored_as", models.CharField(help_text="name of the file on the disk", max_length=32, unique=True)),
                (
                    "analyse",
                    models.CharField(
                        choices=[
                            ("absente", "Non analysé : aucun antivirus n'est configuré"),
                            ("en_cours", "Analyse antivirus en cours"),
                            ("saine", "Analysé, aucun virus trouvé"),
                            ("infectee", "Virus trouvé, fichier détruit"),
                        ],
                        default="absente",
                        max_length=12,
                        verbose_name="analyse antivirus",
                    ),
                ),
                ("purged_at", models.DateTimeField(blank=True, null=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "deposited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="déposé par",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recontrolled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "utilisateur",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="justificatifs",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-deposited_at", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("etat", "verifie")),
                        fields=["utilisateur", "role"],
                        name="justificatif_verifie",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("etat", "depose")),
                        fields=("utilisateur", "role"),
                        name="justificatif_one_to_check",
                        violation_error_message="Un justificatif attend déjà d'être vérifié pour ce rôle.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("etat", "depose"), ("opened_by", None), ("refusal", "")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("etat", "verifie"),
                                ("opened_by__isnull", False),
                                ("refusal", ""),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("etat", "refuse"),
                                models.Q(("refusal", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="justificatif_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("opened_by", models.F("utilisateur")), _negated=True),
                        name="justificatif_not_by_himself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closes_on", None),
                            (
                                "closes_on__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("opens_on"), "-", models.Value(datetime.timedelta(days=1))
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="justificatif_dates",
                        violation_error_message="La date de clôture précède la date d'ouverture.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SuspensionUsage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("opens_on", models.DateField(verbose_name="date d'ouverture")),
                ("closes_on", models.DateField(blank=True, null=True, verbose_name="date de clôture")),
                (
                    "period",
                    models.GeneratedField(
                        db_persist=True,
                        expression=portail.comptes.models.DateRange(models.F("opens_on"), models.F("closes_on")),
                        output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                    ),
                ),
                (
                    "opened_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("closing_reason", models.CharField(blank=True, max_length=300)),
                ("service", models.SlugField(max_length=20)),
                ("unused_since", models.DateField(help_text="last use, or beginning of the count")),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
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
                        related_name="suspensions_usage",
                        to="conventions.rattachement",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["rattachement", "service"], name="suspension_usage_service")],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("rattachement", "="), ("service", "="), ("period", "&&")],
                        name="suspension_usage_once",
                        violation_error_message="Ce service est déjà suspendu à ces dates.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closes_on", None),
                            (
                                "closes_on__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("opens_on"), "-", models.Value(datetime.timedelta(days=1))
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="suspension_usage_dates",
                        violation_error_message="La date de clôture précède la date d'ouverture.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UsageService",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("service", models.SlugField(max_length=20)),
                ("counted_from", models.DateField(help_text="first day of the right, or the day it was reinstated")),
                ("last_on", models.DateField(blank=True, null=True, verbose_name="dernière utilisation")),
                (
                    "is_held",
                    models.BooleanField(
                        default=True, help_text="this morning there was a right, or a suspension of it"
                    ),
                ),
                (
                    "reference",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.comparison.Greatest("counted_from", "last_on"),
                        output_field=models.DateField(),
                    ),
                ),
                (
                    "rattachement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="usages",
                        to="conventions.rattachement",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_held", True)), fields=["reference"], name="usage_service_reference"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("rattachement", "service"), name="usage_service_once")],
            },
        ),
        migrations.RunSQL(EFFECTIVE_RIGHT, f"DROP VIEW habilitations_habilitation; {RIGHT_BEFORE}"),
        migrations.RunSQL(WITH_PROOFS, f"DROP VIEW habilitations_terme; {TERME_BEFORE}"),
        migrations.RunSQL(COUNT_BEGINS, migrations.RunSQL.noop),
    ]
