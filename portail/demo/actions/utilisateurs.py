"""Groups of the story and the people in them: created, added, taken out by who administered them that day."""

from collections.abc import Iterator
from datetime import date

from portail.conventions.models import DemandeRattachement, Rattachement
from portail.demo import queries
from portail.demo.actions.common import Said, Scene, name_of
from portail.habilitations import actions
from portail.habilitations.actions.conventions import attach_administrateur
from portail.habilitations.actions.utilisateurs import Fiche
from portail.ui.rules import Refused


def attach_administrateurs(scene: Scene) -> None:
    """Named by the Caf on the first day of the convention."""
    opens_on = scene.convention.opens_on
    for said in scene.said["people"]:
        if said.get("administrateur"):
            fiche = _fiche_of(said, opens_on)
            named = attach_administrateur(by=scene.caf(scene.play.today), convention=scene.convention, fiche=fiche)
            _know(scene, said, named.rattachement)


def play_people(scene: Scene) -> None:
    """Groups first, then who enters, who is asked for, who answers for a group, who leaves."""
    for groupe in scene.said.get("groupes", ()):
        _open_groupe(scene, groupe)
    for person in [*scene.said["people"], *_crowd(scene)]:
        _enter(scene, person)
    for demande in scene.said.get("demandes", ()):
        _ask_for(scene, demande)
    for groupe in scene.said.get("groupes", ()):
        _finish_groupe(scene, groupe)
    for person in scene.said["people"]:
        _leave(scene, person)


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
    said: Said = {"code": place} if isinstance(place, str) else place
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
