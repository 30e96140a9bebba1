"""What deserves a look in the rights of a perimeter: each anomaly with why it matters and where it is mended."""
# ruff: noqa: S608 (the pieces of SQL are texts of ours; values are parameters)

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.urls import reverse

from portail.comptes.models import at_day
from portail.habilitations.acteur import Acteur
from portail.supervision.queries.habilitations import supervised


@dataclass(frozen=True)
class Anomalie:
    """`sql` gives who or what, the detail, the convention (pk, libellé) and the pk the remedy's page asks for."""

    code: str
    libelle: str
    why: str
    remedy: str
    url_name: str
    sql: str


@dataclass(frozen=True)
class Case:
    """One case of an anomaly."""

    what: str
    detail: str
    convention: str
    url: str


_PERSON = "u.nom || ' ' || u.prenom || ' (' || u.identifiant || ')'"
_SERVING = """
FROM conventions_rattachement r
JOIN comptes_utilisateur u ON u.id = r.utilisateur_id AND u.period @> %(on)s::date
JOIN conventions_convention c ON c.id = r.convention_id
WHERE r.convention_id = ANY(%(conventions)s) AND r.period @> %(on)s::date
"""
_GROUPES = """
FROM habilitations_groupe g JOIN conventions_convention c ON c.id = g.convention_id
WHERE g.convention_id = ANY(%(conventions)s) AND g.period @> %(on)s::date AND c.period @> %(on)s::date
"""
_IN_A_GROUP = """EXISTS (SELECT FROM habilitations_appartenance a JOIN habilitations_groupe g ON g.id = a.groupe_id
    WHERE a.rattachement_id = r.id AND a.period @> %(on)s::date AND g.period @> %(on)s::date)"""
_ADMINISTERS = """EXISTS (SELECT FROM conventions_administrateur d
    WHERE d.rattachement_id = r.id AND d.period @> %(on)s::date)"""

_KNOWN = (
    Anomalie(
        "sans-groupe",
        "Utilisateurs sans groupe",
        "Ces personnes peuvent se connecter mais n'ouvrent aucun service : leur compte ne sert à rien, "
        "et un compte qui ne sert pas n'est surveillé par personne.",
        "Ajoutez la personne à un groupe, ou clôturez son accès.",
        "habilitations:utilisateur_view",
        f"""SELECT {_PERSON}, 'accès ouvert depuis le ' || to_char(r.opens_on, 'DD/MM/YYYY'), c.id, c.libelle, r.id
            {_SERVING} AND NOT {_ADMINISTERS}
            AND NOT EXISTS (SELECT FROM habilitations_appartenance a WHERE a.rattachement_id = r.id
                            AND (a.closes_on IS NULL OR a.closes_on >= %(on)s::date) AND NOT isempty(a.period))""",
    ),
    Anomalie(
        "groupe-sans-membre",
        "Groupes sans membre",
        "Un groupe vide garde ses rôles : la prochaine personne qu'on y mettra les aura tous, sans que nul y repense.",
        "Ajoutez-y des membres, ou clôturez le groupe.",
        "habilitations:groupe_view",
        f"""SELECT g.libelle || ' (' || g.code || ')', 'ni dedans, ni dans ses sous-groupes', c.id, c.libelle, g.id
            {_GROUPES} AND g.id NOT IN (
              SELECT up.ancestor_id
              FROM conventions_rattachement r
              JOIN habilitations_appartenance a ON a.rattachement_id = r.id AND a.period @> %(on)s::date
              JOIN habilitations_groupeancestor up ON up.groupe_id = a.groupe_id
              WHERE r.convention_id = ANY(%(conventions)s) AND r.period @> %(on)s::date)""",
    ),
    Anomalie(
        "groupe-sans-responsable",
        "Groupes sans responsable",
        "Personne de proche ne répond des membres de ce groupe : seul l'administrateur voit qui devrait en sortir.",
        "Nommez un responsable du groupe ou d'un groupe au-dessus.",
        "habilitations:groupe_view",
        f"""SELECT g.libelle || ' (' || g.code || ')', 'ni pour le groupe, ni au-dessus', c.id, c.libelle, g.id
            {_GROUPES} AND NOT EXISTS (
              SELECT FROM habilitations_groupeancestor above
              JOIN habilitations_responsable p ON p.groupe_id = above.ancestor_id AND p.period @> %(on)s::date
              JOIN conventions_rattachement r ON r.id = p.rattachement_id AND r.period @> %(on)s::date
              WHERE above.groupe_id = g.id)""",
    ),
    Anomalie(
        "administrateur-seul",
        "Conventions à un seul administrateur",
        "Si cette personne part ou perd son accès, plus personne chez le partenaire ne peut retirer un droit.",
        "Demandez à l'administrateur d'en proposer un second, par « Proposer un autre administrateur » sur la page de "
        "la convention ; un avenant peut aussi en désigner un.",
        "habilitations:convention_view",
        """SELECT o.raison_sociale,
                  CASE count(d.id) WHEN 0 THEN 'aucun administrateur' ELSE 'un seul administrateur' END,
                  c.id, c.libelle, c.id
           FROM conventions_convention c JOIN conventions_organisme o ON o.id = c.organisme_id
           LEFT JOIN conventions_rattachement r ON r.convention_id = c.id AND r.period @> %(on)s::date
           LEFT JOIN conventions_administrateur d ON d.rattachement_id = r.id AND d.period @> %(on)s::date
           WHERE c.id = ANY(%(conventions)s) AND c.period @> %(on)s::date AND c.validated_on <= %(on)s::date
           GROUP BY c.id, o.id HAVING count(d.id) < 2""",
    ),
    Anomalie(
        "droits-inutilises",
        "Droits non utilisés",
        "Chaque service ouvert s'utilise au moins une fois par an ; un droit dont nul ne se sert est un droit que nul "
        "ne surveille.",
        "Demandez si le droit sert encore ; sinon retirez la personne de ses groupes ou clôturez son accès.",
        "habilitations:utilisateur_view",
        f"""SELECT {_PERSON}, coalesce('dernière connexion le ' || to_char(u.last_login AT TIME ZONE 'Europe/Paris',
                   'DD/MM/YYYY'), 'jamais connecté'), c.id, c.libelle, r.id
            {_SERVING} AND {_IN_A_GROUP}
            AND coalesce(u.last_login, r.opens_on) < %(on)s::date - make_interval(months => %(months)s)""",
    ),
    Anomalie(
        "justificatifs-manquants",
        "Justificatifs manquants ou échus",
        "Un groupe donne à ces personnes un rôle qui demande un justificatif, par exemple un diplôme pour T1 : "
        "sans lui, le rôle n'agit pas.",
        "Demandez le justificatif à la personne, ou déposez-le pour elle ; vérifiez celui qui attend.",
        "habilitations:utilisateur_view",
        f"""SELECT {_PERSON}, upper(split_part(rb.role, '.', 2)) || CASE
                     WHEN EXISTS (SELECT FROM habilitations_justificatif j WHERE j.utilisateur_id = u.id
                                  AND j.role = rb.role AND j.etat = 'depose') THEN ' : déposé, à vérifier'
                     ELSE coalesce((SELECT ' : échu ou retiré le ' || to_char(max(j.closes_on), 'DD/MM/YYYY')
                                    FROM habilitations_justificatif j WHERE j.utilisateur_id = u.id
                                    AND j.role = rb.role AND j.etat = 'verifie' AND j.closes_on < %(on)s::date
                                    HAVING count(*) > 0), ' : absent') END,
                   c.id, c.libelle, r.id
            FROM conventions_rolebulletin rb
            JOIN conventions_bulletinadhesion b ON b.id = rb.bulletin_id AND b.period @> %(on)s::date
            JOIN conventions_convention c ON c.id = b.convention_id
            JOIN conventions_rattachement r ON r.convention_id = c.id AND r.period @> %(on)s::date
            JOIN comptes_utilisateur u ON u.id = r.utilisateur_id AND u.period @> %(on)s::date
            WHERE c.id = ANY(%(conventions)s) AND rb.justificatif_since <= %(on)s::date AND rb.period @> %(on)s::date
              AND EXISTS (SELECT FROM habilitations_appartenance a
                          JOIN habilitations_rolegroupe g ON g.groupe_id = a.groupe_id AND g.role = rb.role
                          WHERE a.rattachement_id = r.id AND a.period @> %(on)s::date AND g.period @> %(on)s::date)
              AND NOT EXISTS (SELECT FROM habilitations_justificatif j WHERE j.utilisateur_id = u.id
                              AND j.role = rb.role AND j.etat = 'verifie' AND j.period @> %(on)s::date)""",
    ),
    Anomalie(
        "courriels-en-echec",
        "Courriels en échec",
        "L'adresse de ces personnes ne reçoit plus rien : ni mot de passe provisoire, ni alerte sur leur compte.",
        "Vérifiez l'adresse avec la personne, corrigez-la, puis renvoyez l'identifiant.",
        "habilitations:utilisateur_view",
        f"""SELECT {_PERSON}, 'dernier échec le ' || to_char(m.at AT TIME ZONE 'Europe/Paris', 'DD/MM/YYYY'),
                   c.id, c.libelle, r.id
            FROM (SELECT lower("to") AS address, max(enqueued_at) AS at FROM courriels_courriel
                  WHERE statut = 'echec' GROUP BY 1) m
            JOIN comptes_utilisateur u ON lower(u.courriel) = m.address AND u.period @> %(on)s::date
            JOIN conventions_rattachement r ON r.utilisateur_id = u.id AND r.period @> %(on)s::date
            JOIN conventions_convention c ON c.id = r.convention_id
            WHERE r.convention_id = ANY(%(conventions)s)""",
    ),
    Anomalie(
        "domaine-etranger",
        "Adresses d'un autre domaine",
        "La plupart des personnes de l'organisme ont une adresse du même domaine : une autre peut être une adresse "
        "personnelle, ou celle de quelqu'un qui n'est pas de la maison.",
        "Vérifiez que la personne travaille bien pour l'organisme et demandez son adresse professionnelle.",
        "habilitations:utilisateur_view",
        f"""WITH people AS (
              SELECT r.id, r.convention_id, c.libelle, c.organisme_id, {_PERSON} AS person,
                     lower(split_part(u.courriel, '@', 2)) AS domain {_SERVING}),
            counted AS (SELECT organisme_id, domain, count(*) AS people FROM people GROUP BY 1, 2),
            usual AS (SELECT organisme_id, domain FROM counted k
                      WHERE people * 2 > (SELECT sum(people) FROM counted o WHERE o.organisme_id = k.organisme_id)
                        AND people > 1)
            SELECT p.person, p.domain || ' au lieu de ' || usual.domain, p.convention_id, p.libelle, p.id
            FROM people p JOIN usual USING (organisme_id)
            WHERE p.domain <> usual.domain AND p.domain <> ALL(%(domains)s)""",
    ),
    Anomalie(
        "administrateur-eclair",
        "Administrateurs nommés et servis dans l'heure",
        "Un compte créé, fait administrateur et doté de droits en moins d'une heure est ce que ferait quelqu'un "
        "qui a volé le compte d'un autre administrateur.",
        "Appelez l'organisme : qui a demandé ce compte ? En cas de doute, clôturez l'accès.",
        "habilitations:utilisateur_view",
        f"""SELECT {_PERSON}, 'compte créé le ' || to_char(u.created_at AT TIME ZONE 'Europe/Paris',
                   'DD/MM/YYYY à HH24"h"MI'), c.id, c.libelle, r.id
            {_SERVING} AND EXISTS (SELECT FROM conventions_administrateur d WHERE d.rattachement_id = r.id
                   AND d.period @> %(on)s::date
                   AND d.opened_at BETWEEN u.created_at AND u.created_at + interval '1 hour')
            AND EXISTS (SELECT FROM habilitations_appartenance a WHERE a.rattachement_id = r.id
                   AND a.period @> %(on)s::date
                   AND a.opened_at BETWEEN u.created_at AND u.created_at + interval '1 hour')""",
    ),
    Anomalie(
        "actes-de-nuit",
        "Actes de nuit sur les droits",
        "Entre 22h et 6h, depuis trente jours, quelqu'un a changé des droits : c'est rare, et mérite une question.",
        "Lisez l'historique de la convention et demandez à l'auteur ce qu'il faisait.",
        "habilitations:convention_history",
        """SELECT j.by_label || ' (' || j.by || ')',
                  'le ' || to_char(j.recorded_at AT TIME ZONE 'Europe/Paris', 'DD/MM/YYYY à HH24"h"MI'),
                  c.id, c.libelle, c.id
           FROM journal_journalentry j CROSS JOIN LATERAL unnest(j.subjects) AS about(name)
           JOIN conventions_convention c ON about.name = 'convention:' || c.id
           WHERE c.id = ANY(%(conventions)s) AND j.subjects && %(subjects)s AND j.result = 'fait'
             AND j.kind LIKE 'habilitations.%%' AND j.kind <> ALL(%(reads)s)
             AND j.recorded_at > %(on)s::date - interval '30 days'
             AND j.id > coalesce((SELECT max(last_entry) FROM journal_journalseal
                                  WHERE sealed_at < %(on)s::date - interval '31 days'), 0)
             AND (extract(hour FROM j.recorded_at AT TIME ZONE 'Europe/Paris') >= 22
                  OR extract(hour FROM j.recorded_at AT TIME ZONE 'Europe/Paris') < 6)""",
    ),
)
ANOMALIES = {each.code: each for each in _KNOWN}
_READS = ["habilitations.list.exported", "habilitations.organisation.switched"]


def anomalie_for(acteur: Acteur, code: str) -> Anomalie | None:
    """The anomaly of that code; what is in it depends on who asks."""
    return ANOMALIES.get(code)


def counts_for(acteur: Acteur) -> dict[str, int]:
    """How many cases of each anomaly there are in his perimeter."""
    values = _values(acteur)
    with connection.cursor() as cursor:
        counts = {}
        for each in _KNOWN:
            cursor.execute(f"SELECT count(*) FROM ({at_day(each.sql, acteur.on)}) cases", values)
            counts[each.code] = cursor.fetchone()[0]
        return counts


# What the list may be sorted by: its own columns, by their place in the SQL of the cases.
ORDERS = {"what": "1, 4, 3, 2", "detail": "2, 4, 3, 1", "convention": "4, 3, 1, 2"}


def _order(order: str) -> str:
    """The columns to sort by; a minus turns the first one round."""
    first, _, rest = ORDERS.get(order.removeprefix("-"), ORDERS["convention"]).partition(", ")
    return f"{first}{' DESC' if order.startswith('-') else ''}, {rest}"


def cases_for(acteur: Acteur, anomalie: Anomalie, *, limit: int, convention: str = "", order: str = "") -> list[Case]:
    """The first cases in the order asked for, else by convention then name; one more than `limit` tells of others."""
    values = _values(acteur, convention) | {"limit": limit + 1}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM ({at_day(anomalie.sql, acteur.on)}) cases ORDER BY {_order(order)} LIMIT %(limit)s",
            values,
        )
        return [Case(what, detail, of, _remedy(anomalie, pk, at)) for what, detail, pk, of, at in cursor.fetchall()]


def _remedy(anomalie: Anomalie, convention: int, pk: int) -> str:
    is_its_own = anomalie.url_name.partition(":")[2].startswith("convention")
    return reverse(anomalie.url_name, args=[convention] if is_its_own else [convention, pk])


def _values(acteur: Acteur, convention: str = "") -> dict[str, Any]:
    rows = supervised(acteur)
    if convention:
        rows = rows.filter(sort_key__holds=convention)
    conventions = list(rows.order_by("pk").values_list("pk", flat=True))
    return {
        "conventions": conventions,
        "subjects": [f"convention:{pk}" for pk in conventions],
        "months": settings.PORTAIL["UNUSED_MONTHS"],
        "domains": settings.MAIL_DOMAINS,
        "reads": _READS,
    }
