"""Who types a sheet, submits it, opens it again, justifies a check; and until when."""

from collections.abc import Collection

from portail.afas.definitions import Champ
from portail.afas.enums import OPEN_TO_ENTRY, EtatDeclaration, EtatVolet, RoleProfil, VoletKind
from portail.afas.models import Declaration, Profil, Volet
from portail.afas.queries.declarations import reads_all
from portail.habilitations.acteur import Acteur
from portail.ui.templatetags.ui import counted, elided, instant

_CAF = "La Caf lit les déclarations : ce sont les fournisseurs du partenaire qui les saisissent."
_SUPPLEANT = (
    "Vous agissez en suppléance {titulaire} : les profils sont personnels. "
    "Choisissez en haut de la page d'agir pour vous-même."
)
_NO_PROFIL = (
    "Vous n'avez pas, aujourd'hui, le profil « {role} » pour ce volet. "
    "La personne qui donne les profils de votre organisme peut vous le donner."
)
_NO_PROFIL_AT_ALL = "Seules les personnes qui ont un profil sur cette activité justifient un contrôle."
_LIEUX_ONLY = (
    "Les contrôles portent sur toute la déclaration : vous fournissez les données de certains lieux, dont les volets "
    "montrent leurs propres contrôles."
)
_WAITING = "Cette déclaration attend l'approbation : rouvrez d'abord le volet à corriger."
_FROZEN = "Cette déclaration est « {etat} » : ce qui a été transmis ne se modifie plus."


def refuse_reading_volet(acteur: Acteur, volet: Volet) -> str | None:
    """What the perimeter shows may be read."""
    return None


def refuse_exporting_volet(acteur: Acteur, found: tuple[Volet, str]) -> str | None:
    """Who reads the sheet."""
    return None


def refuse_reading_controles(acteur: Acteur, declaration: Declaration) -> str | None:
    """Who reads the whole declaration: a check tells figures of every sheet."""
    return None if reads_all(acteur, declaration) else _LIEUX_ONLY


def refuse_typing(acteur: Acteur, volet: Volet) -> str | None:
    """A supplier of that sheet, by his own profile, while the declaration is open and the sheet not submitted."""
    return _refuse_person(acteur, volet) or _refuse_state(volet.declaration) or _refuse_submitted(volet)


def refuse_submitting(acteur: Acteur, volet: Volet) -> str | None:
    """A supplier of that sheet; when it may be done is `refuse_typing`, so that a double click is answered once."""
    return _refuse_person(acteur, volet)


def refuse_reopening(acteur: Acteur, volet: Volet) -> str | None:
    """A supplier of that sheet, as long as nothing was signed."""
    if refusal := _refuse_person(acteur, volet):
        return refusal
    if volet.declaration.etat not in (*OPEN_TO_ENTRY, EtatDeclaration.A_APPROUVER):
        return _frozen(volet.declaration)
    return None


def refuse_not_submitted(volet: Volet) -> str | None:
    return None if volet.etat == EtatVolet.SOUMIS else "Ce volet n'est pas soumis : vous pouvez déjà le modifier."


def refuse_justifying(acteur: Acteur, declaration: Declaration) -> str | None:
    """Whoever has a profile on the activité, until it is signed."""
    if refusal := _refuse_outsider(acteur):
        return refusal
    if not Profil.objects.of(acteur).filter(activite=declaration.activite_id).exists():
        return _NO_PROFIL_AT_ALL
    if refusal := refuse_reading_controles(acteur, declaration):
        return refusal
    is_open = declaration.etat in (*OPEN_TO_ENTRY, EtatDeclaration.A_APPROUVER)
    return None if is_open else _frozen(declaration)


def refuse_incomplete(missing: Collection[Champ], blocking: int) -> str | None:
    """Every compulsory field, and no blocking check of that sheet."""
    told = []
    if missing:
        told.append(counted(len(missing), "champ obligatoire est vide,champs obligatoires sont vides"))
    if blocking:
        told.append(counted(blocking, "contrôle bloque,contrôles bloquent"))
    return f"Ce volet ne peut pas encore être soumis : {' et '.join(told)}." if told else None


def _refuse_outsider(acteur: Acteur) -> str | None:
    if acteur.caf is not None:
        return _CAF
    if acteur.suppleant is not None:
        return _SUPPLEANT.format(titulaire=elided(acteur.suppleant.titulaire_label))
    return None


def _refuse_person(acteur: Acteur, volet: Volet) -> str | None:
    if refusal := _refuse_outsider(acteur):
        return refusal
    role = RoleProfil.FINANCES if volet.kind == VoletKind.FINANCIER else RoleProfil.ACTIVITE
    held = Profil.objects.of(acteur).filter(activite=volet.declaration.activite_id, role=role)
    lieux = set(held.order_by().values_list("lieu", flat=True))
    return None if {None, volet.lieu_id} & lieux else _NO_PROFIL.format(role=role.label)


def _refuse_state(declaration: Declaration) -> str | None:
    if declaration.etat == EtatDeclaration.A_APPROUVER:
        return _WAITING
    return None if declaration.etat in OPEN_TO_ENTRY else _frozen(declaration)


def _frozen(declaration: Declaration) -> str:
    return _FROZEN.format(etat=EtatDeclaration(declaration.etat).label)


def _refuse_submitted(volet: Volet) -> str | None:
    if volet.etat != EtatVolet.SOUMIS or volet.submitted_by is None:
        return None
    return (
        f"Ce volet a été soumis par {volet.submitted_by.nom_complet} le {instant(volet.submitted_at)} : "
        "rouvrez-le pour le modifier."
    )
