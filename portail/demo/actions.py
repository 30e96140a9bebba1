"""Plays the story of the demo: first rows written here, all that follows by the product's own actions."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils import timezone

from portail.comptes import actions as comptes
from portail.comptes.models import MotDePasseProvisoire, Utilisateur
from portail.comptes.queries import regle_in_force
from portail.conventions.actions import FicheBulletin, FicheConvention, FicheOrganisme, open_convention
from portail.conventions.enums import Etat, Fonction, Partie, Qualite
from portail.conventions.models import (
    AgentCaf,
    Caf,
    ContratService,
    Convention,
    DemandeRattachement,
    Interlocuteur,
    Rattachement,
    Suspension,
    TypeOrganisme,
)
from portail.courriels.models import Courriel, Statut
from portail.demo import queries
from portail.habilitations import actions
from portail.habilitations.acteur import Acteur, acteur_for
from portail.habilitations.actions.conventions import attach_administrateur, open_service_groupes
from portail.habilitations.actions.utilisateurs import Fiche, suffix
from portail.habilitations.models import Groupe
from portail.ui.rules import Refused

LOADING = 7203002  # advisory lock: one loading at a time
NEVER_SIGNED_IN = ("new", "expired", "to_come")

Said = dict[str, Any]


@dataclass
class Play:
    """What has been played so far: who is there, and how each person's access stands."""

    today: date
    story: Said
    chance: random.Random
    cafs: dict[str, Caf] = field(default_factory=dict)
    caf_acteurs: dict[str, Utilisateur] = field(default_factory=dict)
    people: dict[str, Utilisateur] = field(default_factory=dict)
    accesses: dict[str, Said] = field(default_factory=dict)

    def day(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def end(self, said: Said) -> date | None:
        return self.day(said["closes"]) if "closes" in said else None


@dataclass
class Scene:
    """A convention being filled: its administrateur acts on whichever day the story says."""

    play: Play
    said: Said
    convention: Convention
    groupes: dict[str, Groupe] = field(default_factory=dict)
    rattachements: dict[str, Rattachement] = field(default_factory=dict)

    def caf(self, on: date) -> Acteur:
        code = self.said["caf"]
        return Acteur(
            self.play.caf_acteurs[code], on, caf=self.play.cafs[code], fonction=Fonction.ADMINISTRATEUR.value
        )

    def administrateur(self, on: date) -> Acteur:
        named = next(person for person in self.said["people"] if person.get("administrateur"))
        utilisateur = self.play.people[name_of(named)]
        return acteur_for(utilisateur, on=min(on, self.play.today), organisme=self.convention.organisme_id)


def name_of(person: Said) -> str:
    return f"{person['prenom']} {person['nom']}"


@transaction.atomic
def load_demo() -> bool:
    """Plays the whole story, relative to today; False when it has been played already.

    :raises Refused: when the base holds other people, or no règles d'usage
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOADING])
    if queries.is_loaded():
        return False
    if not queries.is_empty():
        raise Refused("Cette base contient d'autres personnes : donnez à la démonstration une base vide.")
    story = queries.story()
    play = Play(timezone.localdate(), story, random.Random(story["seed"]))
    _raise_cafs(play)
    for said in story["convention"]:
        _play_convention(play, said)
    _give_access(play)
    _mails_left_long_ago(play)
    return True


# First rows


def _raise_cafs(play: Play) -> None:
    for said in play.story["caf"]:
        play.cafs[said["code"]] = Caf.objects.create(
            code=said["code"], nom=said["nom"], courriel=f"caf{said['code']}@example.fr", telephone=said["telephone"]
        )
    for code, (prefixe, libelle) in play.story["types"].items():
        TypeOrganisme.objects.create(code=code, prefixe=prefixe, libelle=libelle)
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


# Conventions


def _play_convention(play: Play, said: Said) -> None:
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
    _attach_administrateurs(scene)
    for groupe in said.get("groupes", ()):
        _open_groupe(scene, groupe)
    for person in [*said["people"], *_crowd(scene)]:
        _enter(scene, person)
    for demande in said.get("demandes", ()):
        _ask_for(scene, demande)
    for groupe in said.get("groupes", ()):
        _finish_groupe(scene, groupe)
    for person in said["people"]:
        _leave(scene, person)
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


def _attach_administrateurs(scene: Scene) -> None:
    """Named by the Caf on the first day of the convention."""
    opens_on = scene.convention.opens_on
    for said in scene.said["people"]:
        if said.get("administrateur"):
            fiche = _fiche_of(said, opens_on)
            named = attach_administrateur(by=scene.caf(scene.play.today), convention=scene.convention, fiche=fiche)
            _know(scene, said, named.rattachement)


def _fiche_of(said: Said, opens_on: date) -> Fiche:
    return Fiche(
        nom=said["nom"],
        prenom=said["prenom"],
        courriel=queries.courriel_of(said["prenom"], said["nom"]),
        opens_on=opens_on,
        telephone=said.get("telephone", ""),
        poste=said.get("poste", ""),
    )


def _know(scene: Scene, said: Said, rattachement: Rattachement) -> None:
    scene.rattachements[name_of(said)] = rattachement
    scene.play.people[name_of(said)] = rattachement.utilisateur
    scene.play.accesses.setdefault(name_of(said), said)


# Groups and people


def _opening(scene: Scene, said: Said) -> date:
    """The day a fact of the story opens: its own, else that of the convention's validation."""
    if "opens" in said:
        return scene.play.day(said["opens"])
    return max(scene.convention.opens_on, scene.convention.validated_on or scene.convention.opens_on)


def _open_groupe(scene: Scene, said: Said) -> None:
    opens_on = _opening(scene, said)
    by = scene.administrateur(opens_on)
    groupe = actions.create_groupe(
        by=by,
        convention=scene.convention,
        code=said["code"],
        libelle=said["libelle"],
        opens_on=opens_on,
        parent=scene.groupes.get(said.get("parent", "")),
    )
    actions.set_roles(by=by, groupe=groupe, wanted=said["roles"])
    scene.groupes[groupe.code] = groupe


def _finish_groupe(scene: Scene, said: Said) -> None:
    groupe = scene.groupes[said["code"]]
    if name := said.get("responsable"):
        rattachement = scene.rattachements[name]
        day = max(groupe.opens_on, rattachement.opens_on)
        actions.name_responsable(by=scene.administrateur(day), groupe=groupe, rattachement=rattachement)
    if "left" in said:
        day = scene.play.day(said["left"])
        actions.close_groupe(by=scene.administrateur(day), groupe=groupe, closes_on=day, motif=said["why"])


def _enter(scene: Scene, said: Said) -> None:
    opens_on = _opening(scene, said)
    if not said.get("administrateur"):
        created = actions.create_utilisateur(
            by=scene.administrateur(opens_on), convention=scene.convention, fiche=_fiche_of(said, opens_on)
        )
        if created is None:
            raise Refused(f"{name_of(said)} figure deux fois dans l'histoire.")
        _know(scene, said, created)
    for place in said.get("groupes", ()):
        _join(scene, name_of(said), place)


def _join(scene: Scene, name: str, place: str | Said) -> None:
    said = {"code": place} if isinstance(place, str) else place
    groupe, rattachement = scene.groupes[said["code"]], scene.rattachements[name]
    opens_on = scene.play.day(said["opens"]) if "opens" in said else max(groupe.opens_on, rattachement.opens_on)
    appartenance = actions.add_to_groupe(
        by=scene.administrateur(opens_on),
        groupe=groupe,
        rattachement=rattachement,
        opens_on=opens_on,
        closes_on=scene.play.end(said),
    )
    if "left" in said:
        day = scene.play.day(said["left"])
        by = scene.administrateur(day)
        actions.close_appartenance(by=by, appartenance=appartenance, closes_on=day, motif=said["why"])


def _leave(scene: Scene, said: Said) -> None:
    if "left" in said:
        day = scene.play.day(said["left"])
        actions.close_utilisateur(
            by=scene.administrateur(day),
            rattachement=scene.rattachements[name_of(said)],
            closes_on=day,
            motif=said["why"],
        )


def _ask_for(scene: Scene, said: Said) -> None:
    """A person already known elsewhere: the Caf attaches him, unless the story leaves it waiting."""
    known = scene.play.people[said["person"]]
    opens_on = scene.play.day(said["opens"])
    fiche = _fiche_of({"nom": known.nom, "prenom": known.prenom}, opens_on)
    actions.create_utilisateur(by=scene.administrateur(opens_on), convention=scene.convention, fiche=fiche)
    if said.get("pending"):
        return
    demande = DemandeRattachement.objects.get(convention=scene.convention, utilisateur=known, decided_at=None)
    actions.decide_demande(by=scene.caf(opens_on), demande=demande, is_granted=True)
    scene.rattachements[said["person"]] = Rattachement.objects.select_related("convention", "utilisateur").get(
        convention=scene.convention, utilisateur=known
    )
    for place in said["groupes"]:
        _join(scene, said["person"], place)


def _crowd(scene: Scene) -> Iterator[Said]:
    """Many colleagues in one group, some of whose memberships end soon."""
    play, said = scene.play, scene.said.get("crowd")
    if said is None:
        return
    names = [(prenom, nom) for prenom in play.story["prenoms"] for nom in play.story["noms"]]
    free = [pair for pair in names if " ".join(pair) not in play.people]
    for rank, (prenom, nom) in enumerate(play.chance.sample(free, said["people"])):
        place: Said = {"code": said["groupe"]}
        if rank % 9 == 0:
            place["closes"] = play.chance.randint(3, 60)
        yield {
            "nom": nom,
            "prenom": prenom,
            "opens": play.chance.randint(-900, -10),
            "telephone": f"04 00 13 {play.chance.randint(10, 99)} {play.chance.randint(10, 99)}",
            "poste": play.chance.choice(["sedentaire", "sedentaire", "itinerant", ""]),
            "groupes": [place],
            "is_idle": rank % 12 == 5,
        }


# Access


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def _give_access(play: Play) -> None:
    """All who signed in long ago share one password and have accepted the règles d'usage."""
    regle = regle_in_force()
    if not regle.version:
        raise Refused("Aucune règle d'usage n'est publiée : lancez d'abord « manage.py publish_regles ».")
    encoded = make_password(play.story["password"])
    active = []
    for name, utilisateur in play.people.items():
        said = play.accesses[name]
        if said.get("access") in NEVER_SIGNED_IN:
            _give_provisional(utilisateur, said)
            continue
        comptes.accept_regle(by=utilisateur, utilisateur=utilisateur, regle=regle)
        utilisateur.password = encoded
        utilisateur.password_changed_at = _at(min(utilisateur.opens_on, play.today), 8)
        utilisateur.last_login = _last_login(play, utilisateur, said)
        active.append(utilisateur)
    Utilisateur.objects.bulk_update(active, ["password", "password_changed_at", "last_login"])


def _last_login(play: Play, utilisateur: Utilisateur, said: Said) -> datetime:
    last = play.day(said.get("left", -1))
    day = last - timedelta(days=play.chance.randint(370, 420) if said.get("is_idle") else play.chance.randint(0, 25))
    return _at(max(day, min(utilisateur.opens_on, last)), play.chance.randint(8, 17), play.chance.randint(0, 59))


def _give_provisional(utilisateur: Utilisateur, said: Said) -> None:
    if said["access"] == "expired":
        comptes.issue_provisional(utilisateur)
        MotDePasseProvisoire.objects.filter(utilisateur=utilisateur).update(
            digest=queries.expired_digest(),
            issued_at=timezone.now() - timedelta(hours=50),
            expires_at=timezone.now() - timedelta(hours=26),
        )


def _mails_left_long_ago(play: Play) -> None:
    """Only who has never signed in is still owed his mails; the others received theirs when they came."""
    waiting = [play.people[name].pk for name, said in play.accesses.items() if said.get("access") == "new"]
    opened = {utilisateur.pk: utilisateur.opens_on for utilisateur in play.people.values()}
    done = list(Courriel.objects.exclude(facts__utilisateur__in=waiting))
    for courriel in done:
        day = min(opened.get(courriel.facts.get("utilisateur"), play.today), play.today)
        courriel.statut, courriel.tries = Statut.SENT, 1
        courriel.enqueued_at = courriel.due_at = courriel.sent_at = min(_at(day, 9), timezone.now())
    Courriel.objects.bulk_update(done, ["statut", "tries", "enqueued_at", "due_at", "sent_at"])
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE task_name = 'courriels.send_courriel' "
            "AND (args->>'pk')::bigint = ANY(%s)",
            [[courriel.pk for courriel in done]],
        )
