"""What a portal needs before its first convention: a Caf, its agents, the kinds of organisations."""

import tomllib
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from portail.comptes import actions as comptes
from portail.comptes.models import Utilisateur
from portail.comptes.rules import refuse_nom
from portail.conventions import events
from portail.conventions.actions.identifiants import next_agent_identifiant
from portail.conventions.enums import Fonction
from portail.conventions.models import AgentCaf, Caf, TypeOrganisme
from portail.journal import actions as journal
from portail.ui.rules import Refused

TYPES = Path(__file__).parents[1] / "types-organismes.toml"


def open_types() -> int:
    """Records the kinds of organisations of the product that are not there yet; how many."""
    declared = tomllib.loads(TYPES.read_text(encoding="utf-8"))["types"]
    known = set(TypeOrganisme.objects.values_list("code", flat=True))
    missing = [
        TypeOrganisme(code=code, prefixe=prefixe, libelle=libelle)
        for code, (prefixe, libelle) in declared.items()
        if code not in known
    ]
    return len(TypeOrganisme.objects.bulk_create(missing))


@transaction.atomic
def open_caf(*, by: journal.Author, code: str, nom: str, courriel: str, telephone: str = "") -> Caf:
    """Records a Caf.

    :raises Refused: when its code is taken, or is not three digits
    """
    if not (len(code) == 3 and code.isascii() and code.isdigit()):
        raise Refused(f"Le code « {code} » n'est pas celui d'une Caf : donnez trois chiffres, par exemple 132.")
    if Caf.objects.filter(code=code).exists():
        raise Refused(f"La Caf {code} est déjà enregistrée.")
    caf = Caf.objects.create(code=code, nom=nom, courriel=courriel, telephone=telephone)
    journal.record(events.CAF_OPENED, by=by, about=[caf], caf=nom, code=code)
    return caf


@transaction.atomic
def open_agent(
    *, by: journal.Author, caf: Caf, nom: str, prenom: str, courriel: str, fonction: Fonction
) -> Utilisateur:
    """Creates an agent of a Caf, told by the two mails of everybody.

    :raises Refused: when the mail address is taken, or a name is none
    """
    Caf.objects.select_for_update().get(pk=caf.pk)
    if Utilisateur.objects.with_courriel(courriel).exists():
        raise Refused("Cette adresse mail est déjà celle d'une personne du portail.")
    if refusal := refuse_nom(prenom) or refuse_nom(nom):
        raise Refused(refusal)
    today = timezone.localdate()
    utilisateur = Utilisateur.objects.create(
        identifiant=next_agent_identifiant(caf),
        password=make_password(None),
        nom=nom,
        prenom=prenom,
        courriel=courriel,
        is_agent=True,
        opens_on=today,
    )
    AgentCaf.objects.create(utilisateur=utilisateur, caf=caf, fonction=fonction, opens_on=today)
    journal.record(
        events.AGENT_OPENED,
        by=by,
        about=[utilisateur, caf],
        utilisateur=utilisateur.nom_complet,
        fonction=fonction.label,
        caf=caf.nom,
    )
    comptes.welcome(utilisateur, about=[caf])
    return utilisateur


@transaction.atomic
def found(*, caf: dict[str, str], administrateur: dict[str, str]) -> tuple[Utilisateur, int]:
    """What the operator does once per Caf: the kinds of organisations, the Caf, its first administrateur.

    :raises Refused: and nothing is written
    """
    types = open_types()
    opened = open_caf(by=journal.SYSTEM, **caf)
    agent = open_agent(by=journal.SYSTEM, caf=opened, fonction=Fonction.ADMINISTRATEUR, **administrateur)
    return agent, types
