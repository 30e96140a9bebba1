"""Cafs, agents and conventions of the story."""

from django.contrib.auth.hashers import make_password

from portail.comptes.models import Utilisateur
from portail.conventions.actions import (
    FicheBulletin,
    FicheConvention,
    FicheOrganisme,
    open_convention,
    open_types,
    suffix,
)
from portail.conventions.enums import Etat, Fonction, Partie, Qualite
from portail.conventions.models import AgentCaf, Caf, ContratService, Interlocuteur, Suspension, TypeOrganisme
from portail.demo import queries
from portail.demo.actions import justificatifs, utilisateurs
from portail.demo.actions.common import Play, Said, Scene, name_of
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.conventions import open_service_groupes


def raise_cafs(play: Play) -> None:
    for said in play.story["caf"]:
        play.cafs[said["code"]] = Caf.objects.create(
            code=said["code"], nom=said["nom"], courriel=f"caf{said['code']}@example.fr", telephone=said["telephone"]
        )
    open_types()
    for said in play.story["agent"]:
        utilisateur = Utilisateur.objects.create(
            identifiant=said["identifiant"],
            password=make_password(None),
            nom=said["nom"],
            prenom=said["prenom"],
            courriel=queries.courriel_of(said["prenom"], said["nom"]),
            is_agent=True,
            opens_on=play.day(-3000),
        )
        AgentCaf.objects.create(
            utilisateur=utilisateur,
            caf=play.cafs[said["caf"]],
            fonction=said["fonction"],
            opens_on=utilisateur.opens_on,
        )
        play.people[name_of(said)], play.accesses[name_of(said)] = utilisateur, {}
        if said["fonction"] == Fonction.ADMINISTRATEUR:
            play.caf_acteurs[said["caf"]] = utilisateur


def play_convention(play: Play, said: Said) -> None:
    author = Acteur(
        play.caf_acteurs[said["caf"]],
        play.today,
        caf=play.cafs[said["caf"]],
        fonction=Fonction.ADMINISTRATEUR.value,
    )
    scene = Scene(play, said, open_convention(by=author, fiche=_fiche(play, said)))
    if scene.convention.etat != Etat.VALIDEE:
        return
    _sign_contrat(scene)
    opened = open_service_groupes(by=author, convention=scene.convention, opens_on=play.day(said["validated"]))
    scene.groupes = {groupe.code: groupe for groupe in opened}
    utilisateurs.attach_administrateurs(scene)
    utilisateurs.play_people(scene)
    justificatifs.play_proofs(scene)
    if "suspended" in said:
        Suspension.objects.create(
            convention=scene.convention,
            opens_on=play.day(said["suspended"]),
            motif=said["why"],
            decided_by=author.utilisateur,
        )


def _fiche(play: Play, said: Said) -> FicheConvention:
    organisme = next(o for o in play.story["organisme"] if o["raison_sociale"] == said["organisme"])
    opens_on, closes_on = play.day(said["opens"]), play.end(said)
    return FicheConvention(
        numero=said["numero"],
        libelle=said["libelle"],
        organisme=FicheOrganisme(**organisme | {"type": TypeOrganisme.objects.get(code=organisme["type"])}),
        caf_pivot=play.cafs[said["caf"]],
        cafs=[play.cafs[code] for code in said.get("cafs", [said["caf"]])],
        opens_on=opens_on,
        closes_on=closes_on,
        etat=Etat(said.get("etat", Etat.VALIDEE)),
        validated_on=play.day(said["validated"]) if "validated" in said else None,
        finalites=said.get("finalites", ()),
        next_suffix=_rank_of(said.get("suffix", "AA")),
        bulletins=[
            FicheBulletin(
                bulletin["service"],
                bulletin["roles"],
                play.day(bulletin["opens"]) if "opens" in bulletin else opens_on,
                play.end(bulletin) or closes_on,
                bulletin.get("max"),
            )
            for bulletin in said.get("bulletins", ())
        ],
    )


def _rank_of(letters: str) -> int:
    """Which identifiant of a convention ends with these two letters."""
    return next(rank for rank in range(26 * 26) if suffix(rank) == letters)


def _sign_contrat(scene: Scene) -> None:
    caf = next(c for c in scene.play.story["caf"] if c["code"] == scene.said["caf"])
    texts = {name: text.strip() for name, text in scene.play.story["contrat"].items()}
    contrat = ContratService.objects.create(convention=scene.convention, **texts)
    named = [name_of(person) for person in scene.said["people"]]
    partner = [Qualite.ADMINISTRATEUR, Qualite.RESPONSABLE_SECURITE, Qualite.REFERENT_CNIL]
    theirs = [(Partie.PARTENAIRE, qualite, named[rank % len(named)]) for rank, qualite in enumerate(partner)]
    kinds = [Qualite.RESPONSABLE_MCP, Qualite.RESPONSABLE_SECURITE, Qualite.REFERENT_CNIL]
    ours = [(Partie.CAF, qualite, caf[qualite.value]) for qualite in kinds]
    for partie, qualite, name in [*theirs, *ours]:
        courriel = queries.courriel_of(*name.split(" ", 1))
        Interlocuteur.objects.create(
            contrat_service=contrat,
            partie=partie,
            qualite=qualite,
            nom=name,
            courriel=courriel,
            telephone=caf["telephone"] if partie == Partie.CAF else "",
        )
