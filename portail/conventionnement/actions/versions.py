"""Versions of a convention: drafted part by part, proposed by the Caf, signed by the partner, validated by the Caf."""

import hashlib
import json
import secrets
from dataclasses import replace
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from portail.conventionnement import events, queries, rules
from portail.conventionnement.actions.effets import apply_version
from portail.conventionnement.enums import EtatVersion
from portail.conventionnement.models import Contenu, Personne, Signature, VersionConvention
from portail.conventions.enums import Etat, Partie
from portail.conventions.models import Caf, Convention, Organisme
from portail.courriels import actions as courriels
from portail.courriels import events as kinds
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow, lock
from portail.habilitations.actions.conventions import attach_person
from portail.habilitations.actions.utilisateurs import Fiche
from portail.journal import actions as journal
from portail.ui.rules import Difference, Refused, Stale


def _locked(version: VersionConvention) -> VersionConvention:
    """The version as it stands, nobody else changing it, nor its convention, until the transaction ends."""
    lock(version.convention)
    rows = VersionConvention.objects.select_for_update(of=("self",))
    return rows.select_related("convention__organisme__type", "convention__caf_pivot").get(pk=version.pk)


def _record(kind: Any, version: VersionConvention, *, by: journal.Author, **facts: Any) -> None:
    """Tells the journal, about the convention and its organisation."""
    convention = version.convention
    journal.record(
        kind,
        by=by,
        about=[convention, convention.organisme],
        version=version.libelle,
        convention=convention.libelle,
        **facts,
    )


@transaction.atomic
def draft_convention(*, by: Acteur, organisme: Organisme, contenu: Contenu) -> VersionConvention:
    """Begins to formalise a convention of the Caf of `by` with the organisation.

    :raises Refused: when a rule forbids it
    """
    organisme = Organisme.objects.select_for_update().get(pk=organisme.pk)
    allow(rules.refuse_formalising(by, organisme))
    convention = Convention.objects.create(
        numero=_next_numero(),
        libelle=contenu.libelle,
        organisme=organisme,
        caf_pivot=by.caf,  # type: ignore[misc]
        opens_on=date.fromisoformat(contenu.opens_on),
        closes_on=_day(contenu.closes_on),
        etat=Etat.BROUILLON,
        finalites=contenu.finalites,
    )
    convention.cafs.set(Caf.objects.filter(code__in=contenu.cafs))
    version = VersionConvention.objects.create(
        convention=convention, rang=1, contenu=contenu.told(), created_by=by.utilisateur
    )
    _record(events.VERSION_DRAFTED, version, by=by, motif="")
    return version


def _day(told: str) -> date | None:
    return date.fromisoformat(told) if told else None


def _next_numero() -> int:
    """The five digits of the next convention: two that begin at once cannot both have them (unique)."""
    return (Convention.objects.aggregate(last=Max("numero"))["last"] or 0) + 1


@transaction.atomic
def draft_avenant(*, by: Acteur, convention: Convention, motif: str) -> VersionConvention:
    """Begins a change of a validated convention, from what it says today.

    :raises Refused: when a rule forbids it
    """
    lock(convention)
    allow(rules.refuse_avenant(by, convention))
    last = VersionConvention.objects.filter(convention=convention).order_by("-rang").first()
    contenu = starting_point(convention).told()
    if last is None:  # signed on paper before the portal: what it says today is its first version
        last = VersionConvention(convention=convention, rang=1)
    version = VersionConvention.objects.create(
        convention=convention,
        rang=last.rang + 1,
        contenu=contenu,
        base=contenu,
        motif=motif,
        created_by=by.utilisateur,
    )
    _record(events.VERSION_DRAFTED, version, by=by, motif=f" ({motif})")
    return version


def starting_point(convention: Convention) -> Contenu:
    """What an avenant starts from: the version in force, or what the tables say of a convention signed on paper."""
    in_force = queries.version_in_force(convention)
    return in_force.told if in_force else _as_it_stands(convention)


def _as_it_stands(convention: Convention) -> Contenu:
    """What the tables say of a convention that was not formalised here."""
    contrat = getattr(convention, "contrat_service", None)
    people = contrat.interlocuteurs.all() if contrat else []
    bulletins = convention.bulletins.filter(closes_on=None) | convention.bulletins.filter(closes_on__gte=date.today())
    return Contenu.read(
        {
            "libelle": convention.libelle,
            "cafs": sorted(convention.cafs.values_list("code", flat=True)),
            "opens_on": f"{convention.opens_on}",
            "closes_on": f"{convention.closes_on or ''}",
            "finalites": convention.finalites,
            "gestion_habilitations": contrat.gestion_habilitations if contrat else "",
            "procedure_incident": contrat.procedure_incident if contrat else "",
            "interlocuteurs": [
                {name: getattr(p, name) for name in ("partie", "qualite", "nom", "courriel", "telephone")}
                for p in people
            ],
            "bulletins": [
                {
                    "service": b.service,
                    "roles": sorted(b.roles.filter(closes_on=b.closes_on).values_list("role", flat=True)),
                    "opens_on": f"{b.opens_on}",
                    "closes_on": f"{b.closes_on or ''}",
                    "max_utilisateurs": f"{b.max_utilisateurs or ''}",
                }
                for b in bulletins.order_by("service")
            ],
            "administrateurs": [
                {name: getattr(u, name) for name in ("nom", "prenom", "courriel", "telephone")}
                for u in queries.administrateurs_of(convention)
            ],
        }
    )


_FIELDS = {
    "perimetre": ("libelle", "cafs", "opens_on", "closes_on", "finalites"),
    "contrat": ("gestion_habilitations", "procedure_incident"),
}


def part_digest(version: VersionConvention, part: str) -> str:
    """What a form of the part saw when it was opened: two people writing the same part notice each other."""
    told = {name: version.contenu.get(name) for name in _FIELDS.get(part, (part,))}
    text = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@transaction.atomic
def set_part(*, by: Acteur, version: VersionConvention, part: str, values: dict[str, Any], seen: str) -> None:
    """Writes one part of a draft; `values` are fields of Contenu, `seen` the digest its form was opened on.

    :raises Refused: when a rule forbids it
    :raises Stale: when somebody wrote this part meanwhile
    """
    version = _locked(version)
    allow(rules.refuse_drafting(by, version))
    if part_digest(version, part) != seen:
        raise Stale([Difference(rules.PARTS[part], "", "modifié par une autre personne")])
    version.contenu = replace(version.told, **values).told()
    version.edition += 1
    version.save(update_fields=["contenu", "edition"])
    if not version.is_avenant:
        _keep_draft(version)
    _record(events.VERSION_EDITED, version, by=by, part=rules.PARTS[part].lower())


def _keep_draft(version: VersionConvention) -> None:
    """A convention not validated yet shows in the lists what its draft says."""
    contenu, convention = version.told, version.convention
    convention.libelle, convention.finalites = contenu.libelle, contenu.finalites
    convention.opens_on, convention.closes_on = date.fromisoformat(contenu.opens_on), _day(contenu.closes_on)
    convention.save(update_fields=["libelle", "finalites", "opens_on", "closes_on"])
    convention.cafs.set(Caf.objects.filter(code__in=contenu.cafs))


def set_element(*, by: Acteur, version: VersionConvention, part: str, rang: int | None, values: Any, seen: str) -> None:
    """Adds a line to a list of the draft, or with `rang` (from 0) writes that one anew."""
    elements = [*getattr(version.told, part)]
    if rang is None:
        elements.append(values)
    else:
        elements[rang] = values
    set_part(by=by, version=version, part=part, values={part: elements}, seen=seen)


def remove_element(*, by: Acteur, version: VersionConvention, part: str, rang: int, seen: str) -> None:
    elements = [*getattr(version.told, part)]
    del elements[rang]
    set_part(by=by, version=version, part=part, values={part: elements}, seen=seen)


@transaction.atomic
def abandon(*, by: Acteur, version: VersionConvention, motif: str) -> None:
    """Gives up a draft; it stays readable. A convention that was never validated stays a draft without version."""
    version = _locked(version)
    allow(rules.refuse_abandoning(by, version))
    version.etat = EtatVersion.ABANDONNEE
    version.save(update_fields=["etat"])
    _record(events.VERSION_ABANDONED, version, by=by, motif=motif)


# Signed -------------------------------------------------------------------------------------------------------------

# No letter or digit that is taken for another; 16 of 32 are 80 bits.
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_code() -> str:
    """A code of verification, as the public page reads it: « ABCD-EFGH-JKLM-NPQR »."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def _fiche_of(personne: Personne | None, opens_on: date) -> Fiche:
    if personne is None:
        raise Refused("Désignez qui signe au nom de l'organisme.")
    return Fiche(personne.nom, personne.prenom, personne.courriel, opens_on=opens_on, telephone=personne.telephone)


@transaction.atomic
def propose(*, by: Acteur, version: VersionConvention) -> None:
    """Hands the draft to its signatory, who gets an access of his own to read and sign it; it can change no more.

    :raises Refused: when a rule forbids it
    """
    version = _locked(version)
    allow(rules.refuse_proposing(by, version))
    fiche = _fiche_of(version.told.signataire, by.on)
    person = attach_person(by=by, convention=version.convention, fiche=fiche).utilisateur
    version.etat, version.signataire, version.proposed_at = EtatVersion.PROPOSEE, person, timezone.now()
    version.code, version.empreinte = version.code or new_code(), version.digest()
    version.save(update_fields=["etat", "signataire", "proposed_at", "code", "empreinte"])
    _set_etat(version, Etat.PROPOSEE)
    _record(events.VERSION_PROPOSED, version, by=by, signataire=person.nom_complet, empreinte=version.empreinte[:16])
    _tell(events.TO_SIGN, version, person.courriel, person.nom_complet)


def _set_etat(version: VersionConvention, etat: Etat) -> None:
    """The convention follows its first version until it is validated; an avenant leaves it as it is."""
    if not version.is_avenant:
        Convention.objects.filter(pk=version.convention_id, validated_on=None).update(etat=etat)


def _tell(kind: kinds.Kind, version: VersionConvention, to: str, to_label: str, **facts: str) -> None:
    convention = version.convention
    path = reverse("conventionnement:version_view", args=[convention.pk, version.rang])
    told = {
        "version": version.libelle,
        "convention": convention.libelle,
        "organisme": convention.organisme.raison_sociale,
        "caf": convention.caf_pivot.nom,
        "link": settings.PUBLIC_URL + path,
    }
    courriels.enqueue(kind, to=to, to_label=to_label, about=[convention], facts=told | facts)


@transaction.atomic
def withdraw(*, by: Acteur, version: VersionConvention, motif: str) -> None:
    """Takes a version back from its signatories to correct it: signatures given so far are void, and kept."""
    version = _locked(version)
    allow(rules.refuse_withdrawing(by, version))
    _back_to_draft(version)
    _record(events.VERSION_WITHDRAWN, version, by=by, motif=motif)


def _back_to_draft(version: VersionConvention) -> None:
    """What was signed was another text: its signatures stay in the journal, and go with that text."""
    version.signatures.all().delete()
    version.etat, version.code, version.empreinte = EtatVersion.BROUILLON, None, ""
    version.save(update_fields=["etat", "code", "empreinte"])
    _set_etat(version, Etat.BROUILLON)


@transaction.atomic
def refuse_to_sign(*, by: Acteur, version: VersionConvention, motif: str) -> None:
    """The partner does not sign, and says why: the Caf has its draft back."""
    version = _locked(version)
    allow(rules.refuse_signing(by, version))
    _back_to_draft(version)
    _record(events.VERSION_REFUSED, version, by=by, motif=motif)
    caf = version.convention.caf_pivot
    _tell(events.NOT_SIGNED, version, caf.courriel, caf.nom, motif=motif)


@transaction.atomic
def sign(*, by: Acteur, version: VersionConvention, empreinte: str) -> None:
    """The partner signs exactly the text he saw; whoever calls has checked his password again.

    :raises Refused: when a rule forbids it, or the text is not the one he saw
    """
    version = _locked(version)
    allow(rules.refuse_signing(by, version))
    allow(_refuse_other_text(version, empreinte))
    _add_signature(by, version, Partie.PARTENAIRE)
    version.etat = EtatVersion.SIGNEE
    version.save(update_fields=["etat"])
    _set_etat(version, Etat.SIGNEE)
    _record(events.VERSION_SIGNED, version, by=by, empreinte=version.empreinte[:16])
    caf = version.convention.caf_pivot
    _tell(events.SIGNED, version, caf.courriel, caf.nom)


def _refuse_other_text(version: VersionConvention, empreinte: str) -> str | None:
    if version.empreinte == empreinte == version.digest():
        return None
    return "Le texte a changé depuis que vous l'avez lu : relisez-le avant de signer."


def _add_signature(by: Acteur, version: VersionConvention, partie: Partie) -> None:
    signataire = version.told.signataire
    qualite = signataire.qualite if partie == Partie.PARTENAIRE and signataire else "Administrateur Caf"
    Signature.objects.create(
        version=version,
        partie=partie,
        utilisateur=by.utilisateur,
        nom=by.utilisateur.nom_complet,
        qualite=qualite,
        empreinte=version.empreinte,
    )


@transaction.atomic
def validate(*, by: Acteur, version: VersionConvention, empreinte: str) -> None:
    """The Caf signs last: from then on the version acts. Whoever calls has checked his password again.

    :raises Refused: when a rule forbids it, or the text is not the one he saw
    """
    version = _locked(version)
    allow(rules.refuse_validating(by, version))
    allow(_refuse_other_text(version, empreinte))
    _add_signature(by, version, Partie.CAF)
    effects = apply_version(by=by, version=version)
    version.etat = EtatVersion.VALIDEE
    version.save(update_fields=["etat"])
    _record(
        events.VERSION_VALIDATED,
        version,
        by=by,
        empreinte=version.empreinte[:16],
        effects=" ; ".join(effects) or "aucun",
    )
    for person in _people_to_tell(version):
        _tell(events.VALIDATED, version, person[0], person[1])


def _people_to_tell(version: VersionConvention) -> set[tuple[str, str]]:
    """The signatory and the administrateurs, each once."""
    signataire = version.signataire
    told = {(signataire.courriel, signataire.nom_complet)} if signataire else set()
    return told | {(p.courriel, f"{p.prenom} {p.nom}") for p in version.told.administrateurs}
