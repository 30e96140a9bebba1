"""Activités, profiles, approbateurs to validate: their part of the table of the rights."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

if TYPE_CHECKING:  # the table is also read without the base
    from tests.afas.scene import Scene

# fmt: off
AREAS: dict[str, str] = {
    "AFAS : activités": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    afas:activite_list                 con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    afas:activite_export               con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    afas:organisme_suggest             con  403  403  403  403  1er  con  403  403  403  200  200  403  200
    GET    afas:activite_create               con  403  403  403  403  1er  con  403  403  403  200  200  403  200
    POST   afas:activite_create               con  403  403  403  403  1er  con  403  403  403  302  302  403  422
    GET    afas:import_create                 con  403  403  403  403  1er  con  403  403  403  200  200  403  200
    POST   afas:import_create                 con  403  403  403  403  1er  con  403  403  403  302  302  403  302
    GET    afas:import_template               con  403  403  403  403  1er  con  403  403  403  200  200  403  200
    GET    afas:import_view                   con  404  404  404  404  1er  con  404  404  404  200  200  403  404
    POST   afas:import_view                   con  404  404  404  404  1er  con  404  404  404  302  302  403  404
    GET    afas:activite_view                 con  200  200  200  404  1er  con  404  404  404  200  200  200  404
    GET    afas:activite_edit                 con  403  403  403  404  1er  con  404  404  404  200  200  403  404
    POST   afas:activite_edit                 con  403  403  403  404  1er  con  404  404  404  302  302  403  404
    GET    afas:activite_close                con  403  403  403  404  1er  con  404  404  404  200  200  403  404
    POST   afas:activite_close                con  403  403  403  404  1er  con  404  404  404  302  302  403  404
    GET    afas:lieu_create                   con  403  403  403  404  1er  con  404  404  404  200  200  403  404
    POST   afas:lieu_create                   con  403  403  403  404  1er  con  404  404  404  302  302  403  404
    GET    afas:lieu_edit                     con  403  403  403  404  1er  con  404  404  404  200  200  403  404
    POST   afas:lieu_edit                     con  403  403  403  404  1er  con  404  404  404  302  302  403  404
    GET    afas:lieu_close                    con  403  403  403  404  1er  con  404  404  404  200  200  403  404
    POST   afas:lieu_close                    con  403  403  403  404  1er  con  404  404  404  302  302  403  404
    """,
    "AFAS : profils": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    afas:profil_list                   con  200  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    afas:profil_export                 con  200  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    afas:profil_gaps                   con  302  403  403  403  1er  con  403  403  403  302  302  302  302
    GET    afas:profil_suggest                con  200  403  403  403  1er  con  403  403  403  403  403  403  403
    GET    afas:profil_create                 con  200  403  403  403  1er  con  403  403  403  403  403  403  403
    POST   afas:profil_create                 con  302  403  403  403  1er  con  403  403  403  403  403  403  403
    GET    afas:profil_end                    con  200  403  403  404  1er  con  404  404  404  403  403  403  404
    POST   afas:profil_end                    con  302  403  403  404  1er  con  404  404  404  403  403  403  404
    GET    afas:profil_replace                con  200  403  403  404  1er  con  404  404  404  403  403  403  404
    POST   afas:profil_replace                con  302  403  403  404  1er  con  404  404  404  403  403  403  404
    GET    afas:approbateur_list              con  403  403  403  403  1er  con  403  403  403  200  200  403  200
    GET    afas:approbateur_export            con  403  403  403  403  1er  con  403  403  403  200  200  403  200
    GET    afas:approbateur_lot               con  403  403  403  403  1er  con  403  403  403  200  200  403  200
    POST   afas:approbateur_lot               con  403  403  403  403  1er  con  403  403  403  200  200  403  200
    GET    afas:approbateur_decide            con  404  404  404  404  1er  con  404  404  404  200  200  403  404
    POST   afas:approbateur_decide            con  404  404  404  404  1er  con  404  404  404  302  302  403  404
    GET    afas:changement_list               con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    afas:changement_export             con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    """,
}
# fmt: on
RULES: dict[str, str] = {
    "afas.refuse_activites": "Les agents de la Caf, pour les activités qu'elle finance.",
    "afas.refuse_exporting_activites": "Comme pour lire la liste des activités.",
    "afas.refuse_keeping_activites": "Les gestionnaires et les administrateurs de la Caf.",
    "afas.refuse_reading_activite": "Les agents de sa Caf ; qui y donne les profils, ou en a un.",
    "afas.refuse_keeping_activite": "Les gestionnaires et les administrateurs de sa Caf, tant qu'elle est ouverte.",
    "afas.refuse_keeping_lieu": "Comme pour l'activité, tant que le lieu est ouvert.",
    "afas.refuse_reading_import": "Les gestionnaires et les administrateurs de la Caf pour qui le fichier a été donné.",
    "afas.refuse_template": "Comme pour importer.",
    "afas.refuse_profils": "Qui a AFAS-Habiliter, pour les activités de son organisme ; les agents de la Caf, pour les "
    "siennes.",
    "afas.refuse_exporting_profils": "Comme pour lire les profils.",
    "afas.refuse_giving": "Qui a AFAS-Habiliter, en son nom et non en suppléance ; jamais la Caf à sa place.",
    "afas.refuse_ending_profil": "Comme pour donner un profil, sur une activité de son organisme.",
    "afas.refuse_replacing": "Comme pour y mettre fin : un approbateur en poste, à qui personne ne succède déjà.",
    "afas.refuse_approbateurs": "Les gestionnaires et les administrateurs de la Caf.",
    "afas.refuse_exporting_approbateurs": "Comme pour lire la liste des approbateurs.",
    "afas.refuse_deciding_approbateur": "Les gestionnaires et les administrateurs de la Caf de l'activité, tant que la "
    "demande attend.",
    "afas.refuse_changements": "Les agents de la Caf, pour les activités qu'elle finance.",
    "afas.refuse_exporting_changements": "Comme pour lire les changements.",
}


def pk(scene: "Scene", page: str) -> int | None:
    """The activité, its first lieu, Garban in post, Guy who is proposed on another activité, a file to confirm."""
    if page.startswith("activite_") or page == "lieu_create":
        return scene.activite.pk
    if page.startswith("lieu_"):
        return scene.lieux[0].pk
    if page in ("profil_end", "profil_replace"):
        garban = scene.profil("garban")
        assert garban is not None
        return garban.pk
    if page == "approbateur_decide":
        return scene.made["proposed"]
    return scene.made["fichier"] if page == "import_view" else None


def form(scene: "Scene", page: str) -> Any:
    today = timezone.localdate()
    fiche = {
        "libelle": "Mercredis",
        "genre": "alsh.periscolaire",
        "numero_dossier": "201800777",
        "capacite": "",
        "opens_on": today.isoformat(),
        "edition": "0",
    }
    lieu = {"libelle": "Autre lieu", "opens_on": scene.activite.opens_on.isoformat(), "edition": "0"}
    person = {"rattachement": scene.cast.people["guy"].identifiant, "opens_on": today.isoformat()}
    closing = {"closes_on": (today + timedelta(days=9)).isoformat(), "motif": "Fin du service", "confirm": "1"}
    on_the_activite = {"role": "finances", "portee": "activites", "affichee": "activites"}
    forms = {
        "activite_create": fiche | {"organisme": scene.activite.organisme.siret},
        "activite_edit": fiche,
        "activite_close": closing,
        "lieu_create": lieu,
        "lieu_edit": lieu,
        "lieu_close": closing,
        "profil_create": person | on_the_activite | {"choix": [str(scene.activite.pk)]},
        "profil_end": {"when": "tout_de_suite", "motif": "Départ", "confirm": "1"},
        "profil_replace": person,
        "approbateur_decide": {"reponse": "valider"},
        "approbateur_lot": {"choix": [str(scene.made["proposed"])], "lot-reponse": "valider"},
    }
    if page == "import_create":
        return {"fichier": SimpleUploadedFile("activites.csv", scene.made["csv"])}
    if page == "import_view":
        return {"empreinte": scene.made["empreinte"]}
    return forms.get(page)
