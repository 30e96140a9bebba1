"""Which days each role of an activité is covered: given, validated, and held by somebody who may declare."""

from datetime import date

from django.db import connection

from portail.afas.enums import OPEN_TO_ENTRY, EtatDeclaration, RoleProfil
from portail.afas.roles import DECLARER
from portail.habilitations.queries.couvertures import Couverture
from portail.ui.templatetags.ui import day

_COVERED = """
WITH ours AS (
    SELECT DISTINCT profil.activite_id AS id FROM afas_profil profil
    JOIN conventions_rattachement mine ON mine.id = profil.rattachement_id
    WHERE mine.convention_id = %(convention)s AND profil.period && daterange(%(on)s, NULL)
), needed AS (
    SELECT ours.id AS activite_id, lieu.id AS lieu_id, lieu.libelle AS lieu, 'activite' AS role
    FROM ours LEFT JOIN afas_lieuimplantation lieu
        ON lieu.activite_id = ours.id AND lieu.period && daterange(%(on)s, NULL)
    UNION ALL
    SELECT ours.id, NULL, NULL, role FROM ours, unnest(ARRAY['finances', 'approbateur']) AS role
)
SELECT activite.libelle, activite.numero_dossier, lieu, needed.role,
       (SELECT min(echeance.due_on) FROM afas_declaration declaration
        JOIN afas_echeance echeance ON echeance.id = declaration.echeance_id
        WHERE declaration.activite_id = needed.activite_id AND declaration.etat = ANY(%(etats)s)),
       (SELECT array_agg(ARRAY[lower(days), upper(days)] ORDER BY days)
        FROM unnest(range_agg(profil.period * right_.period * activite.period * daterange(%(on)s, NULL))) AS days)
FROM needed
JOIN afas_activite activite ON activite.id = needed.activite_id
JOIN afas_profil profil ON profil.activite_id = needed.activite_id AND profil.role = needed.role
    AND (profil.lieu_id IS NULL OR profil.lieu_id = needed.lieu_id)
    AND profil.validation IN ('sans_objet', 'validee')
JOIN habilitations_habilitation right_ ON right_.rattachement_id = profil.rattachement_id
    AND right_.role = %(role)s AND right_.period && profil.period
GROUP BY needed.activite_id, needed.lieu_id, lieu, needed.role, activite.libelle, activite.numero_dossier
"""
_NOBODY = {
    RoleProfil.ACTIVITE: "n'aura plus personne pour saisir son activité",
    RoleProfil.FINANCES: "n'aura plus personne pour saisir ses finances",
    RoleProfil.APPROBATEUR: "n'aura plus d'approbateur",
}


def covered(convention: int, on: date) -> Couverture:
    """From that day on, the roles that people of this convention share in, on whichever convention the others stand."""
    etats = [*OPEN_TO_ENTRY, EtatDeclaration.A_APPROUVER]
    with connection.cursor() as cursor:
        cursor.execute(_COVERED, {"convention": convention, "on": on, "etats": etats, "role": DECLARER.code})
        rows = cursor.fetchall()
    return {_sentence(*told): [(first, end) for first, end in days or []] for *told, days in rows}


def _sentence(libelle: str, dossier: str, lieu: str | None, role: str, due_on: date | None) -> str:
    where = f", lieu {lieu}" if lieu else ""
    due = f" ; une déclaration est à rendre pour le {day(due_on)}" if due_on else ""
    return f"« {libelle} » (dossier {dossier}{where}) {_NOBODY[RoleProfil(role)]}{due}."
