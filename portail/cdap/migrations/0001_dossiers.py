import datetime
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import portail.comptes.models
import uuid
from django.conf import settings
from django.db import migrations, models

DOSSIER = """
CREATE TABLE cdap_dossier (
  caf_id bigint NOT NULL REFERENCES conventions_caf (id) DEFERRABLE INITIALLY DEFERRED,
  numero integer NOT NULL CHECK (numero BETWEEN 1 AND 9999999),
  closed_on date,
  loaded_at timestamptz NOT NULL DEFAULT statement_timestamp(),
  empreinte_1 bytea, empreinte_2 bytea,
  identite bytea NOT NULL, famille bytea NOT NULL, paiements bytea NOT NULL, droits bytea NOT NULL,
  ressources bytea NOT NULL, rsa bytea NOT NULL, courriers bytea NOT NULL, logement bytea NOT NULL,
  creances bytea NOT NULL,
  PRIMARY KEY (caf_id, numero)
) PARTITION BY LIST (caf_id);
CREATE TABLE cdap_dossier_autres PARTITION OF cdap_dossier DEFAULT;
CREATE INDEX dossier_empreinte_1 ON cdap_dossier (empreinte_1);
CREATE INDEX dossier_empreinte_2 ON cdap_dossier (empreinte_2) WHERE empreinte_2 IS NOT NULL
"""
# What is encrypted does not compress: no use to try. One partition for a Caf, made by who loads its files.
CAF_PARTITION = """
CREATE FUNCTION cdap_caf_partition(caf bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE named text := format('cdap_dossier_%s', caf);
BEGIN
  IF to_regclass(named) IS NULL THEN
    EXECUTE format('CREATE TABLE %I PARTITION OF cdap_dossier FOR VALUES IN (%s)', named, caf);
  END IF;
  RETURN named;
END $$
"""
CONSULTATION = """
CREATE TABLE cdap_consultation (
  at timestamptz NOT NULL DEFAULT statement_timestamp(),
  id uuid NOT NULL,
  utilisateur_id bigint NOT NULL, organisme_id bigint NOT NULL, convention_id bigint NOT NULL, caf_id bigint NOT NULL,
  profil varchar(40) NOT NULL, numero integer NOT NULL CHECK (numero >= 0), voie varchar(10) NOT NULL,
  issue varchar(10) NOT NULL, finalite varchar(200) NOT NULL, motif varchar(300) NOT NULL, address varchar(45) NOT NULL,
  PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
CREATE TABLE cdap_consultation_autres PARTITION OF cdap_consultation DEFAULT;
CREATE INDEX consultation_id ON cdap_consultation (id);
CREATE INDEX consultation_utilisateur ON cdap_consultation (utilisateur_id, at DESC);
CREATE INDEX consultation_organisme ON cdap_consultation (organisme_id, at DESC);
CREATE INDEX consultation_caf ON cdap_consultation (caf_id, at DESC);
CREATE INDEX consultation_dossier ON cdap_consultation (caf_id, numero, at DESC);
CREATE TRIGGER consultation_refuse BEFORE UPDATE OR DELETE ON cdap_consultation
FOR EACH ROW EXECUTE FUNCTION journal_refuse()
"""
# A month in advance, by a job; its owner's right, for a run-time role makes no table. Nothing but whole months.
MONTHS = """
CREATE FUNCTION cdap_consultation_months(since date, months integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE made integer := 0; month date; named text;
BEGIN
  FOR n IN 0 .. months - 1 LOOP
    month := date_trunc('month', since)::date + make_interval(months => n);
    named := 'cdap_consultation_' || to_char(month, 'YYYYMM');
    IF to_regclass(named) IS NULL THEN
      EXECUTE format('CREATE TABLE %I PARTITION OF cdap_consultation FOR VALUES FROM (%L) TO (%L)', named,
        month::timestamp AT TIME ZONE 'Europe/Paris', (month + interval '1 month')::timestamp AT TIME ZONE 'Europe/Paris');
      made := made + 1;
    END IF;
  END LOOP;
  RETURN made;
END $$
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("conventions", "0004_successions"),
        ("journal", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(DOSSIER, "DROP TABLE cdap_dossier"),
                migrations.RunSQL(CAF_PARTITION, "DROP FUNCTION cdap_caf_partition"),
                migrations.RunSQL(CONSULTATION, "DROP TABLE cdap_consultation"),
                migrations.RunSQL(MONTHS, "DROP FUNCTION cdap_consultation_months"),
                migrations.RunSQL("SELECT cdap_consultation_months(current_date, 3)", migrations.RunSQL.noop),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="Consultation",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "at", "id", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("id", models.UUIDField(default=uuid.uuid4)),
                        ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("profil", models.CharField(max_length=40)),
                        ("numero", models.PositiveIntegerField()),
                        (
                            "voie",
                            models.CharField(
                                choices=[("numero", "Par numéro"), ("identite", "Par nom et date de naissance")],
                                max_length=10,
                            ),
                        ),
                        (
                            "issue",
                            models.CharField(
                                choices=[
                                    ("ouvert", "Dossier ouvert"),
                                    ("inconnu", "Numéro inconnu"),
                                    ("oppose", "La personne s'oppose"),
                                    ("clos", "Dossier clos"),
                                    ("hors_caf", "Caf non couverte"),
                                    ("nombreux", "Trop de dossiers répondent"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("finalite", models.CharField(max_length=200, verbose_name="finalité")),
                        ("motif", models.CharField(max_length=300)),
                        ("address", models.CharField(blank=True, max_length=45)),
                        (
                            "caf",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="conventions.caf",
                            ),
                        ),
                        (
                            "convention",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="conventions.convention",
                            ),
                        ),
                        (
                            "organisme",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="conventions.organisme",
                            ),
                        ),
                        (
                            "utilisateur",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "cdap_consultation",
                        "ordering": ["-at", "-id"],
                        "indexes": [
                            models.Index(fields=["id"], name="consultation_id"),
                            models.Index(fields=["utilisateur", "-at"], name="consultation_utilisateur"),
                            models.Index(fields=["organisme", "-at"], name="consultation_organisme"),
                            models.Index(fields=["caf", "-at"], name="consultation_caf"),
                            models.Index(fields=["caf", "numero", "-at"], name="consultation_dossier"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Dossier",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "caf_id", "numero", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("numero", models.PositiveIntegerField()),
                        ("closed_on", models.DateField(blank=True, null=True)),
                        ("loaded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("empreinte_1", models.BinaryField(null=True)),
                        ("empreinte_2", models.BinaryField(null=True)),
                        ("identite", models.BinaryField()),
                        ("famille", models.BinaryField()),
                        ("paiements", models.BinaryField()),
                        ("droits", models.BinaryField()),
                        ("ressources", models.BinaryField()),
                        ("rsa", models.BinaryField()),
                        ("courriers", models.BinaryField()),
                        ("logement", models.BinaryField()),
                        ("creances", models.BinaryField()),
                        (
                            "caf",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="conventions.caf",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "cdap_dossier",
                        "indexes": [
                            models.Index(fields=["empreinte_1"], name="dossier_empreinte_1"),
                            models.Index(
                                condition=models.Q(("empreinte_2__isnull", False)),
                                fields=["empreinte_2"],
                                name="dossier_empreinte_2",
                            ),
                        ],
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name="Opposition",
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
                ("numero", models.PositiveIntegerField(verbose_name="numéro allocataire")),
                ("source", models.CharField(max_length=300, verbose_name="demande reçue")),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="saisie le"
                    ),
                ),
                ("motif", models.CharField(blank=True, max_length=300, verbose_name="motif de fin")),
                (
                    "caf",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="oppositions", to="conventions.caf"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="levée par",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="saisie par",
                    ),
                ),
            ],
            options={
                "ordering": ["-opens_on", "-pk"],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("caf", "="), ("numero", "="), ("period", "&&")],
                        name="opposition_once",
                        violation_error_message="Une opposition est déjà ouverte à ces dates.",
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
                        name="opposition_dates",
                        violation_error_message="La date de clôture précède la date d'ouverture.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("numero__gte", 1), ("numero__lt", 10000000)), name="opposition_numero"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VersionMatrice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("contenu", models.JSONField()),
                ("motif", models.CharField(max_length=300, verbose_name="raison du changement")),
                (
                    "etat",
                    models.CharField(
                        choices=[
                            ("proposee", "À valider"),
                            ("en_vigueur", "En vigueur"),
                            ("refusee", "Refusée"),
                            ("remplacee", "Remplacée"),
                        ],
                        default="proposee",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                (
                    "proposed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="proposée le"
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="décidée le")),
                ("refusal", models.CharField(blank=True, max_length=300, verbose_name="motif du refus")),
                (
                    "caf",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="matrices", to="conventions.caf"
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
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposée par",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("etat", "proposee")),
                        fields=("caf",),
                        name="matrice_proposed_once",
                        violation_error_message="Une matrice attend déjà d'être validée.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("etat", "en_vigueur")),
                        fields=("caf",),
                        name="matrice_in_force_once",
                        violation_error_message="Une autre matrice vient d'entrer en vigueur.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="matrice_four_eyes",
                    ),
                ],
            },
        ),
    ]
