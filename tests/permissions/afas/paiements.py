"""Their part of the table of the rights: see `tests.permissions.afas`."""

from typing import TYPE_CHECKING, Any

from django.apps import apps

if TYPE_CHECKING:
    from tests.afas.scene import Scene

# fmt: off
AREAS: dict[str, str] = {
    "AFAS : versements, comptes bancaires et lots de paiement": """
                                              anon brue garb robi guy  boll rocu vois loin doub marc gest audi hors
    GET    afas:versement_list                con  200  200  200  403  1er  con  403  403  403  200  200  200  200
    GET    afas:versement_export              con  200  200  200  403  1er  con  403  403  403  200  200  200  200
    GET    afas:versement_view                con  200  200  200  404  1er  con  404  404  404  200  200  200  404
    GET    afas:versement_resume              con  403  403  403  404  1er  con  404  404  404  403  200  403  404
    POST   afas:versement_resume              con  403  403  403  404  1er  con  404  404  404  403  302  403  404
    GET    afas:versement_note                con  403  403  403  404  1er  con  404  404  404  403  200  403  404
    POST   afas:versement_note                con  403  403  403  404  1er  con  404  404  404  403  302  403  404
    GET    afas:indu_compensate               con  403  403  403  404  1er  con  404  404  404  403  200  403  404
    POST   afas:indu_compensate               con  403  403  403  404  1er  con  404  404  404  403  302  403  404
    GET    afas:indu_reimburse                con  403  403  403  404  1er  con  404  404  404  403  200  403  404
    POST   afas:indu_reimburse                con  403  403  403  404  1er  con  404  404  404  403  302  403  404
    GET    afas:regle_list                    con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    afas:regle_create                  con  403  403  403  403  1er  con  403  403  403  403  200  403  403
    POST   afas:regle_create                  con  403  403  403  403  1er  con  403  403  403  403  302  403  403
    GET    afas:compte_list                   con  200  403  403  403  1er  con  200  200  403  200  200  200  200
    GET    afas:compte_export                 con  200  403  403  403  1er  con  200  200  403  200  200  200  200
    GET    afas:compte_view                   con  200  404  404  404  1er  con  404  404  404  200  200  200  404
    GET    afas:compte_create                 con  403  404  404  404  1er  con  404  404  404  403  200  403  404
    POST   afas:compte_create                 con  403  404  404  404  1er  con  404  404  404  403  302  403  404
    GET    afas:compte_caf                    con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    afas:compte_caf_create             con  403  403  403  403  1er  con  403  403  403  403  200  403  403
    POST   afas:compte_caf_create             con  403  403  403  403  1er  con  403  403  403  403  302  403  403
    GET    afas:compte_decide                 con  404  404  404  404  1er  con  404  404  404  403  200  403  404
    POST   afas:compte_decide                 con  404  404  404  404  1er  con  404  404  404  403  302  403  404
    GET    afas:lot_list                      con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    afas:lot_export                    con  403  403  403  403  1er  con  403  403  403  200  200  200  200
    GET    afas:lot_create                    con  403  403  403  403  1er  con  403  403  403  403  200  403  403
    POST   afas:lot_create                    con  403  403  403  403  1er  con  403  403  403  403  302  403  403
    GET    afas:lot_view                      con  404  404  404  404  1er  con  404  404  404  200  200  200  404
    GET    afas:lot_abandon                   con  404  404  404  404  1er  con  404  404  404  403  200  403  404
    POST   afas:lot_abandon                   con  404  404  404  404  1er  con  404  404  404  403  302  403  404
    GET    afas:lot_validate                  con  404  404  404  404  1er  con  404  404  404  403  200  403  404
    POST   afas:lot_validate                  con  404  404  404  404  1er  con  404  404  404  403  302  403  404
    POST   afas:lot_file                      con  404  404  404  404  1er  con  404  404  404  403  200  403  404
    GET    afas:lot_answer                    con  404  404  404  404  1er  con  404  404  404  403  200  403  404
    POST   afas:lot_answer                    con  404  404  404  404  1er  con  404  404  404  403  302  403  404
    """,
}
# fmt: on
_GESTIONNAIRE = "Un gestionnaire action sociale de la Caf"
RULES: dict[str, str] = {
    "afas.refuse_versements": "La Caf ; chez le partenaire, les fournisseurs de données financières, les approbateurs "
    "et ceux qui donnent les profils, chacun dans son périmètre.",
    "afas.refuse_exporting_versements": "Comme pour lire les versements.",
    "afas.refuse_reading_versement": "Qui voit le versement dans son périmètre.",
    "afas.refuse_noting": f"{_GESTIONNAIRE}, pour un versement envoyé à la banque et sans réponse d'elle.",
    "afas.refuse_resuming": f"{_GESTIONNAIRE}, pour un versement rejeté par la banque.",
    "afas.refuse_recovering": f"{_GESTIONNAIRE}, pour un indu qui n'est pas entièrement récupéré.",
    "afas.refuse_regles": "Tout agent de la Caf.",
    "afas.refuse_entering_regle": f"{_GESTIONNAIRE}.",
    "afas.refuse_comptes": "La Caf ; chez le partenaire, les administrateurs et ceux qui donnent les profils. "
    "Toujours masqués.",
    "afas.refuse_exporting_comptes": "Comme pour lire les comptes bancaires.",
    "afas.refuse_reading_comptes": "Comme pour lire les comptes bancaires, pour un organisme de son périmètre.",
    "afas.refuse_own_account": "Tout agent de la Caf ; toujours masqué.",
    "afas.refuse_entering_compte": f"{_GESTIONNAIRE}.",
    "afas.refuse_deciding_compte": f"{_GESTIONNAIRE}, autre que celui qui a saisi le compte.",
    "afas.refuse_lots": "Tout agent de la Caf.",
    "afas.refuse_exporting_lots": "Tout agent de la Caf.",
    "afas.refuse_reading_lot": "Tout agent de la Caf du lot.",
    "afas.refuse_preparing_lot": f"{_GESTIONNAIRE}.",
    "afas.refuse_abandoning_lot": f"{_GESTIONNAIRE}, tant que le lot n'est pas validé.",
    "afas.refuse_validating_lot": f"{_GESTIONNAIRE}, autre que celui qui a préparé le lot, avec son mot de passe.",
    "afas.refuse_downloading_lot": f"{_GESTIONNAIRE}, une fois le lot validé.",
    "afas.refuse_answering_lot": f"{_GESTIONNAIRE}, une fois le fichier envoyé.",
}


def build(scene: "Scene") -> None:
    """A payment in each state of its life, one exercice each, and an account that waits."""
    from tests.afas.versements import build_money  # noqa: PLC0415 -- the table is read without the base

    build_money(scene)


def pk(scene: "Scene", page: str) -> int | None:
    """The payment, the lot or the account that is ripe for the page."""
    if page.startswith(("versement_", "indu_")):
        ripe = {"versement_view": "solde a_payer", "versement_resume": "solde rejete", "versement_note": "solde envoye"}
        nature, etat = ripe.get(page, "indu a_recuperer").split()
        return _number("Versement", nature=nature, etat=etat)
    if page.startswith("lot_"):
        is_sent = page in ("lot_file", "lot_answer")
        return _number("LotPaiement", etat="envoye" if is_sent else "prepare")
    if page == "compte_decide":
        return _number("CompteBancaire", etat="en_attente")
    return scene.activite.organisme_id if page.startswith("compte_") else None


def _number(model: str, **wanted: str) -> int:
    return apps.get_model("afas", model).objects.order_by("pk").filter(**wanted).values_list("pk", flat=True)[0]


def form(scene: "Scene", page: str) -> Any:
    if not page.startswith(("versement_", "indu_", "lot_", "compte_", "regle_")):
        return None
    from tests.afas.versements import forms_of_money  # noqa: PLC0415 -- the table is read without the base

    return forms_of_money(scene).get(page)
