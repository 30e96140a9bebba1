"""May a declaration take this step now? Who may take it is the rule of each act."""

from portail.afas.enums import TRANSITIONS, EtatDeclaration
from portail.afas.models import Declaration
from portail.ui.rules import Settled

_NO_MOTIF = "Indiquez le motif : il sera lu par ceux qui suivent cette déclaration."


def refuse_step(declaration: Declaration, code: str) -> str | None:
    """The table of transitions decides (docs/metier/cycle-de-vie-declaration.md)."""
    transition = TRANSITIONS[code]
    if declaration.etat in transition.de:
        return None
    wanted = " ou ".join(f"« {etat.label} »" for etat in transition.de)
    now = EtatDeclaration(declaration.etat).label
    return Settled(f"Cette déclaration est « {now} » : cet acte demande qu'elle soit {wanted}. Rechargez la page.")


def refuse_missing_motif(code: str, motif: str) -> str | None:
    return _NO_MOTIF if TRANSITIONS[code].asks_motif and not motif.strip() else None
