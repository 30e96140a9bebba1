"""Activités, profiles, échéances and declarations of the story."""

from collections.abc import Iterator
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django.utils import timezone

from portail.afas.actions.activites import FicheActivite, FicheLieu, open_activite, open_lieu
from portail.afas.actions.approbation import approve
from portail.afas.actions.baremes import enter_chiffre
from portail.afas.actions.common import move
from portail.afas.actions.droits import compute, decide, notify
from portail.afas.actions.profils import Portee, give_profils, validate_approbateur
from portail.afas.actions.soumission import justify
from portail.afas.actions.traitement import take
from portail.afas.definitions import Champ, definition_of, type_of, types
from portail.afas.enums import EtatDeclaration, EtatVolet, RoleProfil, VoletKind
from portail.afas.models import Activite, Declaration, Echeance, LieuImplantation, Profil, Volet
from portail.afas.queries.baremes import chiffre_for
from portail.afas.queries.comparaisons import context_of, rest_of
from portail.afas.queries.versions import content_of, digest_of
from portail.conventions.enums import Fonction
from portail.conventions.models import Administrateur, AgentCaf, Convention, Rattachement
from portail.demo.actions.common import Play, Said
from portail.habilitations.acteur import Acteur, acteur_for

# A figure that looks right, by unit; the accounts balance.
_FIGURES = {"places": 40, "jours": 142, "heures": 9400, "enfants": 86, "€": 1500, "ETP": 2}
_AMPLITUDE = "10"
_ACCOUNTS = {
    "c60": "8200",
    "c61": "3100",
    "c62": "2400",
    "c64": "61300",
    "p70623": "31000",
    "p744": "44000",
    "taux_rg": "96",
}


def play_afas(play: Play) -> None:
    """Types that this version does not declare are left out."""
    told = [said for said in play.story["activite"] if said["type"] in types()]
    activites = [_open(play, said) for said in told]
    for caf, code in sorted({(activite.caf_id, activite.type) for activite in activites}):
        _open_calendar(play, caf, code)
    _enter_figures(play)
    for activite, said in zip(activites, told, strict=True):
        for profil in said["profils"]:
            _give(play, activite, said, profil)
        for phase, etat in said["declarations"].items():
            _declare(play, activite, phase, etat)


def _convention(said: Said) -> Convention:
    return Convention.objects.select_related("organisme", "caf_pivot").get(numero=said["convention"])


def _agent(play: Play, caf: Any, days: int) -> Acteur:
    """An administrateur of the Caf, that day."""
    return Acteur(play.caf_acteurs[caf.code], play.day(days), caf=caf, fonction=Fonction.ADMINISTRATEUR.value)


def _open(play: Play, said: Said) -> Activite:
    convention = _convention(said)
    by, opens_on = _agent(play, convention.caf_pivot, said["opens"]), play.day(said["opens"])
    nature = said.get("nature") or next(iter(type_of(said["type"]).natures))
    fiche = FicheActivite(said["libelle"], said["type"], nature, said["dossier"], opens_on, said.get("capacite"))
    activite = open_activite(by=by, organisme=convention.organisme, fiche=fiche)
    for libelle in said.get("lieux", ()):
        open_lieu(by=by, activite=activite, fiche=FicheLieu(libelle, opens_on, commune=said["commune"]))
    return activite


def _give(play: Play, activite: Activite, said: Said, profil: Said) -> None:
    """By who administers the convention, that day; on the lieux for who supplies the activity, when there are some."""
    convention, on = _convention(said), play.day(profil["opens"])
    named = Administrateur.objects.filter(rattachement__convention=convention)
    administrateur = named.select_related("rattachement__utilisateur")[0].rattachement.utilisateur
    rattachement = Rattachement.objects.select_related("utilisateur", "convention").get(
        convention=convention, utilisateur=play.people[profil["who"]]
    )
    named_lieux = profil.get("lieux") or said.get("lieux") or []
    lieux = [lieu for lieu in activite.lieux.all() if lieu.libelle in named_lieux]
    on_lieux = lieux if profil["role"] == RoleProfil.ACTIVITE else []
    portees: list[Portee] = [(activite, lieu) for lieu in on_lieux] or [(activite, None)]
    given = give_profils(
        by=acteur_for(administrateur, on=on, organisme=convention.organisme_id),
        rattachement=rattachement,
        role=profil["role"],
        opens_on=on,
        portees=portees,
    )
    if "validated" in profil:
        validate_approbateur(by=_agent(play, activite.caf, profil["validated"]), profil=given[0])


def _open_calendar(play: Play, caf: int, code: str) -> None:
    for said in play.story["echeance"]:
        opens_on = play.day(said["opens"])
        Echeance.objects.create(
            caf_id=caf,
            exercice=play.today.year + said["exercice"],
            type=code,
            phase=said["phase"],
            opens_on=opens_on,
            due_on=play.day(said["due"]),
            opened_at=timezone.make_aware(datetime.combine(opens_on, time(6))),
        )


# Declarations


def _declare(play: Play, activite: Activite, phase: str, etat: str) -> None:
    """A declaration of the last échéance of this phase, filled as far as its state says."""
    echeance = Echeance.objects.filter(caf=activite.caf_id, type=activite.type, phase=phase).latest("opens_on")
    declaration = Declaration.objects.create(
        activite=activite,
        echeance=echeance,
        caf_id=activite.caf_id,
        definition=type_of(activite.type).definition(echeance.exercice).version,
        opened_at=echeance.opened_at or timezone.now(),
    )
    for volet in _volets(declaration):
        if etat != EtatDeclaration.A_SAISIR:
            _fill(play, volet, is_submitted=etat != EtatDeclaration.EN_COURS)
        volet.save()
    for code in _STEPS.get(etat, ("commencer", "proposer")):
        move(declaration, code, by=_supplier(play, activite))
    _carry_on(play, declaration, etat)


_STEPS: dict[str, tuple[str, ...]] = {EtatDeclaration.A_SAISIR: (), EtatDeclaration.EN_COURS: ("commencer",)}
_EXPLAINED = "Une seule salle pendant les travaux de l'école, jusqu'à la rentrée."
_AFTER = [EtatDeclaration.TRANSMISE, EtatDeclaration.EN_TRAITEMENT, EtatDeclaration.TRAITEE, EtatDeclaration.NOTIFIEE]


def _carry_on(play: Play, declaration: Declaration, etat: str) -> None:
    """Signed by its approbateur, then processed at the Caf as far as its state says, by the real acts."""
    reached = _AFTER.index(EtatDeclaration(etat)) + 1 if etat in _AFTER else 0
    gestionnaire = _gestionnaire(play, declaration.caf) if reached > 1 else None
    if reached or etat == EtatDeclaration.A_APPROUVER:
        supplier = _supplier(play, declaration.activite)
        for point in rest_of(context_of(declaration)).awaiting:
            justify(by=supplier, declaration=declaration, controle=point.code, text=_EXPLAINED)
    if reached:
        approbateur = _holder(play, declaration.activite, RoleProfil.APPROBATEUR)
        approve(by=approbateur, declaration=declaration, empreinte=digest_of(content_of(declaration)))
    if gestionnaire is not None:
        take(by=gestionnaire, declaration=declaration)
        if reached > 2:
            decide(
                by=gestionnaire,
                declaration=declaration,
                seen=compute(by=gestionnaire, declaration=declaration).empreinte,
            )
        if reached > 3:
            notify(by=gestionnaire, declaration=declaration)


def _gestionnaire(play: Play, caf: Any) -> Acteur:
    agents = AgentCaf.objects.filter(caf=caf, fonction=Fonction.GESTIONNAIRE).select_related("utilisateur")
    return Acteur(agents[0].utilisateur, play.today, caf=caf, fonction=Fonction.GESTIONNAIRE.value)


def _enter_figures(play: Play) -> None:
    """What the gestionnaires have entered of this year's barèmes: fictitious, and said so."""
    for said in play.story["chiffre"]:
        gestionnaire = _gestionnaire(play, play.cafs[said["caf"]])
        chiffre = chiffre_for(gestionnaire, said["type"], play.today.year, said["chiffre"])
        valeur = Decimal(said["valeur"])
        enter_chiffre(by=gestionnaire, chiffre=chiffre, valeur=valeur, source=said["source"], seen=None)


def _volets(declaration: Declaration) -> Iterator[Volet]:
    places: list[LieuImplantation | None] = [*declaration.activite.lieux.all()] or [None]
    for lieu in places:
        yield Volet(declaration=declaration, kind=VoletKind.ACTIVITE, lieu=lieu)
    yield Volet(declaration=declaration, kind=VoletKind.FINANCIER)


def _fill(play: Play, volet: Volet, *, is_submitted: bool) -> None:
    """Submitted whole; in progress, the finances are still to be typed."""
    activite = volet.declaration.activite
    if not is_submitted and volet.kind == VoletKind.FINANCIER:
        return
    champs = definition_of(volet.declaration.definition).champs(volet.kind, activite.nature)
    typed = {code: _figure(champ) for code, champ in champs.items() if champ.calcul is None}
    volet.valeurs = {code: value for code, value in typed.items() if value}
    volet.etat = EtatVolet.EN_COURS
    if is_submitted:
        volet.etat, volet.submitted_at = EtatVolet.SOUMIS, timezone.now()
        volet.submitted_by = _supplier(play, activite).utilisateur


def _figure(champ: Champ) -> str:
    """A value for this field; an empty one for what is rarely filled in."""
    if champ.code in _ACCOUNTS:
        return _ACCOUNTS[champ.code]
    if "aeeh" in champ.code or "handicap" in champ.code:
        return "240" if champ.unite == "heures" else "2"
    if champ.format == "oui_non":
        return "oui"
    if champ.format == "montant" or champ.unite == "€" or champ.format == "texte":
        return ""
    if champ.code == "amplitude":
        return _AMPLITUDE
    return str(_FIGURES.get(champ.unite, 12)) if champ.obligatoire or champ.unite in _FIGURES else ""


def _supplier(play: Play, activite: Activite) -> Acteur:
    """Who supplies its finances."""
    return _holder(play, activite, RoleProfil.FINANCES)


def _holder(play: Play, activite: Activite, role: RoleProfil) -> Acteur:
    profils = Profil.objects.acting().filter(activite=activite, role=role).select_related("rattachement__utilisateur")
    return acteur_for(profils[0].rattachement.utilisateur, on=play.today, organisme=activite.organisme_id)
