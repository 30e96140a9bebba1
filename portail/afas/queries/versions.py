"""What a declaration says at this moment, whole: what is signed, its digest, and what two versions have apart."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import F

from portail.afas.calculs import Constat, Terme, Valeurs, constats, ecriture, gathered, read_number
from portail.afas.definitions import Champ, definition_of, type_of
from portail.afas.enums import EtatVolet
from portail.afas.models import Declaration, Justification, SeuilControle, Volet
from portail.afas.queries.anterieures import Anterieures, Contenu, earlier_of_each
from portail.ui.rules import Difference


def content_of(declaration: Declaration) -> Contenu:
    """The whole of what the declaration says now, as it is frozen when it is signed (`VersionDeclaration.contenu`).

    Only texts, whole numbers, true, false and null; a number typed or computed is a text with a point, exact; an
    empty field is absent. Read it, never work it out anew: labels are those of the day it was signed.

    - `version`: number of the version
    - `activite`: pk, libelle, numero_dossier, type, type_libelle, nature, nature_libelle, organisme, siret, caf (its
      code), caf_nom
    - `echeance`: pk, libelle (« Réel 2025 »), exercice, phase, due_on (aaaa-mm-jj)
    - `definition`: « alsh/2023 », for `definition_of`
    - `volets`: a list of {kind, lieu (pk or null), libelle, valeurs (code → value typed, as `gathered` takes it),
      groupes: [{libelle, champs: [{code, libelle, unite, valeur}]}] with the computed ones, as one reads them,
      soumis: {par, le} or null}
    - `totaux`: [{code, libelle, unite, valeur}], every computed field of the whole declaration that has a value
    - `constats`: [{code, libelle, niveau (bloquant | a_justifier), mots, message, tient (true, false, or null: not
      evaluated), termes: [{code, libelle, valeur, unite, source}], justification: {texte, par, le} or null}]
    """
    return contents_of([declaration])[declaration.pk]


def digest_of(contenu: Contenu) -> str:
    """SHA-256 of the content in its one canonical writing."""
    return hashlib.sha256(canonical(contenu).encode()).hexdigest()


def canonical(contenu: Contenu) -> str:
    return json.dumps(contenu, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def contents_of(declarations: Collection[Declaration]) -> dict[int, Contenu]:
    """The same for many, in as many queries as for one; their activité, organisme, échéance and Caf are loaded."""
    around = _around(declarations)
    return {declaration.pk: _content(declaration, around) for declaration in declarations}


@dataclass
class _Around:
    """What the contents of these declarations are made of, beside themselves."""

    volets: dict[int, list[Volet]] = field(default_factory=lambda: defaultdict(list))
    justifications: dict[int, dict[str, Justification]] = field(default_factory=lambda: defaultdict(dict))
    seuils: dict[tuple[int, str], dict[str, Decimal]] = field(default_factory=lambda: defaultdict(dict))
    earlier: dict[int, Anterieures] = field(default_factory=dict)


def _around(declarations: Collection[Declaration]) -> _Around:
    made = _Around()
    pks = [declaration.pk for declaration in declarations]
    for volet in Volet.objects.filter(declaration__in=pks).select_related("lieu", "submitted_by"):
        made.volets[volet.declaration_id].append(volet)
    justified = Justification.objects.filter(declaration__in=pks, version=F("declaration__version"))
    for justification in justified.select_related("by").order_by("pk"):
        made.justifications[justification.declaration_id][justification.controle] = justification
    kept = SeuilControle.objects.filter(caf__in={d.caf_id for d in declarations})
    for seuil in kept.filter(type__in={d.activite.type for d in declarations}).order_by("pk"):
        made.seuils[seuil.caf_id, seuil.type][seuil.code] = seuil.valeur
    made.earlier = earlier_of_each(declarations)
    return made


def _content(declaration: Declaration, around: _Around) -> Contenu:
    activite, echeance, volets = declaration.activite, declaration.echeance, around.volets[declaration.pk]
    n1, precedent = around.earlier[declaration.pk].n1, around.earlier[declaration.pk].precedent
    definition = definition_of(declaration.definition)
    valeurs = gathered(definition, activite.nature, [(volet.kind, volet.valeurs) for volet in volets])
    found = constats(
        definition,
        activite.nature,
        echeance.phase,
        valeurs,
        n1=n1.valeurs if n1 else None,
        precedent=precedent.valeurs if precedent else None,
        seuils=around.seuils[declaration.caf_id, activite.type],
    )
    return {
        "version": declaration.version,
        "activite": {
            "pk": activite.pk,
            "libelle": activite.libelle,
            "numero_dossier": activite.numero_dossier,
            "type": activite.type,
            "type_libelle": type_of(activite.type).libelle,
            "nature": activite.nature,
            "nature_libelle": activite.nature_label,
            "organisme": activite.organisme.raison_sociale,
            "siret": activite.organisme.siret,
            "caf": declaration.caf.code,
            "caf_nom": declaration.caf.nom,
        },
        "echeance": {
            "pk": echeance.pk,
            "libelle": str(echeance),
            "exercice": echeance.exercice,
            "phase": echeance.phase,
            "due_on": echeance.due_on.isoformat(),
        },
        "definition": declaration.definition,
        "volets": [_volet(volet, declaration) for volet in volets],
        "totaux": [_champ(champ, valeurs.get(champ.code)) for champ in _computed(valeurs)],
        "constats": [_constat(each, around.justifications[declaration.pk]) for each in found],
    }


def _computed(valeurs: Valeurs) -> Iterator[Champ]:
    return (champ for champ in valeurs.champs.values() if champ.calcul and valeurs.get(champ.code) is not None)


def _volet(volet: Volet, declaration: Declaration) -> Contenu:
    groupes = definition_of(declaration.definition).groupes(volet.kind, declaration.activite.nature)
    valeurs = Valeurs({champ.code: champ for groupe in groupes for champ in groupe.champs}, volet.valeurs)
    told = [{"libelle": groupe.libelle, "champs": list(_told(groupe.champs, valeurs))} for groupe in groupes]
    is_submitted = volet.etat == EtatVolet.SOUMIS
    return {
        "kind": volet.kind,
        "lieu": volet.lieu_id,
        "libelle": f"{volet.get_kind_display()} – {volet.lieu}" if volet.lieu else volet.get_kind_display(),
        "valeurs": volet.valeurs,
        "groupes": [groupe for groupe in told if groupe["champs"]],
        "soumis": _signed(volet.submitted_by, volet.submitted_at) if is_submitted else None,
    }


def _told(champs: Iterable[Champ], valeurs: Valeurs) -> Iterator[Contenu]:
    """The fields that have a value, in the order of the form."""
    for champ in champs:
        if champ.calcul is not None:
            if (number := valeurs.get(champ.code)) is not None:
                yield _champ(champ, number)
        elif typed := valeurs.entered.get(champ.code):
            yield _champ(champ, typed)


def _champ(champ: Champ, valeur: Any) -> Contenu:
    libelle = f"{champ.libelle} ({champ.tranche})" if champ.tranche else champ.libelle
    return {"code": champ.code, "libelle": libelle, "unite": champ.unite, "valeur": _text(valeur)}


def _text(valeur: Any) -> str | None:
    return f"{valeur:f}" if isinstance(valeur, Decimal) else None if valeur is None else str(valeur)


def _signed(by: Any, at: Any) -> Contenu:
    return {"par": by.nom_complet, "le": at.isoformat()}


def _constat(constat: Constat, justified: Mapping[str, Justification]) -> Contenu:
    controle = constat.controle
    said = justified.get(controle.code) if constat.asks_justification else None
    return {
        "code": controle.code,
        "libelle": controle.libelle,
        "niveau": controle.niveau,
        "mots": controle.mots,
        "message": controle.message,
        "tient": constat.holds,
        "termes": [_terme(terme) for terme in constat.termes],
        "justification": {"texte": said.text, **_signed(said.by, said.at)} if said else None,
    }


def _terme(terme: Terme) -> Contenu:
    return {
        "code": terme.code,
        "libelle": terme.libelle,
        "valeur": _text(terme.valeur),
        "unite": terme.unite,
        "source": terme.source,
    }


# What two versions have apart


def differences(before: Contenu, after: Contenu) -> list[Difference]:
    """Field by field, sheet by sheet, then totals and justifications; who submitted a sheet again is no difference."""
    old, new = dict(_lines(before)), dict(_lines(after))
    labels = [*old, *(label for label in new if label not in old)]
    return [
        Difference(label, old.get(label, ""), new.get(label, ""))
        for label in labels
        if old.get(label, "") != new.get(label, "")
    ]


def _lines(contenu: Contenu) -> Iterator[tuple[str, str]]:
    for volet in contenu["volets"]:
        for groupe in volet["groupes"]:
            for champ in groupe["champs"]:
                if champ["code"] in volet["valeurs"]:
                    yield f"{volet['libelle']} – {champ['libelle']}", in_french(champ)
    for total in contenu["totaux"]:
        yield f"Totaux – {total['libelle']}", in_french(total)
    for constat in contenu["constats"]:
        if constat["justification"]:
            yield f"Justification – {constat['libelle']}", constat["justification"]["texte"]


def in_french(champ: Mapping[str, Any]) -> str:
    """« 12 500,50 € », « Oui », or the text as it was typed; an empty string for nothing."""
    valeur, unite = champ["valeur"], champ["unite"]
    if valeur in ("oui", "non"):
        return str(valeur).capitalize()
    number = read_number(valeur)
    if number is None:
        return valeur or ""
    return ecriture.in_french(number, unite, ecriture.CALCULATED)
