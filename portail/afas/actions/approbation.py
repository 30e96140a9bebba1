"""The approbateur's acts: he signs and transmits, sends back, corrects what he transmitted."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portail.afas import events
from portail.afas.actions.common import held, move, open_next_version, reopen
from portail.afas.actions.traitement import received
from portail.afas.models import Declaration, VersionDeclaration, Volet
from portail.afas.queries.approbations import fournisseurs_of, motif_of_correction
from portail.afas.queries.recapitulatifs import late_in_words
from portail.afas.queries.versions import Contenu, content_of, differences, digest_of
from portail.afas.rules import approbation as rules
from portail.conventionnement.actions import new_code
from portail.courriels import actions as courriels
from portail.courriels import events as kinds
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.journal import actions as journal
from portail.ui.rules import Difference, Refused, Stale

_CHANGED = "« {declaration} » a changé depuis que vous l'avez lue : rien n'est signé. Relisez-la et recommencez."
_ELSE = Difference("Contrôles, justifications ou soumissions", "", "modifiés depuis votre lecture")


@transaction.atomic
def approve(*, by: Acteur, declaration: Declaration, empreinte: str, seen: Contenu | None = None) -> VersionDeclaration:
    """The approbateur signs exactly what he read, and it is transmitted; whoever calls has checked his password again.

    `empreinte` is the digest of what he read; `seen` that content, when it is known, to say what changed in it.

    :raises Refused: when a rule forbids it
    :raises Stale: when the declaration no longer says what he read
    """
    declaration, by = held(declaration), replace(by)  # his rights as they are now, not as the page found them
    allow(rules.refuse_approving(by, declaration))
    contenu = content_of(declaration)
    if digest_of(contenu) != empreinte:
        raise Stale(differences(seen, contenu) or [_ELSE] if seen else [_ELSE])
    allow(rules.refuse_content(contenu))
    version = _freeze(declaration, contenu, by)
    move(declaration, "transmettre", by=by)
    declaration.transmitted_at = version.approved_at
    declaration.save(update_fields=["transmitted_at"])
    received(declaration, by=by)
    _record(events.TRANSMITTED, declaration, by, empreinte=version.empreinte, retard=_late(version))
    link = _url("afas:version_list", declaration.pk)
    _tell_everybody(events.DECLARATION_TRANSMITTED, declaration, by, code=version.code, link=link)
    return version


def _freeze(declaration: Declaration, contenu: Contenu, by: Acteur) -> VersionDeclaration:
    return VersionDeclaration.objects.create(
        declaration=declaration,
        numero=declaration.version,
        contenu=contenu,
        empreinte=digest_of(contenu),
        code=new_code(),
        motif=motif_of_correction(declaration)[:300],
        approved_by=by.utilisateur,
        approved_at=timezone.now(),
    )


def _late(version: VersionDeclaration) -> str:
    words = late_in_words(version)
    return f", {words}" if words else ""


@transaction.atomic
def approve_together(*, by: Acteur, empreintes: Mapping[int, str]) -> list[VersionDeclaration]:
    """Signs these declarations (number → digest of what was read): all of them, or none.

    :raises Refused: naming the first that cannot be signed
    """
    allow(rules.refuse_signing_together(empreintes))
    rows = Declaration.objects.filter(pk__in=empreintes).select_related("activite", "echeance").order_by("pk")
    return [_approve_one(by, declaration, empreintes[declaration.pk]) for declaration in rows]


def _approve_one(by: Acteur, declaration: Declaration, empreinte: str) -> VersionDeclaration:
    try:
        return approve(by=by, declaration=declaration, empreinte=empreinte)
    except Stale as stale:
        raise Refused(_CHANGED.format(declaration=declaration)) from stale
    except Refused as refusal:
        raise Refused(f"« {declaration} » : {refusal} Rien n'est signé.") from refusal


@transaction.atomic
def send_back(*, by: Acteur, declaration: Declaration, volets: Collection[Volet], motif: str) -> None:
    """The approbateur does not sign, says why, and gives these sheets back to their suppliers.

    :raises Refused: when a rule forbids it
    """
    declaration, by = held(declaration), replace(by)
    allow(rules.refuse_sending_back(by, declaration) or rules.refuse_reopening(volets))
    move(declaration, "refuser", by=by, motif=motif)
    told = reopen(declaration, [volet.pk for volet in volets])
    _record(events.SENT_BACK, declaration, by, volets=told, motif=motif)
    _tell_suppliers(events.DECLARATION_SENT_BACK, declaration, by, volets)


@transaction.atomic
def correct(*, by: Acteur, declaration: Declaration, volets: Collection[Volet], motif: str) -> None:
    """Opens a new version of what was transmitted, with the same values, to write in these sheets.

    :raises Refused: when a rule forbids it, the Caf's decision first
    """
    declaration, by = held(declaration), replace(by)
    allow(rules.refuse_correcting(by, declaration) or rules.refuse_reopening(volets))
    move(declaration, "corriger", by=by, motif=motif)
    told = open_next_version(declaration, [volet.pk for volet in volets])
    _record(events.CORRECTION_OPENED, declaration, by, volets=told, motif=motif)
    _tell_everybody(events.DECLARATION_REOPENED, declaration, by, volets)


# Told


def _record(kind: Any, declaration: Declaration, by: Acteur, **facts: Any) -> None:
    activite = declaration.activite
    journal.record(
        kind,
        by=by,
        about=[declaration, activite, activite.organisme],
        declaration=str(declaration),
        version=declaration.version,
        **facts,
    )


def _tell_everybody(
    kind: kinds.Kind, declaration: Declaration, by: Acteur, volets: Collection[Volet] | None = None, **facts: str
) -> None:
    """The suppliers, or those of these sheets; the approbateur and the Caf."""
    _tell_suppliers(kind, declaration, by, volets, **facts)
    _tell(kind, declaration, by.utilisateur.courriel, by.nom_complet, **facts)
    _tell(kind, declaration, declaration.caf.courriel, declaration.caf.nom, **facts)


def _tell_suppliers(
    kind: kinds.Kind, declaration: Declaration, by: Acteur, volets: Collection[Volet] | None = None, **facts: str
) -> None:
    for person in fournisseurs_of(declaration, by, volets).exclude(pk=by.utilisateur.pk):
        _tell(kind, declaration, person.courriel, person.nom_complet, **facts)


def _tell(kind: kinds.Kind, declaration: Declaration, to: str, to_label: str, **facts: str) -> None:
    """Never a figure in a mail: what it is about, and where to read it."""
    told = {
        "activite": declaration.activite.libelle,
        "echeance": str(declaration.echeance),
        "version": declaration.version,
        "link": _url("afas:declaration_view", declaration.pk),
    }
    courriels.enqueue(kind, to=to, to_label=to_label, about=[declaration], facts=told | facts)


def _url(name: str, *args: int) -> str:
    return settings.PUBLIC_URL + reverse(name, args=args)
