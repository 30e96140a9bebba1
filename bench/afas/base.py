"""The base of these measures: 40,000 activités under 101 Cafs, their people, and the 160,000 declarations of a year.

Exercice of last year: its four échéances are over, nearly all transmitted. Exercice of this year: the prévisionnel of
every Caf is to be opened today; an actualisé of Caf 1 is due today, half of it being typed, half waiting for signature.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import psycopg

from bench import data

SIZE = data.Size("portail_bench_afas", users=10_000, conventions=2_500)
CAF, CAFS = 1, 101
BIG = 78  # one convention in so many is of Caf 1: a Caf-year of two thousand declarations
LAST, NOW = date.today().year - 1, date.today().year
DEFINITION = "alsh/2024"
RUSH = "actualise_juin"  # the phase of Caf 1 that is due today


@dataclass(frozen=True)
class Load:
    """How many activités each convention has."""

    conventions: int
    activites: int

    @property
    def total(self) -> int:
        return self.conventions * self.activites


WHOLE = Load(SIZE.conventions, 16)

SHEET = """jsonb_build_object('capacite', '40', 'jours_ouverture', '100', 'amplitude', '10', 'enfants', '60',
  'heures_realisees_m6', (5000 + a.id % 3000)::text, 'heures_realisees_p6', (9000 + a.id % 7000)::text)"""
FINANCES = """jsonb_build_object('c60', (4000 + a.id % 900)::text, 'c64', (40000 + a.id % 9000)::text,
  'p70641', '9000', 'p744', (35000 + a.id % 9900)::text, 'taux_rg', '98')"""


def complete(url: str, load: Load) -> None:
    """Add the Cafs, their agents, and all of AFAS to the base of the people; have the planner know it.

    What triggers check row by row is put aside meanwhile: the statements keep to it.
    """
    with psycopg.connect(data.address(url, database=SIZE.name), autocommit=True) as connection:
        connection.execute("ALTER TABLE afas_profil DISABLE TRIGGER USER")
        with connection.transaction():
            for statement in statements(load):
                connection.execute(statement)  # type: ignore[arg-type]
        connection.execute("ALTER TABLE afas_profil ENABLE TRIGGER USER")
        connection.execute("VACUUM (ANALYZE)")


def statements(load: Load) -> list[str]:
    """Everything, in order; arithmetic on row numbers, as in bench.data."""
    return [
        *_cafs(),
        *_people(),
        *_activites(load),
        *_echeances(),
        *_declarations(),
        *_transmitted(),
    ]


def _cafs() -> list[str]:
    """As many as there are; one convention in BIG is of the first, the others are spread over the rest."""
    return [
        data.cafs(CAFS),
        f"""UPDATE conventions_convention SET caf_pivot_id =
            CASE WHEN id % {BIG} = 0 THEN {CAF} ELSE 2 + id % {CAFS - 1} END""",
        """UPDATE conventions_convention_cafs covered SET caf_id = c.caf_pivot_id
           FROM conventions_convention c WHERE c.id = covered.convention_id""",
        f"""WITH agent AS (
              INSERT INTO comptes_utilisateur (password, opens_on, identifiant, nom, prenom, courriel, telephone, poste,
                                               is_agent, edition, previous_courriel)
              SELECT password, opens_on, 'CAF00001A' || letter, 'Agent', 'Camille', 'agent' || letter || '@example.fr',
                     '', 'sedentaire', true, 1, ''
              FROM comptes_utilisateur, unnest(ARRAY['A', 'B']) letter WHERE id = 1 RETURNING id, identifiant),
            accepted AS (
              INSERT INTO comptes_acceptationregle (utilisateur_id, regle_id) SELECT id, 1 FROM agent)
            INSERT INTO conventions_agentcaf (utilisateur_id, caf_id, fonction, opens_on, closing_reason)
            SELECT id, {CAF}, CASE WHEN right(identifiant, 1) = 'A' THEN 'administrateur' ELSE 'gestionnaire' END,
                   current_date - 900, '' FROM agent""",
    ]


def _people() -> list[str]:
    """In each convention a group that declares, with everybody in it; `rang` is 1 to 4 within the convention."""
    return [
        """INSERT INTO habilitations_groupe (convention_id, code, libelle, niveau, edition, opens_on, closing_reason)
           SELECT id, 'AFAS-DEC', 'AFAS-DECLARER', 1, 1, current_date - 960, '' FROM conventions_convention""",
        """INSERT INTO habilitations_rolegroupe (groupe_id, role, opens_on, closing_reason)
           SELECT id, 'afas.declarer', current_date - 950, '' FROM habilitations_groupe WHERE code = 'AFAS-DEC'""",
        """INSERT INTO habilitations_appartenance (rattachement_id, groupe_id, opens_on, closing_reason)
           SELECT r.id, g.id, current_date - 800, '' FROM conventions_rattachement r
           JOIN habilitations_groupe g ON g.convention_id = r.convention_id AND g.code = 'AFAS-DEC'""",
        """CREATE TEMP TABLE person AS
           SELECT id AS rattachement, utilisateur_id AS utilisateur, convention_id AS convention,
                  row_number() OVER (PARTITION BY convention_id ORDER BY id) AS rang FROM conventions_rattachement""",
    ]


def _activites(load: Load) -> list[str]:
    """A lieu each, a second one for a quarter; two suppliers of the activity, one of the finances, an approbateur."""
    return [
        f"""INSERT INTO afas_activite (organisme_id, caf_id, libelle, type, nature, numero_dossier, capacite, edition,
                                       opens_on)
            SELECT c.organisme_id, c.caf_pivot_id, 'Accueil ' || n || ' de ' || c.libelle, 'alsh', 'extrascolaire',
                   '2020' || lpad((c.id * {load.activites} + n)::text, 8, '0'), 40, 0, current_date - 900
            FROM conventions_convention c, generate_series(1, {load.activites}) n ORDER BY c.id, n""",
        """INSERT INTO afas_lieuimplantation (activite_id, libelle, adresse, code_postal, commune, opens_on)
           SELECT a.id, 'Lieu ' || n, '', '', 'Rennes', a.opens_on FROM afas_activite a, generate_series(1, 2) n
           WHERE n = 1 OR a.id % 4 = 0 ORDER BY a.id, n""",
        """INSERT INTO afas_profil (rattachement_id, role, activite_id, validation, decided_at, refusal, opens_on,
                                    closing_reason)
           SELECT p.rattachement, roles.role, a.id,
                  CASE roles.role WHEN 'approbateur' THEN 'validee' ELSE 'sans_objet' END,
                  CASE roles.role WHEN 'approbateur' THEN now() END, '', current_date - 700, ''
           FROM afas_activite a JOIN conventions_convention c ON c.organisme_id = a.organisme_id
           JOIN person p ON p.convention = c.id
           JOIN (VALUES (1, 'activite'), (2, 'activite'), (3, 'finances'), (4, 'approbateur')) roles(rang, role)
             ON roles.rang = p.rang""",
    ]


def _echeances() -> list[str]:
    return [
        f"""INSERT INTO afas_echeance (caf_id, exercice, type, phase, opens_on, due_on, opened_at, edition)
            SELECT caf.id, {LAST}, 'alsh', phase, due_on - 60, due_on, due_on - 60, 0
            FROM conventions_caf caf, (VALUES ('previsionnel', date '{LAST}-02-13'), ('actualise_juin', '{LAST}-07-10'),
              ('actualise_septembre', '{LAST}-10-12'), ('reel', '{NOW}-03-31')) planned(phase, due_on)""",
        f"""INSERT INTO afas_echeance (caf_id, exercice, type, phase, opens_on, due_on, edition)
            SELECT id, {NOW}, 'alsh', 'previsionnel', current_date, current_date + 60, 0 FROM conventions_caf""",
        f"""INSERT INTO afas_echeance (caf_id, exercice, type, phase, opens_on, due_on, opened_at, edition)
            VALUES ({CAF}, {NOW}, 'alsh', '{RUSH}', current_date - 30, current_date, now() - interval '30 days', 0)""",
    ]


def _declarations() -> list[str]:
    """All that was opened; of last year's réel one in ten is still with the Caf, one in fifty was never transmitted."""
    return [
        f"""INSERT INTO afas_declaration (activite_id, echeance_id, caf_id, definition, etat, version, edition,
                                          opened_at, changed_at, transmitted_at)
            SELECT a.id, e.id, a.caf_id, '{DEFINITION}', state.etat, 1, 0, e.opens_on, e.due_on,
                   CASE WHEN state.etat NOT IN ('en_cours', 'a_approuver') THEN e.due_on - a.id % 20 * interval '1 day'
                        END
            FROM afas_activite a JOIN afas_echeance e ON e.caf_id = a.caf_id AND e.opened_at IS NOT NULL,
            LATERAL (SELECT CASE
              WHEN e.exercice = {NOW} THEN CASE WHEN a.id % 2 = 0 THEN 'en_cours' ELSE 'a_approuver' END
              WHEN e.phase = 'reel' AND a.id % 50 = 7 THEN 'en_cours'
              WHEN e.phase = 'reel' AND a.id % 10 = 3 THEN 'transmise'
              WHEN e.phase = 'reel' AND a.id % 10 = 4 THEN 'en_traitement'
              ELSE 'notifiee' END AS etat) state
            ORDER BY e.id, a.id""",
        f"""INSERT INTO afas_volet (declaration_id, kind, lieu_id, etat, valeurs, edition, submitted_by_id,
                                    submitted_at)
            SELECT d.id, sheet.kind, sheet.lieu, CASE WHEN d.etat = 'en_cours' THEN 'en_cours' ELSE 'soumis' END,
                   sheet.valeurs, 1, CASE WHEN d.etat <> 'en_cours' THEN 1 END,
                   CASE WHEN d.etat <> 'en_cours' THEN d.changed_at END
            FROM afas_declaration d JOIN afas_activite a ON a.id = d.activite_id,
            LATERAL (SELECT 'activite' AS kind, l.id AS lieu, {SHEET} AS valeurs FROM afas_lieuimplantation l
                     WHERE l.activite_id = a.id
                     UNION ALL SELECT 'financier', NULL, {FINANCES}) sheet""",
    ]


def _transmitted() -> list[str]:
    """Versions with their content, the steps, and the rights; those of Caf 1 are worked out by the product."""
    return [
        """INSERT INTO afas_versiondeclaration (declaration_id, numero, contenu, empreinte, code, motif,
                                                 approved_by_id, approved_at)
            SELECT d.id, 1, jsonb_build_object('version', 1, 'definition', d.definition,
                     'activite', jsonb_build_object('pk', a.id, 'type', a.type, 'nature', a.nature,
                                                    'libelle', a.libelle),
                     'echeance', jsonb_build_object('pk', e.id, 'exercice', e.exercice, 'phase', e.phase),
                     'totaux', '[]'::jsonb, 'constats', '[]'::jsonb,
                     'volets', (SELECT jsonb_agg(jsonb_build_object('kind', v.kind, 'lieu', v.lieu_id, 'valeurs',
                                  v.valeurs, 'libelle', v.kind, 'groupes', '[]'::jsonb) ORDER BY v.id)
                                FROM afas_volet v WHERE v.declaration_id = d.id)),
                   md5(d.id::text) || md5('b' || d.id), lpad(d.id::text, 19, '0'), '', 1, d.transmitted_at
            FROM afas_declaration d JOIN afas_activite a ON a.id = d.activite_id
            JOIN afas_echeance e ON e.id = d.echeance_id WHERE d.transmitted_at IS NOT NULL""",
        """INSERT INTO afas_etapedeclaration (declaration_id, code, vers, version, by_id, at, motif)
           SELECT d.id, step.code, step.vers, 1, 1, d.transmitted_at + step.days * interval '1 day', ''
           FROM afas_declaration d, (VALUES ('transmettre', 'transmise', 0), ('traiter', 'traitee', 9),
             ('notifier', 'notifiee', 10)) step(code, vers, days)
           WHERE d.transmitted_at IS NOT NULL AND (step.days = 0 OR d.etat = 'notifiee')""",
        f"""INSERT INTO afas_droit (declaration_id, version_id, montant, lignes, empreinte)
            SELECT d.id, v.id, 9000 + d.id % 4000, '[]', v.empreinte
            FROM afas_declaration d JOIN afas_versiondeclaration v ON v.declaration_id = d.id
            WHERE d.etat IN ('en_traitement', 'notifiee') AND d.caf_id <> {CAF}""",
        f"""INSERT INTO afas_chiffrebareme (caf_id, type, code, nature, exercice, valeur, source, entered_by_id)
            SELECT {CAF}, 'alsh', code, '', {LAST}, valeur, 'Mesure', 1
            FROM (VALUES ('taux_ps', 30), ('prix_plafond', 2.07), ('complement_inclusif_heure', 3.9)) kept(code, valeur)
            """,
    ]
