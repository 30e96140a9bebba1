"""What nobody does by what somebody else lent him: change his own rights, or those of who lent it."""

from portail.habilitations.acteur import Acteur
from portail.habilitations.models import Appartenance, Groupe, Responsable
from portail.ui.templatetags.ui import elided


def refuse_bound(acteur: Acteur, utilisateur: int) -> str | None:
    """In suppléance, nothing on oneself nor on the titulaire."""
    if acteur.suppleant is None or not acteur.is_bound_by(utilisateur):
        return None
    label = acteur.suppleant.titulaire_label
    if utilisateur == acteur.utilisateur.pk:
        return (
            f"En suppléance {elided(label)}, vous n'agissez pas sur vos propres droits : "
            "demandez à un autre administrateur ou responsable."
        )
    return (
        f"Vous agissez en suppléance {elided(label)} : ses propres droits ne se changent pas par ce qui vous est prêté."
    )


def refuse_bound_groupe(acteur: Acteur, groupe: Groupe) -> str | None:
    """Nor on a group that gives either of them rights or a charge: its roles and its dates are theirs."""
    if acteur.suppleant is None:
        return None
    theirs = {"groupe__ancestors__ancestor": groupe, "rattachement__utilisateur__in": acteur.not_for}
    facts = (model.objects.not_ended_on(acteur.on).filter(**theirs) for model in (Appartenance, Responsable))
    if not any(rows.exists() for rows in facts):
        return None
    return (
        f"Ce groupe donne des droits ou une charge à vous-même ou à {acteur.suppleant.titulaire_label} : "
        "il ne se change pas en suppléance. Demandez à un autre administrateur."
    )


def refuse_suppleant(acteur: Acteur, act: str) -> str | None:
    """Some acts are a person's own: « act » says which, as « Nommer un suppléant »."""
    if acteur.suppleant is None:
        return None
    return f"« {act} » ne se fait pas en suppléance : revenez d'abord à vos propres fonctions, en haut de la page."
