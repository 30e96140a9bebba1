"""May this proof be given, read, checked, withdrawn?"""

import re
import unicodedata
from datetime import date
from pathlib import PurePosixPath

from django.conf import settings

from portail.comptes.models import Utilisateur
from portail.conventions.enums import Fonction
from portail.conventions.models import Rattachement
from portail.habilitations import roles
from portail.habilitations.acteur import Acteur
from portail.habilitations.enums import Analyse, EtatJustificatif
from portail.habilitations.models import Justificatif
from portail.habilitations.queries.justificatifs import places_of, roles_asking
from portail.habilitations.rules import refuse_conventions, refuse_managing_utilisateur

_OWN = "Personne ne vérifie ni ne retire son propre justificatif : un autre administrateur, ou la Caf, le fait."
_NOT_YOURS = (
    "Un justificatif est vérifié par l'administrateur de la convention ou le responsable d'un groupe de la personne."
)
# What a file must begin and end with, whatever its name says.
TYPES = {
    "application/pdf": (b"%PDF-", b"%%EOF", (".pdf",)),
    "image/jpeg": (b"\xff\xd8\xff", b"\xff\xd9", (".jpg", ".jpeg")),
    "image/png": (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82", (".png",)),
}
_TAIL = 1024


def media_type_of(content: bytes) -> str:
    """What the file is by its content; nothing for anything but a PDF, a JPEG or a PNG."""
    for media_type, (head, end, _) in TYPES.items():
        if content.startswith(head) and end in content[-_TAIL:]:
            return media_type
    return ""


def cleaned_name(name: str, media_type: str) -> str:
    """The name without folder, control or layout character, ended as its real type wants."""
    base = PurePosixPath(name.replace("\\", "/")).name
    plain = "".join(c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c)[0] not in "CZ" or c == " ")
    stem, extensions = re.sub(r'["*/:<>?|;%]', "_", PurePosixPath(plain).stem).strip(" ._"), TYPES[media_type][2]
    suffix = PurePosixPath(plain).suffix.lower()
    return f"{stem[:100] or 'justificatif'}{suffix if suffix in extensions else extensions[0]}"


def refuse_file(content: bytes) -> str | None:
    """A PDF, a JPEG or a PNG, whole, not longer than the setting says."""
    limit = settings.PORTAIL["JUSTIFICATIF_BYTES"]
    if len(content) > limit:
        return f"Ce fichier dépasse {limit / 1_000_000:g} Mo : réduisez-le, puis déposez-le de nouveau."
    if not media_type_of(content):
        return "Ce fichier n'est pas un PDF, un JPEG ou un PNG complet : enregistrez-le dans un de ces formats."
    return None


def refuse_own_list(acteur: Acteur) -> str | None:
    """Who works for a partner gives proofs."""
    if acteur.caf is not None:
        return "Les justificatifs sont demandés aux personnes des organismes partenaires."
    return None


def refuse_giving(acteur: Acteur, role: roles.Role) -> str | None:
    return refuse_own_list(acteur)


def refuse_giving_for(acteur: Acteur, rattachement: Rattachement) -> str | None:
    """Who manages the person may give it for him."""
    if rattachement.utilisateur_id == acteur.utilisateur.pk:
        return "Déposez vos propres justificatifs dans « Mes justificatifs »."
    if refusal := refuse_managing_utilisateur(acteur, rattachement):
        return refusal
    if not roles_asking(rattachement.utilisateur, acteur.on):
        return "Aucun rôle de la convention ne demande de justificatif."
    return None


def refuse_depositing(acteur: Acteur, utilisateur: Utilisateur, role: str) -> str | None:
    """The person, or who manages him; for a role that asks for it where he serves."""
    if role not in roles_asking(utilisateur, acteur.on):
        return "Ce rôle ne demande pas de justificatif à cette personne."
    if utilisateur.pk == acteur.utilisateur.pk:
        return refuse_own_list(acteur)
    return _refuse_person(acteur, utilisateur, role)


def _refuse_person(acteur: Acteur, utilisateur: Utilisateur, role: str) -> str | None:
    """Who manages the person under one of the conventions that ask for the proof."""
    refusals = [refuse_managing_utilisateur(acteur, place) for place in places_of(acteur, utilisateur, role)]
    return None if None in refusals else next(iter(refusals), _NOT_YOURS)


def refuse_justificatifs(acteur: Acteur) -> str | None:
    """Diplomas are no business of who processes declarations."""
    if acteur.fonction == Fonction.GESTIONNAIRE:
        return "Les justificatifs sont réservés aux administrateurs et aux auditeurs de la Caf."
    return refuse_conventions(acteur)


def refuse_reading_justificatif(acteur: Acteur, justificatif: Justificatif) -> str | None:
    if justificatif.utilisateur_id == acteur.utilisateur.pk:
        return None
    return refuse_justificatifs(acteur)


def refuse_opening_file(acteur: Acteur, justificatif: Justificatif) -> str | None:
    """What may be read may be opened, unless it is being analysed, or is no longer kept."""
    if refusal := refuse_reading_justificatif(acteur, justificatif):
        return refusal
    if justificatif.analyse == Analyse.EN_COURS:
        return "L'analyse antivirus de ce fichier n'est pas finie : réessayez dans quelques minutes."
    if justificatif.purged_at is not None or justificatif.analyse == Analyse.INFECTEE:
        return "Ce fichier n'est plus conservé ; son empreinte et les décisions le sont."
    return None


def refuse_checking(acteur: Acteur, justificatif: Justificatif) -> str | None:
    """Who manages the person, never himself, once the file was analysed, and once only."""
    if refusal := _refuse_deciding(acteur, justificatif):
        return refusal
    if justificatif.etat != EtatJustificatif.DEPOSE:
        return "Ce justificatif a déjà été traité."
    if justificatif.analyse == Analyse.EN_COURS:
        return "L'analyse antivirus de ce fichier n'est pas finie : réessayez dans quelques minutes."
    return None


def refuse_withdrawing_justificatif(acteur: Acteur, justificatif: Justificatif) -> str | None:
    if refusal := _refuse_deciding(acteur, justificatif):
        return refusal
    if justificatif.situation(acteur.on) not in ("verifie", "a_venir"):
        return "Seul un justificatif vérifié et encore valable peut être retiré."
    return None


def refuse_recontrolling(acteur: Acteur, justificatif: Justificatif) -> str | None:
    """The Caf looks again at what a partner has checked."""
    if acteur.caf is None:
        return "Seule la Caf contrôle de nouveau un justificatif."
    return refuse_withdrawing_justificatif(acteur, justificatif)


def _refuse_deciding(acteur: Acteur, justificatif: Justificatif) -> str | None:
    if justificatif.utilisateur_id == acteur.utilisateur.pk:
        return _OWN
    if refusal := refuse_justificatifs(acteur):
        return refusal
    return _refuse_person(acteur, justificatif.utilisateur, justificatif.role)


def refuse_valid_dates(opens_on: date, closes_on: date | None, on: date) -> str | None:
    """A proof opens nothing in the past: it was not checked then."""
    if opens_on < on:
        return "Un justificatif ne vaut pas avant d'être vérifié : choisissez aujourd'hui ou un jour à venir."
    if closes_on is not None and closes_on < opens_on:
        return "La fin de validité précède son début."
    return None
