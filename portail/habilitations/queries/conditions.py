"""What else can stop a right that a group gives: a proof that is missing, a service left unused (ADR 0013)."""

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils.timezone import localtime

from portail.comptes.models import at_day
from portail.conventions.models import Rattachement, RoleBulletin
from portail.habilitations import roles
from portail.habilitations.acteur import Acteur
from portail.habilitations.enums import EtatJustificatif
from portail.habilitations.models import Justificatif, SuspensionUsage

WHO_CHECKS = "Un administrateur de la convention, ou le responsable d'un de ses groupes, le vérifie."
WHO_REINSTATES = "Un administrateur de la convention, ou le responsable d'un de ses groupes, peut rétablir l'accès."

CAF_REINSTATES = "Seul un administrateur de la Caf peut rétablir l'accès : la personne lui explique ce qui s'est passé."


@dataclass(frozen=True)
class Stop:
    """One of these conditions: met or not that day; `reason` says what is missing, `remedy` what to do."""

    label: str
    is_ok: bool
    starts_on: date | None = None
    ends_on: date | None = None
    by: str = ""
    reason: str = ""
    remedy: str = ""


class Conditions:
    """The proofs and the suspensions of one person under one convention, read once."""

    def __init__(self, rattachement: Rattachement, on: date) -> None:
        self.on = on
        proofs = Justificatif.objects.filter(utilisateur=rattachement.utilisateur_id)
        self.proofs = list(proofs.select_related("opened_by").order_by("-opens_on", "-pk"))
        suspensions = SuspensionUsage.objects.filter(rattachement=rattachement).open_on(on)
        self.suspended = {suspension.service: suspension for suspension in suspensions}

    def of(self, role: str, opening: RoleBulletin | None) -> list[Stop]:
        """What this role asks for beyond the groups, as `opening` opens it; nothing for most."""
        found = []
        if opening is not None and opening.justificatif_since is not None and opening.justificatif_since <= self.on:
            found.append(self._proof(role))
        if suspension := self.suspended.get(roles.service_of(role)):
            found.append(_unused(suspension))
        return found

    def _proof(self, role: str) -> Stop:
        label = roles.proof_label(role)
        known = [proof for proof in self.proofs if proof.role == role]
        checked = [proof for proof in known if proof.etat == EtatJustificatif.VERIFIE]
        acting = next((proof for proof in checked if proof.is_open(self.on)), None)
        if acting is not None:
            by = acting.opened_by.nom_complet if acting.opened_by else ""
            return Stop(f"{label} vérifié", True, acting.opens_on, acting.closes_on, by)
        waits = any(proof.etat == EtatJustificatif.DEPOSE for proof in known)
        return Stop(
            label,
            False,
            starts_on=min((proof.opens_on for proof in checked if proof.opens_on > self.on), default=None),
            reason=_missing(checked, waits, self.on),
            remedy=WHO_CHECKS if waits else f"La personne le dépose dans « Mes justificatifs ». {WHO_CHECKS}",
        )


def _missing(checked: list[Justificatif], waits: bool, on: date) -> str:
    """Why no proof counts that day."""
    if waits:
        return "Le justificatif est déposé, mais personne ne l'a encore vérifié."
    over = [proof for proof in checked if proof.statut(on) == "cloture"]
    if over:
        last = max(over, key=lambda proof: proof.closes_on or on)
        if last.closed_at is not None:
            return f"Le justificatif a été retiré le {localtime(last.closed_at):%d/%m/%Y} : {last.closing_reason}"
        return f"Le justificatif a expiré le {last.closes_on:%d/%m/%Y}."
    if checked:
        return f"Le justificatif ne vaut qu'à partir du {checked[-1].opens_on:%d/%m/%Y}."
    return "Le justificatif manque."


def _unused(suspension: SuspensionUsage) -> Stop:
    if suspension.motif:
        reason = f"Suspendu par la Caf depuis le {suspension.opens_on:%d/%m/%Y} : {suspension.motif}"
        return Stop(f"« {suspension.label} » non suspendu par la Caf", False, reason=reason, remedy=CAF_REINSTATES)
    return Stop(
        f"« {suspension.label} » utilisé dans l'année",
        False,
        reason=f"Suspendu depuis le {suspension.opens_on:%d/%m/%Y}, faute d'utilisation depuis le "
        f"{suspension.unused_since:%d/%m/%Y}.",
        remedy=WHO_REINSTATES,
    )


# What a person's groups would give him where he serves, but for these conditions. One statement: every home asks it.
_STOPS = """
SELECT s.service, '' AS role, s.opens_on AS since, false AS waits, NULL::date AS lapsed_on, s.motif
FROM habilitations_suspensionusage s
WHERE s.rattachement_id = ANY(%(places)s) AND s.period @> %(on)s::date
UNION ALL
SELECT b.service, rb.role, min(rb.justificatif_since),
       EXISTS (SELECT FROM habilitations_justificatif j
               WHERE j.utilisateur_id = %(utilisateur)s AND j.role = rb.role AND j.etat = 'depose'),
       (SELECT max(j.closes_on) FROM habilitations_justificatif j
        WHERE j.utilisateur_id = %(utilisateur)s AND j.role = rb.role AND j.etat = 'verifie'), ''
FROM conventions_rattachement r
JOIN conventions_bulletinadhesion b ON b.convention_id = r.convention_id AND b.period @> %(on)s::date
JOIN conventions_rolebulletin rb ON rb.bulletin_id = b.id AND rb.period @> %(on)s::date
WHERE r.id = ANY(%(places)s) AND rb.justificatif_since IS NOT NULL
  AND EXISTS (SELECT FROM habilitations_appartenance a JOIN habilitations_rolegroupe g ON g.groupe_id = a.groupe_id
              WHERE a.rattachement_id = r.id AND a.period @> %(on)s::date
                AND g.role = rb.role AND g.period @> %(on)s::date)
  AND NOT EXISTS (SELECT FROM habilitations_justificatif j
                  WHERE j.utilisateur_id = %(utilisateur)s AND j.role = rb.role AND j.etat = 'verifie'
                    AND j.period @> greatest(%(on)s::date, rb.justificatif_since))
GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Stopped:
    """A service suspended (`role` empty), or a role whose proof is missing from the day `since`.

    `motif` is what the Caf said when it suspended; nothing when it is for want of use.
    """

    service: str
    role: str
    since: date
    waits: bool
    lapsed_on: date | None
    motif: str

    @property
    def proof(self) -> str:
        return roles.proof_label(self.role)

    @property
    def role_label(self) -> str:
        return roles.label(self.role)


def stops_for(acteur: Acteur) -> list[Stopped]:
    """What stops him today where he acts, and the proofs that will soon be asked of him."""
    if not acteur.places:
        return []
    places = [place.rattachement for place in acteur.places]
    with connection.cursor() as cursor:
        cursor.execute(at_day(_STOPS, acteur.on), {"places": places, "utilisateur": acteur.utilisateur.pk})
        return [Stopped(*row) for row in cursor.fetchall()]
